//! Jobs on a queue.

use super::{Due, World};
use crate::clock::Ms;
use crate::truth::Thing;
use serde_json::{Value, json};
use std::collections::VecDeque;

/// Where a job is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Queued,
    Running,
    Completed,
    Failed,
    Cancelled,
}

impl State {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Queued => "IN_QUEUE",
            Self::Running => "IN_PROGRESS",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }

    pub(crate) const fn over(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}

/// What a job may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(crate) limit: Ms,
    pub(crate) ttl: Ms,
    pub(crate) low: bool,
}

/// A job that is not forgotten yet.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) endpoint: String,
    pub(crate) input: Value,
    pub(crate) policy: Policy,
    pub(crate) state: State,
    pub(crate) submitted: Ms,
    /// Since when it waits; later than `submitted` after a worker's death.
    pub(crate) queued: Ms,
    pub(crate) started: Option<Ms>,
    pub(crate) finished: Option<Ms>,
    pub(crate) worker: Option<String>,
    /// How often it was given to another worker.
    pub(crate) retries: u32,
    pub(crate) starts: u32,
    pub(crate) output: Option<Value>,
    pub(crate) error: Option<String>,
    pub(crate) chunks: VecDeque<Value>,
    pub(crate) sync: bool,
    /// Where it stands among all that was ever asked for.
    pub(crate) rental: usize,
}

impl Job {
    /// As `/status` shows it.
    pub(crate) fn shown(&self, id: &str) -> Value {
        let mut shown = json!({"id": id, "status": self.state.word()});
        if let Some(started) = self.started {
            shown["delayTime"] = json!(started - self.queued);
        }
        if let (Some(started), Some(finished)) = (self.started, self.finished) {
            shown["executionTime"] = json!(finished - started);
        }
        if let Some(worker) = &self.worker {
            shown["workerId"] = json!(worker);
        }
        if self.retries > 0 {
            shown["retries"] = json!(self.retries);
        }
        if let Some(output) = &self.output {
            shown["output"] = output.clone();
        }
        if let Some(error) = &self.error {
            shown["error"] = json!(error);
        }
        shown
    }
}

impl World {
    pub(crate) fn submit(&mut self, endpoint: &str, input: Value, policy: Policy, sync: bool) -> String {
        let id = format!(
            "{}-{}-{}-{}-{}-u1",
            self.chance.name(8),
            self.chance.name(4),
            self.chance.name(4),
            self.chance.name(4),
            self.chance.name(12)
        );
        let run = input.get("run").and_then(Value::as_str).map(str::to_owned);
        let rental = self.rent(&id, Thing::Job, endpoint, run);
        let job = Job {
            endpoint: endpoint.to_owned(),
            input,
            policy,
            state: State::Queued,
            submitted: self.now,
            queued: self.now,
            started: None,
            finished: None,
            worker: None,
            retries: 0,
            starts: 0,
            output: None,
            error: None,
            chunks: VecDeque::new(),
            sync,
            rental,
        };
        self.jobs.insert(id.clone(), job);
        self.later(policy.ttl, Due::Ttl { job: id.clone() });
        self.enqueue(&id, false);
        id
    }

    fn enqueue(&mut self, id: &str, first: bool) {
        let Some(endpoint) = self.jobs.get(id).map(|job| job.endpoint.clone()) else { return };
        if let Some(home) = self.endpoints.get_mut(&endpoint) {
            if first { home.queue.push_front(id.to_owned()) } else { home.queue.push_back(id.to_owned()) }
        }
        self.tend(&endpoint);
    }

    pub(crate) fn job_begins(&mut self, id: &str, worker: &str) {
        let now = self.now;
        let Some(job) = self.jobs.get_mut(id) else { return };
        job.state = State::Running;
        job.started = Some(now);
        job.worker = Some(worker.to_owned());
        job.starts += 1;
        self.rentals[job.rental].starts = job.starts;
        let (limit, attempt) = (job.policy.limit, job.starts);
        self.later(limit, Due::Limit { job: id.to_owned(), attempt });
    }

    pub(crate) fn job_ends(&mut self, id: &str, state: State, output: Option<Value>, error: Option<String>) {
        let now = self.now;
        let Some(job) = self.jobs.get_mut(id).filter(|job| !job.state.over()) else { return };
        job.state = state;
        job.finished = Some(now);
        // A cancelled job may keep what it said last.
        if state != State::Cancelled {
            job.output = output;
        }
        job.error = error;
        let kept = if job.sync { self.settings.kept_sync } else { self.settings.kept };
        let rental = &mut self.rentals[job.rental];
        rental.until = Some(now);
        state.word().clone_into(&mut rental.status);
        if let Some(home) = self.endpoints.get_mut(&job.endpoint) {
            match state {
                State::Completed => home.completed += 1,
                State::Failed => home.failed += 1,
                State::Queued | State::Running | State::Cancelled => {}
            }
            home.queue.retain(|other| other != id);
        }
        self.later(kept, Due::Forget { job: id.to_owned(), finished: now });
    }

