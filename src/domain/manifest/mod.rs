//! The manifest: what a finished run made (`worker/protocol/manifest.schema.json`). A run directory with one is finished.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// What a finished run made. Members that a newer worker adds are left alone.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Manifest {
    /// The protocol it was written in.
    pub protocol: u32,
    /// The job's id.
    pub run: String,
    /// When, RFC 3339.
    pub finished_at: chrono::DateTime<chrono::Utc>,
    /// Starts of the worker.
    pub attempts: u32,
    /// Optimizer steps.
    pub steps: u64,
    /// Passes.
    pub epochs: f64,
    /// Time in steps and evaluations that count.
    pub training_seconds: f64,
    /// Every file of the result.
    pub files: Vec<File>,
    /// The last value of each series. NaN and infinities are values here.
    #[serde(deserialize_with = "metrics")]
    pub final_metrics: BTreeMap<String, f64>,
    /// What was trained with.
    pub dataset: Data,
    /// What it ran on.
    pub device: Device,
    /// Who did it.
    pub worker: Worker,
    /// Versions of the libraries.
    #[serde(default)]
    pub versions: BTreeMap<String, String>,
}

/// One file of the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Relative to the run directory, with forward slashes.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// Digest.
    pub sha256: String,
}

/// What was trained with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    /// Digest of the file.
    pub sha256: String,
    /// Conversations.
    pub conversations: u64,
    /// Examples that were trained on.
    pub train_examples: u64,
    /// Examples that were only measured with.
    pub eval_examples: u64,
    /// Examples that lost tokens to the sequence length.
    pub truncated: u64,
    /// Tokens of one pass.
    pub train_tokens: u64,
}

/// What it ran on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Device {
    /// `cpu` or `cuda`.
    pub kind: String,
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// How many.
    pub count: u32,
    /// In which numbers was computed.
    pub precision: String,
    /// How the base model's weights were held.
    pub quantization: String,
    /// The most memory at one time, GB.
    #[serde(default)]
    pub peak_memory_gb: Option<f64>,
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worker {
    /// Version.
    pub version: String,
    /// Git commit.
    #[serde(default)]
    pub revision: Option<String>,
}

/// Why a manifest cannot be trusted: one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadManifest {
    /// It is no manifest.
    #[error("the manifest cannot be read: {0}")]
    Broken(String),
    /// It is written in a later protocol.
    #[error("the manifest is of protocol {0}; this program reads 1: update it")]
    Protocol(u32),
    /// It belongs to another run.
    #[error("the manifest belongs to run {0}")]
    Foreign(String),
    /// A file lies outside the run directory or has no sound digest.
    #[error("the manifest names {0}, which is no file of a result")]
    File(String),
    /// It names no adapter.
    #[error("the manifest names no adapter")]
    Empty,
}

impl Manifest {
    /// Reads the manifest of this run.
    ///
    /// # Errors
    /// It cannot be trusted.
    pub fn read(text: &[u8], run: &str) -> Result<Self, BadManifest> {
        let broken = |e: serde_json::Error| BadManifest::Broken(e.to_string());
        let value: serde_json::Value = serde_json::from_slice(text).map_err(broken)?;
        // The number first: a later protocol may have other members.
        let protocol = value.get("protocol").and_then(serde_json::Value::as_u64).unwrap_or(0);
        if protocol > 1 {
            return Err(BadManifest::Protocol(u32::try_from(protocol).unwrap_or(u32::MAX)));
        }
        let manifest: Self = serde_json::from_value(value).map_err(broken)?;
        if manifest.run != run {
            return Err(BadManifest::Foreign(manifest.run));
        }
        if let Some(file) = manifest.files.iter().find(|f| !f.is_sound()) {
            return Err(BadManifest::File(file.path.clone()));
        }
        if !manifest.files.iter().any(|f| f.path.starts_with("adapter/")) {
            return Err(BadManifest::Empty);
        }
        Ok(manifest)
    }

    /// The last value of a series, if it is a number.
    pub fn metric(&self, name: &str) -> Option<f64> {
        self.final_metrics.get(name).copied().filter(|v| v.is_finite())
    }

    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().fold(0, |sum, file| sum.saturating_add(file.bytes))
    }
}

impl File {
    /// It lies in `adapter/` or `merged/`, no part of its path leads out of there, and its digest has the right form.
    fn is_sound(&self) -> bool {
        let mut parts = self.path.split('/');
        let top = parts.next().is_some_and(|p| p == "adapter" || p == "merged");
        let mut rest = parts.peekable();
        let inside = rest.peek().is_some()
            && rest.all(|p| !p.is_empty() && p != "." && p != ".." && !p.contains(['\\', '\0']));
        top && inside && self.sha256.len() == 64 && self.sha256.bytes().all(|b| b.is_ascii_hexdigit())
    }
}

/// Numbers, and the three words that stand for what JSON cannot write.
fn metrics<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, f64>, D::Error> {
    let read = BTreeMap::<String, serde_json::Value>::deserialize(deserializer)?;
    let number = |value: &serde_json::Value| match value.as_str() {
        Some("nan") => Some(f64::NAN),
        Some("inf") => Some(f64::INFINITY),
        Some("-inf") => Some(f64::NEG_INFINITY),
        _ => value.as_f64(),
    };
    Ok(read.iter().filter_map(|(name, value)| Some((name.clone(), number(value)?))).collect())
}
