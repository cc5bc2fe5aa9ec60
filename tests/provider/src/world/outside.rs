//! Workers from outside: RunPod's own SDK takes jobs by HTTP.

use super::{Mode, State, World};
use crate::money::Rate;
use serde_json::{Value, json};

impl World {
    /// A worker shows itself.
    pub(crate) fn worker_seen(&mut self, endpoint: &str, worker: &str) {
        let now = self.now;
        let Some(home) = self.endpoints.get(endpoint).filter(|home| home.outside) else { return };
        let price = home
            .gpus(&self.settings, &self.market)
            .first()
            .map_or(0, |(_, price)| price * i64::from(home.config.count));
        if !home.workers.contains_key(worker) {
            self.add_worker(endpoint, worker);
            let Some(found) = self.endpoints.get_mut(endpoint).and_then(|home| home.workers.get_mut(worker))
            else {
                return;
            };
            found.mode = Mode::Idle;
            found.started = Some(now);
            let bill = found.bill;
            self.set_rates(bill, [Rate::per_hour(price), Rate::default(), Rate::default()]);
        }
        if let Some(found) = self.endpoints.get_mut(endpoint).and_then(|home| home.workers.get_mut(worker)) {
            found.seen = now;
        }
    }

    /// Workers that have not been heard of for `Settings::silence` are dead.
    pub(crate) fn bury_silent(&mut self, endpoint: &str) {
        let (now, silence) = (self.now, self.settings.silence);
        let Some(home) = self.endpoints.get(endpoint).filter(|home| home.outside) else { return };
        let silent: Vec<_> = home
            .workers
            .values()
            .filter(|worker| now - worker.seen > silence)
            .map(|worker| worker.id.clone())
            .collect();
        for worker in silent {
            self.remove_worker(endpoint, &worker);
        }
    }

    /// Looks for silent workers everywhere.
    pub(crate) fn bury_all_silent(&mut self) {
        let outside: Vec<_> =
            self.endpoints.values().filter(|home| home.outside).map(|home| home.id.clone()).collect();
        for endpoint in outside {
            self.bury_silent(&endpoint);
        }
    }

    /// The next job for this worker.
    pub(crate) fn take_job(&mut self, endpoint: &str, worker: &str) -> Option<Value> {
        let home = self.endpoints.get_mut(endpoint).filter(|home| home.outside)?;
        if home.config.most == 0 || !home.workers.contains_key(worker) {
            return None;
        }
        let job = home.queue.pop_front()?;
        let found = home.workers.get_mut(worker)?;
        found.mode = Mode::Busy(job.clone());
        self.job_begins(&job, worker);
        let input = self.jobs.get(&job)?.input.clone();
        Some(json!({"id": job, "input": input}))
    }

    /// Jobs that this worker shall stop; each is told once.
    pub(crate) fn take_stops(&mut self, endpoint: &str, worker: &str) -> Vec<String> {
        let worker = self.endpoints.get_mut(endpoint).and_then(|home| home.workers.get_mut(worker));
        worker.map_or_else(Vec::new, |worker| std::mem::take(&mut worker.stops))
    }

    /// What a worker says about a job: progress, a result or an error. Nothing from a worker that no longer has it counts.
    pub(crate) fn worker_says(&mut self, endpoint: &str, worker: &str, job: &str, body: &Value) {
        let Some(found) = self.jobs.get(job).filter(|found| found.worker.as_deref() == Some(worker)) else {
            return;
        };
        let attempt = found.starts;
        if body.get("status").and_then(Value::as_str) == Some("IN_PROGRESS") {
            let value = body.get("output").cloned().unwrap_or_default();
            return self.job_progress(job, attempt, value);
        }
        match body.get("error") {
            Some(error) if !error.is_null() => {
                let text = error.as_str().map_or_else(|| error.to_string(), str::to_owned);
                self.job_ends(job, State::Failed, None, Some(text));
            }
            _ => self.job_ends(job, State::Completed, body.get("output").cloned(), None),
        }
        if let Some(found) = self.endpoints.get_mut(endpoint).and_then(|home| home.workers.get_mut(worker))
            && found.mode == Mode::Busy(job.to_owned())
        {
            found.mode = Mode::Idle;
        }
    }
}
