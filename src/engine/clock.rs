//! The only place that reads a clock, and the one that waits by it.

mod driven;

pub use driven::Driven;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use std::time::{Duration, Instant};

/// Tells the time: the machine's, one that was given (`--at`) so that output is reproducible, or one that a test drives.
#[derive(Debug, Clone, Default)]
pub struct Clock(Time);

#[derive(Debug, Clone, Default)]
enum Time {
    #[default]
    Machine,
    Still(DateTime<Utc>),
    Driven(Driven),
}

impl Clock {
    /// Stands still at `at`, or runs when there is none.
    pub fn new(at: Option<DateTime<Utc>>) -> Self {
        Self(at.map_or(Time::Machine, Time::Still))
    }
    /// Goes as somebody drives it; waiting waits for him.
    pub fn driven(by: &Driven) -> Self {
        Self(Time::Driven(by.clone()))
    }
    /// The time that is written into files and rows, to the millisecond, as the platform writes it (formats 1.2).
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Time::Still(at) => *at,
            _ => self.real(),
        }
        .trunc_subsecs(3)
    }
    /// The machine's time even where another one is written: leases are about real time.
    pub fn real(&self) -> DateTime<Utc> {
        match &self.0 {
            Time::Driven(by) => by.now(),
            _ => real_now(),
        }
    }
    /// Waits by this clock.
    pub async fn sleep(&self, time: Duration) {
        match &self.0 {
            Time::Driven(by) => by.sleep(time).await,
            _ => tokio::time::sleep(time).await,
        }
    }
}

/// So much later; the end of time where that is beyond it.
pub(crate) fn after(at: DateTime<Utc>, pause: Duration) -> DateTime<Utc> {
    let pause = TimeDelta::from_std(pause).ok();
    pause.and_then(|pause| at.checked_add_signed(pause)).unwrap_or(DateTime::<Utc>::MAX_UTC)
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
