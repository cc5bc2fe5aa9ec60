//! The jobs API.

use super::broken::{after, before};
use super::{Answer, Reply, Request};
use crate::clock::{DAY, MINUTE, SECOND};
use crate::settings::Scope;
use crate::world::{Job, Mode, Policy, State, World};
use serde_json::{Value, json};

fn error(status: u16, text: &str) -> Answer {
    Answer::json(status, json!({"error": text}))
}

impl World {
    pub(super) fn call_jobs(&mut self, request: &Request, parts: &[&str]) -> Answer {
        let ["v2", endpoint, rest @ ..] = parts else { return error(404, "not found") };
        let (name, needs) = match (request.method.as_str(), rest) {
            ("POST", ["run"]) => ("jobs.run", Scope::All),
            ("POST", ["runsync"]) => ("jobs.runsync", Scope::All),
            ("GET", ["status", _]) => ("jobs.status", Scope::Read),
            ("GET" | "POST", ["stream", _]) => ("jobs.stream", Scope::Read),
            ("POST", ["cancel", _]) => ("jobs.cancel", Scope::All),
            ("POST", ["retry", _]) => ("jobs.retry", Scope::All),
            ("POST", ["purge-queue"]) => ("jobs.purge", Scope::All),
            ("GET", ["health"]) => ("jobs.health", Scope::Read),
            ("GET", ["requests"]) => ("jobs.requests", Scope::Read),
            (_, ["job-take" | "job-take-batch" | "job-stop" | "job-done" | "job-stream" | "ping", ..]) => {
                return self.call_take(request, endpoint, rest);
            }
            _ => return error(404, "not found"),
        };
        let Some(key) = self.key(request).cloned() else { return Answer::new(401, Reply::Empty) };
        let fault = if request.again { None } else { self.fault(name) };
        if let Some(answer) = fault.and_then(before) {
            return answer;
        }
        if key.jobs < needs {
            return error(403, "this API key has no access to the endpoint");
        }
        if !request.again && self.settings.job_limits && self.limiter.job(self.now, endpoint, name) {
            return Answer::new(429, Reply::Text("text/plain", "Too Many Requests".to_owned()));
        }
        if !self.endpoints.contains_key(*endpoint) {
            return error(404, "endpoint not found");
        }
        self.bury_silent(endpoint);
        let id = rest.get(1).copied().unwrap_or_default();
        after(self.job_call(request, endpoint, name, id), fault)
    }

    fn job_call(&mut self, request: &Request, endpoint: &str, name: &str, id: &str) -> Answer {
        let there = self.jobs.get(id).is_some_and(|job| job.endpoint == endpoint);
        match name {
            "jobs.run" | "jobs.runsync" => self.run_job(request, endpoint, name == "jobs.runsync"),
            "jobs.health" => self.health(endpoint),
            "jobs.purge" => {
                let queued: Vec<_> = self
                    .endpoints
                    .get(endpoint)
                    .map_or_else(Vec::new, |home| home.queue.iter().cloned().collect());
                for job in &queued {
                    self.cancel(job);
                }
                Answer::json(200, json!({"removed": queued.len(), "status": "completed"}))
            }
            "jobs.requests" => {
                let of = self.jobs.iter().filter(|(_, job)| job.endpoint == endpoint);
                let tell = self.settings.requests_tell_input;
                let shown = |(id, job): (&String, &Job)| {
                    let mut shown = job.shown(id);
                    if tell {
                        shown["input"] = job.input.clone();
                    }
                    (job.rental, shown)
                };
                let mut shown: Vec<_> = of.map(shown).collect();
                shown.sort_by_key(|(at, _)| *at);
                Answer::json(
                    200,
                    json!({"requests": shown.into_iter().map(|(_, job)| job).collect::<Vec<_>>()}),
                )
            }
            _ if !there => error(404, "job not found"),
            "jobs.status" => Answer::json(200, self.jobs[id].shown(id)),
            "jobs.cancel" => {
                self.cancel(id);
                Answer::json(200, self.jobs[id].shown(id))
            }
            "jobs.retry" => {
                if self.jobs[id].state != State::Failed {
                    return error(400, "only FAILED or TIMED_OUT jobs can be retried");
                }
                self.retry(id);
                Answer::json(200, json!({"id": id, "status": "IN_QUEUE"}))
            }
            _ => self.stream(request, id),
        }
    }

