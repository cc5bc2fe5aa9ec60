//! A clock that somebody drives: a month goes by as fast as the work in it is done.

use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// A time that stands still until somebody moves it; cheap to clone.
#[derive(Debug, Clone)]
pub struct Driven(Arc<Inside>);

#[derive(Debug)]
struct Inside {
    now: watch::Sender<DateTime<Utc>>,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    until: BTreeSet<(DateTime<Utc>, u64)>,
}

/// Somebody who waits; gone when he is dropped, whether his time has come or not.
struct Sleeper<'a>(&'a Driven, (DateTime<Utc>, u64));

impl Drop for Sleeper<'_> {
    fn drop(&mut self) {
        self.0.waiting().until.remove(&self.1);
    }
}

impl Driven {
    /// Stands at `at`.
    pub fn new(at: DateTime<Utc>) -> Self {
        Self(Arc::new(Inside { now: watch::Sender::new(at), waiting: Mutex::default() }))
    }
    /// What it shows.
    pub fn now(&self) -> DateTime<Utc> {
        *self.0.now.borrow()
    }
    /// When the first of those who wait by it goes on; `None`: nobody waits.
    pub fn next(&self) -> Option<DateTime<Utc>> {
        self.waiting().until.first().map(|(at, _)| *at)
    }
    /// Moves it forward and wakes whose time has come; it never goes back.
    pub fn set(&self, at: DateTime<Utc>) {
        self.0.now.send_if_modified(|now| {
            let later = at > *now;
            *now = at.max(*now);
            later
        });
    }
    /// Waits until it shows so much more.
    pub async fn sleep(&self, time: Duration) {
        let mut now = self.0.now.subscribe();
        let time = chrono::TimeDelta::from_std(time).unwrap_or(chrono::TimeDelta::MAX);
        let until = self.now().checked_add_signed(time).unwrap_or(DateTime::<Utc>::MAX_UTC);
        let entry = {
            let mut waiting = self.waiting();
            waiting.next += 1;
            let entry = (until, waiting.next);
            waiting.until.insert(entry);
            entry
        };
        let _sleeper = Sleeper(self, entry);
        // Its sender lives as long as this does.
        let _ = now.wait_for(|now| *now >= until).await;
    }
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;

    #[tokio::test]
    async fn who_waits_goes_on_when_the_time_is_moved_and_who_gave_up_is_not_waited_for() {
        let start: DateTime<Utc> = "2026-11-01T00:00:00Z".parse().unwrap();
        let clock = Driven::new(start);
        let mut long = Box::pin(clock.sleep(Duration::from_hours(24)));
        assert_eq!(long.as_mut().now_or_never(), None);
        {
            let mut short = Box::pin(clock.sleep(Duration::from_mins(1)));
            assert_eq!(short.as_mut().now_or_never(), None);
            assert_eq!(clock.next(), Some(start + chrono::TimeDelta::minutes(1)));
            clock.set(start + chrono::TimeDelta::minutes(1));
            assert_eq!(short.now_or_never(), Some(()));
            let mut gave_up = Box::pin(clock.sleep(Duration::from_mins(1)));
            assert_eq!(gave_up.as_mut().now_or_never(), None);
        }
        assert_eq!(clock.next(), Some(start + chrono::TimeDelta::days(1)));
        clock.set(start);
        assert_eq!(clock.now(), start + chrono::TimeDelta::minutes(1), "it never goes back");
        clock.set(start + chrono::TimeDelta::days(1));
        assert_eq!(long.now_or_never(), Some(()));
        assert_eq!(clock.next(), None);
    }
}
