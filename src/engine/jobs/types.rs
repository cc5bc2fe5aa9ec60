//! What is asked of runs, and what comes back.

use domain::job::{Health, Run};
use domain::place::Place;
use domain::run::Event;
use serde::Serialize;
use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

/// A run in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JobLine {
    /// The run.
    #[serde(flatten)]
    pub run: Run,
    /// How it looks by the clock.
    pub health: Health,
    /// A process follows it.
    pub followed: bool,
    /// Its worker lives.
    pub alive: bool,
    /// Its directory is on this machine.
    pub here: bool,
}

impl JobLine {
    /// The word of its state: how it looks, or that it waits for somebody, that it lost its machine and gets another one, or that it could not
    /// begin and is tried again.
    pub fn word(&self) -> &'static str {
        if self.run.paused && !self.run.is_over() {
            return "paused";
        }
        match self.health {
            Health::Queued | Health::Starting | Health::Running | Health::Stale
                if self.run.setback().is_some() && self.run.configuration.place != Place::Local =>
            {
                "moving"
            }
            Health::Queued if self.says().is_some() => "retrying",
            health => health.word(),
        }
    }

    /// What ended the last attempt while the next one does not work, why it waits, or what does not work at present, in sentences; `None`:
    /// nothing, or it has ended.
    pub fn says(&self) -> Option<Cow<'_, str>> {
        let now = self.run.job.stage_message.as_deref().filter(|_| !self.run.is_over() && !self.run.paused);
        let lost = self.run.setback().map(|setback| setback.sentence(self.run.configuration.place));
        match (lost, now) {
            (Some(lost), Some(now)) => Some(format!("{lost} {now}").into()),
            (Some(lost), None) => Some(lost.into()),
            (None, now) => now.map(Cow::Borrowed),
        }
    }
}

/// A run with what its directory tells.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JobDetail {
    /// As in the list.
    #[serde(flatten)]
    pub line: JobLine,
    /// Where its worker writes.
    pub folder: PathBuf,
    /// The last value of each series.
    pub metrics: Vec<(String, f64)>,
    /// Seconds that are left, as the worker expects.
    pub remaining_seconds: Option<f64>,
    /// What every end of it cost.
    pub costs: Vec<serde_json::Value>,
}

/// How following a run ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "outcome", content = "run")]
pub enum Outcome {
    /// It has ended; its row says how.
    Over(Run),
    /// It was stopped with a checkpoint and waits to be resumed.
    Paused(Run),
    /// It waits: as many runs go on as may at once.
    Waiting(Run),
    /// Nobody follows it any more; its worker goes on.
    Left(Run),
}

impl Outcome {
    /// The run as it was then.
    pub const fn run(&self) -> &Run {
        match self {
            Self::Over(run) | Self::Paused(run) | Self::Waiting(run) | Self::Left(run) => run,
        }
    }
}

/// Is told every event of a run but progress and metrics, and what there is to say about a rented machine; cheap to clone.
#[derive(Clone, Default)]
pub struct Heard {
    events: Option<Arc<Listener>>,
    words: Option<Arc<Words>>,
}

type Listener = dyn Fn(&Event) + Send + Sync;
type Words = dyn Fn(&str, &str) + Send + Sync;

impl Heard {
    /// Nobody listens.
    pub fn none() -> Self {
        Self::default()
    }
    /// Calls `listener` for every event, in their order.
    pub fn new(listener: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self { events: Some(Arc::new(listener)), words: None }
    }
    /// Calls `listener` also with the name of a run and why it waits or what does not work, each time that this is another text.
    #[must_use]
    pub fn words(self, listener: impl Fn(&str, &str) + Send + Sync + 'static) -> Self {
        Self { words: Some(Arc::new(listener)), ..self }
    }
    pub(super) fn tell(&self, event: &Event) {
        if let Some(listener) = &self.events {
            listener(event);
        }
    }
    pub(crate) fn say(&self, run: &str, text: &str) {
        if let Some(listener) = &self.words {
            listener(run, text);
        }
    }
}

impl std::fmt::Debug for Heard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.events.is_some() { "Heard(listens)" } else { "Heard(none)" })
    }
}
