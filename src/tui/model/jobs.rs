//! Long work: it goes on while the user does other things, shows how far it is, and can be cancelled.

use super::ScreenId;
use super::effect::{Ask, Effect};
use super::problem::Problem;
use std::time::{Duration, Instant};

/// The number of a job in this session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(
    /// Counts from 1.
    pub u64,
);

/// How far a job is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Step {
    /// What is being done.
    pub stage: String,
    /// So many are done.
    pub done: u64,
    /// Of so many; `None` is unknown.
    pub total: Option<u64>,
    /// On which thing; may be empty.
    pub note: String,
}

impl Step {
    /// The done part in percent, when the whole is known.
    pub fn percent(&self) -> Option<u64> {
        self.total.filter(|total| *total > 0).map(|total| self.done.min(total) * 100 / total)
    }
}

/// Where a job stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobState {
    /// At work.
    Running,
    /// Told to stop, has not stopped yet.
    Cancelling,
    /// Came to its end.
    Done,
    /// Stopped by the user.
    Cancelled,
    /// Did not work.
    Failed(Problem),
}

/// One piece of long work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// What it does: `Build EQ-2`.
    pub title: String,
    /// Where it belongs.
    pub home: ScreenId,
    /// Where it stands.
    pub state: JobState,
    /// How far it is.
    pub step: Step,
    /// When it began.
    pub started: Instant,
    /// When it ended.
    pub ended: Option<Instant>,
}

impl Job {
    /// It has not ended.
    pub const fn live(&self) -> bool {
        matches!(self.state, JobState::Running | JobState::Cancelling)
    }

    /// How long it has been at work.
    pub fn age(&self, now: Instant) -> Duration {
        self.ended.unwrap_or(now).saturating_duration_since(self.started)
    }
}

/// All jobs of this session, the newest first. Ended ones are kept, the last 50.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Jobs {
    last: u64,
    /// The jobs.
    pub list: Vec<Job>,
}

impl Jobs {
    /// Starts a job.
    pub fn start(&mut self, title: impl Into<String>, ask: Ask, now: Instant) -> (JobId, Effect) {
        self.last += 1;
        let id = JobId(self.last);
        let job = Job {
            id,
            title: title.into(),
            home: ask.home(),
            state: JobState::Running,
            step: Step::default(),
            started: now,
            ended: None,
        };
        self.list.insert(0, job);
        let mut ended = 0;
        self.list.retain(|job| {
            ended += usize::from(!job.live());
            job.live() || ended <= 50
        });
        (id, Effect::Job { job: id, ask: Box::new(ask) })
    }

    /// A job by its number.
    pub fn get(&self, id: JobId) -> Option<&Job> {
        self.list.iter().find(|job| job.id == id)
    }

    /// A job by its number, to change it.
    pub fn get_mut(&mut self, id: JobId) -> Option<&mut Job> {
        self.list.iter_mut().find(|job| job.id == id)
    }

    /// Those at work.
    pub fn live(&self) -> impl Iterator<Item = &Job> {
        self.list.iter().filter(|job| job.live())
    }

    /// How many are at work for a screen.
    pub fn at(&self, home: ScreenId) -> usize {
        self.live().filter(|job| job.home == home).count()
    }

    /// Tells a job to stop. Nothing happens to one that has ended or is stopping.
    pub fn cancel(&mut self, id: JobId) -> Vec<Effect> {
        match self.get_mut(id) {
            Some(job) if job.state == JobState::Running => {
                job.state = JobState::Cancelling;
                vec![Effect::Cancel(id)]
            }
            _ => Vec::new(),
        }
    }
}
