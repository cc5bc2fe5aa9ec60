//! How a long verb tells what it is doing. The listener coalesces: a step may come thousands of times a second.

use std::sync::Arc;

/// Where a long verb stands.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Step {
    /// What is being done, e.g. `reading`, `writing`.
    pub stage: &'static str,
    /// How many are done, in the stage's own unit.
    pub done: u64,
    /// Of how many; `None` while that is unknown.
    pub total: Option<u64>,
    /// The thing at hand, e.g. a file name; may be empty.
    pub note: String,
}

/// A listener for steps, cheap to clone.
#[derive(Clone, Default)]
pub struct Progress(Option<Arc<dyn Fn(Step) + Send + Sync>>);

impl Progress {
    /// Nobody listens.
    pub fn none() -> Self {
        Self(None)
    }
    /// Calls `listener` for every step, from any thread.
    pub fn new(listener: impl Fn(Step) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }
    /// Tells the listener.
    pub fn step(&self, stage: &'static str, done: u64, total: Option<u64>) {
        self.step_on(stage, done, total, "");
    }
    /// Tells the listener, with the thing at hand.
    pub fn step_on(&self, stage: &'static str, done: u64, total: Option<u64>, note: &str) {
        if let Some(listener) = &self.0 {
            listener(Step { stage, done, total, note: note.to_owned() });
        }
    }
}

impl std::fmt::Debug for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "Progress(heard)" } else { "Progress(none)" })
    }
}