    /// `POST /cancel`: at once in the provider's eyes, later on the GPU.
    pub(crate) fn cancel(&mut self, id: &str) {
        let Some(job) = self.jobs.get(id).filter(|job| !job.state.over()) else { return };
        let running = job.state == State::Running;
        self.job_ends(id, State::Cancelled, None, None);
        if running {
            self.interrupt(id);
        }
    }

    /// `POST /retry`: the same job once more.
    pub(crate) fn retry(&mut self, id: &str) {
        let now = self.now;
        let Some(job) = self.jobs.get_mut(id) else { return };
        let run = self.rentals[job.rental].run.clone();
        let (endpoint, ttl) = (job.endpoint.clone(), job.policy.ttl);
        job.state = State::Queued;
        job.submitted = now;
        job.queued = now;
        job.started = None;
        job.finished = None;
        job.worker = None;
        job.output = None;
        job.error = None;
        job.retries = 0;
        let rental = self.rent(id, Thing::Job, &endpoint, run);
        if let Some(job) = self.jobs.get_mut(id) {
            job.rental = rental;
        }
        self.later(ttl, Due::Ttl { job: id.to_owned() });
        self.enqueue(id, false);
    }

    /// The worker of a job is gone.
    pub(crate) fn job_lost(&mut self, id: &str) {
        let now = self.now;
        let Some(job) = self.jobs.get_mut(id).filter(|job| !job.state.over()) else { return };
        if job.retries > 0 {
            return self.job_ends(id, State::Failed, None, Some("job timed out after 1 retries".to_owned()));
        }
        job.retries = 1;
        job.state = State::Queued;
        job.queued = now;
        job.started = None;
        job.worker = None;
        job.output = None;
        if let Some(home) = self.endpoints.get_mut(&job.endpoint) {
            home.retried += 1;
        }
        self.enqueue(id, true);
    }

    pub(crate) fn job_limit(&mut self, id: &str, attempt: u32) {
        if self.jobs.get(id).is_some_and(|job| job.state == State::Running && job.starts == attempt) {
            self.job_ends(id, State::Failed, None, Some("executionTimeout exceeded".to_owned()));
            self.interrupt(id);
        }
    }

    /// The end of `ttl`: the job is deleted, also while it runs.
    pub(crate) fn job_expires(&mut self, id: &str) {
        let now = self.now;
        let Some(job) =
            self.jobs.get(id).filter(|job| !job.state.over() && now >= job.submitted + job.policy.ttl)
        else {
            return;
        };
        let (running, rental) = (job.state == State::Running, job.rental);
        self.job_ends(id, State::Cancelled, None, None);
        if running {
            self.interrupt(id);
        }
        "EXPIRED".clone_into(&mut self.rentals[rental].status);
        self.jobs.remove(id);
    }

    pub(crate) fn job_forgotten(&mut self, id: &str, finished: Ms) {
        if self.jobs.get(id).is_some_and(|job| job.finished == Some(finished)) {
            self.jobs.remove(id);
        }
    }

    /// A simulated worker sends a progress update: each on its own way, so the later one may come first.
    pub(crate) fn progress_sent(&mut self, id: &str, value: Value) {
        let Some(attempt) = self.jobs.get(id).map(|job| job.starts) else { return };
        let delay = self.chance.within(self.settings.progress_delay);
        if delay == 0 {
            self.job_progress(id, attempt, value);
        } else {
            self.later(delay, Due::Progress { job: id.to_owned(), attempt, value });
        }
    }

    pub(crate) fn job_progress(&mut self, id: &str, attempt: u32, value: Value) {
        let wins = self.settings.late_progress_wins;
        let Some(job) = self.jobs.get_mut(id).filter(|job| job.starts == attempt) else { return };
        match job.state {
            State::Running => job.output = Some(value),
            State::Completed if wins => {
                job.state = State::Running;
                job.output = Some(value);
            }
            State::Queued | State::Completed | State::Failed | State::Cancelled => {}
        }
    }

    pub(crate) fn job_chunk(&mut self, id: &str, value: Value) {
        if let Some(job) = self.jobs.get_mut(id).filter(|job| job.state == State::Running) {
            job.chunks.push_back(value);
        }
    }
}
