//! Questions to the engine: each has a number, and only the newest of its slot may answer.

use super::effect::{Ask, Effect};
use std::collections::BTreeMap;

/// The number of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(
    /// Counts from 1 in each session.
    pub u64,
);

/// Which questions are open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Runs {
    last: u64,
    open: BTreeMap<&'static str, RunId>,
    /// Open questions that change the store, also those that a newer one of their slot has overtaken: leaving before
    /// they are answered would lose what the user has decided.
    writes: BTreeMap<RunId, &'static str>,
    /// Answers that came too late.
    pub dropped: u64,
}

impl Runs {
    /// Asks. An earlier question of the same slot counts no more: its task is cancelled and its answer dropped.
    pub fn ask(&mut self, ask: Ask) -> Effect {
        self.last += 1;
        let run = RunId(self.last);
        let slot = ask.slot();
        self.open.insert(slot, run);
        if ask.writes() {
            self.writes.insert(run, slot);
        }
        Effect::Ask { run, slot, ask: Box::new(ask) }
    }

    /// Whether a question of this slot is open.
    pub fn waits(&self, slot: &str) -> bool {
        self.open.contains_key(slot)
    }

    /// Forgets the open question of a slot, so that its answer is dropped.
    pub fn forget(&mut self, slot: &str) {
        self.open.remove(slot);
        self.writes.retain(|_, written| *written != slot);
    }

    /// The slots of open questions that change the store.
    pub fn writes(&self) -> impl Iterator<Item = &'static str> {
        self.writes.values().copied()
    }

    /// Takes an answer in. Returns whether it is the one that is waited for.
    pub fn answered(&mut self, slot: &str, run: RunId) -> bool {
        self.writes.remove(&run);
        let current = self.open.get(slot) == Some(&run);
        if current {
            self.open.remove(slot);
        } else {
            self.dropped += 1;
        }
        current
    }
}
