//! Runs: list and show.

use super::rundir::{RunDir, Tail};
use super::{JobDetail, JobLine};
use crate::engine::from_db;
use crate::named::{self, Called};
use crate::{Engine, Result};
use domain::ids::JobId;
use domain::job::{Patience, Status, Wish};
use domain::place::Place;
use domain::series::Metrics;
use store::StoredRun;

/// All of them, newest first.
pub async fn list(engine: &Engine) -> Result<Vec<JobLine>> {
    let runs = engine.db().runs().await.map_err(from_db("Cannot list the runs"))?;
    Ok(runs.into_iter().map(|stored| line(engine, stored)).collect())
}

/// One with what its directory tells; `job` is its name, its key or the beginning of it.
pub async fn show(engine: &Engine, job: &str) -> Result<JobDetail> {
    let line = find(engine, job).await?;
    let folder = RunDir::of(engine, line.run.job.id);
    let mut tail = Tail::default();
    tail.read(&folder)?;
    let metrics = tail.reader.metrics();
    let newest = |id| Some((metrics.name(id).to_owned(), metrics.series(id).last()?.value));
    let costs = engine.db().costs_of(line.run.job.id).await.map_err(from_db("Cannot read the run"))?;
    Ok(JobDetail {
        folder: folder.path().to_owned(),
        metrics: metrics.ids().filter_map(newest).collect(),
        remaining_seconds: tail.reader.facts().progress.and_then(|(_, p)| p.remaining_seconds),
        costs,
        line,
    })
}

/// The curves of a run; empty where its directory is not on this machine.
pub(crate) fn metrics(engine: &Engine, run: JobId) -> Result<Metrics> {
    let mut tail = Tail::default();
    tail.read(&RunDir::of(engine, run))?;
    Ok(tail.reader.metrics().clone())
}

/// The run of a key, a name or the beginning of a key. Wrong usage where several have the name; they are told then.
pub(super) async fn find(engine: &Engine, job: &str) -> Result<JobLine> {
    const WHAT: &str = "Cannot find the run";
    // Programs name the whole key: nothing else needs to be read then.
    if let Ok(key) = job.parse::<uuid::Uuid>()
        && let Some(stored) = engine.db().run(JobId(key)).await.map_err(from_db(WHAT))?
    {
        return Ok(line(engine, stored));
    }
    let runs = engine.db().runs().await.map_err(from_db(WHAT))?;
    let found = named::one(runs, job, called, (WHAT, "jobs list"));
    found.map(|stored| line(engine, stored))
}

fn called(stored: &StoredRun) -> Called<'_> {
    let job = &stored.run.job;
    let queued = job.queued_at.format("%Y-%m-%d %H:%M UTC");
    Called { key: job.id.to_string(), name: &job.name, about: format!("{}, queued {queued}", job.status) }
}

pub(super) fn line(engine: &Engine, stored: StoredRun) -> JobLine {
    let now = engine.0.clock.real();
    let folder = RunDir::of(engine, stored.run.job.id);
    let owner = stored.owner.as_deref();
    let followed = owner.is_some_and(|owner| !engine.0.owner.is_dead(owner))
        && stored.lease_until.is_some_and(|until| until > now);
    let mut run = stored.run;
    if let (false, Some(Wish::Cancel(cancel))) = (run.is_over(), stored.wish) {
        run.job.cancelling = Some(cancel);
    }
    // A rented machine shows in the row that it has its id, until that ends.
    let away = run.configuration.place != Place::Local
        && run.job.external_id.is_some()
        && run.job.status.known().is_some_and(Status::is_active);
    JobLine {
        health: run.job.health(Patience::default(), now),
        alive: folder.is_alive() || away,
        followed,
        here: folder.is_here(),
        run,
    }
}
