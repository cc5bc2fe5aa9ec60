//! Which runs may start (R4.17): so many at once, first come, first served.

use crate::ids::JobId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Runs at once, when nothing else is set; 1 to 10 can be.
pub const QUEUE_LIMIT: u32 = 3;
/// Seconds that a start takes, for the estimate of a waiting run's start.
const PROVISIONING: u64 = 300;
/// Waiting runs from which on the queue is said to be long.
const LONG: usize = 10;

/// A run that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queued {
    /// Which.
    pub id: JobId,
    /// Since when.
    pub queued_at: DateTime<Utc>,
}

/// What a waiting run is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Runs before it.
    pub before: usize,
    /// Runs at work.
    pub active: usize,
    /// Seconds until it works, at the latest; `None`: nobody knows how long those before it take.
    pub seconds: Option<u64>,
    /// The queue is long.
    pub long: bool,
}

impl Waiting {
    /// What to say of it.
    pub fn words(&self) -> String {
        let active = crate::numbers::many(self.active as u64, "run");
        let before = crate::numbers::thousands(self.before as u64);
        let ends = self
            .seconds
            .map(|seconds| format!("; it works in {} at the latest", crate::numbers::span(seconds)));
        let long = if self.long {
            format!(" The queue is long: more than {LONG} runs wait.")
        } else {
            String::new()
        };
        format!("Waits: {active} at work, {before} before it{}.{long}", ends.unwrap_or_default())
    }
}

fn in_order(queue: &[Queued]) -> Vec<Queued> {
    let mut queue = queue.to_vec();
    queue.sort_by_key(|job| (job.queued_at, job.id));
    queue
}

/// The runs that may start now, oldest first; those of the same instant by their key.
pub fn startable(queue: &[Queued], active: usize, limit: u32) -> Vec<JobId> {
    let limit = usize::try_from(limit.clamp(1, 10)).unwrap_or(1);
    in_order(queue).into_iter().take(limit.saturating_sub(active)).map(|job| job.id).collect()
}

/// What a waiting run is told; `None`: it does not wait. `remaining` are the seconds that each active run has left.
pub fn waiting(queue: &[Queued], id: JobId, remaining: &[Option<u64>]) -> Option<Waiting> {
    let before = in_order(queue).iter().position(|job| job.id == id)?;
    let mut ends: Vec<u64> = remaining.iter().flatten().copied().collect();
    ends.sort_unstable();
    // Each end lets one in. Where those at work let in more than are before it, its turn comes no later than that; what the ones before it
    // will take is not known before they start.
    let seconds = ends.get(before).map(|end| end.saturating_add(PROVISIONING));
    Some(Waiting { before, active: remaining.len(), seconds, long: queue.len() > LONG })
}
