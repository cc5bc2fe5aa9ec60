//! What a pod is.

use super::Log;
use crate::clock::Ms;
use crate::guest::{Container, Guest};
use crate::money::Micros;
use serde_json::Value;
use std::collections::BTreeMap;

/// Where a pod is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Provisioning,
    Starting,
    Running,
    Exited,
    Error,
}

impl Phase {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Provisioning => "PROVISIONING",
            Self::Starting => "STARTING",
            Self::Running => "RUNNING",
            Self::Exited => "EXITED",
            Self::Error => "ERROR",
        }
    }

    /// What may be done to a pod in this phase.
    pub(crate) const fn actions(self) -> &'static [&'static str] {
        match self {
            Self::Provisioning | Self::Starting => &["stop", "terminate"],
            Self::Running => &["stop", "restart", "terminate"],
            Self::Exited | Self::Error => &["start", "terminate"],
        }
    }
}

/// How a pod's work ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Stop,
    Terminate,
    /// Its host is gone.
    Lost,
}

/// What somebody wants to rent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Order {
    pub(crate) name: String,
    pub(crate) image: String,
    pub(crate) args: String,
    pub(crate) cmd: Vec<String>,
    pub(crate) entrypoint: Vec<String>,
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) ports: Vec<String>,
    pub(crate) disk: i64,
    pub(crate) persistent: Option<(i64, String)>,
    pub(crate) volume: Option<(String, String)>,
    pub(crate) gpu: String,
    pub(crate) count: u32,
    /// A machine without a GPU: its kind and how many processors.
    pub(crate) cpu: Option<(String, u32)>,
    pub(crate) community: bool,
    pub(crate) registry: Option<String>,
    pub(crate) template: Option<String>,
}

/// A pod that is there.
pub(crate) struct Pod {
    pub(crate) id: String,
    pub(crate) order: Order,
    pub(crate) place: String,
    /// Per hour, for all its GPUs, as it is really charged.
    pub(crate) price: Micros,
    pub(crate) phase: Phase,
    pub(crate) created: Ms,
    pub(crate) started: Option<Ms>,
    /// Since when its container runs.
    pub(crate) up: Option<Ms>,
    pub(crate) starts: u32,
    pub(crate) log: Log,
    pub(crate) bill: usize,
    pub(crate) locked: bool,
    /// Which network volume it holds.
    pub(crate) volume: Option<String>,
    pub(crate) port: u32,
    pub(super) rental: usize,
    pub(super) epoch: u32,
    pub(super) bad: bool,
    pub(super) holds: bool,
    pub(super) container: Container,
    pub(super) guest: Option<Box<dyn Guest>>,
}

/// The run that a dispatch names, if it names one.
pub(crate) fn run_of(text: Option<&String>) -> Option<String> {
    let value: Value = serde_json::from_str(text?).ok()?;
    value.get("run")?.as_str().map(str::to_owned)
}
