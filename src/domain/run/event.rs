//! What the worker tells, event by event (`worker/protocol/event.schema.json`, protocol 1).

use super::stage::Stage;
use crate::conversation::{UnknownWord, words};
use crate::sentence::sentences;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// One event other than progress and metrics, which go where they are needed and are not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// 1, 2, 3 … over all attempts.
    pub seq: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// The how-manieth start of the worker.
    pub attempt: u64,
    /// What.
    pub kind: Kind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The worker does something else from now on.
    Stage {
        /// What; `None`: a word that this program does not know, in `word`.
        stage: Option<Stage>,
        /// The word itself.
        word: String,
        /// Sub-status.
        detail: Option<String>,
    },
    /// An attempt took the run up; later steps of earlier attempts are void.
    Resumed {
        /// Steps that count.
        step: u64,
        /// From what; `None`: from nothing.
        checkpoint: Option<String>,
    },
    /// A checkpoint is complete and durable.
    Checkpoint(Checkpoint),
    /// A line for people.
    Log {
        /// What.
        text: String,
        /// For tools: `dataset`, `first_example`, `model`, `device`, `versions`.
        topic: Option<String>,
    },
    /// Something to look at.
    Warning {
        /// What.
        text: String,
        /// For tools.
        code: String,
    },
    /// Why the attempt fails.
    Error(Failure),
    /// The attempt ended by itself.
    Final(Final),
    /// A kind of a later protocol.
    Other(String),
}

/// A checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Steps done in it.
    pub step: u64,
    /// Its folder in `checkpoints/`.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// `interval`, `requested`, `stop` or `end`.
    pub reason: String,
}

words! {
    /// Why a run failed (R4.18). The last two are never told by a worker.
    Class, "class of error" {
        /// The GPU's or the machine's memory was too small.
        OutOfMemory = "out_of_memory",
        /// The loss became NaN.
        NotANumber = "not_a_number",
        /// The dataset cannot be trained on.
        Dataset = "dataset",
        /// The base model is not there.
        ModelNotFound = "model_not_found",
        /// No room is left.
        DiskFull = "disk_full",
        /// The base model cannot be trained so.
        ModelUnsuitable = "model_unsuitable",
        /// The GPU failed or is missing.
        Device = "device",
        /// A checkpoint cannot be read.
        CheckpointDamaged = "checkpoint_damaged",
        /// Anything else.
        Other = "other",
        /// The worker ended without a word.
        Killed = "killed",
        /// The worker's process could not be started or ended before its first word.
        NotStarted = "not_started",
    }
}

impl Class {
    /// What a worker says where it has one line only, e.g. as the error of a job in a queue: `disk_full: there is no room`. Anything
    /// else is [`Class::Other`], as a whole.
    pub fn said(line: &str) -> (Self, &str) {
        let named = line.split_once(": ").and_then(|(word, cause)| Some((word.parse().ok()?, cause)));
        named.unwrap_or((Self::Other, line))
    }
}

/// Why a run failed, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Its class; a class of a later protocol is [`Class::Other`].
    pub class: Class,
    /// What happened.
    pub cause: String,
    /// What helps.
    pub fix: String,
    /// Steps done by then.
    pub step: Option<u64>,
    /// Line of the dataset file, from 1.
    pub line: Option<u64>,
    /// Where in the worker.
    pub trace: Option<String>,
}

impl Failure {
    /// What happened and what to do, each a sentence.
    pub fn told(&self) -> String {
        sentences([&self.cause, &self.fix])
    }
}

words! {
    /// How an attempt ended.
    Outcome, "outcome" {
        /// With an adapter.
        Done = "done",
        /// On request or at a limit, with a checkpoint from which it goes on.
        Stopped = "stopped",
        /// On request, for good.
        Cancelled = "cancelled",
        /// With an error.
        Failed = "failed",
    }
}

/// The last event of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Final {
    /// How.
    pub outcome: Outcome,
    /// What the process returns.
    pub exit_code: u64,
    /// Steps done.
    pub step: u64,
}

/// How far the run is.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Progress {
    /// Of the whole run, 0 to 100; never falls.
    pub percent: f64,
    /// Optimizer steps done.
    pub step: Option<u64>,
    /// Optimizer steps in all.
    pub total_steps: Option<u64>,
    /// Passes done, with fraction.
    pub epoch: Option<f64>,
    /// Passes in all.
    pub total_epochs: Option<f64>,
    /// Of the training alone, 0 to 100.
    pub training_percent: Option<f64>,
    /// Median of the newest steps.
    pub seconds_per_step: Option<f64>,
    /// What the worker expects.
    pub remaining_seconds: Option<f64>,
}
