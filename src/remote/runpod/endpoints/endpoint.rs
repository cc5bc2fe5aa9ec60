//! An endpoint and its workers as RunPod tells of them.

use super::super::catalog::GpuType;
use super::super::parts::Env;
use super::super::tolerant::{count, or_default, readable};
use chrono::{DateTime, Utc};
use domain::conversation::{UnknownWord, words};
use domain::lenient::Word;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{fmt, str::FromStr};

words! {
    /// How work comes to an endpoint.
    EndpointType, "endpoint type" {
        /// By a queue of jobs.
        Queue = "QUEUE",
        /// By requests straight to the workers.
        LoadBalancer = "LOAD_BALANCER",
    }
}

words! {
    /// Whether workers are kept warm.
    FlashBoot, "flashboot" {
        /// No.
        Off = "OFF",
        /// As far as there is room.
        FlashBoot = "FLASHBOOT",
        /// Before others.
        Priority = "PRIORITY_FLASHBOOT",
    }
}

words! {
    /// Where a worker stands.
    WorkerState, "worker state" {
        /// Has a job.
        Running = "RUNNING",
        /// Waits for a job.
        Idle = "IDLE",
        /// Fetches the image or starts.
        Initializing = "INITIALIZING",
        /// Waits for a GPU.
        Throttled = "THROTTLED",
        /// Crashes or does not answer.
        Unhealthy = "UNHEALTHY",
    }
}

/// An endpoint. Everything but its id may be missing.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// How work comes to it.
    #[serde(default, rename = "type", deserialize_with = "or_default")]
    pub form: Option<Word<EndpointType>>,
    /// Where its jobs are asked for.
    #[serde(default, deserialize_with = "or_default")]
    pub request_urls: RequestUrls,
    /// Its image.
    #[serde(default, deserialize_with = "or_default")]
    pub image: Option<String>,
    /// What its container runs.
    #[serde(default, deserialize_with = "or_default")]
    pub args: Option<String>,
    /// GB of a worker's own disk.
    #[serde(default, deserialize_with = "count")]
    pub disk: Option<u64>,
    /// Its environment, in the clear.
    #[serde(default, deserialize_with = "or_default")]
    pub env: Env,
    /// Its GPUs.
    #[serde(default, deserialize_with = "or_default")]
    pub gpu: EndpointGpuSeen,
    /// How many workers.
    #[serde(default, deserialize_with = "or_default")]
    pub workers: WorkersSeen,
    /// When workers are added, as RunPod writes it.
    #[serde(default)]
    pub scaling: Value,
    /// Where; empty: anywhere.
    #[serde(default, deserialize_with = "readable")]
    pub data_center_ids: Vec<String>,
    /// Ids of its network volumes.
    #[serde(default, deserialize_with = "readable")]
    pub network_volumes: Vec<String>,
    /// Milliseconds that one job may run when it does not say itself; 0 has been seen for "not set".
    #[serde(default, deserialize_with = "count")]
    pub timeout: Option<u64>,
    /// Whether workers are kept warm.
    #[serde(default, deserialize_with = "or_default")]
    pub flashboot: Option<Word<FlashBoot>>,
    /// When it was made.
    #[serde(default, deserialize_with = "or_default")]
    pub created_at: Option<DateTime<Utc>>,
}

/// Where jobs of a queue endpoint are asked for. `{job_id}` stands for a job.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RequestUrls {
    /// Submits.
    #[serde(deserialize_with = "or_default")]
    pub run: Option<String>,
    /// Reads.
    #[serde(deserialize_with = "or_default")]
    pub status: Option<String>,
}

/// GPUs of an endpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EndpointGpuSeen {
    /// The catalog's pools.
    #[serde(deserialize_with = "readable")]
    pub pools: Vec<String>,
    /// GPU types that are left out.
    #[serde(deserialize_with = "readable")]
    pub excluded_types: Vec<String>,
    /// GPUs of one worker.
    #[serde(deserialize_with = "count")]
    pub count: Option<u64>,
}

impl EndpointGpuSeen {
    /// A worker may get this one: it is of a pool of the endpoint, and its type is not left out.
    pub fn takes(&self, gpu: &GpuType) -> bool {
        gpu.pool.as_ref().is_some_and(|pool| self.pools.contains(pool))
            && !self.excluded_types.contains(&gpu.id)
    }
}

/// How many workers an endpoint has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkersSeen {
    /// That always run.
    #[serde(deserialize_with = "count")]
    pub min: Option<u64>,
    /// At most; 0: jobs wait for ever.
    #[serde(deserialize_with = "count")]
    pub max: Option<u64>,
    /// Seconds that a worker stays without a job.
    #[serde(deserialize_with = "count")]
    pub idle_timeout: Option<u64>,
}

/// The workers of an endpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Workers {
    /// Each of them.
    #[serde(deserialize_with = "readable")]
    pub workers: Vec<Worker>,
    /// Counted.
    #[serde(deserialize_with = "or_default")]
    pub summary: WorkerSummary,
    /// The endpoint's present configuration; a worker of another version runs an old one.
    #[serde(deserialize_with = "count")]
    pub endpoint_version: Option<u64>,
}

/// Workers, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WorkerSummary {
    /// Have a job.
    pub running: u64,
    /// Wait for a job.
    pub idle: u64,
    /// Start.
    pub initializing: u64,
    /// Wait for a GPU.
    pub throttled: u64,
    /// Crash or do not answer.
    pub unhealthy: u64,
    /// All together.
    pub total: u64,
}

/// A worker of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Worker {
    /// Its id.
    pub id: String,
    /// Where it stands.
    #[serde(default, deserialize_with = "or_default")]
    pub status: Option<Word<WorkerState>>,
    /// Runs an older configuration than the present one.
    #[serde(default, deserialize_with = "or_default")]
    pub is_stale: bool,
    /// The configuration that it runs.
    #[serde(default, deserialize_with = "count")]
    pub version: Option<u64>,
    /// Its image.
    #[serde(default, deserialize_with = "or_default")]
    pub image: Option<String>,
    /// GPUs that it has.
    #[serde(default, deserialize_with = "count")]
    pub gpu_count: Option<u64>,
    /// The catalog's id of its GPU.
    #[serde(default, deserialize_with = "or_default")]
    pub gpu_type_id: Option<String>,
    /// Where it is.
    #[serde(default, deserialize_with = "or_default")]
    pub data_center_id: Option<String>,
    /// Seconds that it runs.
    #[serde(default, deserialize_with = "count")]
    pub uptime_seconds: Option<u64>,
    /// When it last started.
    #[serde(default, deserialize_with = "or_default")]
    pub started_at: Option<DateTime<Utc>>,
}
