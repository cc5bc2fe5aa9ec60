//! What a pod is rented and changed with: exactly the documented fields, since one more is refused (422).

use super::super::parts::{Cloud, Compute, Env, Mounts};
use serde::Serialize;

/// A machine to be rented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewPod {
    /// Its name, by which the reaper knows that it is ours.
    pub name: String,
    /// What it runs on.
    #[serde(flatten)]
    pub compute: Compute,
    /// The image with a pinned tag; may be left out when a template is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// What the container runs, written as for a shell; see [`super::super::shell_args`]. When it ends RunPod starts it again: the last thing it
    /// does has to be to end the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<String>,
    /// GB of the container's own disk; it is empty after every restart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk: Option<u32>,
    /// Everybody who may read the pod reads its values: secrets only by [`super::super::secret_reference`].
    #[serde(skip_serializing_if = "Env::is_empty")]
    pub env: Env,
    /// `8888/http`, `22/tcp`. None are open by themselves.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<String>,
    /// What outlives the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mounts: Option<Mounts>,
    /// Whose machine; RunPod's data centres when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloud: Option<Cloud>,
    /// Only there. Empty: anywhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data_center_ids: Vec<String>,
    /// The id of a registry credential for a private image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry: Option<String>,
    /// Whether the image's start script sets up SSH with the account's keys.
    pub start_ssh: bool,
    /// Whether it starts Jupyter.
    pub start_jupyter: bool,
    /// A template that fills what is left out here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_id: Option<String>,
}

impl NewPod {
    /// A pod with an image and nothing else.
    pub fn new(name: impl Into<String>, image: impl Into<String>, compute: Compute) -> Self {
        Self {
            name: name.into(),
            compute,
            image: Some(image.into()),
            args: None,
            disk: None,
            env: Env::default(),
            ports: Vec::new(),
            mounts: None,
            cloud: None,
            data_center_ids: Vec::new(),
            registry: None,
            start_ssh: false,
            start_jupyter: false,
            template_id: None,
        }
    }

    /// What RunPod would refuse, found before anything is sent.
    pub(super) fn problem(&self) -> Option<String> {
        let network = matches!(self.mounts, Some(Mounts::Network(_)));
        if self.name.trim().is_empty() {
            Some("the pod has no name".to_owned())
        } else if self.image.as_deref().is_none_or(|image| image.trim().is_empty())
            && self.template_id.is_none()
        {
            Some("the pod has neither image nor template".to_owned())
        } else if self.env.0.len() > Env::MOST {
            Some(format!("{} environment variables, {} are allowed", self.env.0.len(), Env::MOST))
        } else if network && self.cloud == Some(Cloud::Community) {
            Some("network volumes are only there on the secure cloud".to_owned())
        } else {
            None
        }
    }
}

/// What is changed on a pod; what is left out stays. A running pod is reset by most of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodChange {
    /// A new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A new image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// What the container runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<String>,
    /// GB of the container's disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk: Option<u32>,
    /// All of the environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env: Option<Env>,
    /// All of the ports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ports: Option<Vec<String>>,
    /// What is mounted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mounts: Option<Mounts>,
    /// A locked pod cannot be stopped or reset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked: Option<bool>,
}
