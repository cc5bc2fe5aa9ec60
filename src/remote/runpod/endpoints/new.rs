//! What an endpoint is made and changed with: exactly the documented fields.

use super::super::parts::{Cuda, Env, milliseconds};
use super::{EndpointType, FlashBoot};
use serde::{Serialize, Serializer};
use std::time::Duration;

/// An endpoint to be made.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewEndpoint {
    /// Its name.
    pub name: String,
    /// A queue, for trainings.
    #[serde(rename = "type")]
    pub form: EndpointType,
    /// When workers are added.
    pub scaling: Scaling,
    /// Which GPUs.
    pub gpu: EndpointGpu,
    /// How many workers.
    pub workers: WorkersLimit,
    /// The longest that one job may run when it does not say itself. Sent always: RunPod's own is five minutes, or none.
    #[serde(serialize_with = "milliseconds")]
    pub timeout: Duration,
    /// The image with a pinned tag; may be left out when a template is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// What the container runs, written as for a shell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<String>,
    /// GB of a worker's own disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk: Option<u32>,
    /// Everybody who may read the endpoint reads its values.
    #[serde(skip_serializing_if = "Env::is_empty")]
    pub env: Env,
    /// Only there. Empty: anywhere; a volume needs its own data centre.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data_center_ids: Vec<String>,
    /// Ids of network volumes, mounted at `/runpod-volume`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub network_volumes: Vec<String>,
    /// Whether workers are kept warm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flashboot: Option<FlashBoot>,
    /// The id of a registry credential for a private image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry: Option<String>,
    /// A template that fills what is left out here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_id: Option<String>,
}

impl NewEndpoint {
    /// A queue for trainings: no worker while nothing is to do, at most `most`, each with `gpu`.
    pub fn queue(name: impl Into<String>, image: impl Into<String>, gpu: EndpointGpu, most: u32) -> Self {
        Self {
            name: name.into(),
            form: EndpointType::Queue,
            scaling: Scaling::QueueDelay { seconds: 4.0 },
            gpu,
            workers: WorkersLimit { min: Some(0), max: Some(most), idle_timeout: Some(60) },
            timeout: Duration::from_hours(7 * 24),
            image: Some(image.into()),
            args: None,
            disk: None,
            env: Env::default(),
            data_center_ids: Vec::new(),
            network_volumes: Vec::new(),
            flashboot: None,
            registry: None,
            template_id: None,
        }
    }

    /// What RunPod would refuse, found before anything is sent.
    pub(super) fn problem(&self) -> Option<String> {
        if self.name.trim().is_empty() {
            Some("the endpoint has no name".to_owned())
        } else if self.image.as_deref().is_none_or(|image| image.trim().is_empty())
            && self.template_id.is_none()
        {
            Some("the endpoint has neither image nor template".to_owned())
        } else if self.gpu.pools.is_empty() {
            Some("the endpoint names no GPU pool".to_owned())
        } else {
            self.scaling.problem(self.form, self.workers)
        }
    }
}

/// GPUs of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EndpointGpu {
    /// The catalog's pools, such as `ADA_24`; whichever has a GPU free.
    pub pools: Vec<String>,
    /// GPU types of these pools that are not wanted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub excluded_types: Vec<String>,
    /// GPUs of one worker.
    pub count: u32,
    /// What the driver has to be able to do.
    #[serde(flatten)]
    pub cuda: Cuda,
}

impl EndpointGpu {
    /// One GPU of these pools.
    pub fn new(pools: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let pools = pools.into_iter().map(Into::into).collect();
        Self { pools, excluded_types: Vec::new(), count: 1, cuda: Cuda::Any }
    }
}

/// When workers are added.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "type")]
pub enum Scaling {
    /// When a job has waited this long.
    #[serde(rename = "QUEUE_DELAY")]
    QueueDelay {
        /// At least 0.5.
        #[serde(rename = "queueDelay")]
        seconds: f64,
    },
    /// One worker for this many jobs.
    #[serde(rename = "REQUEST_COUNT")]
    RequestCount {
        /// At least 1.
        #[serde(rename = "requestCount")]
        jobs: u32,
    },
}

impl Scaling {
    fn problem(self, form: EndpointType, workers: WorkersLimit) -> Option<String> {
        match self {
            Self::QueueDelay { seconds } if !(seconds >= 0.5 && seconds.is_finite()) => {
                Some("the delay of the queue has to be half a second or more".to_owned())
            }
            Self::RequestCount { jobs: 0 } => Some("workers for no jobs make no sense".to_owned()),
            Self::RequestCount { .. } if form == EndpointType::Queue && workers.idle_timeout.is_some() => {
                Some("a queue that counts its jobs takes no idle timeout".to_owned())
            }
            _ => None,
        }
    }
}

/// How many workers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkersLimit {
    /// That always run, and cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    /// At most. RunPod lowers it by itself on an idle endpoint, after seven days to 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// Seconds that a worker stays without a job, 1 to 3600.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_timeout: Option<u32>,
}

/// What is changed on an endpoint; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EndpointChange {
    /// A new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A new image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// What the container runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<String>,
    /// GB of a worker's own disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk: Option<u32>,
    /// All of the environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env: Option<Env>,
    /// Which GPUs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu: Option<EndpointGpu>,
    /// How many workers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workers: Option<WorkersLimit>,
    /// When workers are added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaling: Option<Scaling>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_center_ids: Option<Vec<String>>,
    /// All of the volumes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_volumes: Option<Vec<String>>,
    /// The longest that one job may run.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "maybe_milliseconds")]
    pub timeout: Option<Duration>,
    /// Whether workers are kept warm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flashboot: Option<FlashBoot>,
}

#[expect(clippy::ref_option, reason = "serde asks for it")]
fn maybe_milliseconds<S: Serializer>(time: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    milliseconds(&time.unwrap_or_default(), serializer)
}
