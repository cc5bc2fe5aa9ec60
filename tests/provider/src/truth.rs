//! What nobody outside can know for sure.

use crate::clock::Ms;
use crate::money::Micros;

/// Kinds of things that cost money or do work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// A pod.
    Pod,
    /// A job on a queue.
    Job,
}

/// One thing that was asked for: a pod, or a job on a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rental {
    /// Its id.
    pub id: String,
    /// What it is.
    pub thing: Thing,
    /// The pod's name, or the endpoint's id.
    pub name: String,
    /// The run that it is for, where it says so (`BRIGHTRUN_RUN`, or `run` of a job's input).
    pub run: Option<String>,
    /// Which of all calls made it.
    pub call: u64,
    /// Since when.
    pub since: Ms,
    /// Until when; `None`: still there.
    pub until: Option<Ms>,
    /// What it has cost: pods only, whose meters are their own. Exact, rounded down once.
    pub cost: Micros,
    /// How often a program was started in it.
    pub starts: u32,
    /// What it is now, in the provider's words.
    pub status: String,
}

/// Everything that was ever asked for, in the order in which it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// Now.
    pub now: Ms,
    /// Things, oldest first.
    pub rentals: Vec<Rental>,
    /// All that everything has cost, with queue workers and volumes, rounded down once per thing.
    pub bill: Micros,
    /// What is left of the money.
    pub balance: Micros,
    /// What burns per hour now.
    pub burn: Micros,
}

impl Truth {
    /// What is there now.
    pub fn rented(&self) -> impl Iterator<Item = &Rental> {
        self.rentals.iter().filter(|rental| rental.until.is_none())
    }

    /// All that was ever there for a run.
    pub fn of(&self, run: &str) -> impl Iterator<Item = &Rental> {
        self.rentals.iter().filter(move |rental| rental.run.as_deref() == Some(run))
    }

    /// Most things that were there for a run at one time: 2 or more is the thing that must never be.
    pub fn most_at_once(&self, run: &str) -> usize {
        let mut edges: Vec<(Ms, i32)> =
            self.of(run).flat_map(|r| [(r.since, 1), (r.until.unwrap_or(Ms::MAX), -1)]).collect();
        edges.sort_unstable();
        let mut now = 0;
        let most = edges.iter().map(|(_, step)| {
            now += step;
            now
        });
        most.max().and_then(|most| usize::try_from(most).ok()).unwrap_or(0)
    }
}
