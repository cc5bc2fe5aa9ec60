//! Machines that are rented for an attempt. What is rented stands in the rows before it is asked for; its id right after, before
//! anything else; and it stands there as open until the provider himself says that it is gone (decision 0176).

mod candidates;
mod carry;
mod depot;
mod machine;
mod mirror;
mod notes;
mod pod;
mod queue;
mod result;
mod settle;
mod suspects;
mod tidy;
mod wish;

pub(in crate::jobs) use settle::Left;

use crate::engine::from_db;
use crate::jobs::drive::{Driver, LEASE, WHAT};
use crate::jobs::rundir::RunDir;
use crate::{Engine, Error, Result};
use chrono::{DateTime, Utc};
use depot::Depot;
use domain::ids::JobId;
use domain::job::{Job, Move, Run, Status};
use domain::lenient::Word;
use domain::money::{PerHour, Usd};
use domain::place::Place;
use domain::rental::{Rental, RentalState};
use notes::{About, Notes};
use store::{Ending, StoredRental};
use suspects::Suspects;

/// What is rented for a run.
#[derive(Debug, Default)]
pub(in crate::jobs) struct Rented {
    /// What is open.
    rental: Option<StoredRental>,
    attempts: u32,
    /// When the provider and the store are asked next.
    poll_at: DateTime<Utc>,
    bring_at: DateTime<Utc>,
    /// The provider says that it is over: what he says, and what came of it.
    over: Option<(String, Left)>,
    /// The last beat of whoever trains, and since when it stands still.
    beat: Option<(u64, DateTime<Utc>)>,
    /// A wish that was put into the store, and when the provider was asked to end it.
    put: Option<&'static str>,
    asked_at: Option<DateTime<Utc>>,
    suspects: Option<Suspects>,
    /// The secret that holds the order of a pod.
    secret: Option<pod::Kept>,
    /// The result cannot be used, now or later: what that means.
    spoilt: Option<Left>,
    /// The machine of a pod has taken its order up.
    works: bool,
    /// What is said about it at present.
    notes: Notes,
}

impl Rented {
    /// What the rows say. What ended attempts cost is read from there, too: they are the truth of it.
    pub async fn of(engine: &Engine, run: &mut Run) -> Result<Self> {
        let all = engine.db().rentals_of(run.job.id).await.map_err(from_db(WHAT))?;
        let mut rented = Self::default();
        let mut paid = Usd::ZERO;
        for stored in all {
            let rental = &stored.rental;
            paid += rental.recorded.unwrap_or(Usd::ZERO);
            rented.attempts += u32::from(!rental.state.is(RentalState::Void));
            if rental.is_open() {
                rented.rental = Some(stored);
            }
        }
        run.job.paid = paid;
        if !rented.is_open() {
            // Whoever saw the end of the last one died before he wrote that into the run: its time does not go on.
            run.job.gpu_started_at = None;
            run.job.current_cost = paid;
        }
        Ok(rented)
    }

    pub fn is_open(&self) -> bool {
        self.rental.is_some()
    }

    /// What is known of an end that nobody saw.
    pub fn unseen(&self) -> Left {
        self.spoilt.clone().unwrap_or(Left::Unseen)
    }

    pub fn told_before(&self) -> Option<u64> {
        self.rental.as_ref().map(|stored| stored.rental.told_before)
    }

    fn is_held(&self) -> bool {
        self.rental.as_ref().is_some_and(|stored| stored.rental.state.is(RentalState::Held))
    }
}

/// Copies what is new of a run that works elsewhere, whoever follows it; nothing happens for a run of this machine, nor, unless it has to
/// be `now`, when somebody here did the same a moment ago.
pub(in crate::jobs) async fn mirrored(
    engine: &Engine,
    run: &Run,
    folder: &RunDir,
    now: bool,
) -> Result<bool> {
    if run.configuration.place == Place::Local {
        return Ok(false);
    }
    let pause = engine.0.places.runpod.poll / 2;
    if !now && mirror::is_fresh(folder, engine.0.clock.real(), pause) {
        return Ok(false);
    }
    mirror::bring(&Depot::of(engine, run.job.id)?, folder, engine.0.clock.real()).await
}

