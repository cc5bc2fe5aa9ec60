//! Watching a worker: its events become the row, wishes become requests, and its end is seen.

use super::drive::{Driver, LEASE, WHAT, lease, tell};
use super::site::Gone;
use crate::Result;
use crate::engine::from_db;
use chrono::TimeDelta;
use domain::job::{Move, Stage, Status, Wish};
use domain::lenient::Word;
use store::Ending;

/// How often the row is written at most, but for changes of what the run does.
const SAVE: TimeDelta = TimeDelta::seconds(2);
/// How often the lease is renewed and wishes are heard.
const RENEW: TimeDelta = TimeDelta::seconds(1);

/// How watching ended.
pub(super) enum Watched {
    /// Nobody works on it any more.
    Gone(Gone),
    /// Somebody wants this program to end; the worker goes on.
    Left,
}

impl Driver<'_> {
    /// Until the worker is gone, or this program shall end.
    pub async fn watch(&mut self) -> Result<Watched> {
        loop {
            self.bring().await?;
            // First whether it is gone, then what it told: nothing comes after its end.
            let gone = self.gone().await?;
            let changed = self.news()?;
            if let Some(gone) = gone {
                return Ok(Watched::Gone(gone));
            }
            self.seen = true;
            let now = self.engine.0.clock.real();
            if self.cancel.is_cancelled() {
                self.save(&Ending::default()).await?;
                return Ok(Watched::Left);
            }
            if changed || now - self.saved >= SAVE {
                self.wish = self.save_and_hear(&Ending::default()).await?;
                self.pass_on().await?;
            } else if now - self.renewed >= RENEW {
                self.beat().await?;
            }
            let cancel = self.cancel;
            tokio::select! {
                () = self.pause() => {}
                () = cancel.cancelled() => {}
            }
        }
    }

    /// Reads what is new; whether what the run does has changed.
    pub fn news(&mut self) -> Result<bool> {
        if !self.tail.read(&self.folder)? {
            return Ok(false);
        }
        self.told = tell(&self.tail, self.told, self.heard);
        let facts = self.tail.reader.facts();
        if self.before.is_some_and(|before| facts.attempt <= before) {
            return Ok(false);
        }
        let (stage, progress) = (facts.stage, facts.progress);
        let before = (self.run.job.status.clone(), self.run.job.stage.clone());
        if self.run.job.status.is(Status::Queued) {
            self.go(Move::Claim)?;
        }
        if self.run.job.status.is(Status::Initializing) {
            self.go(Move::Start)?;
        }
        let now = self.engine.now();
        let job = &mut self.run.job;
        if let Some(stage) = stage.map(Stage::Works) {
            job.stage = Word::Known(stage);
            job.progress.enter(stage);
        }
        if let Some((at, told)) = progress {
            job.progress.expect(at, told.remaining_seconds);
            if let Some(step) = told.step {
                job.progress.steps(step, told.total_steps);
            }
            job.progress.raise(told.percent);
            job.progress.epoch = told.epoch.unwrap_or(job.progress.epoch);
        }
        let loss = self.tail.reader.metrics().get("loss").and_then(|series| Some(series.last()?.value));
        job.progress.loss = loss.filter(|loss| loss.is_finite());
        job.last_seen_at = Some(now);
        job.current_cost = job.meter().map_or(job.current_cost, |meter| meter.so_far(now));
        let word = job.stage.known().map_or("running", Stage::word);
        self.progress.step(word, job.progress.step, job.progress.total_steps);
        Ok(before != (job.status.clone(), job.stage.clone()))
    }

    /// Stays whoever follows the run, hears wishes, and passes them on.
    async fn beat(&mut self) -> Result<()> {
        let now = self.engine.0.clock.real();
        let wish = self.engine.db().renew_run(&self.hold, now + lease(self.engine)).await;
        match wish {
            Ok(wish) => self.wish = wish,
            Err(error) if error.is_transient() && now - self.renewed < LEASE / 2 => {
                tracing::warn!(%error, "the lease of a run is renewed later");
                return Ok(());
            }
            Err(error) => return Err(from_db(WHAT)(error)),
        }
        self.renewed = now;
        self.pass_on().await
    }

    /// Asks whoever works for what somebody wishes.
    async fn pass_on(&mut self) -> Result<()> {
        if let Some(wish) = self.wish.clone() {
            self.ask(&wish).await?;
            if let Wish::Cancel(cancel) = wish {
                self.run.job.cancelling = Some(cancel);
            }
        }
        Ok(())
    }
}
