//! How far a run is (training-pipeline 7 no. 26, R4.03).

use super::Stage;
use crate::numbers::float;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How far a run is. The percentage of the whole never falls, whatever is reported and in whichever order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Of the whole run, 0 to 100.
    pub percent: f64,
    /// Steps that are done.
    pub step: u64,
    /// Steps in all; `None`: unknown yet.
    pub total_steps: Option<u64>,
    /// Passes that are done, with the fraction of the present one.
    pub epoch: f64,
    /// Passes in all.
    pub total_epochs: Option<f64>,
    /// The newest training loss; `None`: none was told, or it is no number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss: Option<f64>,
    /// When the worker expected to have trained, at its last word; `None`: it told nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<DateTime<Utc>>,
}

impl Progress {
    /// A stage began.
    pub fn enter(&mut self, stage: Stage) {
        self.raise(stage.begins_at());
    }

    /// Steps were done. A resumed run counts from its checkpoint on, so the step may fall; the percentage does not.
    pub fn steps(&mut self, step: u64, total: Option<u64>) {
        self.step = step;
        self.total_steps = total.filter(|t| *t > 0).or(self.total_steps);
        if let Some(share) = self.share() {
            self.raise(25.0 + 70.0 * share);
        }
    }

    /// The worker's own percentage of the whole.
    pub fn raise(&mut self, percent: f64) {
        if percent.is_finite() {
            self.percent = self.percent.max(percent.clamp(0.0, 100.0));
        }
    }

    /// The worker expected then that so many seconds are left.
    pub fn expect(&mut self, at: DateTime<Utc>, seconds: Option<f64>) {
        // What is negative, no number, or beyond the calendar is no expectation.
        let left = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds.round()).ok());
        let left = left.and_then(|left| TimeDelta::from_std(left).ok());
        self.ends_at = left.and_then(|left| at.checked_add_signed(left));
    }

    /// It is done.
    pub const fn finish(&mut self) {
        self.percent = 100.0;
    }

    /// Share of the steps, 0 to 1; `None` while nobody knows how many there are.
    pub fn share(&self) -> Option<f64> {
        self.total_steps.filter(|t| *t > 0).map(|total| (float(self.step) / float(total)).min(1.0))
    }

    /// Seconds that the steps which are left take; `None` without a rate. The rate comes from the worker, which takes
    /// the median of its last fifty steps.
    pub fn remaining_seconds(&self, seconds_per_step: Option<f64>) -> Option<f64> {
        let rate = seconds_per_step.filter(|s| s.is_finite() && *s > 0.0)?;
        self.total_steps.map(|total| float(total.saturating_sub(self.step)) * rate)
    }

    /// The text of the platform's `numeric(5,2)` column.
    pub fn column(&self) -> String {
        crate::numbers::fixed(if self.percent.is_finite() { self.percent.clamp(0.0, 100.0) } else { 0.0 }, 2)
    }
}
