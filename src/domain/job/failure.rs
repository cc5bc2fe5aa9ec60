//! Why a run failed, and what to do about it (R4.18). The classes are the worker's.

use super::{Move, Status};
use crate::conversation::{UnknownWord, words};
use crate::lenient::Word;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// How often a run is started over by itself before somebody has to look (R4.16, R4.18).
pub const REPEATS: u32 = 3;

words! {
    /// What kind of failure it is.
    FailureClass, "failure class" {
        /// The GPU's memory was full.
        OutOfMemory = "out_of_memory",
        /// The loss stopped being a number.
        NotANumber = "not_a_number",
        /// The dataset cannot be trained with.
        Dataset = "dataset",
        /// There is no such base model.
        ModelNotFound = "model_not_found",
        /// No room on the disk.
        DiskFull = "disk_full",
        /// The base model cannot be trained like this.
        ModelUnsuitable = "model_unsuitable",
        /// The GPU is missing or broken.
        Device = "device",
        /// A checkpoint cannot be read.
        CheckpointDamaged = "checkpoint_damaged",
        /// The machine went away.
        Interrupted = "interrupted",
        /// The place had no machine.
        NoMachine = "no_machine",
        /// It took longer than it was allowed to.
        Timeout = "timeout",
        /// Nobody hears of it any more.
        Lost = "lost",
        /// Something else.
        Other = "other",
    }
}

impl FailureClass {
    /// What to do, for when the worker has no better advice.
    pub const fn fix(self) -> &'static str {
        match self {
            Self::OutOfMemory => {
                "Halve the batch size; then take the conservative preset, then a shorter max_seq_length."
            }
            Self::NotANumber => "Lower the learning rate, to a half or a tenth.",
            Self::Dataset => "Check the dataset and mend the line that is named.",
            Self::ModelNotFound => {
                "Check the name of the base model, its revision, and whether its terms were accepted."
            }
            Self::DiskFull => "Make room, keep fewer checkpoints, or take a larger disk.",
            Self::ModelUnsuitable => "Take an instruct model with a chat template, and layers that it has.",
            Self::Device => "Check the GPU and its driver, or take another place.",
            Self::CheckpointDamaged => "Start from the checkpoint before it, or from nothing.",
            Self::Interrupted => {
                "It resumes from its last checkpoint; take a guaranteed machine if that happens again."
            }
            Self::NoMachine => "Wait, take another GPU, or cancel.",
            Self::Timeout => "Take fewer epochs, or more checkpoints and a longer limit.",
            Self::Lost => {
                "Look whether its machine still runs; then retry: it resumes from its last checkpoint."
            }
            Self::Other => "Read the log; retry when the cause is mended.",
        }
    }

    /// What the exit code of the worker says (worker/README.md); `None`: nothing, or no failure.
    pub const fn of_exit_code(code: i32) -> Option<Self> {
        Some(match code {
            20 => Self::OutOfMemory,
            21 => Self::NotANumber,
            22 => Self::Dataset,
            23 => Self::ModelNotFound,
            24 => Self::DiskFull,
            25 => Self::ModelUnsuitable,
            26 => Self::Device,
            27 => Self::CheckpointDamaged,
            _ => return None,
        })
    }

    /// Trying the same again can succeed without a change.
    pub const fn may_pass(self) -> bool {
        matches!(self, Self::Interrupted | Self::NoMachine | Self::Lost)
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
    /// A failure with the usual advice.
    pub fn new(class: FailureClass, cause: impl Into<String>) -> Self {
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

/// What a provider's word means for a run that it worked on. Every word has a meaning (training-pipeline 4.9 no. 17);
/// one that nobody knows changes nothing and is shown.
pub fn provider_move(word: &str, status: Status) -> Option<Result<Move, FailureClass>> {
    match word.to_ascii_uppercase().as_str() {
        "IN_PROGRESS" | "RUNNING" if status == Status::Initializing => Some(Ok(Move::Start)),
        "COMPLETED" => Some(Ok(Move::Complete)),
        "FAILED" => Some(Err(FailureClass::Other)),
        "CANCELLED" | "CANCELED" => Some(Ok(Move::Cancel)),
        "TIMED_OUT" => Some(Err(FailureClass::Timeout)),
        "NOT_FOUND" | "404" => Some(Err(FailureClass::Lost)),
        _ => None,
    }
}
