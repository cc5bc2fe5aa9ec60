//! A queue endpoint with faults: keeps jobs, loses answers when it is told to, and remembers everything that was asked.

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What happens to the next submissions, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is done, and the connection breaks before the answer.
    AnswerLost,
    /// The connection breaks before anything is done.
    NeverCame,
    /// It is refused with this status.
    Refused(u16),
}

/// A job.
#[derive(Debug, Clone)]
pub struct Job {
    pub id: String,
    pub input: Value,
    pub policy: Value,
    pub status: &'static str,
    pub delay: Option<u64>,
    pub ran: Option<u64>,
    pub output: Value,
    pub error: Option<String>,
    pub worker: Option<String>,
    /// The platform has forgotten it.
    pub forgotten: bool,
}

/// A pod.
#[derive(Debug, Clone)]
pub struct Pod {
    pub id: String,
    pub asked: Value,
    pub status: &'static str,
    pub cost: f64,
    pub started: Option<&'static str>,
    /// So often it is still there after it was given back.
    pub lingers: u32,
    pub gone: bool,
}

#[derive(Debug, Default)]
pub struct State {
    pub pods: Vec<Pod>,
    pub secrets: Vec<(String, String, String)>,
    pub catalog: Value,
    /// GPUs of the endpoint; nothing: it does not say.
    pub pools: Vec<&'static str>,
    /// GPU types that are not free.
    pub full: Vec<String>,
    /// What the next pods cost for an hour.
    pub pod_cost: f64,
    pub jobs: Vec<Job>,
    pub faults: Vec<Fault>,
    /// Faults of every other call.
    pub down: bool,
    pub calls: Vec<String>,
    /// The list of requests tells what jobs were submitted with.
    pub tells_input: bool,
    /// Cancelling ends a job at once, in the provider's words.
    pub cancels: bool,
    pub workers: Value,
    /// Nobody may forget a secret.
    pub keeps: bool,
    /// Pods are made so late.
    pub slow: std::time::Duration,
    /// Everything is refused with this status.
    pub refuses: Option<u16>,
}

#[derive(Clone)]
pub struct Provider {
    pub at: String,
    state: Arc<Mutex<State>>,
}

