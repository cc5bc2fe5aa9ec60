//! Whose turn it is on this machine.

use super::rundir::RunDir;
use crate::Engine;
use domain::ids::JobId;
use domain::job::{Queued, Status, startable};
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
