//! The runner: claims queued runs of this machine, takes over those whose follower died, and follows them all (decision 0155).

use super::drive::take;
use super::look::{New, Read, read};
use super::orders::Sweep;
use super::queue::startable_here;
use super::read::line;
use super::rundir::RunDir;
use super::{Heard, JobLine, Month, Outcome};
use crate::bell::Bell;
use crate::runpod::order_left;
use crate::{CancellationToken, Engine, Error, Progress, Result};
use chrono::{DateTime, TimeDelta, Utc};
use domain::budget::Alert;
use domain::ids::JobId;
use domain::job::Status;
use domain::money::Usd;
use domain::place::Place;
use futures::stream::FuturesUnordered;
use futures::{FutureExt as _, StreamExt as _, future::BoxFuture};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use store::StoredRun;

/// How often runs that go on are looked at. Nothing is looked at while none does: then the bell wakes.
const LOOK: Duration = Duration::from_secs(2);
/// The same while nothing goes on, where there is no bell, or runs come from machines whose bell is not heard here.
const BLIND: Duration = Duration::from_secs(30);
/// Waiting times after a run that could not be driven, or a store that did not answer: the first and the longest.
const BACKOFF: (i64, i64) = (5, 60);

/// What a runner tells.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum News {
    /// All runs, newest first: at the start, and when some came and went between two looks.
    Runs {
        /// The runs.
        runs: Vec<JobLine>,
        /// What they cost.
        month: Month,
    },
    /// Runs were added or have ended: those, and all that have not ended, newest first. All others are as they were.
    Changed {
        /// The runs.
        runs: Vec<JobLine>,
        /// What all of them cost.
        month: Month,
    },
    /// Those that have not ended, because something about them is new.
    Open {
        /// The runs.
        runs: Vec<JobLine>,
    },
    /// It takes a run.
    Took {
        /// Which.
        run: JobId,
        /// What it is called.
        name: String,
        /// Somebody had begun it.
        goes_on: bool,
    },
    /// It is done with a run; the outcome says why.
    Ended(Box<Outcome>),
    /// It has let go of a run without an outcome: another process has it, or it is tried again.
    LetGo {
        /// Which.
        run: JobId,
    },
    /// The costs have reached a level of the budget that nobody was told yet.
    Budget(Alert),
    /// Something does not work; it is tried again.
    Trouble {
        /// With which run; `None`: the store.
        run: Option<JobId>,
        /// What it is called; may be empty.
        name: String,
        /// What is wrong.
        error: Error,
    },
}

/// What is no longer in hand.
pub(super) enum Done {
    /// A run: which, its name, how it ended.
    Run(JobId, String, Box<Result<Option<Outcome>>>),
    /// The look for orders that were left.
    Orders(Result<usize>),
}
pub(super) type Driven<'a> = FuturesUnordered<BoxFuture<'a, Done>>;

/// What did not work, and when it is tried again.
struct Pause {
    said: String,
    wait: i64,
    until: DateTime<Utc>,
}

struct Runner<'a> {
    engine: &'a Engine,
    takes: bool,
    heard: &'a Heard,
    told: &'a (dyn Fn(News) + Send + Sync),
    progress: &'a Progress,
    cancel: &'a CancellationToken,
    /// Runs that are in hand here.
    hands: BTreeMap<JobId, String>,
    pauses: BTreeMap<Option<JobId>, Pause>,
    seen: Vec<JobLine>,
    /// Runs that have ended in hand here, until they are told as ended.
    ended: BTreeSet<JobId>,
    orders: Sweep,
    /// How many runs there are, ended ones too; `None`: nothing was read yet.
    total: Option<u64>,
    /// The costs of the period as they were read last, and the percentage of the budget at which its levels were looked at.
    month: Option<Month>,
    percent: Option<i64>,
}

