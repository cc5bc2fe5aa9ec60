//! Jobs of a queue endpoint (apis.md A1).

mod job;
mod policy;

pub use job::{
    Chunk, Health, HealthJobs, HealthWorkers, Job, JobError, JobState, Request, Streamed, Submitted,
};
pub use policy::Policy;

use super::{SERVICE, bases, tolerant};
use crate::error::{Kind, RemoteError, Result};
use crate::http::{Call, Http};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::time::Duration;
use url::Url;

/// The largest body of a submission; large things go through the store.
const LARGEST: usize = 10_000_000;

/// A job to be submitted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NewJob {
    /// What the handler gets. Has to be an object with something in it: the Python SDK takes an empty one for none.
    pub input: Value,
    /// Always sent.
    pub policy: Policy,
    /// An address that is told of the end. It carries no signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook: Option<String>,
}

impl NewJob {
    /// A job with this input.
    pub fn new(input: Value, policy: Policy) -> Self {
        Self { input, policy, webhook: None }
    }
}

/// The jobs of one endpoint.
#[derive(Debug, Clone)]
pub struct Jobs<'a> {
    http: &'a Http,
    base: &'a Url,
    endpoint: String,
}

impl<'a> Jobs<'a> {
    pub(super) fn new(http: &'a Http, base: &'a Url, endpoint: &str) -> Self {
        Self { http, base, endpoint: endpoint.trim().to_owned() }
    }

    /// Submits a job. It is sent once: after [`crate::Advice::Uncertain`] it may be in the queue although no id came back.
    pub async fn run(&self, job: &NewJob) -> Result<Submitted> {
        let doing = "start the job";
        if job.input.as_object().is_none_or(Map::is_empty) {
            return Err(RemoteError::rule(
                SERVICE,
                doing,
                "the input has to be an object with something in it",
            ));
        }
        let call = self.call(doing, Method::POST, "run", None)?.makes();
        self.http.json(&call.json(SERVICE, job, LARGEST)?).await
    }

    /// How a job stands. Not found: it never was, its life ended, or it ended more than 30 minutes ago.
    pub async fn status(&self, id: &str) -> Result<Job> {
        self.http.json(&self.call("read the job", Method::GET, "status", Some(id))?).await
    }

    /// What the handler yielded since the last call. Each piece is given out once, so one whose answer is lost is lost; the store has
    /// the truth. Waits up to `wait` (1 to 300 s) for the first piece.
    pub async fn stream(&self, id: &str, wait: Option<Duration>) -> Result<Streamed> {
        let mut call = self.call("read the job's stream", Method::GET, "stream", Some(id))?;
        if let Some(wait) = wait {
            // Less than our own patience, or every quiet stream would look like a lost one.
            let most = self
                .http
                .patience()
                .answer
                .saturating_sub(Duration::from_secs(5))
                .min(Duration::from_mins(5));
            let wait = wait.min(most).max(Duration::from_secs(1));
            call = call.query("wait", &wait.as_millis().to_string());
        }
        self.http.json(&call).await
    }

    /// Ends a job, queued or running. A handler that does not listen goes on until it returns; look at the state afterwards.
    pub async fn cancel(&self, id: &str) -> Result<Job> {
        self.http.json(&self.call("cancel the job", Method::POST, "cancel", Some(id))?).await
    }

    /// Queues a failed or timed-out job again under its id; its old output is removed.
    pub async fn retry(&self, id: &str) -> Result<Submitted> {
        self.http.json(&self.call("retry the job", Method::POST, "retry", Some(id))?.makes()).await
    }

    /// Removes what waits in the queue, running jobs stay. How many there were.
    pub async fn purge(&self) -> Result<u64> {
        #[derive(Deserialize)]
        struct Purged {
            #[serde(default, deserialize_with = "tolerant::count")]
            removed: Option<u64>,
        }
        let purged: Purged =
            self.http.json(&self.call("empty the queue", Method::POST, "purge-queue", None)?).await?;
        Ok(purged.removed.unwrap_or_default())
    }

    /// Jobs and workers, counted.
    pub async fn health(&self) -> Result<Health> {
        self.http.json(&self.call("read the endpoint's health", Method::GET, "health", None)?).await
    }

    /// The latest jobs of the endpoint: how a submission whose answer was lost is found again. At most ten calls in ten seconds.
    ///
    /// # Errors
    /// Also when there is no list, or one of its jobs cannot be read: "not there" has to be certain.
    pub async fn requests(&self) -> Result<Vec<Request>> {
        let call = self.call("list the endpoint's jobs", Method::GET, "requests", None)?;
        let garbage = |detail: String| RemoteError::new(SERVICE, call.doing, Kind::Garbage).detail(detail);
        // Not documented beyond its path: the list, or an object that holds one.
        let list = match self.http.json(&call).await? {
            list @ Value::Array(_) => Some(list),
            Value::Object(object) => object.into_iter().map(|(_, value)| value).find(Value::is_array),
            _ => None,
        };
        let list = list.ok_or_else(|| garbage("there is no list in it".to_owned()))?;
        serde_json::from_value(list).map_err(|error| garbage(error.to_string()))
    }

    fn call(
        &self,
        doing: &'static str,
        method: Method,
        operation: &str,
        id: Option<&str>,
    ) -> Result<Call<'static>> {
        let parts: Vec<&str> = [self.endpoint.as_str(), operation].into_iter().chain(id).collect();
        let url = bases::below(self.base, doing, &parts)?;
        // Each operation of each endpoint has a limit of its own.
        Ok(Call::new(doing, method, url, format!("jobs/{}/{operation}", self.endpoint)))
    }
}
