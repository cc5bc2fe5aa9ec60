//! What the worker of a run said, and its curves.

use super::read::find;
use super::rundir::{RunDir, Tail};
use super::site::mirrored;
use super::{Heard, JobLine};
use crate::engine::from_db;
use crate::watch::Watch;
use crate::{CancellationToken, Engine, Error, Result};
use domain::place::Place;
use std::path::PathBuf;
use std::time::Duration;

/// How often somebody who reads on looks for more.
const ASK: Duration = Duration::from_millis(300);

/// Tells all events of a run to `heard`; with `follow` also those that come, until the run has ended. It holds no lease.
pub async fn log(
    engine: &Engine,
    job: &str,
    follow: bool,
    heard: &Heard,
    cancel: &CancellationToken,
) -> Result<JobLine> {
    const WHAT: &str = "Cannot read the log";
    let line = find(engine, job).await?;
    let id = line.run.job.id;
    let folder = RunDir::of(engine, id);
    mirror(engine, &line, &folder, true).await?;
    if !folder.is_here() {
        return Err(elsewhere(WHAT, &line));
    }
    let (mut tail, mut told) = (Tail::default(), 0);
    let mut over = line.run.is_over() || !follow;
    loop {
        tail.read(&folder)?;
        told = super::drive::tell(&tail, told, heard);
        if over {
            return Ok(line);
        }
        if cancel.is_cancelled() {
            return Err(Error::interrupted(WHAT).on(format!("“{}”", line.run.job.name)));
        }
        engine.0.clock.sleep(ASK).await;
        let stored = engine.db().run(id).await.map_err(from_db(WHAT))?;
        // The last events are read once more after the end.
        over = stored.is_none_or(|stored| stored.run.is_over());
        mirror(engine, &line, &folder, over).await?;
    }
}

/// Several run directories, to be looked at over each other. What works elsewhere is shown as far as it is here now.
pub async fn watch_several(engine: &Engine, jobs: &[String]) -> Result<Watch> {
    let mut found: Vec<(String, PathBuf)> = Vec::new();
    for job in jobs {
        let line = find(engine, job).await?;
        let folder = RunDir::of(engine, line.run.job.id);
        mirror(engine, &line, &folder, true).await?;
        if !folder.is_here() {
            return Err(elsewhere("Cannot compare the runs", &line));
        }
        let name = &line.run.job.name;
        let same = found.iter().filter(|(other, _)| other == name).count();
        let name = if same > 0 { format!("{name} ({})", same + 1) } else { name.clone() };
        found.push((name, folder.path().to_owned()));
    }
    Ok(Watch::directories(&found))
}

/// The run directory of a run, to be watched. Its curves are read by whoever watches.
pub async fn watch(engine: &Engine, job: &str) -> Result<(JobLine, Watch)> {
    let line = find(engine, job).await?;
    let folder = RunDir::of(engine, line.run.job.id);
    mirror(engine, &line, &folder, true).await?;
    if !folder.is_here() {
        return Err(elsewhere("Cannot watch the run", &line));
    }
    let watch = Watch::run(&line.run.job.name, folder.path());
    if line.run.configuration.place == Place::Local {
        return Ok((line, watch));
    }
    let (engine, known) = (engine.clone(), line.clone());
    let watch = watch.brought(Box::new(move |last| {
        let (engine, line, folder) = (engine.clone(), known.clone(), folder.clone());
        Box::pin(async move {
            // What was brought before stays in view.
            if let Err(error) = mirror(&engine, &line, &folder, last).await {
                tracing::warn!(%error, run = %line.run.job.id, "nothing new of a run that works elsewhere");
            }
        })
    }));
    Ok((line, watch))
}

/// Brings what is new of a run that works elsewhere, unless somebody on this machine just did. `now`: all the same.
async fn mirror(engine: &Engine, line: &JobLine, folder: &RunDir, now: bool) -> Result<()> {
    mirrored(engine, &line.run, folder, now).await.map(|_| ())
}

fn elsewhere(what: &'static str, line: &JobLine) -> Error {
    let (why, next) = if line.run.configuration.place == Place::Local {
        ("its directory is not on this machine", "Look at it on the machine that trained it")
    } else {
        ("its machine has told nothing yet", "Look again when it works")
    };
    Error::not_found(what, why).on(format!("“{}”", line.run.job.name)).next(next)
}