/// Until it is cancelled: then its runs are let go of, and their workers go on. With `takes` off it only tells how runs stand.
/// `heard` is told the events of the runs in hand.
pub async fn runner(
    engine: &Engine,
    takes: bool,
    heard: &Heard,
    told: &(dyn Fn(News) + Send + Sync),
    cancel: &CancellationToken,
) {
    let bell = Bell::hang(&engine.0.places.data_dir, &engine.0.owner.id);
    let nobody = Progress::none();
    let mut driven: Driven<'_> = FuturesUnordered::new();
    let mut runner = Runner {
        engine,
        takes,
        heard,
        told,
        progress: &nobody,
        cancel,
        hands: BTreeMap::new(),
        pauses: BTreeMap::new(),
        seen: Vec::new(),
        ended: BTreeSet::new(),
        orders: Sweep::default(),
        total: None,
        month: None,
        percent: None,
    };
    while !cancel.is_cancelled() {
        let deaf = bell.is_none() || hears_of_others(engine);
        let again = runner.look(&mut driven).await.or(deaf.then_some(BLIND));
        let rung = async {
            match &bell {
                Some(bell) => bell.rung().await,
                None => std::future::pending().await,
            }
        };
        let later = async {
            match again {
                Some(wait) => engine.0.clock.sleep(wait).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = cancel.cancelled() => {}
            Some(done) = driven.next(), if !driven.is_empty() => runner.done(done),
            () = rung => {}
            () = later => {}
        }
    }
    while let Some(done) = driven.next().await {
        runner.done(done);
    }
}

/// Programs of other machines write into the same rows, and their runs can be watched, or looked after, here (decision 0184).
fn hears_of_others(engine: &Engine) -> bool {
    let rents =
        |place: &Place| *place != Place::Local && crate::runpod::missing(&engine.0.places, *place).is_empty();
    engine.db().kind() == store::DbKind::Postgres && Place::ALL.iter().any(rents)
}

/// Waits for something while the runs in hand go on: one of them may hold the connection to the store that is waited for.
async fn beside<T>(driven: &mut Driven<'_>, ended: &mut Vec<Done>, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            Some(done) = driven.next(), if !driven.is_empty() => ended.push(done),
            out = &mut work => return out,
        }
    }
}

impl<'a> Runner<'a> {
    /// Looks at the runs, tells what is new and takes what is free. When to look again by the clock; `None`: nothing goes on.
    async fn look(&mut self, driven: &mut Driven<'a>) -> Option<Duration> {
        let known = self.total.map(|total| (self.seen.iter().map(|line| line.run.job.id).collect(), total));
        let mut ended = Vec::new();
        let read = beside(driven, &mut ended, read(self.engine, known)).await;
        for done in ended {
            self.done(done);
        }
        let Read { open: stored, new } = match read {
            Ok(read) => read,
            Err(error) => return Some(self.pause(None, String::new(), error)),
        };
        self.pauses.remove(&None);
        self.tell(&stored, new);
        self.budget(driven).await;
        let (mut fetching, mut sweep) = (false, None);
        if self.takes {
            self.take(&stored, driven);
            fetching = self.tend(driven).await;
            sweep = self.orders.look(self.engine, self.cancel, driven);
        }
        // One that was stopped waits for a person.
        let open = stored.iter().any(|stored| !stored.run.paused || stored.wish.is_some());
        (open || fetching).then_some(LOOK).into_iter().chain(sweep).min()
    }

    fn tell(&mut self, stored: &[StoredRun], new: New) {
        let open: Vec<JobLine> = stored.iter().map(|stored| line(self.engine, stored.clone())).collect();
        match new {
            New::All(runs, total, month) => {
                (self.total, self.month) = (Some(total), Some(month));
                // Whoever looked after them before may have died before he had forgotten their orders.
                self.engine.0.orders.left(self.engine.0.clock.real());
                (self.told)(News::Runs { runs, month });
            }
            New::Ended(ended, total, month) => {
                (self.total, self.month) = (Some(total), Some(month));
                for stored in &ended {
                    // Whoever saw its end elsewhere may be gone, and there is no runner in every program.
                    let here = self.ended.remove(&stored.run.job.id);
                    if !here && stored.run.configuration.place == Place::RunpodPod {
                        order_left(self.engine);
                    }
                }
                let ended = ended.into_iter().map(|stored| line(self.engine, stored));
                let mut runs: Vec<JobLine> = open.iter().cloned().chain(ended).collect();
                runs.sort_by_key(|line| std::cmp::Reverse(line.run.job.queued_at));
                (self.told)(News::Changed { runs, month });
            }
            New::Nothing if open != self.seen => (self.told)(News::Open { runs: open.clone() }),
            New::Nothing => {}
        }
        self.seen = open;
    }

