//! How long a run takes and what it costs (R3.05–R3.07; training-pipeline 7 no. 8): cold start + steps · seconds per step
//! + evaluations + upload, from runs like it where there are any. Decision 0113.

mod accuracy;
mod change;
mod history;
mod price;
mod table;
#[cfg(test)]
mod tests;

pub use accuracy::Accuracy;
pub use history::PastRun;
pub use price::{CostPart, Terms};

use crate::hyperparameters::{Quantization, Steps};
use crate::money::Range;
use crate::numbers::{count, span};
use crate::place::Place;
use history::Found;
use serde::{Deserialize, Serialize};

/// Which formula made an estimate: kept with it, so that old ones can be told apart.
pub const FORMULA: &str = "R3.07/2";
/// How far low and high lie from the middle when nothing is known about the error (R3.07).
pub const MARGIN: f64 = 0.15;

/// What decides how fast a run is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Id of the base model.
    pub base_model: String,
    /// Its weights that read one token.
    pub active_parameters: u64,
    /// Width of the stream between its layers.
    pub hidden: u32,
    /// Bytes of its files.
    pub model_bytes: u64,
    /// Where.
    pub place: Place,
    /// Key of the GPU, or of this machine's processor.
    pub gpu: String,
    /// How many.
    pub gpus: u32,
    /// Arithmetic of one, teraflops; `None`: unknown.
    pub tflops: Option<f64>,
    /// Examples per GPU and forward pass.
    pub batch_size: u32,
    /// Forward passes per step.
    pub gradient_accumulation: u32,
    /// Tokens per example at most.
    pub max_seq_length: u32,
    /// How base weights are held.
    pub quantization: Quantization,
    /// Activations are computed twice.
    pub recompute: bool,
    /// How many steps.
    pub steps: Steps,
    /// Tokens per example, each cut at the length; `None`: nobody counted.
    pub mean_tokens: Option<f64>,
    /// They were counted with the model's tokenizer, not estimated from words.
    pub exact_tokens: bool,
}

impl Plan {
    /// Examples that one GPU reads in a step.
    pub(crate) const fn examples_per_gpu(&self) -> u64 {
        crate::hyperparameters::examples_per_step(self.batch_size, self.gradient_accumulation, 1)
    }
}

/// Where the seconds per step come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Source {
    /// The median of runs with the same model, GPU, length and batch.
    Same {
        /// How many.
        runs: usize,
    },
    /// The median of runs with the same model, GPU and length, scaled by what a step reads.
    Scaled {
        /// How many.
        runs: usize,
    },
    /// The GPU's data sheet.
    Table,
    /// Nothing: there is no estimate.
    Nothing,
}

/// What a run's time is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Until the first step: machine, libraries, model, data.
    Start,
    /// Steps.
    Training,
    /// Measuring with what was held out.
    Evaluation,
    /// Saving and moving the files.
    Finish,
}

/// Seconds from – to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duration {
    /// At least, most likely.
    pub low: u64,
    /// In the middle.
    pub expected: u64,
    /// At most, most likely.
    pub high: u64,
}

/// An estimate with everything that explains it. It is stored with the job (R3.06).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// [`FORMULA`].
    pub formula: String,
    /// `None`: nothing is known about the speed.
    pub seconds: Option<Duration>,
    /// Seconds of each phase.
    pub phases: Vec<(Phase, u64)>,
    /// Seconds per step.
    pub seconds_per_step: Option<f64>,
    /// Where that comes from.
    pub source: Source,
    /// How far low and high lie from the middle: 0.15 is ±15 %.
    pub margin: f64,
    /// `None`: the time or the price is unknown.
    pub cost: Option<Range>,
    /// What the middle of the cost is made of.
    pub cost_parts: Vec<CostPart>,
    /// Why it is a range, and what to trust: a sentence each.
    pub reasons: Vec<String>,
}

