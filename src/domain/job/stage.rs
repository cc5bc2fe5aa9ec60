//! What a run does: waits, or what its worker tells (training-pipeline 1.4.1).

use crate::conversation::{UnknownWord, words};
use crate::run;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// The platform's words for waiting.
    Wait, "stage" {
        /// In our queue.
        Queued = "queued",
        /// On its way to its place.
        Initializing = "initializing",
        /// In the provider's queue.
        QueuedOnGpu = "queued_on_gpu",
    }
}

/// What a run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Nothing yet.
    Waits(Wait),
    /// What its worker tells.
    Works(run::Stage),
}

impl Stage {
    /// In our queue.
    pub const QUEUED: Self = Self::Waits(Wait::Queued);

    /// All values, in their natural order.
    pub fn all() -> impl Iterator<Item = Self> {
        let works = run::Stage::ALL.iter().copied().map(Self::Works);
        Wait::ALL.iter().copied().map(Self::Waits).chain(works)
    }

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waits(wait) => wait.word(),
            Self::Works(stage) => stage.word(),
        }
    }

    /// The percentage of the whole run at which it begins (7 no. 26); waiting is none of it.
    pub const fn begins_at(self) -> f64 {
        match self {
            Self::Waits(_) => 0.0,
            Self::Works(stage) => stage.begins_at(),
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for Stage {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        word.parse().map(Self::Waits).or_else(|_| word.parse().map(Self::Works))
    }
}
