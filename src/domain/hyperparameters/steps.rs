//! How many steps a run has (training-pipeline 1.3.5, 7 no. 10): usable examples, rounded up.

use super::Hyperparameters;
use serde::{Deserialize, Serialize};

/// The steps of a run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Steps {
    /// Examples that are trained on.
    pub examples: u64,
    /// Examples that are only measured with.
    pub held_out: u64,
    /// Steps of one pass.
    pub per_epoch: u64,
    /// Steps in all.
    pub total: u64,
    /// Passes, with the fraction of the last one.
    pub epochs: f64,
    /// How often what is held out is read; 0 when nothing is.
    pub evaluations: u64,
}

/// Examples that one optimizer step reads, on all GPUs together; at least 1.
pub const fn examples_per_step(batch_size: u32, gradient_accumulation: u32, gpus: u32) -> u64 {
    let each = (batch_size as u64).saturating_mul(gradient_accumulation as u64).saturating_mul(gpus as u64);
    if each == 0 { 1 } else { each }
}

impl Hyperparameters {
    /// The steps of a run over this many trainable examples. What is held out is counted by its share, although the
    /// worker splits by conversation: the true number differs by less than one conversation. `None`: nothing is left
    /// to train with.
    pub fn steps(&self, examples: u64, gpus: u32) -> Option<Steps> {
        let share = if self.held_out.is_finite() { self.held_out.clamp(0.0, 1.0) } else { 0.0 };
        let held_out = crate::numbers::count((crate::numbers::float(examples) * share).floor());
        let train = examples.checked_sub(held_out).filter(|n| *n > 0)?;
        let per_epoch = train.div_ceil(examples_per_step(self.batch_size, self.gradient_accumulation, gpus));
        let by_epochs = per_epoch.saturating_mul(u64::from(self.epochs));
        let total = self.max_steps.map_or(by_epochs, u64::from);
        if total == 0 {
            return None;
        }
        let epochs = crate::numbers::float(total) / crate::numbers::float(per_epoch);
        let every = self.eval_every.map_or(per_epoch, u64::from).max(1);
        let evaluations = if held_out == 0 { 0 } else { total.div_ceil(every) };
        Some(Steps { examples: train, held_out, per_epoch, total, epochs, evaluations })
    }
}
