//! A pod as RunPod tells of it. Everything but its id may be missing.

use super::super::parts::{Env, NetworkMount, PersistentMount};
use super::super::tolerant::{count, or_default, readable};
use chrono::{DateTime, Utc};
use domain::conversation::{UnknownWord, words};
use domain::lenient::Word;
use domain::money::PerHour;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// Where a pod stands.
    PodStatus, "pod status" {
        /// A machine is looked for.
        Provisioning = "PROVISIONING",
        /// The image is fetched and started.
        Starting = "STARTING",
        /// The container runs, which does not mean that what runs in it is ready.
        Running = "RUNNING",
        /// Stopped: no GPU is paid, the disk is.
        Exited = "EXITED",
        /// Did not come up.
        Error = "ERROR",
        /// Gone.
        Terminated = "TERMINATED",
    }
}

words! {
    /// What can be done with a pod; [`Pod::actions`] says what can be done now.
    PodAction, "pod action" {
        /// Start it again. Its host may have no GPU left for it.
        Start = "start",
        /// Give back the GPU; a persistent disk stays and costs.
        Stop = "stop",
        /// Start the container anew.
        Restart = "restart",
        /// Give everything back. A persistent disk is lost, a network volume stays.
        Terminate = "terminate",
    }
}

/// A rented machine.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pod {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// Where it stands. `None`: not told.
    #[serde(default, deserialize_with = "or_default")]
    pub status: Option<Word<PodStatus>>,
    /// What can be done with it now; trust this and not the status.
    #[serde(default, deserialize_with = "readable")]
    pub actions: Vec<Word<PodAction>>,
    /// What RunPod charges for an hour. Nothing when it is stopped or gone.
    #[serde(default, deserialize_with = "or_default")]
    pub cost: Option<PerHour>,
    /// The image it runs.
    #[serde(default, deserialize_with = "or_default")]
    pub image: Option<String>,
    /// What the container runs.
    #[serde(default, deserialize_with = "or_default")]
    pub args: Option<String>,
    /// GB of the container's disk.
    #[serde(default, deserialize_with = "count")]
    pub disk: Option<u64>,
    /// Its environment, in the clear.
    #[serde(default, deserialize_with = "or_default")]
    pub env: Env,
    /// What is open.
    #[serde(default, deserialize_with = "readable")]
    pub ports: Vec<String>,
    /// What outlives the container.
    #[serde(default, deserialize_with = "or_default")]
    pub mounts: PodMounts,
    /// `SECURE` or `COMMUNITY`.
    #[serde(default, deserialize_with = "or_default")]
    pub cloud: Option<String>,
    /// Where it is.
    #[serde(default, deserialize_with = "or_default")]
    pub data_center_id: Option<String>,
    /// What the driver of its host can do.
    #[serde(default, deserialize_with = "or_default")]
    pub cuda_version: Option<String>,
    /// Its GPUs.
    #[serde(default, deserialize_with = "or_default")]
    pub gpu: Option<PodGpu>,
    /// How to log in.
    #[serde(default, deserialize_with = "or_default")]
    pub ssh: Ssh,
    /// Live figures; only while it runs, and then perhaps empty.
    #[serde(default, deserialize_with = "or_default")]
    pub runtime: Option<Runtime>,
    /// Cannot be stopped or reset.
    #[serde(default, deserialize_with = "or_default")]
    pub locked: bool,
    /// When it was asked for.
    #[serde(default, deserialize_with = "or_default")]
    pub created_at: Option<DateTime<Utc>>,
    /// When it last started.
    #[serde(default, deserialize_with = "or_default")]
    pub started_at: Option<DateTime<Utc>>,
}

impl Pod {
    /// Its status is this one.
    pub fn is(&self, status: PodStatus) -> bool {
        self.status.as_ref().is_some_and(|word| word.is(status))
    }
    /// This can be done now.
    pub fn can(&self, action: PodAction) -> bool {
        self.actions.iter().any(|word| word.is(action))
    }
}

/// GPUs of a pod.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodGpu {
    /// The catalog's id.
    pub id: String,
    /// How many.
    #[serde(deserialize_with = "count")]
    pub count: Option<u64>,
}

