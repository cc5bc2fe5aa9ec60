//! Looking after the machine that fetches a base model, until the provider says that it is gone. Several programs may do so at once:
//! whatever one of them changes, the others read before they go on.

use super::rent::{reread, void};
use super::weights::{Told, told};
use super::{WHAT, weights};
use crate::clock::after;
use crate::engine::from_db;
use crate::jobs::Heard;
use crate::runpod::client::client;
use crate::runpod::waiting;
use crate::{CancellationToken, Engine, Progress, Result};
use chrono::{DateTime, TimeDelta, Utc};
use domain::money::PerHour;
use domain::place::Place;
use domain::rental::{Fetch, Rental, RentalState};
use domain::run::Class;
use domain::sentence::{sentence, sentences};
use remote::RemoteError;
use remote::runpod::{JobState, PodStatus, RunPod};
use store::StoredRental;

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// The weights are there.
    Done,
    /// It says itself why it failed; or it never began.
    Failed(String),
    /// It is gone without a word: another one may go on.
    Gone(String),
    /// Somebody wished it.
    Stopped,
    /// This program ends; the machine goes on.
    Left,
}

pub(super) struct Tender<'a> {
    engine: &'a Engine,
    client: RunPod,
    stored: StoredRental,
    fetch: Fetch,
    heard: &'a Heard,
    progress: &'a Progress,
    cancel: &'a CancellationToken,
    said: String,
    told: Told,
    /// When the provider was asked last to end it.
    asked_at: Option<DateTime<Utc>>,
    /// Why its job failed, as the machine said: another one would say the same.
    refused: Option<String>,
    /// Jobs whose input RunPod hides and that may be ours.
    doubtful: bool,
}

/// What is fetched now, as the rows say.
pub(crate) async fn fetches(engine: &Engine) -> Result<Vec<StoredRental>> {
    let open = engine.db().open_rentals().await.map_err(from_db(WHAT))?;
    Ok(open.into_iter().filter(|stored| stored.rental.fetches.is_some()).collect())
}

/// Looks after one until it is gone, for whoever finds it in the rows.
pub(crate) async fn tend_open(
    engine: &Engine,
    stored: StoredRental,
    cancel: &CancellationToken,
) -> Result<()> {
    let (heard, progress) = (Heard::none(), Progress::none());
    let end = Tender::new(engine, stored, &heard, &progress, cancel)?.tend().await?;
    tracing::info!(?end, "a machine that fetched a base model");
    Ok(())
}

impl<'a> Tender<'a> {
    pub fn new(
        engine: &'a Engine,
        stored: StoredRental,
        heard: &'a Heard,
        progress: &'a Progress,
        cancel: &'a CancellationToken,
    ) -> Result<Self> {
        let fetch = stored.rental.fetches.clone().unwrap_or(Fetch {
            model: String::new(),
            revision: None,
            stops: false,
        });
        Ok(Self {
            client: client(engine)?,
            engine,
            stored,
            fetch,
            heard,
            progress,
            cancel,
            said: String::new(),
            told: Told::default(),
            asked_at: None,
            refused: None,
            doubtful: false,
        })
    }

    fn say(&mut self, text: &str) {
        let text = sentence(text);
        if text != self.said {
            self.heard.say(&self.fetch.model, &text);
            self.progress.step_on("waiting", 0, None, &text);
            self.said = text;
        }
    }

    /// The provider does not answer as it should; it is asked again.
    fn trouble(&mut self, error: &RemoteError) {
        let next = if error.is_transient() { "brightrun goes on asking".to_owned() } else { error.next() };
        self.say(&sentences([error.what(), next]));
    }

    /// Until it is gone.
    pub async fn tend(mut self) -> Result<End> {
        let pause = self.engine.0.places.runpod.poll;
        let mut over: Option<End> = None;
        loop {
            self.stored = reread(self.engine, self.stored).await?;
            if !self.stored.rental.is_open() {
                // Another program saw its end.
                return self.came_of_it(over).await;
            }
            if self.stored.rental.state.is(RentalState::Claimed) {
                if self.look().await? {
                    return Ok(End::Gone("RunPod never got the request".to_owned()));
                }
            } else {
                let there = self.is_there().await?;
                over = over.or(self.how_far(there).await);
                match (there, &over) {
                    (false, _) => {
                        let end = self.came_of_it(over).await?;
                        self.end(&end).await?;
                        return Ok(end);
                    }
                    (true, Some(_)) => self.give_back().await,
                    (true, None) => {}
                }
            }
            if self.cancel.is_cancelled() {
                return Ok(End::Left);
            }
            tokio::select! {
                () = self.engine.0.clock.sleep(pause) => {}
                () = self.cancel.cancelled() => {}
            }
        }
    }

