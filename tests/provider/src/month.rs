//! A month as a user has it: jobs come in, hosts die, answers get lost, capacity goes and comes.
//!
//! [`Month::arrivals`] says when jobs come, [`Month::incidents`] when the provider has a bad hour, [`plan_of`] how each training goes. Whoever plays it ([`Client`])
//! rents for them; [`play`] moves the clock from one thing to the next, and [`audit`] says what must be true afterwards.

use crate::chance::Chance;
use crate::clock::{DAY, HOUR, MINUTE, Ms, SECOND};
use crate::guest::training::{End, Plan, Training};
use crate::guest::web::Web;
use crate::guest::{Container, Guest};
use crate::settings::{Chances, Settings};
use crate::world::World;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// How long it is, and how much comes in.
#[derive(Debug, Clone, Copy)]
pub struct Month {
    /// Days.
    pub days: u32,
    /// Jobs each day.
    pub each_day: u32,
    /// Dice.
    pub seed: u64,
    /// Milliseconds between two beats of a played machine; `None`: what `carry.json` says.
    pub beat: Option<Ms>,
}

impl Default for Month {
    fn default() -> Self {
        Self { days: 30, each_day: 50, seed: 2026, beat: None }
    }
}

/// A job that a user starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// When.
    pub at: Ms,
    /// Its number, from 0.
    pub number: u32,
    /// On a queue endpoint, else on a pod.
    pub queue: bool,
    /// When the user cancels it, if he does and it still runs.
    pub cancel: Option<Ms>,
}

/// Something that the provider does to everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Incident {
    /// No queue worker finds a GPU, or they find them again.
    Throttled(bool),
    /// Workers die soon after they took a job, or no longer do.
    Crashing(bool),
    /// Every fourth answer is lost before or after its effect, or none is.
    Rough(bool),
    /// All pods that run lose their hosts.
    HostsLost,
    /// The account is empty; its owner pays after an hour.
    Broke,
    /// Its owner has paid.
    Paid,
    /// GraphQL answers 410 from now on.
    NoGraphql,
}

/// How the training of a run goes: the same for the same run.
pub fn plan_of(run: &str, beat: Option<Ms>) -> Plan {
    let digest = Sha256::digest(run.as_bytes());
    let byte = |at: usize| u64::from(digest[at]);
    let steps = 60 + byte(0) * 4;
    let end = match byte(1) {
        0..=7 => End::Fails(steps / 2, "out_of_memory", "the batch does not fit".to_owned()),
        _ => End::Done,
    };
    Plan {
        steps,
        step: 6 * SECOND + byte(2).cast_signed() * 10,
        setup: MINUTE + byte(3).cast_signed() * SECOND,
        every: 100,
        beat,
        end,
    }
}

impl Month {
    /// Jobs, in the order in which they come.
    pub fn arrivals(&self) -> Vec<Arrival> {
        let mut chance = Chance::new(self.seed);
        let start = self.settings().start;
        let mut arrivals: Vec<_> = (0..self.days * self.each_day)
            .map(|n| {
                let day = Ms::from(n / self.each_day.max(1)) * DAY;
                // Most come in the working day.
                let at = start + day + 7 * HOUR + chance.below((12 * HOUR).cast_unsigned()).cast_signed();
                let cancel = chance
                    .happens(60_000)
                    .then(|| at + chance.below((2 * HOUR).cast_unsigned()).cast_signed());
                Arrival { at, number: 0, queue: chance.happens(500_000), cancel }
            })
            .collect();
        arrivals.sort_by_key(|arrival| arrival.at);
        for (number, arrival) in (0..).zip(&mut arrivals) {
            arrival.number = number;
        }
        arrivals
    }

    /// What the provider does, in order.
    pub fn incidents(&self) -> Vec<(Ms, Incident)> {
        let mut chance = Chance::new(self.seed ^ 0xfeed);
        let start = self.settings().start;
        let mut incidents = Vec::new();
        for day in 0..Ms::from(self.days) {
            let mut hour =
                || start + day * DAY + 7 * HOUR + chance.below((12 * HOUR).cast_unsigned()).cast_signed();
            let (a, b) = (hour(), hour());
            match day % 7 {
                1 => incidents
                    .extend([(a, Incident::Throttled(true)), (a + 2 * HOUR, Incident::Throttled(false))]),
                2 => incidents
                    .extend([(a, Incident::Crashing(true)), (a + 30 * MINUTE, Incident::Crashing(false))]),
                3 => incidents.extend([(a, Incident::Rough(true)), (a + 3 * HOUR, Incident::Rough(false))]),
                4 => incidents.extend([(a, Incident::HostsLost), (b, Incident::HostsLost)]),
                5 if day > 10 => incidents.extend([(a, Incident::Broke), (a + HOUR, Incident::Paid)]),
                _ => {}
            }
        }
        incidents.push((start + 20 * DAY, Incident::NoGraphql));
        incidents.sort_by_key(|(at, _)| *at);
        incidents
    }

