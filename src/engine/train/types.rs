//! What is asked of a training, and what is known before it starts.

use domain::base_model::BaseModel;
use domain::budget::{Gate, Override};
use domain::configuration::{Check, Checklist, Configuration};
use domain::dataset::DatasetRow;
use domain::dataset::readiness::Readiness;
use domain::estimate::{Accuracy, Estimate};
use domain::hyperparameters::{Problem, Steps};
use domain::memory::{Change, Memory};
use domain::money::Usd;
use domain::place::Place;
use domain::price::Quote;
use serde::Serialize;

/// A training as somebody asks for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Request {
    /// Name or key of the dataset.
    pub dataset: String,
    /// Name of the base model, or a folder that holds one; `None`: the registry's default, or on this machine a smaller
    /// one where that does not fit.
    pub base_model: Option<String>,
    /// `None`: balanced.
    pub preset: Option<String>,
    /// Settings over the preset, as they were typed: name and value.
    pub set: Vec<(String, String)>,
    /// `None`: this machine.
    pub place: Option<Place>,
    /// The GPU of a rented machine by any of its names; `None`: the cheapest one that holds it. This machine has what it has.
    pub gpu: Option<String>,
    /// How many GPUs; `None`: one, or what a worker of the endpoint has.
    pub gpus: Option<u32>,
    /// `None`: a name is made.
    pub name: Option<String>,
    /// More about it.
    pub notes: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// It must not be estimated to cost more.
    pub max_cost: Option<Usd>,
    /// Why it may go over a budget that blocks.
    pub over_budget: Option<Override>,
    /// Hours after which it stops with a checkpoint; `None`: a day.
    pub max_hours: Option<u32>,
    /// Hold settings to what the worker can run instead of what suits real models.
    pub any_value: bool,
    /// Also write the base model with the adapter in it.
    pub merge: bool,
}

/// A configuration with everything that is known about it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Configured {
    /// Name, settings, place.
    pub configuration: Configuration,
    /// The dataset.
    pub dataset: DatasetRow,
    /// The base model.
    pub model: BaseModel,
    /// Preset, or `custom`.
    pub preset_id: String,
    /// The same for people: `Custom, based on balanced, 1 change`.
    pub preset: String,
    /// Whatever is wrong with the settings, all at once.
    pub problems: Vec<Problem>,
    /// How many steps; `None`: nothing is left to train with.
    pub steps: Option<Steps>,
    /// What it takes on the machine, part by part.
    pub memory: Memory,
    /// What the machine has, bytes.
    pub memory_there: Option<u64>,
    /// What would make it fit, where it does not.
    pub advice: Vec<Change>,
    /// What the machine is called.
    pub machine: String,
    /// How long and how dear, from where that is known, and why it is a range.
    pub estimate: Estimate,
    /// How good the estimates of runs with this preset were; of all runs while none of it has ended (R3.06).
    pub past_estimates: Option<Accuracy>,
    /// What an hour costs.
    pub quote: Quote,
    /// What it does to the budget; `None`: the cost is unknown.
    pub gate: Option<Gate>,
    /// The dataset's checklist at the chosen length.
    pub readiness: Option<Readiness>,
    /// The weights are on the network volume; `None`: none is used, or nobody knows.
    pub weights: Option<bool>,
    /// The list before a launch.
    pub checklist: Checklist,
}

impl Configured {
    /// The items that somebody has to accept, and those that stop it.
    pub fn open(&self) -> (Vec<&Check>, Vec<&Check>) {
        use domain::configuration::Mark;
        let of = |mark| self.checklist.0.iter().filter(move |check| check.mark == mark).collect();
        (of(Mark::Accept), of(Mark::Stop))
    }
}
