//! What somebody is about to train: everything that a launch needs, kept as a draft until then (R3.08–R3.10).

mod checklist;
#[cfg(test)]
mod tests;

pub use checklist::{Check, Checklist, Findings, Mark, NotYet};

use crate::budget::Override;
use crate::hyperparameters::Hyperparameters;
use crate::ids::DatasetId;
use crate::money::Usd;
use crate::place::{Place, Tier};
use serde::{Deserialize, Serialize};

/// A configuration. As JSON it is a draft; members that it does not say are the defaults, so that old drafts stay good.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Configuration {
    /// What the run will be called; empty: a name is made.
    pub name: String,
    /// More about it.
    pub notes: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// What is trained with; `None`: not chosen yet.
    pub dataset: Option<DatasetId>,
    /// The preset that was picked last.
    pub based_on: Option<String>,
    /// Settings.
    pub hyperparameters: Hyperparameters,
    /// Id of the base model; `None`: the registry's default.
    pub base_model: Option<String>,
    /// Where.
    pub place: Place,
    /// On which terms.
    pub tier: Tier,
    /// Key of the GPU; `None`: what this machine has.
    pub gpu: Option<String>,
    /// How many.
    pub gpus: u32,
    /// Hours after which it stops with a checkpoint.
    pub max_hours: u32,
    /// It must not be estimated to cost more.
    pub max_cost: Option<Usd>,
    /// Why it may go over a budget that blocks; kept with the run (R3.12).
    pub over_budget: Option<Override>,
    /// Also write the base model with the adapter in it.
    pub merge: bool,
    /// Settings are held to what the worker can run instead of what suits real models.
    pub any_value: bool,
}

impl Default for Configuration {
    /// Balanced, on this machine, for a day at most.
    fn default() -> Self {
        Self {
            name: String::new(),
            notes: String::new(),
            tags: Vec::new(),
            dataset: None,
            based_on: Some("balanced".to_owned()),
            hyperparameters: Hyperparameters::default(),
            base_model: None,
            place: Place::Local,
            tier: Tier::Guaranteed,
            gpu: None,
            gpus: 1,
            max_hours: 24,
            max_cost: None,
            over_budget: None,
            merge: false,
            any_value: false,
        }
    }
}
