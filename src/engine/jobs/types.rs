//! What is asked of runs, and what comes back.

use domain::job::{Health, Run};
use domain::run::Event;
use serde::Serialize;
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

/// Is told every event of a run but progress and metrics, cheap to clone.
#[derive(Clone, Default)]
pub struct Heard(Option<Arc<Listener>>);

type Listener = dyn Fn(&Event) + Send + Sync;

impl Heard {
    /// Nobody listens.
    pub fn none() -> Self {
        Self(None)
    }
    /// Calls `listener` for every event, in their order.
    pub fn new(listener: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }
    pub(super) fn tell(&self, event: &Event) {
        if let Some(listener) = &self.0 {
            listener(event);
        }
    }
}

impl std::fmt::Debug for Heard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "Heard(listens)" } else { "Heard(none)" })
    }
}
