//! The only place that reads a clock.

use chrono::{DateTime, SubsecRound, Utc};
use std::time::Instant;

/// Tells the time: the machine's, or one that was given (`--at`) so that output is reproducible.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Clock(Option<DateTime<Utc>>);

impl Clock {
    /// Stands still at `at`, or runs when there is none.
    pub fn new(at: Option<DateTime<Utc>>) -> Self {
        Self(at)
    }
    /// The time that is written into files and rows, to the millisecond, as the platform writes it (formats 1.2).
    pub fn now(&self) -> DateTime<Utc> {
        self.0.unwrap_or_else(real_now).trunc_subsecs(3)
    }
    /// The machine's time whatever was given: leases are about real time.
    pub fn real(&self) -> DateTime<Utc> {
        real_now()
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the home of the clock")]
fn real_now() -> DateTime<Utc> {
    Utc::now()
}

/// A point to measure durations from.
#[expect(clippy::disallowed_methods, reason = "this is the home of the clock")]
pub fn instant() -> Instant {
    Instant::now()
}