/// What is mounted in a pod.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PodMounts {
    /// A disk of the host.
    #[serde(deserialize_with = "or_default")]
    pub persistent: Option<PersistentMount>,
    /// Network volumes.
    #[serde(deserialize_with = "readable")]
    pub network: Vec<NetworkMount>,
}

/// Ways to log in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Ssh {
    /// Through RunPod's proxy.
    #[serde(deserialize_with = "or_default")]
    pub proxy: Option<SshWay>,
    /// Straight to the machine; host and port change with every start.
    #[serde(deserialize_with = "or_default")]
    pub direct: Option<SshWay>,
}

/// A way to log in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SshWay {
    /// Where.
    pub host: String,
    /// On which port.
    pub port: u16,
    /// As whom; for the proxy a token.
    pub username: String,
    /// The whole command, to be typed.
    pub command: String,
}

/// Live figures of a pod. All of them may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Runtime {
    /// Seconds since the container started. Stays near 0 while the container is started again and again.
    #[serde(deserialize_with = "count")]
    pub uptime: Option<u64>,
    /// For each GPU.
    #[serde(deserialize_with = "readable")]
    pub gpus: Vec<GpuUse>,
    /// The processor.
    #[serde(deserialize_with = "or_default")]
    pub cpu: Use,
    /// The memory.
    #[serde(deserialize_with = "or_default")]
    pub memory: Use,
    /// What is open, with its address.
    #[serde(deserialize_with = "readable")]
    pub ports: Vec<RuntimePort>,
}

/// How much of a GPU is used, in percent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GpuUse {
    /// Its processors.
    #[serde(deserialize_with = "count")]
    pub util: Option<u64>,
    /// Its memory.
    #[serde(deserialize_with = "count")]
    pub memory_util: Option<u64>,
}

/// How much of something is used, in percent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Use {
    /// Percent.
    #[serde(deserialize_with = "count")]
    pub util: Option<u64>,
}

/// A port of a pod.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct RuntimePort {
    /// In the container.
    #[serde(deserialize_with = "count")]
    pub private: Option<u64>,
    /// Outside.
    #[serde(deserialize_with = "count")]
    pub public: Option<u64>,
    /// `tcp` or `http`.
    #[serde(rename = "type", deserialize_with = "or_default")]
    pub form: String,
    /// The address outside.
    #[serde(deserialize_with = "or_default")]
    pub ip: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_id_is_enough_and_nonsense_elsewhere_is_nothing() {
        let bare: Pod = serde_json::from_value(json!({"id": "p"})).unwrap();
        assert!(bare.status.is_none() && bare.cost.is_none());
        let odd: Pod = serde_json::from_value(json!({
            "id": "p", "name": null, "status": "HIBERNATING", "actions": ["stop", "hug", 3], "cost": "0.74", "env": [], "runtime": {},
            "ssh": null, "mounts": {"network": [{"volumeId": "v", "path": "/w"}, {"broken": 1}]}, "gpu": {"id": "A", "count": 2.0},
            "createdAt": "yesterday", "startedAt": "2026-06-01T12:00:00Z", "ports": null, "somethingNew": {}
        }))
        .unwrap();
        assert_eq!(odd.status, Some(Word::Unknown("HIBERNATING".to_owned())));
        assert!(odd.can(PodAction::Stop) && !odd.can(PodAction::Start));
        assert_eq!(odd.cost.unwrap().0.to_string(), "$0.74");
        assert_eq!((odd.runtime, odd.mounts.network.len()), (Some(Runtime::default()), 1));
        assert_eq!((odd.gpu.unwrap().count, odd.created_at, odd.started_at.is_some()), (Some(2), None, true));
        assert!(serde_json::from_value::<Pod>(json!({"name": "without id"})).is_err());
    }

    #[test]
    fn a_log_shows_no_value_of_an_environment() {
        let pod: Pod = serde_json::from_value(json!({"id": "p", "env": {"HF_TOKEN": "hf_secret"}})).unwrap();
        let text = format!("{pod:?}");
        assert!(text.contains("HF_TOKEN") && !text.contains("hf_secret"), "{text}");
    }
}