    fn id(&self) -> String {
        self.stored.rental.external_id.clone().unwrap_or_default()
    }

    fn endpoint(&self) -> String {
        self.engine.0.places.runpod.endpoint.clone().unwrap_or_default()
    }

    /// What is known of it changed. Where somebody else wrote meanwhile it is read again with the next look.
    async fn keep(&mut self, change: impl FnOnce(&mut Rental)) {
        let before = self.stored.rental.clone();
        change(&mut self.stored.rental);
        if self.stored.rental != before {
            match self.engine.db().save_rental(None, &self.stored, None).await {
                Ok(stored) => self.stored = stored,
                Err(error) => tracing::debug!(%error, "somebody else looks after the machine, too"),
            }
        }
    }

    /// Whether the provider still has it. What he cannot say counts as there.
    async fn is_there(&mut self) -> Result<bool> {
        let (now, id) = (self.engine.0.clock.real(), self.id());
        if self.stored.rental.place == Place::RunpodPod {
            let pod = match self.client.pods().get(&id).await {
                Ok(pod) => pod,
                Err(error) if error.is_not_found() => return Ok(false),
                Err(error) => {
                    self.trouble(&error);
                    return Ok(true);
                }
            };
            let works = pod.is(PodStatus::Running);
            self.keep(|rental| {
                rental.charged = pod.cost.filter(|cost| *cost > PerHour::default()).or(rental.charged);
                let began = pod.started_at.or(works.then_some(now));
                rental.since = rental.since.or(began.map(|began| began.min(now)));
            })
            .await;
            if pod.is(PodStatus::Exited) || pod.is(PodStatus::Error) {
                // Stopped pods are given back, too: their disks cost.
                self.give_back().await;
            }
            return Ok(!pod.is(PodStatus::Terminated));
        }
        let job = match self.client.jobs(&self.endpoint()).status(&id).await {
            Ok(job) => job,
            Err(error) if error.is_not_found() => return Ok(false),
            Err(error) => {
                self.trouble(&error);
                return Ok(true);
            }
        };
        let state = job.status.known();
        let (running, ended) = (state.is_some_and(JobState::is_running), state.is_some_and(JobState::is_end));
        self.keep(|rental| {
            if rental.since.is_none() && (running || job.execution_time.is_some_and(|ran| ran > 0)) {
                let ms = |ms: u64| TimeDelta::milliseconds(i64::try_from(ms).unwrap_or(0));
                let began = job.delay_time.map_or(now, |waited| rental.claimed_at + ms(waited));
                rental.since = Some(began.min(now));
            }
            if ended {
                rental.worked_ms = job.execution_time.or(rental.worked_ms);
            }
        })
        .await;
        if ended {
            match job.failure() {
                // Another machine may do better.
                Some(error) if error.is_lost_worker() || error.is_time_limit() => self.say(&error.message),
                Some(error) => self.refused = Some(Class::said(&error.message).1.to_owned()),
                None => {}
            }
            return Ok(false);
        }
        if !running {
            match self.client.endpoints().workers(&self.endpoint()).await {
                Ok(workers) => self.say(&waiting(&workers.summary, self.stored.rental.claimed_at)),
                Err(error) => self.trouble(&error),
            }
        }
        Ok(true)
    }

    /// What it tells on the volume: progress, or that it has to go, and why.
    async fn how_far(&mut self, there: bool) -> Option<End> {
        if self.stored.rental.fetches.as_ref().is_some_and(|fetch| fetch.stops) {
            return Some(End::Stopped);
        }
        match told(self.engine, &self.fetch.model).await {
            Ok(told) => self.told = told,
            Err(error) => {
                self.say(&error.why);
                return None;
            }
        }
        if self.told.attempt > self.stored.rental.told_before {
            if let Some((bytes, of)) = self.told.bytes {
                self.progress.step("fetching", bytes / 1_000_000, Some(of / 1_000_000));
            }
            return match self.told.ended {
                Some(true) => Some(End::Done),
                Some(false) => Some(End::Failed(self.told.error.clone().unwrap_or_default())),
                None => None,
            };
        }
        let pod = self.stored.rental.place == Place::RunpodPod;
        let until = after(self.stored.rental.claimed_at, self.engine.0.places.runpod.provisioning);
        if there && pod && self.engine.0.clock.real() >= until {
            let why = "The machine did not begin in time: a bad host, or an image that does not start";
            return Some(End::Failed(why.to_owned()));
        }
        if there && pod {
            let what = self.stored.rental.what.clone().unwrap_or_default();
            self.say(&format!(
                "The pod is rented ({what}); it fetches the image and starts. Without a word by {} UTC it is given back",
                until.format("%H:%M")
            ));
        }
        None
    }

