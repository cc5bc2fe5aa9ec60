//! One call, before it is sent.

use crate::error::{Kind, RemoteError, Result};
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::SecretString;
use serde::Serialize;
use url::Url;

/// What it means to send a call twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing: it reads, or it sets what is set already.
    Repeatable,
    /// Two of a thing that is paid for, or work done twice. Never sent again once it may have arrived.
    Makes,
}

/// One call.
#[derive(Debug, Clone)]
pub(crate) struct Call<'a> {
    /// What it is for, to stand behind `cannot`: `start the job`.
    pub doing: &'static str,
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Option<Vec<u8>>,
    pub effect: Effect,
    /// Which limit it counts against.
    pub lane: String,
    /// Whether a refusal means only this candidate: another GPU or data centre may do (apis.md A2).
    pub candidate: bool,
    /// Whether the answer's form tells v2 from the retired v1.
    pub versioned: bool,
    /// Whether "not found" after a lost answer means that it is done.
    pub gone_is_done: bool,
    /// What must not come back out of a server's words.
    pub secrets: Vec<&'a SecretString>,
}

impl<'a> Call<'a> {
    /// A call that may be repeated.
    pub fn new(doing: &'static str, method: Method, url: Url, lane: impl Into<String>) -> Self {
        let (headers, body, secrets) = (HeaderMap::new(), None, Vec::new());
        let (candidate, versioned, gone_is_done) = (false, false, false);
        let (effect, lane) = (Effect::Repeatable, lane.into());
        Self { doing, method, url, headers, body, effect, lane, candidate, versioned, gone_is_done, secrets }
    }

    /// One that must not happen twice.
    pub fn makes(mut self) -> Self {
        self.effect = Effect::Makes;
        self
    }

    /// It is to change something there. What asks by POST (GraphQL) has a lane of its own.
    pub fn writes(&self) -> bool {
        self.method != Method::GET && self.lane != "graphql"
    }

    /// One that asks for one candidate of several.
    pub fn candidate(mut self) -> Self {
        self.candidate = true;
        self
    }

    /// One whose error bodies have the form of RunPod's v2.
    pub fn versioned(mut self) -> Self {
        self.versioned = true;
        self
    }

    /// One after which the thing is gone.
    pub fn removes(mut self) -> Self {
        self.gone_is_done = true;
        self
    }

    /// Something that the server must not be quoted with.
    pub fn secret(mut self, secret: &'a SecretString) -> Self {
        self.secrets.push(secret);
        self
    }

    /// A header of plain text; one that cannot be sent is left out.
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    /// A parameter of the address.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(name, value);
        self
    }

    /// A body of at most this many bytes.
    ///
    /// # Errors
    /// It is larger; nothing is sent.
    pub fn json(mut self, service: &'static str, body: &impl Serialize, most: usize) -> Result<Self> {
        let body = serde_json::to_vec(body)
            .map_err(|error| RemoteError::rule(service, self.doing, error.to_string()))?;
        if body.len() > most {
            let detail = format!("{} bytes, {most} are allowed", body.len());
            return Err(RemoteError::new(service, self.doing, Kind::TooLarge).detail(detail));
        }
        self.body = Some(body);
        Ok(self)
    }
}
