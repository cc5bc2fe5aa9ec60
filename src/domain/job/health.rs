//! How a run looks from outside, by the clock (training-pipeline 4.9 no. 17, R7.04).

use super::{Failure, Job, Outside, Status};
use crate::conversation::{UnknownWord, words};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// The states that are shown.
    Health, "health" {
        /// Waits.
        Queued = "queued",
        /// On its way to its machine.
        Starting = "starting",
        /// Works, and was heard of lately.
        Running = "running",
        /// Was not heard of for a while.
        Stale = "stale",
        /// Stops.
        Stopping = "stopping",
        /// Ended badly.
        Failed = "failed",
        /// Was stopped.
        Cancelled = "cancelled",
        /// Ended well.
        Done = "done",
        /// The row says something that nobody knows.
        Unknown = "unknown",
    }
}

/// How long silence is borne, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Patience {
    /// Then a run is stale.
    pub stale: u64,
    /// Then it is lost, if nobody holds its lease.
    pub lost: u64,
    /// Then a run that is on its way to its machine and has no provider's id is lost.
    pub starting: u64,
}

impl Default for Patience {
    fn default() -> Self {
        Self { stale: 60, lost: 900, starting: 600 }
    }
}

impl Job {
    /// Seconds since somebody heard of it.
    pub fn silence(&self, now: DateTime<Utc>) -> u64 {
        let since = self.last_seen_at.or(self.gpu_started_at).or(self.started_at).unwrap_or(self.queued_at);
        u64::try_from((now - since).num_seconds()).unwrap_or(0)
    }

    /// How it looks.
    pub fn health(&self, patience: Patience, now: DateTime<Utc>) -> Health {
        match self.status.known() {
            None => Health::Unknown,
            Some(Status::Completed) => Health::Done,
            Some(Status::Failed) => Health::Failed,
            Some(Status::Cancelled) => Health::Cancelled,
            Some(_) if self.cancelling.is_some() => Health::Stopping,
            Some(Status::Queued) => Health::Queued,
            Some(_) if self.silence(now) >= patience.stale => Health::Stale,
            Some(Status::Initializing) => Health::Starting,
            Some(Status::Running) => Health::Running,
        }
    }

    /// What the reaper says of a run whose lease nobody holds; `None`: leave it alone. One with a provider's id is asked
    /// about there first, so it is given more time than one whose dispatch was cut off.
    pub fn reap(&self, patience: Patience, now: DateTime<Utc>) -> Option<Failure> {
        let silence = self.silence(now);
        let lost = match self.status.known()? {
            Status::Initializing if self.external_id.is_none() => silence >= patience.starting,
            Status::Initializing | Status::Running => silence >= patience.lost,
            _ => false,
        };
        let spoken = crate::numbers::span(silence);
        lost.then(|| Failure::new(Outside::Lost, format!("Nobody has heard of it for {spoken}.")))
    }
}