    /// A provider with the usual troubles.
    pub fn settings(&self) -> Settings {
        Settings {
            seed: self.seed,
            balance: 10_000_000_000,
            chances: Chances {
                bad_host: 30_000,
                host_lost_per_hour: 8_000,
                restart_per_hour: 5_000,
                worker_lost_per_hour: 10_000,
                stop_ignored: 10_000,
                price_differs: 50_000,
                capacity_gone: 30_000,
                lost_before: 2_000,
                lost_after: 2_000,
                html: 1_000,
            },
            price_swing_ppm: 200_000,
            fee_ppm: 20_000,
            ..Settings::default()
        }
    }

    /// The provider, its programs writing to this store.
    pub fn world<W: Web + Clone + 'static>(&self, web: W) -> World {
        let beat = self.beat;
        World::new(self.settings(), move |container: &Container| -> Option<Box<dyn Guest>> {
            let run = run_of(container).unwrap_or_default();
            Some(Box::new(Training::new(web.clone(), plan_of(&run, beat))))
        })
    }
}

/// The run that a container is for.
pub fn run_of(container: &Container) -> Option<String> {
    let from_env = || serde_json::from_str::<Value>(container.env.get("BRIGHTRUN_RUN")?).ok();
    let order = container.input.clone().or_else(from_env)?;
    order["run"].as_str().map(str::to_owned)
}

/// Lets an incident happen to the world and its endpoints.
pub fn strike(world: &mut World, incident: Incident) {
    let endpoints = world.endpoint_ids();
    match incident {
        Incident::Throttled(on) => endpoints.iter().for_each(|id| world.throttle(id, on)),
        Incident::Crashing(on) => endpoints.iter().for_each(|id| world.crash_workers(id, on)),
        Incident::Rough(on) => {
            let often = if on { 125_000 } else { 2_000 };
            world.settings.chances.lost_before = often;
            world.settings.chances.lost_after = often;
        }
        Incident::HostsLost => {
            for id in world.pod_ids() {
                world.lose_host(&id);
            }
        }
        Incident::Broke => world.set_balance(0),
        Incident::Paid => world.deposit(10_000_000_000),
        Incident::NoGraphql => world.settings.graphql = false,
    }
}

/// Who rents for the jobs.
pub trait Client {
    /// A user starts this job.
    fn arrives(&mut self, world: &mut World, arrival: &Arrival);
    /// A user cancels it.
    fn cancelled(&mut self, world: &mut World, number: u32);
    /// It does what it has to do now and says when it wants to be called again; `None`: nothing is left to do.
    fn act(&mut self, world: &mut World) -> Option<Ms>;
}

/// Plays a month with this client, and goes on until it has nothing left to do (at most ten days longer).
pub fn play(month: &Month, world: &mut World, client: &mut impl Client) {
    let mut todo: Vec<(Ms, Todo)> = Vec::new();
    for arrival in month.arrivals() {
        todo.extend(arrival.cancel.map(|at| (at, Todo::Cancel(arrival.number))));
        todo.push((arrival.at, Todo::Arrive(arrival)));
    }
    todo.extend(month.incidents().into_iter().map(|(at, incident)| (at, Todo::Strike(incident))));
    // A stable sort, and nothing is cancelled before it arrives.
    todo.sort_by_key(|(at, todo)| (*at, matches!(todo, Todo::Cancel(_))));
    let last = world.now() + Ms::from(month.days + 10) * DAY;
    let mut todo = todo.into_iter().peekable();
    let mut calls = client.act(world);
    while let Some(at) =
        todo.peek().map(|(at, _)| *at).into_iter().chain(calls).min().filter(|at| *at <= last)
    {
        world.advance(at);
        while let Some((_, what)) = todo.next_if(|(at, _)| *at <= world.now()) {
            match what {
                Todo::Arrive(arrival) => client.arrives(world, &arrival),
                Todo::Cancel(number) => client.cancelled(world, number),
                Todo::Strike(incident) => strike(world, incident),
            }
        }
        calls = client.act(world);
    }
}

enum Todo {
    Arrive(Arrival),
    Cancel(u32),
    Strike(Incident),
}

/// What must be true after a month whose client has done its work: nothing is rented, no run ever had two things at one time. One line for each thing that is wrong.
pub fn audit(world: &World) -> Vec<String> {
    let truth = world.truth();
    let mut wrong: Vec<_> = truth.rented().map(|rental| format!("still there: {rental:?}")).collect();
    let mut runs: Vec<_> = truth.rentals.iter().filter_map(|rental| rental.run.clone()).collect();
    runs.sort_unstable();
    runs.dedup();
    for run in runs {
        let most = truth.most_at_once(&run);
        if most > 1 {
            wrong.push(format!("{most} at one time for {run}: {:?}", truth.of(&run).collect::<Vec<_>>()));
        }
    }
    wrong
}
