//! `[runpod]`: what is needed to rent machines there.

use super::secret::{Address, Secret};
use super::types::Config;
use crate::places::RunpodPlaces;
use schemars::JsonSchema;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Machines that are rented at RunPod. Without a key nothing is asked there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Runpod {
    /// API key of the account. Better in the environment.
    pub api_key: Secret,
    /// Id of the queue endpoint on which runs of the place runpod-serverless work.
    pub endpoint: String,
    /// Image that pods are started with, with its tag.
    pub image: String,
    /// Id of the network volume: holds base models, and what travels with runs where `files.url` is no S3 store. Empty: none.
    pub volume: String,
    /// Data centre of the volume, e.g. EU-RO-1.
    pub volume_data_center: String,
    /// Public half of the key pair for the volume's S3 interface.
    pub volume_access_key_id: String,
    /// Secret half of it. Better in the environment.
    pub volume_secret_access_key: Secret,
    /// Token for the model hub, kept as a secret of the account while pods work. Better in the environment.
    pub hub_token: Secret,
    /// Whose machines pods may be.
    pub cloud: Cloud,
    /// Data centres that pods may be in, with commas between them. Empty: any.
    pub data_centers: String,
    /// GB of the container's own disk of a pod.
    #[schemars(range(min = 10, max = 2000))]
    pub disk: u32,
    /// Minutes that a pod may take until it works; then it is given back and another one is tried.
    #[schemars(range(min = 1, max = 120))]
    pub provisioning_minutes: u32,
    /// Hours that a queue job may wait for a machine.
    #[schemars(range(min = 1, max = 144))]
    pub queue_hours: u32,
    /// Seconds between two questions about a machine.
    #[schemars(range(min = 2, max = 600))]
    pub poll_seconds: u32,
    /// Address of the jobs of queue endpoints. Empty: RunPod's.
    pub jobs_url: Address,
    /// Address of everything else. Empty: RunPod's.
    pub rest_url: Address,
    /// Address of the balance. Empty: RunPod's.
    pub graphql_url: Address,
    /// Address of the volume's S3 interface. Empty: that of its data centre.
    pub volume_url: Address,
}

/// Whose machines they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Cloud {
    /// Data centres.
    #[default]
    Secure,
    /// Machines of other people: cheaper.
    Community,
}

impl Default for Runpod {
    fn default() -> Self {
        Self {
            api_key: Secret::default(),
            endpoint: String::new(),
            image: String::new(),
            volume: String::new(),
            volume_data_center: String::new(),
            volume_access_key_id: String::new(),
            volume_secret_access_key: Secret::default(),
            hub_token: Secret::default(),
            cloud: Cloud::Secure,
            data_centers: String::new(),
            disk: 50,
            provisioning_minutes: 15,
            queue_hours: 24,
            poll_seconds: 10,
            jobs_url: Address::default(),
            rest_url: Address::default(),
            graphql_url: Address::default(),
            volume_url: Address::default(),
        }
    }
}

impl Config {
    pub(super) fn runpod_places(&self) -> RunpodPlaces {
        let runpod = &self.runpod;
        let set = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
        let secret = |secret: &Secret| secret.expose().map(SecretString::from);
        RunpodPlaces {
            api_key: secret(&runpod.api_key),
            endpoint: set(&runpod.endpoint),
            image: set(&runpod.image),
            volume: set(&runpod.volume),
            volume_data_center: set(&runpod.volume_data_center),
            volume_access_key: set(&runpod.volume_access_key_id).map(SecretString::from),
            volume_secret_key: secret(&runpod.volume_secret_access_key),
            hub_token: secret(&runpod.hub_token),
            community: runpod.cloud == Cloud::Community,
            data_centers: runpod.data_centers.split(',').filter_map(set).collect(),
            disk: runpod.disk,
            provisioning: Duration::from_mins(u64::from(runpod.provisioning_minutes)),
            queue: Duration::from_hours(u64::from(runpod.queue_hours)),
            poll: Duration::from_secs(u64::from(runpod.poll_seconds)),
            jobs_url: set(runpod.jobs_url.expose()),
            rest_url: set(runpod.rest_url.expose()),
            graphql_url: set(runpod.graphql_url.expose()),
            volume_url: set(runpod.volume_url.expose()),
            ..RunpodPlaces::default()
        }
    }
}
