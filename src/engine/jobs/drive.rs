//! Following a run to its end: whoever holds its lease starts its worker, takes it over, or starts it again.

use super::queue::startable_here;
use super::read::find;
use super::rundir::{RunDir, Tail};
use super::site::Site;
use super::watch::Watched;
use super::{Heard, Outcome};
use crate::bell::ring;
use crate::engine::from_db;
use crate::{CancellationToken, Engine, Error, Progress, Result};
use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::JobId;
use domain::job::{Move, Run, Status, Wish};
use domain::sentence::sentences;
use std::time::Duration;
use store::{Ending, RunHold};

pub(super) const WHAT: &str = "Cannot follow the run";
/// How long whoever follows a run is believed to live when nobody can ask.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(30);
/// Long enough for whoever looks at rented machines as rarely as he was told to.
pub(super) fn lease(engine: &Engine) -> TimeDelta {
    let looks = TimeDelta::from_std(engine.0.places.runpod.tick.saturating_mul(5)).unwrap_or(LEASE);
    LEASE.max(looks)
}
/// How often somebody who only looks on asks the database.
const ASK: Duration = Duration::from_millis(500);

/// Whoever holds the lease of a run.
pub(super) struct Driver<'a> {
    pub engine: &'a Engine,
    pub folder: RunDir,
    pub run: Run,
    pub hold: RunHold,
    pub wish: Option<Wish>,
    pub tail: Tail,
    /// The newest event that was told.
    pub told: u64,
    /// Attempts that had begun before this program started one; `None`: it took a living worker over.
    pub before: Option<u64>,
    /// Its worker was seen alive by this program.
    pub seen: bool,
    pub site: Site,
    pub saved: DateTime<Utc>,
    pub renewed: DateTime<Utc>,
    pub heard: &'a Heard,
    pub progress: &'a Progress,
    pub cancel: &'a CancellationToken,
}

/// Follows a run to its end, starting its worker where none lives; where another process follows it, looks on. Stages: those of
/// the worker, in steps. Cancelling leaves the worker alone.
pub async fn follow(
    engine: &Engine,
    job: &str,
    heard: &Heard,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Outcome> {
    let id = find(engine, job).await?.run.job.id;
    let folder = RunDir::of(engine, id);
    let (mut tail, mut told) = (Tail::default(), 0);
    loop {
        if let Some(driver) = take(engine, id, (heard, progress, cancel), told).await? {
            return Box::pin(driver.drive()).await;
        }
        if tail.read(&folder)?
            && let Some((_, so_far)) = tail.reader.facts().progress
        {
            progress.step("training", so_far.step.unwrap_or(0), so_far.total_steps);
        }
        told = tell(&tail, told, heard);
        let stored = engine.db().run(id).await.map_err(from_db(WHAT))?;
        let Some(stored) = stored else { return Err(Error::not_found(WHAT, "it is gone").on(id)) };
        if stored.run.is_over() {
            return Ok(Outcome::Over(stored.run));
        }
        if cancel.is_cancelled() {
            return Ok(Outcome::Left(stored.run));
        }
        engine.0.clock.sleep(ASK).await;
    }
}

/// Takes up a run that was stopped, or that nobody follows any more, and follows it.
pub async fn resume(
    engine: &Engine,
    job: &str,
    heard: &Heard,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Outcome> {
    if let Some(driver) = taken_up(engine, job, (heard, progress, cancel)).await? {
        return Box::pin(driver.drive()).await;
    }
    Box::pin(follow(engine, job, heard, progress, cancel)).await
}

/// Puts a run that was stopped back among those that wait, for a runner to take up.
pub async fn unpause(engine: &Engine, job: &str) -> Result<Run> {
    let (heard, progress, cancel) = (Heard::none(), Progress::none(), CancellationToken::new());
    if let Some(driver) = taken_up(engine, job, (&heard, &progress, &cancel)).await? {
        engine.db().release_run(&driver.hold).await.map_err(from_db(WHAT))?;
        ring(&engine.0.places.data_dir);
        return Ok(driver.run);
    }
    // Somebody follows it already.
    find(engine, job).await.map(|line| line.run)
}

/// A run that is no longer paused, its lease taken; `None`: somebody else follows it.
async fn taken_up<'a>(
    engine: &'a Engine,
    job: &str,
    listeners: Listeners<'a>,
) -> Result<Option<Box<Driver<'a>>>> {
    let line = find(engine, job).await?;
    if line.run.is_over() {
        return Err(Error::refused("Cannot resume the run", format!("it is {}", line.run.job.status))
            .on(format!("“{}”", line.run.job.name))
            .next("Make it again with `brightrun jobs retry`"));
    }
    let Some(mut driver) = take(engine, line.run.job.id, listeners, 0).await? else { return Ok(None) };
    driver.run.paused = false;
    driver.wish = driver.wish.filter(|wish| *wish != Wish::Stop);
    driver.save(&Ending { wish_fulfilled: driver.wish.is_none(), ..Ending::default() }).await?;
    Ok(Some(driver))
}

