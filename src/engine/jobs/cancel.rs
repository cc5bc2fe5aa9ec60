//! Stopping a run: for good, or with a checkpoint. Both come back only when its process is gone.

use super::drive::take;
use super::read::find;
use super::rundir::RunDir;
use super::{Heard, Outcome};
use crate::engine::from_db;
use crate::{CancellationToken, Engine, Error, Progress, Result};
use domain::ids::JobId;
use domain::job::{Cancel, CancelReason, Run, Status, Wish};
use std::time::Duration;

const WHAT: &str = "Cannot stop the run";
/// How often somebody looks whether it is gone.
const ASK: Duration = Duration::from_millis(300);

/// Ends a run for good; its checkpoints stay. Stage: `stopping`.
pub async fn cancel(
    engine: &Engine,
    job: &str,
    (reason, notes): (CancelReason, &str),
    progress: &Progress,
    token: &CancellationToken,
) -> Result<Run> {
    // By the machine's clock: how long the process may still take is counted from here.
    let wish = Cancel::new(reason, notes, engine.0.clock.real());
    let wish = wish.map_err(|e| Error::usage(WHAT, e.to_string()))?;
    carry_out(engine, job, Wish::Cancel(wish), progress, token).await
}

/// Makes a checkpoint and ends the process; `jobs resume` goes on from there. Stage: `stopping`.
pub async fn stop(engine: &Engine, job: &str, progress: &Progress, token: &CancellationToken) -> Result<Run> {
    carry_out(engine, job, Wish::Stop, progress, token).await
}

async fn carry_out(
    engine: &Engine,
    job: &str,
    wish: Wish,
    progress: &Progress,
    token: &CancellationToken,
) -> Result<Run> {
    let line = find(engine, job).await?;
    let name = format!("“{}”", line.run.job.name);
    if line.run.is_over() {
        return Err(Error::refused(WHAT, format!("it is {} already", line.run.job.status)).on(name));
    }
    let id = line.run.job.id;
    let stopping = wish == Wish::Stop;
    engine.db().wish_run(id, &wish).await.map_err(from_db(WHAT))?;
    let mut waited = 0;
    loop {
        if let Some(driver) = take(engine, id, (&Heard::none(), &Progress::none(), token), 0).await? {
            return match Box::pin(driver.drive()).await? {
                Outcome::Left(_) => Err(left(&name)),
                outcome => Ok(outcome.run().clone()),
            };
        }
        // Somebody else follows it, and does what is wished.
        if let Some(run) = ended(engine, id, stopping).await? {
            return Ok(run);
        }
        if token.is_cancelled() {
            return Err(left(&name));
        }
        engine.0.clock.sleep(ASK).await;
        waited += 1;
        progress.step("stopping", waited, None);
    }
}

async fn ended(engine: &Engine, id: JobId, stopping: bool) -> Result<Option<Run>> {
    let stored = engine.db().run(id).await.map_err(from_db(WHAT))?;
    let run = stored.map(|stored| stored.run);
    let over = |run: &Run| run.is_over() || (stopping && run.paused && run.job.status.is(Status::Queued));
    Ok(run.filter(|run| over(run) && !RunDir::of(engine, id).is_alive()))
}

fn left(name: &str) -> Error {
    Error::interrupted(WHAT).on(name).next("The wish stays: whoever follows the run next fulfils it")
}
