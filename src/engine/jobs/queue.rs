//! Whose turn it is on this machine.

use super::JobLine;
use super::rundir::RunDir;
use crate::Engine;
use chrono::{DateTime, Utc};
use domain::ids::JobId;
use domain::job::{Queued, Status, Waiting, startable};
use store::StoredRun;

/// The queued runs of this machine that may start now. Runs of other machines take no place here, and none in the queue.
pub(super) fn startable_here(engine: &Engine, runs: &[StoredRun]) -> Vec<JobId> {
    let here: Vec<_> = runs
        .iter()
        .map(|stored| &stored.run)
        .filter(|run| RunDir::of(engine, run.job.id).is_here())
        .collect();
    let active = here.iter().filter(|run| run.job.status.known().is_some_and(Status::is_active)).count();
    let queue: Vec<Queued> = here
        .iter()
        .filter(|run| run.job.status.is(Status::Queued) && !run.paused)
        .map(|run| Queued { id: run.job.id, queued_at: run.job.queued_at })
        .collect();
    startable(&queue, active, engine.0.places.training.queue_limit.max(1))
}

/// What a run is told that waits on this machine (R4.17); `None`: it does not wait, or elsewhere. `lines` are the runs that have not ended.
pub fn waiting<'a>(
    lines: impl Iterator<Item = &'a JobLine> + Clone,
    id: JobId,
    now: DateTime<Utc>,
) -> Option<Waiting> {
    let here = lines.filter(|line| line.here);
    let active = here.clone().filter(|line| line.run.job.status.known().is_some_and(Status::is_active));
    let left = |line: &JobLine| {
        let ends = line.run.job.progress.ends_at?;
        u64::try_from((ends - now).num_seconds().max(0)).ok()
    };
    let remaining: Vec<Option<u64>> = active.map(left).collect();
    let queue: Vec<Queued> = here
        .filter(|line| line.run.job.status.is(Status::Queued) && !line.run.paused)
        .map(|line| Queued { id: line.run.job.id, queued_at: line.run.job.queued_at })
        .collect();
    domain::job::waiting(&queue, id, &remaining)
}
