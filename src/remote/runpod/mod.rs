//! RunPod: queue jobs, rented pods, endpoints, volumes, the catalog, bills (apis.md A, state of 2026-11-20).
//!
//! ```no_run
//! # async fn story(settings: remote::runpod::Settings) -> remote::Result<()> {
//! use remote::runpod::{NewJob, Policy, RunPod};
//! use std::time::Duration;
//! let runpod = RunPod::new(settings)?;
//! let policy = Policy::new(Duration::from_secs(7200), Duration::from_secs(3600))?;
//! let job = NewJob::new(serde_json::json!({"run": "a1"}), policy);
//! let id = runpod.jobs("endpoint").run(&job).await?.id;
//! let state = runpod.jobs("endpoint").status(&id).await?;
//! # Ok(()) }
//! ```

mod balance;
mod bases;
mod billing;
mod catalog;
mod endpoints;
mod jobs;
mod logs;
mod parts;
mod pods;
#[cfg(test)]
mod prism;
mod registries;
mod rest;
mod secrets;
mod ssh_keys;
mod templates;
#[cfg(test)]
mod tests;
mod tolerant;
mod volumes;

pub use balance::{Balance, Wallet};
pub use bases::Bases;
pub use billing::{Bill, Billing, Bucket, PodBill, ServerlessBill, Span, VolumeBill};
pub use catalog::{
    Availability, Catalog, CpuPrice, CpuType, CudaVersion, DataCenter, GpuType, MaxCount, Offer, Place,
    Price, Product, VcpuRange,
};
pub use endpoints::{
    Endpoint, EndpointChange, EndpointGpu, EndpointGpuSeen, EndpointType, Endpoints, FlashBoot, NewEndpoint,
    RequestUrls, Scaling, Worker, WorkerState, WorkerSummary, Workers, WorkersLimit, WorkersSeen,
};
pub use jobs::{
    Chunk, Health, HealthJobs, HealthWorkers, Job, JobError, JobState, Jobs, NewJob, Policy, Request,
    Streamed, Submitted,
};
pub use logs::{LogLine, LogQuery, LogSource, LogStream};
pub use parts::{
    Cloud, Compute, Cpu, Cuda, Env, Gpu, Mounts, NetworkMount, PersistentMount, secret_reference, shell_args,
};
pub use pods::{
    GpuUse, NewPod, Pod, PodAction, PodChange, PodGpu, PodMounts, PodStatus, Pods, Runtime, RuntimePort, Ssh,
    SshWay, Use,
};
pub use registries::{Registries, Registry};
pub use secrets::{Secret, Secrets};
pub use ssh_keys::SshKeys;
pub use templates::{NewTemplate, Template, TemplateCategory, TemplateChange, Templates};
pub use volumes::{NewVolume, Volume, VolumeType, Volumes};

use crate::error::Result;
use crate::http::{Http, Pace, Patience};
use rest::Rest;
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

pub(crate) const SERVICE: &str = "RunPod";

/// What a client is made from.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The API key. It is sent in one header and stands nowhere else.
    pub key: SecretString,
    /// Where RunPod is.
    pub bases: Bases,
    /// Waiting and repeating.
    pub patience: Patience,
    /// Clock and chance.
    pub pace: Arc<dyn Pace>,
}

impl Settings {
    /// The usual addresses and patience.
    pub fn new(key: SecretString, pace: Arc<dyn Pace>) -> Self {
        Self { key, bases: Bases::default(), patience: Patience::default(), pace }
    }
}

/// A client of RunPod for one key. Cheap to clone; all clones share one gate, so that they keep to the provider's limits together.
#[derive(Debug, Clone)]
pub struct RunPod {
    http: Http,
    bases: Bases,
    jobs: Url,
    graphql: Url,
    rest: Rest,
}

impl RunPod {
    /// A client; nothing is sent yet.
    ///
    /// # Errors
    /// There is no key, or key or addresses cannot be used.
    pub fn new(settings: Settings) -> Result<Self> {
        let Settings { key, bases, patience, pace } = settings;
        let http = Http::new(SERVICE, &key, patience, pace)?;
        let rest = Rest { http: http.clone(), base: bases::base("management", &bases.rest)? };
        let (jobs, graphql) =
            (bases::base("jobs", &bases.jobs)?, bases::base("the balance", &bases.graphql)?);
        Ok(Self { http, bases, jobs, graphql, rest })
    }

    /// The same with a header by which Prism is told which documented answer to give.
    #[cfg(test)]
    fn preferring(&self, prefer: &str) -> Self {
        let http = self.http.preferring(prefer);
        Self { rest: Rest { http: http.clone(), base: self.rest.base.clone() }, http, ..self.clone() }
    }

    /// The addresses that it uses.
    pub fn bases(&self) -> &Bases {
        &self.bases
    }

    /// When somebody who asks the management interface again and again may ask next: never before `least` (10 to 15 seconds are
    /// advised), later when few calls are left in a window.
    pub fn may_poll_in(&self, least: Duration) -> Duration {
        self.http.may_poll_in(rest::LANE, least)
    }

    /// The jobs of a queue endpoint.
    pub fn jobs(&self, endpoint: &str) -> Jobs<'_> {
        Jobs::new(&self.http, &self.jobs, endpoint)
    }

    /// Rented machines.
    pub fn pods(&self) -> Pods<'_> {
        Pods(&self.rest)
    }
    /// Queue endpoints and their workers.
    pub fn endpoints(&self) -> Endpoints<'_> {
        Endpoints(&self.rest)
    }
    /// Container settings kept under a name.
    pub fn templates(&self) -> Templates<'_> {
        Templates(&self.rest)
    }
    /// Network volumes.
    pub fn volumes(&self) -> Volumes<'_> {
        Volumes(&self.rest)
    }
    /// Credentials for private images.
    pub fn registries(&self) -> Registries<'_> {
        Registries(&self.rest)
    }
    /// Secrets of the account, which an environment may name.
    pub fn secrets(&self) -> Secrets<'_> {
        Secrets(&self.rest)
    }
    /// Public keys for SSH.
    pub fn ssh_keys(&self) -> SshKeys<'_> {
        SshKeys(&self.rest)
    }
    /// What can be rented, where and for how much.
    pub fn catalog(&self) -> Catalog<'_> {
        Catalog(&self.rest)
    }
    /// What was charged.
    pub fn billing(&self) -> Billing<'_> {
        Billing(&self.rest)
    }
    /// What is left on the account and how fast it goes. Behind a trait, since the interface that it comes from ends in early 2027.
    pub fn wallet(&self) -> impl Wallet {
        balance::GraphQl { http: self.http.clone(), url: self.graphql.clone() }
    }
}