impl Estimate {
    /// `1h 31m – 2h 05m`; `None` when unknown.
    pub fn time_words(&self) -> Option<String> {
        self.seconds.map(|s| format!("{} – {}", span(s.low), span(s.high)))
    }
}

/// Estimates a run from those that ended well before it, newest or oldest first.
pub fn estimate(plan: &Plan, history: &[PastRun], terms: &Terms) -> Estimate {
    let mut reasons = Vec::new();
    let (per_step, source, margin) = speed(plan, history, &mut reasons);
    if !plan.exact_tokens && source != Source::Nothing {
        reasons.push("Tokens are estimated from words, not counted.".to_owned());
    }
    let phases = per_step.map_or_else(Vec::new, |s| phases(plan, history, s, &mut reasons));
    let total: f64 = phases.iter().map(|(_, s)| s).sum();
    let seconds = per_step.map(|_| Duration {
        low: count(total * (1.0 - margin).max(0.0)),
        expected: count(total),
        high: count(total * (1.0 + margin)),
    });
    let phases: Vec<(Phase, u64)> = phases.into_iter().map(|(p, s)| (p, count(s))).collect();
    let (cost, cost_parts) = terms.cost(plan, seconds, &phases, &mut reasons);
    Estimate {
        formula: FORMULA.to_owned(),
        seconds,
        phases,
        seconds_per_step: per_step,
        source,
        margin,
        cost,
        cost_parts,
        reasons,
    }
}

/// Seconds per step, where they come from, and how far to trust them.
fn speed(plan: &Plan, history: &[PastRun], reasons: &mut Vec<String>) -> (Option<f64>, Source, f64) {
    let overall = Accuracy::of(history.iter().filter_map(PastRun::guess));
    if let Some(Found { seconds_per_step, runs, same, accuracy }) = history::find(plan, history) {
        let margin = match accuracy {
            Some(a) if a.runs >= 3 => a.mean_error.clamp(0.05, 1.0),
            _ => MARGIN,
        };
        let kind = if same { "like this" } else { "with this model, GPU and length, scaled to this batch" };
        let many = crate::numbers::many(runs as u64, "run");
        reasons.push(format!("From {many} {kind}, ±{:.0} %.", margin * 100.0));
        let source = if same { Source::Same { runs } } else { Source::Scaled { runs } };
        return (Some(seconds_per_step), source, margin);
    }
    // Without runs like it, the estimate is at least as unsure as all estimates have been so far.
    let margin = overall.map_or(MARGIN, |a| a.mean_error.clamp(MARGIN, 1.0));
    let Some(seconds) = table::seconds_per_step(plan) else {
        reasons.push(format!(
            "No history yet, and nobody says how fast {} is: the first run will tell.",
            plan.gpu
        ));
        return (None, Source::Nothing, margin);
    };
    reasons.push(format!(
        "No history yet: counted from the data sheet of {}, ±{:.0} %.",
        plan.gpu,
        margin * 100.0
    ));
    (Some(seconds), Source::Table, margin)
}

fn phases(plan: &Plan, history: &[PastRun], per_step: f64, reasons: &mut Vec<String>) -> Vec<(Phase, f64)> {
    let steps = &plan.steps;
    let start = history::start(plan, history).unwrap_or_else(|| {
        reasons.push("The start is a guess: no run has begun there with this model yet.".to_owned());
        table::start_seconds(plan)
    });
    let training = crate::numbers::float(steps.total) * per_step;
    let each =
        history::evaluation(plan, history).unwrap_or_else(|| table::evaluation_per_example(plan, per_step));
    let evaluation = crate::numbers::float(steps.evaluations.saturating_mul(steps.held_out)) * each;
    let finish = history::finish(plan, history).unwrap_or_else(|| table::finish_seconds(plan));
    vec![
        (Phase::Start, start),
        (Phase::Training, training),
        (Phase::Evaluation, evaluation),
        (Phase::Finish, finish),
    ]
}
