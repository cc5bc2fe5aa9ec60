//! How a played training goes.

use crate::clock::{MINUTE, Ms, SECOND};

/// How a training goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Optimizer steps in all.
    pub steps: u64,
    /// Milliseconds of one.
    pub step: Ms,
    /// Milliseconds before the first one: loading the model.
    pub setup: Ms,
    /// Steps between two checkpoints.
    pub every: u64,
    /// Milliseconds between two beats, instead of what `carry.json` says. Longer ones make a month quicker, but a machine whose beat is longer than 35 s counts as dead.
    pub beat: Option<Ms>,
    /// How it ends.
    pub end: End,
}

/// How a training ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// With a model.
    Done,
    /// With an error of this class of the protocol and this cause, at this step.
    Fails(u64, &'static str, String),
    /// Its process dies without a word at this step, each time that it comes there.
    Dies(u64),
    /// It does nothing more from this step on, but its beat goes on.
    Hangs(u64),
}

impl Default for Plan {
    /// An hour of six-second steps.
    fn default() -> Self {
        Self { steps: 600, step: 6 * SECOND, setup: 2 * MINUTE, every: 100, beat: None, end: End::Done }
    }
}
