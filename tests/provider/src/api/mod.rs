//! Requests and answers, without any network.

mod account;
mod billing;
mod broken;
mod catalog;
mod config;
mod endpoints;
pub(crate) mod errors;
mod graphql;
mod jobs;
pub(crate) mod limits;
mod order;
mod pod;
mod pods;
mod routes;
mod shape;
mod stores;
mod take;

use crate::clock::Ms;
use crate::faults::Wire;
use crate::settings::Key;
use crate::world::World;
use broken::{after, before};
use errors::Problem;
use routes::{Route, rest_route};
use serde_json::Value;

/// Which of the provider's hosts is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// `api.runpod.ai`: jobs on queues.
    Jobs,
    /// `api.runpod.io`: REST v2 and GraphQL.
    Rest,
    /// `rest.runpod.io`: REST v1, which is gone.
    Old,
}

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where to.
    pub host: Host,
    /// `GET`, `POST` …
    pub method: String,
    /// Path, from the first slash.
    pub path: String,
    /// Query, decoded.
    pub query: Vec<(String, String)>,
    /// The key, with or without `Bearer`.
    pub key: Option<String>,
    /// `Last-Event-ID`.
    pub last_event: Option<String>,
    /// Body, as it came.
    pub body: Vec<u8>,
    /// Whether the caller will hold the line ([`Reply::Wait`]); else an empty answer comes at once.
    pub patient: bool,
    /// Whether the same request was asked before and told to wait: neither faults nor limits see it again.
    pub(crate) again: bool,
}

impl Request {
    /// A request with the key of [`crate::Settings::default`] and no body.
    pub fn new(host: Host, method: &str, path: &str) -> Self {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let pair = |part: &str| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (name.to_owned(), value.to_owned())
        };
        Self {
            host,
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.split('&').filter(|part| !part.is_empty()).map(pair).collect(),
            key: Some("sim-key".to_owned()),
            last_event: None,
            body: Vec::new(),
            patient: false,
            again: false,
        }
    }

    /// With this JSON.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        Self { body: body.to_string().into_bytes(), ..self }
    }

    /// With this key, or with none.
    #[must_use]
    pub fn key(self, key: Option<&str>) -> Self {
        Self { key: key.map(str::to_owned), ..self }
    }

    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; `Null` where there is none.
    pub(crate) fn value(&self) -> Result<Value, Problem> {
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&self.body)
            .map_err(|error| Problem::new(400, format!("request body is not valid JSON: {error}")))
    }
}

/// What is sent back.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// Nothing.
    Empty,
    /// JSON.
    Json(Value),
    /// A text of that kind.
    Text(&'static str, String),
    /// The log of a pod, or of an endpoint's worker, as a stream of events.
    Log {
        /// The pod, or the worker.
        id: String,
        /// The worker's endpoint.
        endpoint: Option<String>,
        /// Only that source.
        source: Option<String>,
        /// Lines behind this number.
        after: u64,
    },
    /// Nothing yet: ask again while this many milliseconds last, then once without patience.
    Wait(Ms),
}

/// An answer, and what becomes of it on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers besides the content's kind and length.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub reply: Reply,
    /// What happens to it; `None`: it arrives.
    pub wire: Option<Wire>,
}

impl Answer {
    pub(crate) const fn new(status: u16, reply: Reply) -> Self {
        Self { status, headers: Vec::new(), reply, wire: None }
    }

    pub(crate) const fn json(status: u16, value: Value) -> Self {
        Self::new(status, Reply::Json(value))
    }

    /// Whether it reaches the caller.
    pub const fn arrives(&self) -> bool {
        !matches!(self.wire, Some(Wire::LostBefore | Wire::LostAfter | Wire::CutShort))
    }

    /// Its JSON; `Null` where it is something else.
    pub const fn body(&self) -> &Value {
        const NOTHING: Value = Value::Null;
        if let Reply::Json(value) = &self.reply { value } else { &NOTHING }
    }
}

impl World {
    /// Answers a request as the provider would at this moment.
    pub fn call(&mut self, request: &Request) -> Answer {
        self.calls += 1;
        let parts: Vec<&str> = request.path.split('/').filter(|part| !part.is_empty()).collect();
        match request.host {
            Host::Old => Answer::json(
                410,
                serde_json::json!({"error": "REST API v1 has been retired. Use https://api.runpod.io/v2.", "status": 410}),
            ),
            Host::Rest if parts.first() == Some(&"graphql") => self.call_graphql(request),
            Host::Rest if parts.first() == Some(&"v1") => {
                Answer::json(410, serde_json::json!({"error": "Gone", "status": 410}))
            }
            Host::Rest => self.call_rest(request, &parts),
            Host::Jobs => self.call_jobs(request, &parts),
        }
    }

    fn call_rest(&mut self, request: &Request, parts: &[&str]) -> Answer {
        let Some(route) = rest_route(&request.method, parts) else {
            return Problem::new(404, "resource not found").answer();
        };
        *self.asked.entry(route.name.to_owned()).or_default() += 1;
        if request.key.as_deref().is_none_or(str::is_empty) {
            return Problem::new(401, "missing bearer token").answer();
        }
        let Some(key) = self.key(request).cloned() else {
            return Problem::new(401, "invalid bearer token").answer();
        };
        let fault = self.fault(route.name);
        if let Some(answer) = fault.and_then(before) {
            return answer;
        }
        let (headers, limited) = self.limiter.rest(self.now, &self.settings.windows, &key.text);
        let mut answer = if let Some((window, seconds)) = limited {
            let mut answer =
                Problem::new(429, format!("rate limit exceeded for the {window} window")).answer();
            answer.headers.push(("retry-after", seconds.to_string()));
            answer
        } else if key.rest < route.needs {
            Problem::new(403, "access denied").answer()
        } else {
            self.rest(request, &route).unwrap_or_else(Problem::answer)
        };
        answer.headers.extend(headers);
        after(answer, fault)
    }

    fn rest(&mut self, request: &Request, route: &Route<'_>) -> Result<Answer, Problem> {
        if self.settings.september && request.body.len() > 102_400 {
            return Err(Problem::new(413, "request body exceeds 102400 bytes"));
        }
        match route.name.split_once('.').map_or(route.name, |(family, _)| family) {
            "pods" => self.rest_pods(request, route),
            "serverless" => self.rest_endpoints(request, route),
            "catalog" => self.rest_catalog(request, route),
            "billing" => self.rest_billing(request, route),
            "account" => self.rest_account(request, route),
            _ => self.rest_stores(request, route),
        }
    }

    /// The key of a request, if it is one of ours.
    pub(crate) fn key(&self, request: &Request) -> Option<&Key> {
        let text = request.key.as_deref()?;
        let text = text.strip_prefix("Bearer ").unwrap_or(text);
        self.settings.keys.iter().find(|key| key.text == text)
    }
}