    fn run_job(&mut self, request: &Request, endpoint: &str, sync: bool) -> Answer {
        let most = if sync { 20_000_000 } else { 10_000_000 };
        if request.body.len() > most {
            return error(413, "request body is too large");
        }
        // A caller that waits asks again with the id of its job.
        if let Some(id) = request.query("sim-job").map(str::to_owned) {
            return self.wait_for(request, &id);
        }
        let Ok(body) = serde_json::from_slice::<Value>(&request.body) else {
            return error(400, "request body is not valid JSON");
        };
        let Some(input) = body.get("input").filter(|input| input.is_object()) else {
            return error(400, "input is required");
        };
        let policy = match policy(&body, self.endpoints[endpoint].config.timeout) {
            Ok(policy) => policy,
            Err(text) => return error(400, &text),
        };
        if let Some(home) = self.endpoints.get_mut(endpoint) {
            home.asked = self.now;
        }
        let id = self.submit(endpoint, input.clone(), policy, sync);
        if sync {
            self.wait_for(request, &id)
        } else {
            Answer::json(200, json!({"id": id, "status": "IN_QUEUE"}))
        }
    }

    fn wait_for(&mut self, request: &Request, id: &str) -> Answer {
        let Some(job) = self.jobs.get(id) else { return error(404, "job not found") };
        if request.patient && !job.state.over() {
            let wait = request
                .query("wait")
                .and_then(|wait| wait.parse().ok())
                .unwrap_or(90_000)
                .clamp(SECOND, 5 * MINUTE);
            let mut answer = Answer::new(200, Reply::Wait(wait));
            answer.headers.push(("sim-job", id.to_owned()));
            return answer;
        }
        Answer::json(200, job.shown(id))
    }

    fn stream(&mut self, request: &Request, id: &str) -> Answer {
        let Some(job) = self.jobs.get_mut(id) else { return error(404, "job not found") };
        if request.patient && job.chunks.is_empty() && !job.state.over() {
            let wait = request.query("wait").and_then(|wait| wait.parse().ok()).unwrap_or(10 * SECOND);
            return Answer::new(200, Reply::Wait(wait.clamp(SECOND, 5 * MINUTE)));
        }
        let chunks: Vec<_> = job.chunks.drain(..).map(|chunk| json!({"output": chunk})).collect();
        Answer::json(200, json!({"status": job.state.word(), "stream": chunks}))
    }

    fn health(&self, endpoint: &str) -> Answer {
        let home = &self.endpoints[endpoint];
        let workers =
            |mode: fn(&Mode) -> bool| home.workers.values().filter(|worker| mode(&worker.mode)).count();
        let running =
            self.jobs.values().filter(|job| job.endpoint == endpoint && job.state == State::Running).count();
        let idle = workers(|mode| *mode == Mode::Idle);
        Answer::json(
            200,
            json!({
                "jobs": {"completed": home.completed, "failed": home.failed, "inProgress": running, "inQueue": home.queue.len(), "retried": home.retried},
                "workers": {
                    "idle": idle, "initializing": workers(|mode| *mode == Mode::Initializing),
                    "ready": idle, "running": workers(|mode| matches!(mode, Mode::Busy(_))),
                    "throttled": workers(|mode| *mode == Mode::Throttled), "unhealthy": workers(|mode| *mode == Mode::Unhealthy),
                },
            }),
        )
    }
}

/// What a job may take: ten minutes and a day, unless it says otherwise.
fn policy(body: &Value, timeout: i64) -> Result<Policy, String> {
    let policy = body.get("policy").cloned().unwrap_or_default();
    let number = |name: &str, usual: i64, least: i64| match policy.get(name) {
        None => Ok(usual),
        Some(value) => match value.as_i64() {
            Some(ms) if (least..=7 * DAY).contains(&ms) => Ok(ms),
            _ => Err(format!("policy.{name} must be between {least} and {} milliseconds", 7 * DAY)),
        },
    };
    Ok(Policy {
        limit: number("executionTimeout", if timeout > 0 { timeout } else { 10 * MINUTE }, 5 * SECOND)?,
        ttl: number("ttl", DAY, 10 * SECOND)?,
        low: policy.get("lowPriority").and_then(Value::as_bool).unwrap_or(false),
    })
}
