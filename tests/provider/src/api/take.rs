//! The worker's side of the queue, as RunPod's Python SDK 1.12 calls it (apis.md A6b).

use super::{Answer, Reply, Request};
use crate::clock::SECOND;
use crate::settings::Scope;
use crate::world::World;
use serde_json::{Value, json};

impl World {
    pub(super) fn call_take(&mut self, request: &Request, endpoint: &str, rest: &[&str]) -> Answer {
        if self.key(request).is_none_or(|key| key.jobs < Scope::All) {
            return Answer::new(401, Reply::Empty);
        }
        if self.endpoints.get(endpoint).is_none_or(|home| !home.outside) {
            return Answer::new(404, Reply::Empty);
        }
        let name = match rest {
            ["job-take" | "job-take-batch", _] => "worker.take",
            ["job-stop", _] => "worker.stop",
            ["job-done", ..] => "worker.done",
            ["job-stream", ..] => "worker.stream",
            _ => "worker.ping",
        };
        let fault = if request.again { None } else { self.fault(name) };
        if let Some(answer) = fault.and_then(super::broken::before) {
            return answer;
        }
        if let Some(worker) = rest.get(1) {
            self.worker_seen(endpoint, worker);
        }
        self.bury_silent(endpoint);
        let answer = match rest {
            ["job-take", worker] => self.takes(request, endpoint, worker, false),
            ["job-take-batch", worker] => self.takes(request, endpoint, worker, true),
            ["job-stop", worker] => {
                let stops = self.take_stops(endpoint, worker);
                if stops.is_empty() {
                    Answer::new(204, Reply::Empty)
                } else {
                    Answer::json(200, json!({"jobsToStop": stops}))
                }
            }
            ["job-done", worker, job] => {
                // It says that it sends a form, and sends JSON.
                let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
                self.worker_says(endpoint, worker, job, &body);
                Answer::json(200, json!({}))
            }
            ["job-stream", _, job] => {
                let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
                self.job_chunk(job, body.get("output").cloned().unwrap_or_default());
                Answer::json(200, json!({}))
            }
            _ => Answer::json(200, json!({})),
        };
        super::broken::after(answer, fault)
    }

    fn takes(&mut self, request: &Request, endpoint: &str, worker: &str, many: bool) -> Answer {
        match self.take_job(endpoint, worker) {
            Some(job) if many => Answer::json(200, json!([job])),
            Some(job) => Answer::json(200, job),
            None if request.patient => Answer::new(200, Reply::Wait(20 * SECOND)),
            None => Answer::new(204, Reply::Empty),
        }
    }
}