    /// It is gone: what it left decides.
    async fn came_of_it(&mut self, over: Option<End>) -> Result<End> {
        if let Some(end) = over {
            return Ok(end);
        }
        if let Some(end) = self.how_far(false).await {
            return Ok(end);
        }
        let since = self.stored.rental.claimed_at;
        let found = weights(self.engine, &self.fetch.model).await?;
        if found.is_some_and(|weights| weights.finished_at.is_some_and(|at| at >= since)) {
            return Ok(End::Done);
        }
        if let Some(why) = self.refused.take() {
            return Ok(End::Failed(why));
        }
        let said = if self.said.is_empty() { String::new() } else { format!(" {}", self.said) };
        Ok(End::Gone(format!("the machine is gone without having told an end.{said}")))
    }

    /// Gives it back, again and again until it is gone.
    async fn give_back(&mut self) {
        let now = self.engine.0.clock.real();
        if self.asked_at.is_some_and(|at| now < after(at, self.engine.0.places.runpod.again)) {
            return;
        }
        self.asked_at = Some(now);
        let asked = match self.stored.rental.place {
            Place::RunpodPod => self.client.pods().delete(&self.id()).await,
            _ => self.client.jobs(&self.endpoint()).cancel(&self.id()).await.map(|_| ()),
        };
        match asked {
            Err(error) if !error.is_not_found() => self.trouble(&error),
            _ => {}
        }
    }

    /// Its row ends, with its cost, in one transaction; whoever comes second finds it ended.
    async fn end(&mut self, end: &End) -> Result<()> {
        let now = self.engine.0.clock.real();
        let why = match end {
            End::Failed(why) | End::Gone(why) => why.clone(),
            End::Stopped => "ended on request".to_owned(),
            _ => "done".to_owned(),
        };
        loop {
            let mut ended = self.stored.clone();
            let cost = ended.rental.end(why.clone(), now).map(|cost| (ended.rental.id, cost));
            match self.engine.db().save_rental(None, &ended, cost).await {
                Ok(_) => return Ok(()),
                Err(error) => {
                    let before = self.stored.turn;
                    self.stored = reread(self.engine, self.stored.clone()).await?;
                    if !self.stored.rental.is_open() {
                        return Ok(());
                    }
                    if self.stored.turn == before {
                        return Err(from_db(WHAT)(error));
                    }
                }
            }
        }
    }

    /// The answer to what was asked for is lost: it is looked for. `true`: it never was, long enough after.
    async fn look(&mut self) -> Result<bool> {
        let rental = self.stored.rental.clone();
        let found = match rental.place {
            Place::RunpodPod => self.client.pods().list().await.map(|pods| {
                let mine =
                    |pod: &&remote::runpod::Pod| pod.name == rental.name && !pod.is(PodStatus::Terminated);
                pods.iter().find(mine).map(|pod| pod.id.clone())
            }),
            _ => self.look_in_queue(&rental).await,
        };
        match found {
            Ok(Some(id)) => {
                self.engine.db().found_rental(rental.id, &id).await.map_err(from_db(WHAT))?;
                return Ok(false);
            }
            Ok(None) => {}
            Err(error) => {
                self.trouble(&error);
                return Ok(false);
            }
        }
        self.say("RunPod's answer was lost; the machine is looked for");
        let until = after(rental.claimed_at, self.engine.0.places.runpod.grace);
        if self.doubtful || self.engine.0.clock.real() < until {
            return Ok(false);
        }
        void(self.engine, self.stored.clone(), "RunPod never got the request").await?;
        Ok(true)
    }

    /// By its input, which names key and attempt. Where RunPod hides inputs, a job that nobody knows may be ours as long as it has not
    /// ended: nothing is asked for again meanwhile. A second one would find the first one's lock, and end.
    async fn look_in_queue(&mut self, rental: &Rental) -> remote::Result<Option<String>> {
        let jobs = self.client.jobs(&self.endpoint()).requests().await?;
        let known = self.engine.db().rental_ids().await.unwrap_or_default();
        let key = rental.job.to_string();
        let mine = |job: &&remote::runpod::Job| {
            job.input.as_ref().is_some_and(|input| {
                input["run"].as_str() == Some(&key)
                    && input["attempt"].as_u64() == Some(u64::from(rental.attempt))
            })
        };
        self.doubtful = jobs.iter().any(|job| {
            let open = !job.status.known().is_some_and(JobState::is_end);
            job.input.is_none() && open && !known.contains(&job.id)
        });
        Ok(jobs.iter().find(mine).map(|job| job.id.clone()))
    }
}
