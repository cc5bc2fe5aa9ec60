//! Why a run failed, and what to do about it (R4.18): the classes of its worker, and what only its place knows.

use super::Move;
use crate::conversation::{UnknownWord, words};
use crate::lenient::Word;
use crate::run::Class;
use crate::sentence::sentences;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// How often a run is started over by itself before somebody has to look (R4.16, R4.18).
pub const REPEATS: u32 = 3;

words! {
    /// What only the place of a run knows.
    Outside, "failure class" {
        /// The machine went away.
        Interrupted = "interrupted",
        /// The place had no machine.
        NoMachine = "no_machine",
        /// It took longer than it was allowed to.
        Timeout = "timeout",
        /// Nobody hears of it any more.
        Lost = "lost",
    }
}

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureClass {
    /// What the run itself tells.
    Told(Class),
    /// What its place tells.
    Outside(Outside),
}

impl FailureClass {
    /// All values.
    pub fn all() -> impl Iterator<Item = Self> {
        let told = Class::ALL.iter().copied().map(Self::Told);
        told.chain(Outside::ALL.iter().copied().map(Self::Outside))
    }

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Told(class) => class.word(),
            Self::Outside(class) => class.word(),
        }
    }

    /// What to do, for when the worker has no better advice.
    pub const fn fix(self) -> &'static str {
        match self {
            Self::Told(Class::OutOfMemory) => {
                "Halve the batch size; then take the conservative preset, then a shorter max_seq_length."
            }
            Self::Told(Class::NotANumber) => "Lower the learning rate, to a half or a tenth.",
            Self::Told(Class::Dataset) => "Check the dataset and mend the line that is named.",
            Self::Told(Class::ModelNotFound) => {
                "Check the name of the base model, its revision, and whether its terms were accepted."
            }
            Self::Told(Class::DiskFull) => "Make room, keep fewer checkpoints, or take a larger disk.",
            Self::Told(Class::ModelUnsuitable) => {
                "Take an instruct model with a chat template, and layers that it has."
            }
            Self::Told(Class::Device) => "Check the GPU and its driver, or take another place.",
            Self::Told(Class::CheckpointDamaged) => "Start from the checkpoint before it, or from nothing.",
            Self::Told(Class::Killed) | Self::Outside(Outside::Interrupted) => {
                "It resumes from its last checkpoint; take a guaranteed machine if that happens again."
            }
            Self::Told(Class::NotStarted | Class::Other) => "Read the log; retry when the cause is mended.",
            Self::Outside(Outside::NoMachine) => "Wait, take another GPU, or cancel.",
            Self::Outside(Outside::Timeout) => "Take fewer epochs, or more checkpoints and a longer limit.",
            Self::Outside(Outside::Lost) => {
                "Look whether its machine still runs; then retry: it resumes from its last checkpoint."
            }
        }
    }

    /// What the exit code of the worker says (worker/README.md); `None`: nothing, or no failure.
    pub const fn of_exit_code(code: i32) -> Option<Self> {
        Some(Self::Told(match code {
            20 => Class::OutOfMemory,
            21 => Class::NotANumber,
            22 => Class::Dataset,
            23 => Class::ModelNotFound,
            24 => Class::DiskFull,
            25 => Class::ModelUnsuitable,
            26 => Class::Device,
            27 => Class::CheckpointDamaged,
            _ => return None,
        }))
    }

    /// Trying the same again can succeed without a change.
    pub const fn may_pass(self) -> bool {
        matches!(
            self,
            Self::Told(Class::Killed)
                | Self::Outside(Outside::Interrupted | Outside::NoMachine | Outside::Lost)
        )
    }
}

impl From<Class> for FailureClass {
    fn from(class: Class) -> Self {
        Self::Told(class)
    }
}

impl From<Outside> for FailureClass {
    fn from(class: Outside) -> Self {
        Self::Outside(class)
    }
}

impl fmt::Display for FailureClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for FailureClass {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        word.parse().map(Self::Told).or_else(|_| word.parse().map(Self::Outside))
    }
}

/// Why a run failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What kind.
    pub class: Word<FailureClass>,
    /// What happened.
    pub cause: String,
    /// What to do.
    pub fix: String,
    /// At which step.
    pub step: Option<u64>,
    /// On which line of the dataset.
    pub line: Option<u64>,
}

impl Failure {
    /// What happened and what to do, each a sentence.
    pub fn told(&self) -> String {
        sentences([&self.cause, &self.fix])
    }

    /// A failure with the usual advice.
    pub fn new(class: impl Into<FailureClass>, cause: impl Into<String>) -> Self {
        let class = class.into();
        let fix = class.fix().to_owned();
        Self { class: Word::Known(class), cause: cause.into(), fix, step: None, line: None }
    }

    /// What to do with the run: try again by itself while that can help, else let it fail. A class that nobody knows is
    /// no reason to spend money again.
    pub fn next(&self, attempts: u32) -> Move {
        if self.class.known().is_some_and(FailureClass::may_pass) && attempts < REPEATS {
            Move::Requeue
        } else {
            Move::Fail
        }
    }
}
