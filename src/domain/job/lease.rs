//! Who works on something, and until when. Whoever dies lets the lease run out, and another goes on.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// A lease that was taken. It says nothing about the clock of whoever reads it: the database's clock decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Who: a runner's id, new at each of its starts.
    pub owner: String,
    /// Until when.
    pub until: DateTime<Utc>,
    /// How often it changed hands. Whoever writes names the number he took, so that one whose lease ran out while he
    /// slept writes nothing.
    pub turn: u64,
}

/// Somebody else holds it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{owner} works on it until {until}")]
pub struct Held {
    /// Who.
    pub owner: String,
    /// Until when.
    pub until: DateTime<Utc>,
}

/// Takes a lease for some seconds: a free one, one that ran out, or one's own again.
///
/// # Errors
/// Somebody else holds it.
pub fn claim(held: Option<&Lease>, me: &str, seconds: u32, now: DateTime<Utc>) -> Result<Lease, Held> {
    let until = now.checked_add_signed(TimeDelta::seconds(i64::from(seconds))).unwrap_or(now);
    match held {
        Some(lease) if lease.owner != me && lease.holds(now) => {
            Err(Held { owner: lease.owner.clone(), until: lease.until })
        }
        // One's own lease that still holds keeps its number: work that is under way goes on.
        Some(lease) if lease.owner == me && lease.holds(now) => {
            Ok(Lease { owner: me.to_owned(), until: until.max(lease.until), turn: lease.turn })
        }
        other => {
            Ok(Lease { owner: me.to_owned(), until, turn: other.map_or(0, |l| l.turn).saturating_add(1) })
        }
    }
}

impl Lease {
    /// It has not run out. The last instant is not part of it, so that two never hold it at once.
    pub fn holds(&self, now: DateTime<Utc>) -> bool {
        now < self.until
    }

    /// A third of its time is left, or less: renew it now.
    pub fn is_due(&self, seconds: u32, now: DateTime<Utc>) -> bool {
        self.until - now <= TimeDelta::seconds(i64::from(seconds) / 3)
    }

    /// Given back now.
    #[must_use]
    pub fn released(&self, now: DateTime<Utc>) -> Self {
        Self { until: now.min(self.until), ..self.clone() }
    }
}