/// Takes up every run that nobody follows and that was not stopped, one after the other: those that go on first.
pub async fn resume_all(
    engine: &Engine,
    heard: &Heard,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Vec<Outcome>> {
    let mut runs = super::list(engine).await?;
    runs.retain(|line| !line.run.is_over() && !line.run.paused && !line.followed && line.here);
    runs.sort_by_key(|line| (line.run.job.status.is(Status::Queued), line.run.job.queued_at));
    let mut outcomes = Vec::new();
    for line in runs {
        let id = line.run.job.id.to_string();
        outcomes.push(Box::pin(follow(engine, &id, heard, progress, cancel)).await?);
        if cancel.is_cancelled() {
            break;
        }
    }
    Ok(outcomes)
}

type Listeners<'a> = (&'a Heard, &'a Progress, &'a CancellationToken);

/// Takes the lease; `None`: somebody else follows the run.
pub(super) async fn take<'a>(
    engine: &'a Engine,
    id: JobId,
    (heard, progress, cancel): Listeners<'a>,
    told: u64,
) -> Result<Option<Box<Driver<'a>>>> {
    let inside = &engine.0;
    let Some(stored) = inside.db.run(id).await.map_err(from_db(WHAT))? else {
        return Err(Error::not_found(WHAT, "it is gone").on(id));
    };
    // Who holds his lock lives, however long he was stopped.
    let owner = stored.owner.as_deref();
    if owner.is_some_and(|owner| owner != inside.owner.id && inside.owner.is_alive(owner)) {
        return Ok(None);
    }
    let dead = owner.filter(|owner| inside.owner.is_dead(owner));
    let now = inside.clock.real();
    let claimed = inside.db.claim_run(id, &inside.owner.id, dead, now, now + lease(engine)).await;
    let Some(hold) = claimed.map_err(from_db(WHAT))? else { return Ok(None) };
    // Whoever had it may have written after it was read.
    let Some(mut stored) = inside.db.run(id).await.map_err(from_db(WHAT))? else { return Ok(None) };
    let site = match Site::of(engine, &mut stored.run).await {
        Ok(site) => site,
        Err(error) => {
            let _ = inside.db.release_run(&hold).await;
            return Err(error);
        }
    };
    let before = site.told_before();
    Ok(Some(Box::new(Driver {
        engine,
        site,
        folder: RunDir::of(engine, id),
        run: stored.run,
        hold,
        wish: stored.wish,
        tail: Tail::default(),
        told,
        before,
        seen: false,
        saved: DateTime::UNIX_EPOCH,
        renewed: now,
        heard,
        progress,
        cancel,
    })))
}

/// Tells the events that were not told yet; the number of the newest.
pub(super) fn tell(tail: &Tail, told: u64, heard: &Heard) -> u64 {
    let new = tail.reader.events().iter().filter(|event| event.seq > told);
    new.fold(told, |_, event| {
        heard.tell(event);
        event.seq
    })
}

