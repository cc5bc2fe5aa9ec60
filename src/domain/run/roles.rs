//! Which metric is the loss: trainers do not agree on names.

use crate::series::{MetricId, Metrics};

/// The metrics that a monitor looks for by what they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Roles {
    /// Training loss.
    pub loss: Option<MetricId>,
    /// Loss on held-out data.
    pub eval: Option<MetricId>,
    /// Norm of the gradient.
    pub grad_norm: Option<MetricId>,
    /// Learning rate.
    pub learning_rate: Option<MetricId>,
    /// Tokens per second.
    pub speed: Option<MetricId>,
    /// Use of the GPU in percent.
    pub gpu: Option<MetricId>,
}

/// Best first: our worker's, transformers', Lightning's, Keras' and other habits.
const LOSS: &[&str] = &[
    "loss",
    "train/loss",
    "train_loss",
    "training_loss",
    "train/train_loss",
    "train_loss_step",
    "loss/train",
];
const EVAL: &[&str] = &[
    "eval_loss",
    "eval/loss",
    "val_loss",
    "validation_loss",
    "val/loss",
    "valid/loss",
    "valid_loss",
    "validation/loss",
    "eval/eval_loss",
    "loss/val",
    "test_loss",
    "test/loss",
];
const GRAD_NORM: &[&str] = &["grad_norm", "train/grad_norm", "gradient_norm", "train/gradient_norm"];
const LEARNING_RATE: &[&str] = &["learning_rate", "train/learning_rate", "lr", "train/lr", "lr-AdamW"];
const SPEED: &[&str] =
    &["tokens_per_second", "train/tokens_per_second", "train/tokens_per_sec", "throughput/tokens_per_sec"];
const GPU: &[&str] = &["gpu_utilization", "system/gpu_utilization", "system/gpu.0.gpu", "gpu.0.gpu"];

impl Roles {
    /// Looks the names up.
    pub fn of(metrics: &Metrics) -> Self {
        let first = |names: &[&str]| names.iter().find_map(|name| metrics.find(name));
        Self {
            loss: first(LOSS),
            eval: first(EVAL),
            grad_norm: first(GRAD_NORM),
            learning_rate: first(LEARNING_RATE),
            speed: first(SPEED),
            gpu: first(GPU),
        }
    }
}