impl Driver<'_> {
    fn away(&mut self) -> &mut Rented {
        match &mut self.site {
            super::Site::Rented(rented) => rented,
            super::Site::Local(_) => unreachable!("the site of a run does not change"),
        }
    }

    fn depot(&self) -> Result<Depot> {
        Depot::of(self.engine, self.run.job.id)
    }

    /// Stays whoever follows the run while something takes long.
    async fn staying<T>(&mut self, work: impl Future<Output = T>) -> Result<T> {
        let mut work = std::pin::pin!(work);
        let engine = self.engine;
        let pause = (LEASE / 6).to_std().unwrap_or_default();
        loop {
            tokio::select! {
                biased;
                out = &mut work => return Ok(out),
                () = engine.0.clock.sleep(pause) => self.stay().await?,
            }
        }
    }

    /// Carries the run there, writes down that something is rented, and rents it.
    pub(super) async fn launch_away(&mut self) -> Result<()> {
        let place = self.run.configuration.place;
        let lacking = crate::runpod::missing(&self.engine.0.places, place);
        if !lacking.is_empty() {
            return Err(Error::refused(WHAT, format!("{place} cannot be used: {}", lacking.join("; ")))
                .next("Set what is missing, or cancel the run"));
        }
        self.folder.make()?;
        self.bring_home().await?;
        if self.folder.manifest().is_some() {
            return Ok(());
        }
        match place {
            Place::RunpodPod => self.launch_on_pod().await,
            _ => self.launch_on_queue().await,
        }
    }

    /// Writes down that something is about to be rented.
    async fn claim(&mut self, quoted: Option<PerHour>) -> Result<()> {
        self.run.job.external_id = None;
        self.begin().await?;
        let (id, now) = (self.engine.0.ids.next(), self.engine.0.clock.real());
        let attempt = self.away().attempts + 1;
        let rental = Rental {
            id,
            job: self.run.job.id,
            fetches: None,
            attempt,
            place: self.run.configuration.place,
            name: name(self.run.job.id, attempt),
            state: Word::Known(RentalState::Claimed),
            external_id: None,
            what: None,
            told_before: self.before.unwrap_or(0),
            gpus: self.run.job.gpu.count,
            claimed_at: now,
            since: None,
            ended_at: None,
            worked_ms: None,
            quoted,
            charged: None,
            recorded: None,
            billed: None,
            why: None,
        };
        let stored = self.engine.db().claim_rental(&self.hold, &rental).await.map_err(from_db(WHAT))?;
        let away = self.away();
        away.attempts = attempt;
        away.over = None;
        away.beat = None;
        away.put = None;
        away.asked_at = None;
        away.suspects = None;
        away.secret = None;
        away.works = false;
        away.notes = Notes::default();
        away.poll_at = now;
        away.rental = Some(stored);
        Ok(())
    }

    /// Writes the provider's id down, before anything else happens. `false`: it was given up meanwhile, and must be ended.
    async fn found(&mut self, external_id: &str) -> Result<bool> {
        let Some(stored) = self.away().rental.clone() else { return Ok(false) };
        let id = stored.rental.id;
        let mut tries = 0;
        let kept = loop {
            match self.engine.db().found_rental(id, external_id).await {
                Ok(kept) => break kept,
                // Until it stands there nothing else is worth doing; the name is the second net.
                Err(error) if error.is_transient() && tries < 20 => {
                    tries += 1;
                    tracing::warn!(%error, "the id of a rented machine is written down later");
                    self.engine.0.clock.sleep(std::time::Duration::from_millis(250)).await;
                }
                Err(error) => return Err(from_db(WHAT)(error)),
            }
        };
        if kept {
            let stored = self.engine.db().rental(id).await.map_err(from_db(WHAT))?;
            self.away().rental = stored;
            self.run.job.external_id = Some(external_id.to_owned());
            self.run.job.stage = Word::Known(domain::job::Stage::Waits(domain::job::Wait::QueuedOnGpu));
            self.save(&Ending::default()).await?;
            // Whoever waits for it to go on elsewhere need not wait for its first word.
            self.progress.step(domain::job::Wait::QueuedOnGpu.word(), 0, None);
        } else {
            self.came_late(id, external_id).await?;
        }
        Ok(kept)
    }

    /// It was given up, and came all the same. Whoever learns its id ends it at once; what it costs until then is known from the bill.
    async fn came_late(&mut self, id: uuid::Uuid, external_id: &str) -> Result<()> {
        let stored = self.engine.db().rental(id).await.map_err(from_db(WHAT))?;
        let Some(mut late) = stored.filter(|stored| stored.rental.state.is(RentalState::Void)) else {
            return Ok(());
        };
        late.rental.state = Word::Known(RentalState::Ended);
        late.rental.external_id = Some(external_id.to_owned());
        late.rental.ended_at = Some(self.engine.0.clock.real());
        late.rental.why = Some("came after it was given up, and was ended at once".to_owned());
        self.engine.db().save_rental(None, &late, None).await.map(|_| ()).map_err(from_db(WHAT))
    }

    /// It never was: the attempt does not count.
    async fn void(&mut self, why: &str) -> Result<()> {
        if self.run.configuration.place == Place::RunpodPod {
            // The order was laid down before the pod was asked for.
            let client = crate::runpod::client(self.engine)?;
            self.forget_secret(&client).await;
        }
        let Some(mut stored) = self.away().rental.take() else { return Ok(()) };
        stored.rental.state = Word::Known(RentalState::Void);
        stored.rental.why = Some(why.to_owned());
        let saved = self.engine.db().save_rental(Some(&self.hold), &stored, None).await;
        if let Err(error) = saved {
            // Its id may have been found meanwhile.
            self.away().rental = self
                .engine
                .db()
                .rental(stored.rental.id)
                .await
                .map_err(from_db(WHAT))?
                .filter(|s| s.rental.is_open());
            return Err(from_db(WHAT)(error));
        }
        self.away().attempts -= 1;
        // Its first words may have been heard, and its time does not count where it has no row: the bill of the day has it.
        self.run.job.gpu_started_at = None;
        self.run.job.current_cost = self.run.job.paid;
        self.run.job.external_id = None;
        self.run.job.stage = Word::Known(domain::job::Stage::QUEUED);
        if !self.run.job.status.is(Status::Queued) {
            self.requeue_uncounted()?;
        }
        self.forget_notes();
        self.note(About::Provider, why);
        self.save(&Ending::default()).await
    }

    /// What is known of what is rented changed: its row, and the cost that the run shows.
    async fn keep_rental(&mut self, change: impl FnOnce(&mut Rental) + Send) -> Result<()> {
        let Some(mut stored) = self.away().rental.clone() else { return Ok(()) };
        let before = stored.rental.clone();
        change(&mut stored.rental);
        if stored.rental != before {
            let saved = self.engine.db().save_rental(Some(&self.hold), &stored, None).await;
            stored = saved.map_err(from_db(WHAT))?;
        }
        let rental = stored.rental.clone();
        self.away().rental = Some(stored);
        let now = self.engine.0.clock.real();
        meter(&mut self.run.job, &rental, now);
        // The provider was heard of it.
        self.run.job.last_seen_at = self.run.job.last_seen_at.max(Some(now));
        if rental.since.is_some() && self.run.job.status.is(Status::Initializing) {
            self.go(Move::Start)?;
            self.run.job.gpu_started_at = rental.since;
        }
        Ok(())
    }

    /// It is gone: its row ends, with its cost, in one transaction.
    async fn end_rental(&mut self, why: &str) -> Result<()> {
        let Some(mut stored) = self.away().rental.clone() else { return Ok(()) };
        let now = self.engine.0.clock.real();
        let cost = stored.rental.end(why, now).map(|cost| (stored.rental.id, cost));
        let saved = self.engine.db().save_rental(Some(&self.hold), &stored, cost).await;
        saved.map_err(from_db(WHAT))?;
        let job = &mut self.run.job;
        job.paid += stored.rental.recorded.unwrap_or(Usd::ZERO);
        job.current_cost = job.paid;
        job.gpu_started_at = None;
        self.away().rental = None;
        Ok(())
    }

    /// What the store has that is new.
    pub(super) async fn bring_news(&mut self) -> Result<()> {
        let now = self.engine.0.clock.real();
        if now < self.away().bring_at || !self.is_alive() {
            return Ok(());
        }
        let places = &self.engine.0.places.runpod;
        let pause = places.tick.max(places.poll / 2);
        self.away().bring_at = crate::clock::after(now, pause);
        let (depot, folder) = (self.depot()?, self.folder.clone());
        match self.staying(mirror::bring(&depot, &folder, now)).await? {
            Ok(_) => self.well(About::Store),
            Err(error) => self.store_trouble(&error),
        }
        Ok(())
    }

    /// Everything that is there: the last events, and the result when there is one.
    pub(super) async fn bring_home(&mut self) -> Result<()> {
        if self.away().attempts == 0 {
            return Ok(());
        }
        let (depot, folder, run) = (self.depot()?, self.folder.clone(), self.run.job.id.to_string());
        let now = self.engine.0.clock.real();
        self.staying(mirror::bring(&depot, &folder, now)).await??;
        if folder.manifest().is_none() {
            match self.staying(result::fetch(&depot, &folder, &run)).await? {
                // Another try brings the same bytes.
                Err(error) if error.kind == crate::ErrorKind::Refused => {
                    self.away().spoilt = Some(Left::failed(domain::run::Class::Other, error.to_string()));
                }
                other => {
                    other?;
                }
            }
        }
        Ok(())
    }
}

/// What it is called there. Whoever looks for something of ours finds the key of its run in it.
pub(super) fn name(run: JobId, attempt: u32) -> String {
    format!("{}{run}-{attempt}", crate::runpod::OURS)
}

/// The live cost: by the provider's times and the price that he charges.
fn meter(job: &mut Job, rental: &Rental, now: DateTime<Utc>) {
    if let Some(price) = rental.price() {
        job.gpu.usd_per_hour = Some(price);
    }
    if rental.since.is_some() && job.gpu_started_at.is_some() {
        job.gpu_started_at = rental.since;
    }
    job.current_cost = job.paid + rental.cost(now);
}
