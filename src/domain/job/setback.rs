//! What ended an attempt of a run that goes on all the same.

use super::{Run, Stage, Status};
use crate::place::Place;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What ended an attempt, while the run goes on with another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setback {
    /// When it was seen.
    pub at: DateTime<Utc>,
    /// What happened.
    pub cause: String,
    /// The last step that was told; `None`: none was.
    pub step: Option<u64>,
    /// A checkpoint was told: the next attempt goes on from the last one that was kept.
    pub checkpoint: bool,
}

impl Setback {
    /// What happened and when: `The pod is gone (14:02 UTC, at step 312)`.
    pub fn told(&self) -> String {
        let step = self.step.map_or_else(String::new, |step| format!(", at step {step}"));
        format!("{} ({}{step})", self.cause.trim_end_matches('.'), self.at.format("%H:%M UTC"))
    }

    /// The same, with what happens next to a run of this place.
    pub fn sentence(&self, place: Place) -> String {
        let again =
            if place == Place::Local { "It is tried again" } else { "The run moves to another machine" };
        let from = if self.checkpoint {
            "and goes on from its last checkpoint"
        } else {
            "and begins from the start"
        };
        format!("{}. {again} {from}.", self.told())
    }
}

impl Run {
    /// What ended the last attempt, as long as the next one does not work.
    pub fn setback(&self) -> Option<&Setback> {
        let works =
            self.job.status.is(Status::Running) && matches!(self.job.stage.known(), Some(Stage::Works(_)));
        self.job.setback.as_ref().filter(|_| !works && !self.is_over() && !self.paused)
    }
}