impl Provider {
    #[allow(clippy::disallowed_methods, reason = "the server of a test ends with its runtime")]
    pub async fn start() -> Self {
        let state = State {
            tells_input: true,
            cancels: true,
            workers: json!({"throttled": 2, "total": 2}),
            ..State::default()
        };
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let at = format!("http://{}", listener.local_addr().expect("an address"));
        let provider = Self { at, state: Arc::new(Mutex::new(state)) };
        let serving = provider.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let provider = serving.clone();
                tokio::spawn(async move {
                    let service = service_fn(move |request| provider.clone().answer(request));
                    // A connection that is cut on purpose ends with an error.
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(socket), service)
                        .await;
                });
            }
        });
        provider
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn jobs(&self) -> Vec<Job> {
        self.state().jobs.clone()
    }

    /// Whether a call with this in its address came.
    pub fn was_asked(&self, what: &str) -> bool {
        self.state().calls.iter().any(|call| call.contains(what))
    }

    /// Changes the newest job.
    pub fn newest(&self, change: impl FnOnce(&mut Job)) {
        change(self.state().jobs.last_mut().expect("a job"));
    }

    async fn answer(self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, std::io::Error> {
        let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
        let body =
            request.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        self.state().calls.push(format!("{method} {path}"));
        let slow = self.state().slow;
        if path == "/rest/pods" && method == "POST" && !slow.is_zero() {
            tokio::time::sleep(slow).await;
        }
        let mut state = self.state();
        if state.down {
            return Err(std::io::Error::other("the connection breaks"));
        }
        if let Some(code) = state.refuses {
            let response = Response::builder().status(code).body(Full::new(Bytes::new()));
            return response.map_err(std::io::Error::other);
        }
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        let (code, answer) = match (method.as_str(), parts.as_slice()) {
            ("POST", ["jobs", "ep", "run"]) => {
                let fault = if state.faults.is_empty() { None } else { Some(state.faults.remove(0)) };
                match fault {
                    Some(Fault::NeverCame) => return Err(std::io::Error::other("the connection breaks")),
                    Some(Fault::Refused(code)) => (code, json!({"error": "no"})),
                    other => {
                        let id = state.submit(&body);
                        if other == Some(Fault::AnswerLost) {
                            return Err(std::io::Error::other("the connection breaks"));
                        }
                        (200, json!({"id": id, "status": "IN_QUEUE"}))
                    }
                }
            }
            ("GET", ["jobs", "ep", "health"]) => {
                (200, json!({"jobs": {"inQueue": 0, "inProgress": 0}, "workers": {"idle": 1}}))
            }
            ("GET", ["jobs", "ep", "requests"]) => {
                let tells = state.tells_input;
                (200, json!({"requests": state.jobs.iter().map(|job| job.shown(tells)).collect::<Vec<_>>()}))
            }
            ("GET", ["jobs", "ep", "status", id]) => {
                match state.jobs.iter().find(|job| job.id == *id && !job.forgotten) {
                    Some(job) => (200, job.shown(false)),
                    None => (404, json!({"error": "job not found"})),
                }
            }
            ("POST", ["jobs", "ep", "cancel", id]) => {
                let ends = state.cancels;
                match state.jobs.iter_mut().find(|job| job.id == *id && !job.forgotten) {
                    Some(job) => {
                        if ends && matches!(job.status, "IN_QUEUE" | "IN_PROGRESS") {
                            job.status = "CANCELLED";
                        }
                        (200, job.shown(false))
                    }
                    None => (404, json!({"error": "job not found"})),
                }
            }
            ("GET", ["rest", "serverless", "ep", "workers"]) => {
                (200, json!({"workers": [], "summary": state.workers}))
            }
            ("POST", ["graphql"]) => (
                200,
                json!({"data": {"myself": {"clientBalance": 12.5, "currentSpendPerHr": 0.74, "spendLimit": 80}}}),
            ),
            (_, ["rest", parts @ ..]) => match state.rest(&method, parts, &body) {
                Some(answer) => answer,
                None => return Err(std::io::Error::other("the connection breaks")),
            },
            _ => (404, json!({"error": "no such path"})),
        };
        let text = Full::new(Bytes::from(answer.to_string()));
        let response = Response::builder().status(code).header("content-type", "application/json").body(text);
        response.map_err(std::io::Error::other)
    }
}

