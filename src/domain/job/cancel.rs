//! Stopping a run (R4.14, R4.15; training-pipeline 7 nos. 31 and 32).

use crate::conversation::{UnknownWord, words};
use crate::lenient::Word;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Characters that notes have at most.
pub const NOTES: usize = 500;

words! {
    /// Why a run is stopped.
    CancelReason, "cancel reason" {
        /// It costs too much.
        CostConcern = "cost_concern",
        /// Its loss does not fall.
        PoorPerformance = "poor_performance",
        /// It was set up wrongly.
        WrongConfig = "wrong_config",
        /// Nobody needs it any more.
        NoLongerNeeded = "no_longer_needed",
        /// Something else.
        Other = "other",
    }
}

impl CancelReason {
    /// One sentence to choose it by.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::CostConcern => "It costs too much.",
            Self::PoorPerformance => "Its loss does not fall.",
            Self::WrongConfig => "It was set up wrongly.",
            Self::NoLongerNeeded => "It is not needed any more.",
            Self::Other => "Something else.",
        }
    }
}

/// The wish to stop a run. The run ends as cancelled only when its process is gone; until then it may cost money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancel {
    /// Why.
    pub reason: Word<CancelReason>,
    /// More about it.
    pub notes: Option<String>,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
}

/// Notes are longer than [`NOTES`] characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the notes have {0} characters; at most {NOTES} fit")]
pub struct NotesTooLong(pub usize);

impl Cancel {
    /// A wish with a reason.
    ///
    /// # Errors
    /// The notes are too long.
    pub fn new(reason: CancelReason, notes: &str, now: DateTime<Utc>) -> Result<Self, NotesTooLong> {
        let notes = notes.trim();
        let count = notes.chars().count();
        if count > NOTES {
            return Err(NotesTooLong(count));
        }
        let notes = (!notes.is_empty()).then(|| notes.to_owned());
        Ok(Self { reason: Word::Known(reason), notes, asked_at: now })
    }

    /// Seconds since it was asked for.
    pub fn waited(&self, now: DateTime<Utc>) -> u64 {
        u64::try_from((now - self.asked_at).num_seconds()).unwrap_or(0)
    }

    /// What to say while the process is still there: after a minute that it lasts, after five that somebody should look
    /// (R4.15).
    pub fn sentence(&self, now: DateTime<Utc>) -> &'static str {
        match self.waited(now) {
            0..60 => "Stopping: waiting for the process to end.",
            60..300 => "Still stopping; the machine may cost money until the process is gone.",
            _ => {
                "It does not stop. Look at the provider's console: the machine may cost money until it is gone."
            }
        }
    }
}
