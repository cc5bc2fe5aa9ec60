//! A run that brightrun started: the job with everything that it was made from.

use super::{Cancel, Job};
use crate::base_model::BaseModel;
use crate::configuration::Configuration;
use crate::estimate::Estimate;
use crate::money::{PerHour, Usd};
use serde::{Deserialize, Serialize};

/// A job with what it was made from, so that it can be started again on a machine that knows nothing of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Where it stands.
    pub job: Job,
    /// What was asked for.
    pub configuration: Configuration,
    /// The base model as the registry described it then.
    pub model: BaseModel,
    /// What was expected.
    pub estimate: Estimate,
    /// Name of the dataset then.
    pub dataset_name: String,
    /// Digest of its file then.
    pub dataset_sha256: String,
    /// The price of one GPU for an hour that was accepted; what is really charged stands with the job. `None`: none was known, or the
    /// row is of an earlier version.
    #[serde(default)]
    pub accepted: Option<PerHour>,
    /// It was stopped with a checkpoint and waits until somebody resumes it.
    pub paused: bool,
}

/// What somebody wishes of a run that another process may be following.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Wish {
    /// End it for good.
    Cancel(Cancel),
    /// Make a checkpoint and stop; it can be resumed.
    Stop,
}

impl Run {
    /// It has ended, one way or another.
    pub fn is_over(&self) -> bool {
        self.job.status.known().is_some_and(super::Status::is_over)
    }

    /// The upper end of its estimate without what it has cost already.
    pub fn may_still_cost(&self) -> Usd {
        let high = self.job.estimated_cost.map_or(Usd::ZERO, |range| range.high);
        (high - self.job.current_cost).or_zero()
    }
}
