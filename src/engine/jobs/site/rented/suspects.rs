//! Jobs of an endpoint that may be the one whose answer was lost. RunPod may not tell what a job was submitted with; then it
//! shows by what the job does. Until it does, nothing is submitted again.

use chrono::{DateTime, Utc};
use remote::runpod::{Job, JobState};
use std::collections::BTreeMap;
use std::time::Duration;

/// Ids, each with the time since when it is seen to work.
#[derive(Debug, Default)]
pub(super) struct Suspects(BTreeMap<String, Option<DateTime<Utc>>>);

impl Suspects {
    /// Takes new ones up while `fresh`, and at the first look: what is submitted later is somebody else's. One that works and has not written into the
    /// store of this run for `quiet` is somebody else's, too, and so is one that has ended. Whether any is left.
    pub fn look(&mut self, jobs: &[Job], fresh: bool, now: DateTime<Utc>, quiet: Duration) -> bool {
        let hidden = |job: &&Job| job.input.is_none() && !job.status.known().is_some_and(JobState::is_end);
        let there: BTreeMap<&str, &Job> =
            jobs.iter().filter(hidden).map(|job| (job.id.as_str(), job)).collect();
        if fresh {
            for id in there.keys() {
                self.0.entry((*id).to_owned()).or_insert(None);
            }
        }
        self.0.retain(|id, since| {
            let Some(job) = there.get(id.as_str()) else { return false };
            if !job.status.known().is_some_and(JobState::is_running) {
                return true;
            }
            let since = *since.get_or_insert(now);
            now < crate::clock::after(since, quiet)
        });
        !self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn jobs(all: &[(&str, &str)]) -> Vec<Job> {
        let job = |(id, status): &(&str, &str)| serde_json::from_value(json!({"id": id, "status": status}));
        all.iter().map(|it| job(it).unwrap()).collect()
    }

    #[test]
    fn a_suspect_is_cleared_by_what_it_does_and_nobody_becomes_one_late() {
        let at = |s: i64| DateTime::from_timestamp(1_775_000_000 + s, 0).unwrap();
        let quiet = Duration::from_secs(35);
        let mut suspects = Suspects::default();
        assert!(!suspects.look(&[], true, at(0), quiet));
        assert!(suspects.look(&jobs(&[("a", "IN_QUEUE"), ("b", "COMPLETED")]), true, at(1), quiet));
        assert!(suspects.look(&jobs(&[("a", "IN_PROGRESS"), ("c", "IN_QUEUE")]), false, at(100), quiet));
        assert!(suspects.look(&jobs(&[("a", "IN_PROGRESS"), ("c", "IN_QUEUE")]), false, at(134), quiet));
        assert!(!suspects.look(&jobs(&[("a", "IN_PROGRESS"), ("c", "IN_QUEUE")]), false, at(135), quiet));
    }
}