    /// Tells a level of the budget that the costs have reached, once: whoever sees it first (decision 0183).
    async fn budget(&mut self, driven: &mut Driven<'a>) {
        let Some(month) = self.month else { return };
        let costs = self.seen.iter().map(|line| (line.run.job.current_cost - line.run.job.paid).or_zero());
        let costs = month.spent + costs.sum::<Usd>();
        let percent = costs.percent_of(month.limit).filter(|percent| *percent > 0);
        if percent.is_none() || percent == self.percent {
            return;
        }
        self.percent = percent;
        if !super::alerts::is_due(self.engine, costs) {
            return;
        }
        let mut ended = Vec::new();
        let alert = beside(driven, &mut ended, super::alert(self.engine)).await;
        for done in ended {
            self.done(done);
        }
        match alert {
            Ok(Some(alert)) => (self.told)(News::Budget(alert)),
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "the levels of the budget"),
        }
    }

    fn take(&mut self, stored: &[StoredRun], driven: &mut Driven<'a>) {
        let now = self.engine.0.clock.real();
        let startable = startable_here(self.engine, stored);
        for stored in stored {
            let (run, id) = (&stored.run, stored.run.job.id);
            let waits = self.pauses.get(&Some(id)).is_some_and(|pause| pause.until > now);
            if self.hands.contains_key(&id) || waits || !self.is_free(stored, now) {
                continue;
            }
            let queued = run.job.status.is(Status::Queued);
            let turn = !queued || !run.paused && startable.contains(&id);
            let wanted = stored.wish.is_some() || turn;
            if !wanted {
                continue;
            }
            let name = run.job.name.clone();
            let goes_on = !queued || run.job.attempts > 0;
            let took = News::Took { run: id, name: name.clone(), goes_on };
            self.hands.insert(id, name.clone());
            let told = self.told;
            let (engine, listeners) = (self.engine, (self.heard, self.progress, self.cancel));
            let work = async move {
                let outcome = async {
                    let Some(taken) = take(engine, id, listeners, 0).await? else { return Ok(None) };
                    told(took);
                    Box::pin(taken.drive()).await.map(Some)
                };
                Done::Run(id, name, Box::new(outcome.await))
            };
            driven.push(work.boxed());
        }
    }

    /// Looks after machines that fetch base models, whoever rented them: none may be forgotten. Whether there are any.
    async fn tend(&mut self, driven: &mut Driven<'a>) -> bool {
        if self.engine.0.places.runpod.api_key.is_none() || self.engine.0.volume.is_none() {
            return false;
        }
        let mut ended = Vec::new();
        let open = beside(driven, &mut ended, crate::runpod::fetches(self.engine)).await;
        for done in ended {
            self.done(done);
        }
        let open = open.unwrap_or_default();
        let now = self.engine.0.clock.real();
        for stored in &open {
            let id = stored.rental.job;
            let waits = self.pauses.get(&Some(id)).is_some_and(|pause| pause.until > now);
            if self.hands.contains_key(&id) || waits {
                continue;
            }
            let name = stored.rental.fetches.as_ref().map(|fetch| fetch.model.clone()).unwrap_or_default();
            self.hands.insert(id, name.clone());
            let (engine, stored, cancel) = (self.engine, stored.clone(), self.cancel);
            let work = async move {
                let tended = crate::runpod::tend_open(engine, stored, cancel).await;
                Done::Run(id, name, Box::new(tended.map(|()| None)))
            };
            driven.push(work.boxed());
        }
        !open.is_empty()
    }

    /// It is one of this machine, and nobody follows it.
    fn is_free(&self, stored: &StoredRun, now: DateTime<Utc>) -> bool {
        let owner = &self.engine.0.owner;
        let free = match stored.owner.as_deref() {
            None => true,
            Some(who) if owner.is_dead(who) => true,
            Some(who) => !owner.is_alive(who) && stored.lease_until.is_none_or(|until| until < now),
        };
        free && self.is_ours(stored)
    }

    /// A run of this machine; one that works elsewhere may be looked after by anybody who can reach it, once it is given there
    /// (decision 0177).
    fn is_ours(&self, stored: &StoredRun) -> bool {
        let run = &stored.run;
        if RunDir::of(self.engine, run.job.id).is_here() {
            return true;
        }
        let given = run.job.status.known().is_some_and(Status::is_active) || run.job.external_id.is_some();
        run.configuration.place != Place::Local
            && given
            && crate::runpod::missing(&self.engine.0.places, run.configuration.place).is_empty()
    }

    fn done(&mut self, done: Done) {
        let (id, name, outcome) = match done {
            Done::Run(id, name, outcome) => (id, name, *outcome),
            Done::Orders(found) => return self.orders.done(self.engine, found),
        };
        self.hands.remove(&id);
        match outcome {
            Ok(outcome) => {
                self.pauses.remove(&Some(id));
                if let Some(Outcome::Over(run)) = &outcome {
                    self.ended.insert(run.job.id);
                }
                (self.told)(match outcome {
                    Some(outcome) => News::Ended(Box::new(outcome)),
                    None => News::LetGo { run: id },
                });
            }
            Err(error) => {
                // What is wrong is told once, that it is not in hand each time.
                (self.told)(News::LetGo { run: id });
                self.pause(Some(id), name, error);
            }
        }
    }

    /// Tells what is wrong, once, and waits ever longer.
    fn pause(&mut self, run: Option<JobId>, name: String, error: Error) -> Duration {
        let said = error.to_string();
        let before = self.pauses.get(&run);
        let wait = before.map_or(BACKOFF.0, |pause| (pause.wait * 2).min(BACKOFF.1));
        let new = before.is_none_or(|pause| pause.said != said);
        let until = self.engine.0.clock.real() + TimeDelta::seconds(wait);
        self.pauses.insert(run, Pause { said, wait, until });
        if new {
            (self.told)(News::Trouble { run, name, error });
        }
        Duration::from_secs(wait.unsigned_abs())
    }
}
