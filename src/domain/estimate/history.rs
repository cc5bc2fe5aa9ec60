//! What finished runs teach.

use super::{Accuracy, Plan};
use crate::hyperparameters::Quantization;
use crate::numbers::{float, median};
use crate::place::Place;
use serde::{Deserialize, Serialize};

/// A run that ended, as far as it teaches something about others. Failed and cancelled ones count with the steps they
/// made; what they did not reach is `None`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PastRun {
    /// Id of its preset, or `custom`; `None`: from a time when that was not kept.
    #[serde(default)]
    pub preset: Option<String>,
    /// Id of the base model.
    pub base_model: String,
    /// Where.
    pub place: Place,
    /// Key of the GPU.
    pub gpu: String,
    /// How many.
    pub gpus: u32,
    /// Examples per GPU and forward pass.
    pub batch_size: u32,
    /// Forward passes per step.
    pub gradient_accumulation: u32,
    /// Tokens per example at most.
    pub max_seq_length: u32,
    /// How base weights were held.
    pub quantization: Quantization,
    /// Tokens per example.
    pub mean_tokens: Option<f64>,
    /// Median seconds of a step.
    pub seconds_per_step: f64,
    /// Until the first step.
    pub start_seconds: Option<f64>,
    /// For measuring with one held-out example.
    pub evaluation_per_example: Option<f64>,
    /// From the last step to the end.
    pub finish_seconds: Option<f64>,
    /// What had been estimated for the whole run.
    pub estimated_seconds: Option<f64>,
    /// What it took; `None` for a run that did not come to its end.
    pub actual_seconds: Option<f64>,
}

impl PastRun {
    fn is_near(&self, plan: &Plan) -> bool {
        self.base_model == plan.base_model
            && self.gpu == plan.gpu
            && self.max_seq_length == plan.max_seq_length
            && self.quantization == plan.quantization
            && self.gpus.max(1) == plan.gpus.max(1)
            && self.seconds_per_step.is_finite()
            && self.seconds_per_step > 0.0
    }

    /// The same batch, and examples of about the same length: a step reads the same.
    fn is_same(&self, plan: &Plan) -> bool {
        let alike = match (self.mean_tokens, plan.mean_tokens) {
            (Some(a), Some(b)) => (a / b - 1.0).abs() <= 0.2,
            _ => true,
        };
        alike
            && self.batch_size == plan.batch_size
            && self.gradient_accumulation == plan.gradient_accumulation
    }

    /// Seconds of a step of the plan, if its time grows with what it reads.
    fn scaled(&self, plan: &Plan) -> f64 {
        let mine = crate::hyperparameters::examples_per_step(self.batch_size, self.gradient_accumulation, 1);
        let examples = float(plan.examples_per_gpu()) / float(mine);
        let tokens = match (self.mean_tokens, plan.mean_tokens) {
            (Some(a), Some(b)) if a > 0.0 && b > 0.0 => b / a,
            _ => 1.0,
        };
        self.seconds_per_step * examples * tokens
    }

    /// What had been estimated and what it took.
    pub fn guess(&self) -> Option<(f64, f64)> {
        self.estimated_seconds.zip(self.actual_seconds)
    }
}

/// What the history says about a plan's steps.
pub(super) struct Found {
    pub seconds_per_step: f64,
    pub runs: usize,
    /// The runs had the same batch.
    pub same: bool,
    /// How good estimates of those runs were.
    pub accuracy: Option<Accuracy>,
}

/// The median of runs with the same model, GPU and length; those with the same batch go first.
pub(super) fn find(plan: &Plan, history: &[PastRun]) -> Option<Found> {
    let near: Vec<&PastRun> = history.iter().filter(|run| run.is_near(plan)).collect();
    let alike: Vec<&PastRun> = near.iter().copied().filter(|run| run.is_same(plan)).collect();
    let same = !alike.is_empty();
    let used = if same { alike } else { near };
    let seconds_per_step =
        median(used.iter().map(|run| if same { run.seconds_per_step } else { run.scaled(plan) }))?;
    let accuracy = Accuracy::of(used.iter().filter_map(|run| run.guess()));
    Some(Found { seconds_per_step, runs: used.len(), same, accuracy })
}

/// The median start of runs with this model in this place.
pub(super) fn start(plan: &Plan, history: &[PastRun]) -> Option<f64> {
    let there = |run: &&PastRun| run.place == plan.place && run.base_model == plan.base_model;
    median(history.iter().filter(there).filter_map(|run| run.start_seconds))
}

/// The median time for one held-out example in runs with this model, GPU and length.
pub(super) fn evaluation(plan: &Plan, history: &[PastRun]) -> Option<f64> {
    median(history.iter().filter(|run| run.is_near(plan)).filter_map(|run| run.evaluation_per_example))
}

/// The median end of runs with this model in this place.
pub(super) fn finish(plan: &Plan, history: &[PastRun]) -> Option<f64> {
    let there = |run: &&PastRun| run.place == plan.place && run.base_model == plan.base_model;
    median(history.iter().filter(there).filter_map(|run| run.finish_seconds))
}
