//! The states of a run, and which follows which (training-pipeline 1.4.1, 7 no. 24).

use crate::conversation::{UnknownWord, words};
use crate::lenient::Word;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// Where a run stands. The words are the platform's; stopping is a flag beside them.
    Status, "job status" {
        /// Waits for a place.
        Queued = "queued",
        /// Somebody took it and gives it to its place.
        Initializing = "initializing",
        /// The machine works.
        Running = "running",
        /// It ended well.
        Completed = "completed",
        /// It ended badly.
        Failed = "failed",
        /// It was stopped.
        Cancelled = "cancelled",
    }
}

words! {
    /// What happens to a run.
    Move, "move" {
        /// Somebody takes it to start it.
        Claim = "claim",
        /// The place works on it.
        Start = "start",
        /// Its machine went away, or whoever had it: it goes back and resumes from its last checkpoint.
        Requeue = "requeue",
        /// It ended well, and its manifest is there.
        Complete = "complete",
        /// It ended badly.
        Fail = "fail",
        /// The process is gone after somebody asked for that.
        Cancel = "cancel",
    }
}

/// A state does not allow a move.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a run that is {from} cannot {step}: {why}")]
pub struct Refused {
    /// The state's word.
    pub from: String,
    /// What was tried.
    pub step: Move,
    /// Why not: a clause.
    pub why: String,
}

impl Status {
    /// Reads a row's word; `pending` of the later tables is queued (7 no. 25).
    pub fn read(word: &str) -> Word<Self> {
        if word == "pending" { Word::Known(Self::Queued) } else { Word::read(word) }
    }

    /// It has ended, one way or another.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }

    /// It takes one of the places that may be taken at once.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Initializing | Self::Running)
    }

    /// The state after a move.
    ///
    /// # Errors
    /// This state does not allow it.
    pub fn after(self, step: Move) -> Result<Self, Refused> {
        match (self, step) {
            (Self::Queued, Move::Claim) => Ok(Self::Initializing),
            (Self::Initializing, Move::Start) => Ok(Self::Running),
            (Self::Initializing | Self::Running, Move::Requeue) => Ok(Self::Queued),
            // A short run may be over before anybody saw it running.
            (Self::Initializing | Self::Running, Move::Complete) => Ok(Self::Completed),
            (Self::Queued | Self::Initializing | Self::Running, Move::Fail) => Ok(Self::Failed),
            (Self::Queued | Self::Initializing | Self::Running, Move::Cancel) => Ok(Self::Cancelled),
            (from, step) => {
                let why = match from {
                    _ if from.is_over() => "it has ended",
                    Self::Queued => "it has not been taken yet",
                    Self::Initializing if step == Move::Claim => "somebody has taken it",
                    _ => "it is at work",
                };
                Err(Refused { from: from.word().to_owned(), step, why: why.to_owned() })
            }
        }
    }
}