impl State {
    /// `None`: the connection breaks.
    fn rest(&mut self, method: &str, parts: &[&str], body: &[u8]) -> Option<(u16, Value)> {
        let asked: Value = serde_json::from_slice(body).unwrap_or_default();
        Some(match (method, parts) {
            ("GET", ["catalog", "gpus"]) => (200, json!({"gpus": self.catalog})),
            ("POST", ["pods"]) => {
                let fault = if self.faults.is_empty() { None } else { Some(self.faults.remove(0)) };
                let gpu = asked["gpu"]["id"].as_str().unwrap_or_default().to_owned();
                match fault {
                    Some(Fault::NeverCame) => return None,
                    Some(Fault::Refused(code)) => (code, json!({"detail": "no"})),
                    _ if self.full.contains(&gpu) => (
                        400,
                        json!({"detail": "There are no longer any instances available with the requested specifications"}),
                    ),
                    fault => {
                        let id = format!("pod{}", self.pods.len() + 1);
                        let pod = Pod {
                            id,
                            asked,
                            status: "PROVISIONING",
                            cost: self.pod_cost,
                            started: None,
                            lingers: 0,
                            gone: false,
                        };
                        self.pods.push(pod.clone());
                        if fault == Some(Fault::AnswerLost) {
                            return None;
                        }
                        (201, pod.shown())
                    }
                }
            }
            ("GET", ["pods"]) => (
                200,
                json!({"pods": self.pods.iter().filter(|pod| !pod.gone).map(Pod::shown).collect::<Vec<_>>()}),
            ),
            ("GET", ["pods", id]) => match self.pods.iter().find(|pod| pod.id == *id && !pod.gone) {
                Some(pod) => (200, pod.shown()),
                None => (404, json!({"detail": "pod not found"})),
            },
            ("DELETE", ["pods", id]) => match self.pods.iter_mut().find(|pod| pod.id == *id && !pod.gone) {
                Some(pod) => {
                    pod.gone = pod.lingers == 0;
                    pod.lingers = pod.lingers.saturating_sub(1);
                    (204, Value::Null)
                }
                None => (404, json!({"detail": "pod not found"})),
            },
            ("POST", ["account", "secrets"]) => {
                let name = asked["name"].as_str().unwrap_or_default().to_owned();
                if self.secrets.iter().any(|(_, there, _)| *there == name) {
                    return Some((409, json!({"detail": "taken"})));
                }
                let id = format!("secret-{name}");
                self.secrets.push((
                    id.clone(),
                    name.clone(),
                    asked["value"].as_str().unwrap_or_default().to_owned(),
                ));
                (201, json!({"id": id, "name": name}))
            }
            ("GET", ["account", "secrets"]) => {
                let shown = self.secrets.iter().map(|(id, name, _)| json!({"id": id, "name": name}));
                (200, json!({"secrets": shown.collect::<Vec<_>>()}))
            }
            ("PATCH", ["account", "secrets", id]) => {
                let there = self.secrets.iter_mut().find(|(there, ..)| there == id)?;
                asked["value"].as_str().unwrap_or_default().clone_into(&mut there.2);
                (200, json!({"id": id, "name": there.1}))
            }
            ("DELETE", ["account", "secrets", _]) if self.keeps => (403, json!({"detail": "no"})),
            ("DELETE", ["account", "secrets", id]) => {
                self.secrets.retain(|(there, ..)| there != id);
                (204, Value::Null)
            }
            ("GET", ["billing", "pods"]) => {
                let record = |pod: &Pod| {
                    json!({"startTime": "2026-11-28T10:00:00Z", "endTime": "2026-11-28T11:00:00Z", "podId": pod.id,
                    "totalAmount": 1.11, "gpuAmount": 1.0, "diskAmount": 0.11})
                };
                (200, json!({"records": self.pods.iter().map(record).collect::<Vec<_>>(), "metadata": {}}))
            }
            ("GET", ["serverless"]) => (200, json!({"endpoints": []})),
            ("GET", ["network-volumes"]) => (200, json!({"networkVolumes": []})),
            ("GET", ["serverless", "ep"]) => (
                200,
                json!({"id": "ep", "name": "training", "type": "QUEUE", "workers": {"min": 0, "max": 2}, "image": "brightrun:1",
                    "gpu": {"pools": self.pools, "count": 1}}),
            ),
            _ => (404, json!({"detail": "no such path"})),
        })
    }

    fn submit(&mut self, body: &[u8]) -> String {
        let body: Value = serde_json::from_slice(body).expect("JSON");
        let id = format!("job{}-u1", self.jobs.len() + 1);
        self.jobs.push(Job {
            id: id.clone(),
            input: body["input"].clone(),
            policy: body["policy"].clone(),
            status: "IN_QUEUE",
            delay: None,
            ran: None,
            output: Value::Null,
            error: None,
            worker: None,
            forgotten: false,
        });
        id
    }
}

impl Pod {
    fn shown(&self) -> Value {
        json!({"id": self.id, "name": self.asked["name"], "status": self.status, "cost": self.cost, "env": self.asked["env"],
            "startedAt": self.started, "createdAt": "2026-11-28T09:59:00Z", "actions": ["terminate"]})
    }

    /// What a secret in its environment stands for.
    pub fn secret(&self, state: &State, name: &str) -> String {
        let value = self.asked["env"][name].as_str().expect("it is set");
        let key = value.trim_start_matches("{{ RUNPOD_SECRET_").trim_end_matches(" }}");
        state.secrets.iter().find(|(_, there, _)| there == key).expect("a secret").2.clone()
    }
}

impl Job {
    fn shown(&self, input: bool) -> Value {
        let mut shown = json!({"id": self.id, "status": self.status});
        let mut put = |name: &str, value: Value| {
            if !value.is_null() {
                shown[name] = value;
            }
        };
        put("delayTime", self.delay.into());
        put("executionTime", self.ran.into());
        put("output", self.output.clone());
        put("error", self.error.clone().into());
        put("workerId", self.worker.clone().into());
        if input {
            put("input", self.input.clone());
        }
        shown
    }

    /// It goes on, and nobody has ended it.
    pub fn is_open(&self) -> bool {
        matches!(self.status, "IN_QUEUE" | "IN_PROGRESS")
    }
}
