//! The provider as a state machine.

mod account;
mod endpoints;
mod jobs;
mod ledger;
mod log;
mod market;
mod outside;
mod pod;
mod pods;
mod workers;

pub(crate) use account::{Secret, Volume};
pub(crate) use endpoints::{Config, Endpoint, Scaling};
pub(crate) use jobs::{Job, Policy, State};
pub(crate) use ledger::{Kind, Ledger, PARTS};
pub(crate) use log::Log;
pub(crate) use market::Market;
pub(crate) use pod::{Ending, Order, Phase, Pod};
pub(crate) use workers::{Mode, Worker};

use crate::api::limits::Limiter;
use crate::chance::Chance;
use crate::clock::Ms;
use crate::faults::Fault;
use crate::guest::House;
use crate::settings::Settings;
use crate::truth::Rental;
use serde_json::Value;
use std::collections::BTreeMap;

/// The provider. It changes when it is called and when its clock is moved, never by itself.
pub struct World {
    /// How it is; may be changed at any time.
    pub settings: Settings,
    pub(crate) now: Ms,
    pub(crate) chance: Chance,
    pub(crate) house: Box<dyn House>,
    pub(crate) calls: u64,
    /// How often each operation of REST v2 was asked for, by its name: `billing.pods`.
    pub asked: BTreeMap<String, u64>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) limiter: Limiter,
    pub(crate) market: Market,
    pub(crate) ledger: Ledger,
    pub(crate) rentals: Vec<Rental>,
    pub(crate) pods: BTreeMap<String, Pod>,
    pub(crate) endpoints: BTreeMap<String, Endpoint>,
    pub(crate) jobs: BTreeMap<String, Job>,
    pub(crate) volumes: BTreeMap<String, Volume>,
    pub(crate) secrets: BTreeMap<String, Secret>,
    pub(crate) templates: BTreeMap<String, Value>,
    pub(crate) registries: BTreeMap<String, String>,
    pub(crate) ssh_keys: Vec<String>,
    /// Where the jobs API and REST v2 are reached, as answers name them.
    pub(crate) bases: (String, String),
    deposits: i64,
    due: BTreeMap<(Ms, u64), Due>,
    turn: u64,
    broke: u64,
}

/// What is going to happen. Things that are no longer true when their moment comes carry an old epoch and are passed over.
#[derive(Debug)]
pub(crate) enum Due {
    /// A pod's next phase.
    Pod { id: String, epoch: u32 },
    /// A pod's container starts.
    Container { id: String, epoch: u32 },
    /// A pod's program wants to be woken.
    Guest { id: String, epoch: u32 },
    /// An accepted stop or terminate takes effect.
    End { id: String, how: Ending },
    /// An hour of a pod's life in which something may break.
    Hazard { id: String, epoch: u32 },
    /// A queue worker's next phase.
    Worker { endpoint: String, id: String, epoch: u32 },
    /// A queue worker's program wants to be woken.
    Handler { endpoint: String, id: String, epoch: u32 },
    /// A queue worker dies.
    Dies { endpoint: String, id: String, epoch: u32 },
    /// An endpoint looks at its queue.
    Tend { endpoint: String },
    /// A job's `ttl` is over.
    Ttl { job: String },
    /// A job's `executionTimeout` is over.
    Limit { job: String, attempt: u32 },
    /// A job's answer is thrown away.
    Forget { job: String, finished: Ms },
    /// A progress update arrives.
    Progress { job: String, attempt: u32, value: Value },
    /// Other people rent and give back.
    Market,
    /// The money is gone.
    Broke { epoch: u64 },
    /// Once a day: endpoints without requests.
    Idle,
}

impl World {
    /// A world at its first moment; `house` gives containers their programs.
    pub fn new(settings: Settings, house: impl House + 'static) -> Self {
        let mut world = Self {
            now: settings.start,
            chance: Chance::new(settings.seed),
            house: Box::new(house),
            calls: 0,
            asked: BTreeMap::new(),
            faults: Vec::new(),
            limiter: Limiter::default(),
            market: Market::new(&settings.gpus),
            ledger: Ledger::default(),
            rentals: Vec::new(),
            pods: BTreeMap::new(),
            endpoints: BTreeMap::new(),
            jobs: BTreeMap::new(),
            volumes: BTreeMap::new(),
            secrets: BTreeMap::new(),
            templates: BTreeMap::new(),
            registries: BTreeMap::new(),
            ssh_keys: Vec::new(),
            bases: ("https://api.runpod.ai".to_owned(), "https://api.runpod.io".to_owned()),
            deposits: 0,
            due: BTreeMap::new(),
            turn: 0,
            broke: 0,
            settings,
        };
        world.later(crate::clock::DAY, Due::Idle);
        if world.settings.market > 0 {
            world.later(world.settings.market, Due::Market);
        }
        world
    }

    /// Now.
    pub const fn now(&self) -> Ms {
        self.now
    }

    /// Moves the clock; everything that is due until then happens in its order. A moment that has been is no move.
    pub fn advance(&mut self, to: Ms) {
        while let Some(entry) = self.due.first_entry()
            && entry.key().0 <= to
        {
            let ((at, _), due) = entry.remove_entry();
            self.now = self.now.max(at);
            self.happen(due);
        }
        self.now = self.now.max(to);
    }

    /// Moves the clock by so many milliseconds.
    pub fn pass(&mut self, ms: Ms) {
        self.advance(self.now + ms);
    }

    /// When the next thing happens by itself; for a clock that leaps from one to the next.
    pub fn next(&self) -> Option<Ms> {
        self.due.keys().next().map(|(at, _)| *at)
    }

    /// Faults wait for requests from now on.
    pub fn inject(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Takes all faults away; what is in [`Settings::chances`] stays.
    pub fn heal(&mut self) {
        self.faults.clear();
    }

    pub(crate) fn later(&mut self, delay: Ms, due: Due) {
        self.at(self.now + delay.max(0), due);
    }

    pub(crate) fn at(&mut self, at: Ms, due: Due) {
        self.turn += 1;
        self.due.insert((at.max(self.now), self.turn), due);
    }

    fn happen(&mut self, due: Due) {
        match due {
            Due::Pod { id, epoch } => self.pod_phase(&id, epoch),
            Due::Container { id, epoch } => self.start_container(&id, epoch),
            Due::Guest { id, epoch } => self.wake_pod(&id, epoch),
            Due::End { id, how } => self.end_pod(&id, how),
            Due::Hazard { id, epoch } => self.hazard(&id, epoch),
            Due::Worker { endpoint, id, epoch } => self.worker_phase(&endpoint, &id, epoch),
            Due::Handler { endpoint, id, epoch } => self.wake_worker(&endpoint, &id, epoch),
            Due::Dies { endpoint, id, epoch } => self.worker_dies(&endpoint, &id, epoch),
            Due::Tend { endpoint } => self.tend(&endpoint),
            Due::Ttl { job } => self.job_expires(&job),
            Due::Limit { job, attempt } => self.job_limit(&job, attempt),
            Due::Forget { job, finished } => self.job_forgotten(&job, finished),
            Due::Progress { job, attempt, value } => self.job_progress(&job, attempt, value),
            Due::Market => self.market_moves(),
            Due::Broke { epoch } => self.out_of_money(epoch),
            Due::Idle => self.idle_endpoints(),
        }
    }
}
