//! What pods, endpoints and templates have in common.

use domain::conversation::{UnknownWord, words};
use serde::{Deserialize, Serialize, Serializer};
use std::collections::BTreeMap;
use std::time::Duration;
use std::{fmt, str::FromStr};

words! {
    /// Whose machines.
    Cloud, "cloud" {
        /// RunPod's data centres. Network volumes are only there.
        Secure = "SECURE",
        /// Other people's machines.
        Community = "COMMUNITY",
    }
}

/// Environment of a container. Its `Debug` shows the names only: whoever may read the pod reads the values, but a log must not.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Env(pub BTreeMap<String, String>);

impl Env {
    /// The most variables that a pod takes (apis.md A2).
    pub const MOST: usize = 50;

    /// Sets one.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }
    /// The value of one.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// The value of an environment variable that RunPod replaces by a secret of the account when the container starts.
pub fn secret_reference(name: &str) -> String {
    format!("{{{{ RUNPOD_SECRET_{name} }}}}")
}

/// The `args` of a container that run a shell script, whatever it holds: the server splits them like a shell (apis.md A2).
pub fn shell_args(script: &str) -> String {
    format!("bash -lc '{}'", script.replace('\'', r"'\''"))
}

/// A time as the interface takes it.
pub(super) fn milliseconds<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}

/// What a pod runs on. One type per call; there is no second choice at RunPod's side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Compute {
    /// GPUs of one type.
    Gpu(Gpu),
    /// No GPU, for instance to fill a volume.
    Cpu(Cpu),
}

/// GPUs of one type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gpu {
    /// The catalog's id, such as `NVIDIA GeForce RTX 4090`.
    pub id: String,
    /// How many.
    pub count: u32,
    /// What the driver of the machine has to be able to do.
    #[serde(flatten)]
    pub cuda: Cuda,
}

impl Gpu {
    /// This many, with any driver.
    pub fn new(id: impl Into<String>, count: u32) -> Self {
        Self { id: id.into(), count, cuda: Cuda::Any }
    }
}

/// Which CUDA versions, as `12.8`. The two conditions exclude each other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Cuda {
    /// Any.
    #[default]
    Any,
    /// Exactly one of these.
    OneOf {
        /// Versions as the catalog lists them.
        #[serde(rename = "allowedCudaVersions")]
        versions: Vec<String>,
    },
    /// This one or a newer one.
    AtLeast {
        /// `12.4`, never a bare `12`.
        #[serde(rename = "minCudaVersion")]
        version: String,
    },
}

/// A machine without a GPU.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cpu {
    /// The catalog's id, such as `cpu5c`.
    pub id: String,
    /// Virtual CPUs, a power of two.
    pub vcpu_count: u32,
}

/// What is mounted: one disk of the host, or one network volume, never both. Without one nothing outlives the container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Mounts {
    /// A disk of the host; it goes with the pod.
    Persistent(PersistentMount),
    /// A network volume, in its data centre only.
    Network([NetworkMount; 1]),
}

impl Mounts {
    /// A network volume at a path such as `/workspace`.
    pub fn network(volume: impl Into<String>, path: impl Into<String>) -> Self {
        Self::Network([NetworkMount { volume_id: volume.into(), path: path.into() }])
    }
    /// A disk of this many GB (at least 10) at a path.
    pub fn persistent(size: u32, path: impl Into<String>) -> Self {
        Self::Persistent(PersistentMount { size, path: path.into() })
    }
}

/// A disk of the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersistentMount {
    /// GB, at least 10.
    pub size: u32,
    /// Where in the container.
    pub path: String,
}

/// A network volume in a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkMount {
    /// Its id.
    pub volume_id: String,
    /// Where in the container.
    pub path: String,
}
