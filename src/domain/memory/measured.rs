//! Runs of the worker on real GPUs, for the tests that hold estimates against them (docs/memory-measured.md). A line of
//! `measured.jsonl` is what `worker/tests/gpu/measure.py` prints for a point.

use crate::hyperparameters::{Hyperparameters, Optimizer, Quantization};
use serde::Deserialize;

/// One run.
#[derive(Debug, Deserialize)]
pub(crate) struct Measured {
    pub(crate) name: String,
    pub(crate) model: String,
    quantization: Quantization,
    length: u32,
    batch: u32,
    rank: u32,
    optimizer: Optimizer,
    recompute: bool,
    /// GiB that the card had to have free.
    pub(crate) card: f64,
    pub(crate) seconds_per_step: f64,
    /// Name of the GPU.
    pub(crate) device: String,
}

impl Measured {
    /// Its settings.
    pub(crate) fn values(&self) -> Hyperparameters {
        Hyperparameters {
            quantization: self.quantization,
            max_seq_length: self.length,
            batch_size: self.batch,
            rank: self.rank,
            optimizer: self.optimizer,
            gradient_checkpointing: Some(self.recompute),
            ..Hyperparameters::default()
        }
    }
}

/// All of them.
pub(crate) fn measured() -> Vec<Measured> {
    include_str!("measured.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
