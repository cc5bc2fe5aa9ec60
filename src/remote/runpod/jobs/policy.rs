//! How long a job may run and wait. RunPod's own defaults end a training after ten minutes (apis.md A7).

use super::super::SERVICE;
use super::super::parts::milliseconds;
use crate::error::{RemoteError, Result};
use serde::Serialize;
use std::time::Duration;

/// The longest that either limit can be: seven days.
pub(super) const LONGEST: Duration = Duration::from_hours(7 * 24);
const SHORTEST_RUN: Duration = Duration::from_secs(5);
const SHORTEST_LIFE: Duration = Duration::from_secs(10);

/// The limits that are sent with every job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Policy {
    #[serde(serialize_with = "milliseconds")]
    execution_timeout: Duration,
    #[serde(serialize_with = "milliseconds")]
    ttl: Duration,
    low_priority: bool,
}

impl Policy {
    /// A job that may run for `run` and wait in the queue for `queue` before. Both together are its life: when it ends RunPod deletes
    /// the job even while it runs. Seven days are the most; a longer queue is cut so that the run still fits.
    ///
    /// # Errors
    /// `run` is shorter than 5 seconds or longer than seven days.
    pub fn new(run: Duration, queue: Duration) -> Result<Self> {
        if run < SHORTEST_RUN || run > LONGEST {
            let detail = "a queue job may run from 5 seconds to 7 days; use a pod for more";
            return Err(RemoteError::rule(SERVICE, "start the job", detail));
        }
        let ttl = run.saturating_add(queue).clamp(SHORTEST_LIFE, LONGEST);
        Ok(Self { execution_timeout: run, ttl, low_priority: false })
    }

    /// One that waits for a worker that runs anyway instead of starting one.
    #[must_use]
    pub fn low_priority(mut self) -> Self {
        self.low_priority = true;
        self
    }

    /// How long it may run.
    pub fn run(&self) -> Duration {
        self.execution_timeout
    }
    /// How long it lives from its submission, waiting and running.
    pub fn life(&self) -> Duration {
        self.ttl
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_limits_are_always_sent_and_the_life_holds_the_run() {
        let hour = Duration::from_hours(1);
        let policy = Policy::new(48 * hour, 24 * hour).unwrap();
        let text = serde_json::to_string(&policy).unwrap();
        assert_eq!(text, r#"{"executionTimeout":172800000,"ttl":259200000,"lowPriority":false}"#);
        let week = Policy::new(LONGEST, Duration::MAX).unwrap();
        assert_eq!((week.run(), week.life()), (LONGEST, LONGEST));
        assert_eq!(Policy::new(SHORTEST_RUN, Duration::ZERO).unwrap().life(), SHORTEST_LIFE);
        for run in [Duration::ZERO, Duration::from_millis(4999), LONGEST + Duration::from_millis(1)] {
            assert!(Policy::new(run, hour).is_err(), "{run:?}");
        }
    }
}
