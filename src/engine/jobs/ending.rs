//! What came of an attempt.

use super::Outcome;
use super::drive::Driver;
use super::site::{Gone, Left};
use super::tried;
use crate::Result;
use chrono::TimeDelta;
use domain::cost::CostRecord;
use domain::job::{Cancel, CancelReason, Failure, FailureClass, Move, Outside, Setback, Status, Wish};
use domain::lenient::Word;
use domain::place::Place;
use domain::run;
use store::Ending;

impl Driver<'_> {
    /// Nobody works on it: what was left decides. `None`: the run goes on with another attempt.
    pub async fn settle(&mut self, gone: Gone) -> Result<Option<Outcome>> {
        if let Some(manifest) = self.folder.manifest() {
            return self.finish(&manifest).await.map(Some);
        }
        let wish = self.wish.clone();
        let facts = self.tail.reader.facts();
        let told = facts.attempt > self.before.unwrap_or(0);
        let ended = facts.ended.filter(|_| told).map(|(_, last)| last.outcome);
        match (ended, wish) {
            (Some(run::Outcome::Cancelled), wish) => {
                let cancel = match wish {
                    Some(Wish::Cancel(cancel)) => cancel,
                    _ => self.by_hand(),
                };
                self.cancelled(cancel).await.map(Some)
            }
            (_, Some(Wish::Cancel(cancel))) => self.cancelled(cancel).await.map(Some),
            (Some(run::Outcome::Stopped), None) if self.was_cut_off() => {
                let cause =
                    "The machine was told to end, by RunPod or by somebody there; its checkpoint is kept.";
                let failure = Failure { step: self.step(), ..Failure::new(Outside::Interrupted, cause) };
                self.again_or_failed(failure, true).await
            }
            (Some(run::Outcome::Stopped), _) => self.paused().await.map(Some),
            (Some(run::Outcome::Failed | run::Outcome::Done), _) => {
                let failure = match gone {
                    // It says that it is done, but what it left cannot be used.
                    Gone::Machine(Left::Failed(failure)) if ended == Some(run::Outcome::Done) => *failure,
                    _ => self.failure(),
                };
                self.failed(failure).await.map(Some)
            }
            (None, _) => match gone {
                Gone::Process(code) => self.killed(told, code).await,
                Gone::Machine(left) => self.left(left, told).await,
            },
        }
    }

    /// A rented machine stopped its run although nobody here wished it and the run's time was far from over (decision 0185).
    fn was_cut_off(&self) -> bool {
        let facts = self.tail.reader.facts();
        let (Some(began), Some((ended, _))) = (facts.attempt_started, facts.ended) else { return false };
        let limit = TimeDelta::hours(i64::from(self.run.configuration.max_hours));
        self.run.configuration.place != Place::Local && (ended - began) * 10 < limit * 9
    }

    /// Somebody put the request into the directory himself.
    pub fn by_hand(&self) -> Cancel {
        Cancel { reason: Word::Known(CancelReason::Other), notes: None, asked_at: self.engine.now() }
    }

    /// Its process is gone and comes back no more.
    pub async fn cancelled(&mut self, cancel: Cancel) -> Result<Outcome> {
        self.run.job.cancelling = Some(cancel);
        self.go(Move::Cancel)?;
        let ending = Ending { wish_fulfilled: true, ..self.ending() };
        self.save(&ending).await?;
        Ok(Outcome::Over(self.run.clone()))
    }

    /// It was stopped with a checkpoint, and waits for whoever resumes it.
    pub async fn paused(&mut self) -> Result<Outcome> {
        self.run.paused = true;
        // The last step is told by the end, not by the progress before it.
        if let Some((_, last)) = self.tail.reader.facts().ended {
            self.run.job.progress.steps(last.step, None);
        }
        if !self.run.job.status.is(Status::Queued) {
            // That somebody stopped it is no failed attempt.
            self.requeue_uncounted()?;
        }
        self.save(&Ending { wish_fulfilled: true, ..Ending::default() }).await?;
        Ok(Outcome::Paused(self.run.clone()))
    }

    /// Back into the queue, without an attempt that has failed.
    pub fn requeue_uncounted(&mut self) -> Result<()> {
        let attempts = self.run.job.attempts;
        self.go(Move::Requeue)?;
        self.run.job.attempts = attempts;
        Ok(())
    }

    /// It ended without a word: it is taken up again, a few times.
    async fn killed(&mut self, told: bool, code: Option<i32>) -> Result<Option<Outcome>> {
        let how = code.map_or_else(|| "was killed".to_owned(), |code| format!("ended with code {code}"));
        if !told && self.was_refused(code) {
            return Ok(None);
        }
        // A full disk takes no events, but the code says what it was. One that ends by itself before its first word does so again;
        // one that was killed then was only killed early.
        let known = code.and_then(FailureClass::of_exit_code);
        if let Some(class) = known.or((!told && code.is_some()).then_some(run::Class::Other.into())) {
            let when = if told { "and could not write why" } else { "before its first word" };
            let said = match self.folder.last_words() {
                words if words.is_empty() => "It printed nothing.".to_owned(),
                words => format!("It printed: {words}"),
            };
            let cause = format!("The worker {how} {when}. {said}");
            return self.failed(Failure::new(class, cause)).await.map(Some);
        }
        let mut failure = Failure::new(Outside::Interrupted, format!("The worker {how} without a word."));
        failure.step = self.step();
        self.again_or_failed(failure, told).await
    }

    /// The last step that was told.
    pub fn step(&self) -> Option<u64> {
        self.tail.reader.facts().progress.and_then(|(_, p)| p.step)
    }

    /// Back into the queue while trying again can help.
    pub async fn again_or_failed(&mut self, failure: Failure, told: bool) -> Result<Option<Outcome>> {
        match failure.next(self.run.job.attempts) {
            Move::Requeue => {
                if told || self.before.is_some() {
                    self.go(Move::Requeue)?;
                } else {
                    // Whoever claimed it died before its worker began.
                    self.requeue_uncounted()?;
                }
                let setback = Setback {
                    at: self.moment(),
                    step: failure.step,
                    checkpoint: self.tail.reader.facts().checkpoint.is_some(),
                    cause: failure.cause,
                };
                self.heard.say(&self.run.job.name, &setback.sentence(self.run.configuration.place));
                self.run.job.setback = Some(setback);
                // What was said of that attempt is over.
                self.run.job.stage_message = None;
                self.save(&Ending::default()).await?;
                Ok(None)
            }
            _ => self.failed(failure).await.map(Some),
        }
    }

    /// Why the worker says that it failed.
    fn failure(&self) -> Failure {
        let Some(told) = &self.tail.reader.facts().error else {
            return Failure::new(run::Class::Other, "The worker failed without saying why.");
        };
        Failure {
            class: Word::Known(told.class.into()),
            cause: told.cause.clone(),
            fix: told.fix.clone(),
            step: told.step,
            line: told.line,
        }
    }

    pub async fn failed(&mut self, failure: Failure) -> Result<Outcome> {
        self.run.job.failure = Some(failure);
        self.go(Move::Fail)?;
        let ending = self.ending();
        self.save(&ending).await?;
        Ok(Outcome::Over(self.run.clone()))
    }

    /// Cost and lesson of a run that has ended.
    pub fn ending(&self) -> Ending {
        let (job, now) = (&self.run.job, self.engine.now());
        // What was rented has a record of its own for each attempt.
        let local = self.run.configuration.place == Place::Local;
        let cost = job
            .meter()
            .filter(|_| local)
            .and_then(|meter| CostRecord::compute(job.id, &meter, &job.gpu.gpu, now));
        Ending {
            cost: cost.map(|cost| (self.engine.0.ids.next(), cost)),
            lesson: tried::lesson(&self.run, self.tail.reader.facts(), self.tail.reader.metrics()),
            ..Ending::default()
        }
    }
}
