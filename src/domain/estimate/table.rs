//! What is assumed before there is a history. Every number here is replaced by the first run that measures it.

use super::Plan;
use crate::numbers::float;
use crate::place::Place;

/// The share of a GPU's arithmetic that a training reaches is as large as the model is wide: products of matrices grow with
/// the square of the width, what is moved around them with the width. This width would reach all of it; measured on widths of
/// 1024 to 4096 (decision 0163), where four bits made no difference.
const ALL_OF_IT: f64 = 10_400.0;
/// The least and the most that is believed of narrower and wider ones.
const REACHED: (f64, f64) = (0.08, 0.38);
/// Batches are padded to their longest example.
const PADDING: f64 = 1.15;
/// Seconds that a step takes however little it computes.
const LEAST: f64 = 0.03;

/// Seconds per step from the GPU's arithmetic. Adapters need no gradients of the base weights: forward and backward are
/// two operations each for every weight and token, and recomputation is two more. `None`: nobody says how fast it is.
pub(super) fn seconds_per_step(plan: &Plan) -> Option<f64> {
    let tflops = plan.tflops.filter(|t| t.is_finite() && *t > 0.0)?;
    // Without a count every example is taken to be as long as it may be.
    let length = f64::from(plan.max_seq_length);
    let tokens =
        plan.mean_tokens.filter(|t| t.is_finite() && *t > 0.0).map_or(length, |t| (t * PADDING).min(length));
    let per_token = float(plan.active_parameters) * if plan.recompute { 6.0 } else { 4.0 };
    let reached = (f64::from(plan.hidden) / ALL_OF_IT).clamp(REACHED.0, REACHED.1);
    let work = float(plan.examples_per_gpu()) * tokens * per_token;
    Some((work / (tflops * 1e12 * reached)).max(LEAST))
}

/// Seconds until the first step: the machine, the libraries, and the model from where it lies.
pub(super) fn start_seconds(plan: &Plan) -> f64 {
    let megabytes = float(plan.model_bytes) / 1e6;
    match plan.place {
        Place::Local => 15.0 + megabytes / 500.0,
        // The platform's first run spent five to ten minutes on fetching 14.5 GB (training-pipeline 0 no. 2).
        Place::RunpodServerless | Place::RunpodPod => 120.0 + megabytes / 32.0,
    }
}

/// Seconds for one held-out example: the forward third of a training step.
pub(super) fn evaluation_per_example(plan: &Plan, per_step: f64) -> f64 {
    let parts = if plan.recompute { 3.0 } else { 2.0 };
    let all = crate::hyperparameters::examples_per_step(
        plan.batch_size,
        plan.gradient_accumulation,
        plan.gpus.max(1),
    );
    per_step / parts / float(all)
}

/// Seconds from the last step to the end.
pub(super) fn finish_seconds(plan: &Plan) -> f64 {
    match plan.place {
        Place::Local => 5.0,
        Place::RunpodServerless | Place::RunpodPod => 60.0,
    }
}