impl Driver<'_> {
    /// Until it ends, waits, or is left.
    pub async fn drive(mut self: Box<Self>) -> Result<Outcome> {
        let outcome = self.on().await;
        match &outcome {
            Ok(Outcome::Over(_)) => self.clear().await,
            Ok(_) => {}
            Err(error) => self.keep_word(error).await,
        }
        let released = self.engine.db().release_run(&self.hold).await;
        ring(&self.engine.0.places.data_dir);
        match (outcome, released) {
            (Ok(outcome), Ok(())) => Ok(outcome),
            (Ok(_), Err(error)) => Err(from_db(WHAT)(error)),
            (Err(error), _) => Err(error),
        }
    }

    /// Why it does not go on stands with the run, where everybody who shows the run finds it.
    async fn keep_word(&mut self, error: &Error) {
        self.run.job.stage_message = Some(sentences([&error.why, &error.next]));
        // The lease may be gone, or the store: whoever comes next has words of his own.
        if let Err(error) = self.save(&Ending::default()).await {
            tracing::debug!(%error, run = %self.run.job.id, "why a run does not go on could not be written down");
        }
    }

    async fn on(&mut self) -> Result<Outcome> {
        loop {
            if self.run.is_over() {
                return Ok(Outcome::Over(self.run.clone()));
            }
            let active = self.run.job.status.known().is_some_and(Status::is_active);
            if active && !self.seen && !self.is_alive() {
                // It ended while nobody followed it: what it told last decides.
                self.fetch().await?;
                self.news()?;
                match self.settle(self.unseen()).await? {
                    Some(outcome) => return Ok(outcome),
                    None => continue,
                }
            }
            if !self.is_alive() && self.folder.manifest().is_none() {
                match self.wish.clone() {
                    Some(Wish::Cancel(cancel)) => return self.cancelled(cancel).await,
                    Some(Wish::Stop) => return self.paused().await,
                    None if self.run.paused => return Ok(Outcome::Paused(self.run.clone())),
                    None => {}
                }
                if self.run.job.status.is(Status::Queued) && !self.may_start().await? {
                    return Ok(Outcome::Waiting(self.run.clone()));
                }
                self.launch().await?;
            }
            match self.watch().await? {
                Watched::Left => return Ok(Outcome::Left(self.run.clone())),
                Watched::Gone(gone) => {
                    if let Some(outcome) = self.settle(gone).await? {
                        return Ok(outcome);
                    }
                }
            }
        }
    }

    /// Its turn has come, and there is room for it.
    async fn may_start(&self) -> Result<bool> {
        // Whoever takes a run that was made elsewhere makes it one of this machine.
        self.folder.make()?;
        let runs = self.engine.db().open_runs().await.map_err(from_db(WHAT))?;
        Ok(startable_here(self.engine, &runs).contains(&self.run.job.id))
    }

    /// Now; for an end that nobody saw, the last that was told: what nobody computed is not billed.
    pub fn moment(&self) -> DateTime<Utc> {
        let now = self.engine.now();
        let told = self.tail.reader.facts().last_at.filter(|at| !self.seen && *at < now);
        told.unwrap_or(now)
    }

    /// A change of the state that the rules allow.
    pub fn go(&mut self, step: Move) -> Result<()> {
        self.run.job.go(step, self.moment()).map_err(|e| Error::refused(WHAT, e.to_string()))
    }

    /// Writes the row; refused when the lease is somebody else's by now.
    pub async fn save(&mut self, ending: &Ending) -> Result<()> {
        self.save_and_hear(ending).await.map(drop)
    }

    /// The same; whoever writes stays, and hears what somebody wishes of the run.
    pub async fn save_and_hear(&mut self, ending: &Ending) -> Result<Option<Wish>> {
        let now = self.engine.0.clock.real();
        let until = Some(now + lease(self.engine));
        let saved = self.engine.db().save_run(&self.run, &self.hold, ending, self.engine.now(), until).await;
        let wish = saved.map_err(from_db(WHAT))?;
        (self.saved, self.renewed) = (now, now);
        Ok(wish)
    }
}
