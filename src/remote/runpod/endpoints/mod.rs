//! Queue endpoints and their workers (apis.md A2).

mod endpoint;
mod new;

pub use endpoint::{
    Endpoint, EndpointGpuSeen, EndpointType, FlashBoot, RequestUrls, Worker, WorkerState, WorkerSummary,
    Workers, WorkersSeen,
};
pub use new::{EndpointChange, EndpointGpu, NewEndpoint, Scaling, WorkersLimit};

use super::SERVICE;
use super::logs::{LogQuery, LogStream};
use super::rest::Rest;
use crate::error::{RemoteError, Result};
use reqwest::Method;

/// Queue endpoints.
#[derive(Debug, Clone, Copy)]
pub struct Endpoints<'a>(pub(super) &'a Rest);

impl<'a> Endpoints<'a> {
    /// Makes an endpoint.
    pub async fn create(&self, endpoint: &NewEndpoint) -> Result<Endpoint> {
        let doing = "make the endpoint";
        if let Some(problem) = endpoint.problem() {
            return Err(RemoteError::rule(SERVICE, doing, problem));
        }
        self.0.send(self.0.call(doing, Method::POST, &["serverless"])?.makes(), endpoint).await
    }
    /// One endpoint.
    pub async fn get(&self, id: &str) -> Result<Endpoint> {
        self.0.get("read the endpoint", &["serverless", id]).await
    }
    /// All endpoints of the account.
    pub async fn list(&self) -> Result<Vec<Endpoint>> {
        self.0.list(self.0.call("list the endpoints", Method::GET, &["serverless"])?, "endpoints").await
    }
    /// Changes an endpoint; workers are replaced one after another.
    pub async fn change(&self, id: &str, change: &EndpointChange) -> Result<Endpoint> {
        self.0.send(self.0.call("change the endpoint", Method::PATCH, &["serverless", id])?, change).await
    }
    /// Removes an endpoint with what waits in its queue.
    pub async fn delete(&self, id: &str) -> Result<()> {
        self.0.delete("remove the endpoint", &["serverless", id]).await
    }
    /// Its workers: why a job waits.
    pub async fn workers(&self, id: &str) -> Result<Workers> {
        self.0.get("read the endpoint's workers", &["serverless", id, "workers"]).await
    }
    /// The lines that a worker prints.
    pub fn worker_logs(&self, id: &str, worker: &str, query: LogQuery) -> Result<LogStream<'a>> {
        LogStream::new(self.0, "read the worker's log", &["serverless", id, "workers", worker, "logs"], query)
    }
}
