//! How much memory a training takes on each GPU (R3.04), part by part. Decision 0114 says how it is put together, 0163 what
//! was measured; `measured.jsonl` holds the measurements that the tests compare it with.

mod advice;
#[cfg(test)]
pub(crate) mod measured;
#[cfg(test)]
mod tests;

pub use advice::{Change, advice_words, advise};

use crate::base_model::BaseModel;
use crate::hyperparameters::{Hyperparameters, Optimizer, Precision, Quantization};
use crate::numbers::{count, divide, float, gib};
use serde::{Deserialize, Serialize};

/// Bits of a weight held in four: the number itself and its share of the doubly quantized scales.
const NF4_BITS: f64 = 4.127;
/// Adapters, their gradients and what optimizers remember are held in 32 bits.
const FULL: u64 = 4;
/// What CUDA and its libraries take (0.75 GiB, measured) and the gaps between blocks, bytes.
const RUNTIME_CUDA: u64 = 5 << 28;
/// Places whose scores the worker holds in 32 bits at one time (`training/answers.py`), and bytes for each of those
/// scores: two copies of the model's, and three of 32 bits less what is given back in between.
const TOGETHER: u64 = 256;
const SCORE_TOGETHER: u64 = 14;
/// What Python and the libraries take without a GPU, bytes.
const RUNTIME_CPU: u64 = 1 << 29;

/// What memory is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The base model.
    Weights,
    /// The adapter.
    Adapter,
    /// What the optimizer remembers.
    Optimizer,
    /// Gradients of the adapter.
    Gradients,
    /// What a forward pass leaves for the backward pass.
    Activations,
    /// The scores of all words of the vocabulary, and their gradients: often the peak.
    Logits,
    /// Libraries and gaps.
    Runtime,
}

impl Part {
    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Weights => "weights",
            Self::Adapter => "adapter",
            Self::Optimizer => "optimizer",
            Self::Gradients => "gradients",
            Self::Activations => "activations",
            Self::Logits => "logits",
            Self::Runtime => "runtime",
        }
    }
}

/// How memory stands to what there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// Nobody knows how much there is.
    Unknown,
    /// With room to spare.
    Fits,
    /// The upper end is above 94 %: a long example may be one too many.
    Tight,
    /// It is expected to take more than 98 %: it must not start.
    TooBig,
}

/// Memory of one GPU, or of the machine where there is none, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// What it is made of, at its expected size.
    pub parts: Vec<(Part, u64)>,
    /// At least.
    pub low: u64,
    /// Most likely: the sum of the parts.
    pub expected: u64,
    /// At most.
    pub high: u64,
}

impl Memory {
    /// The size of a part.
    pub fn part(&self, part: Part) -> u64 {
        self.parts.iter().filter(|(p, _)| *p == part).map(|(_, bytes)| bytes).sum()
    }

    /// How it stands to what there is, in bytes.
    pub fn fit(&self, there: Option<u64>) -> Fit {
        let Some(there) = there.filter(|t| *t > 0) else { return Fit::Unknown };
        let percent = |bytes: u64| divide(i128::from(bytes) * 1000, i128::from(there));
        if percent(self.expected) > 980 {
            Fit::TooBig
        } else if percent(self.high) > 940 {
            Fit::Tight
        } else {
            Fit::Fits
        }
    }

    /// `31–36 of 80 GiB`, `31–36 GiB`.
    pub fn words(&self, there: Option<u64>) -> String {
        let number = |bytes| gib(bytes).trim_end_matches(" GiB").to_owned();
        let (low, high) = (number(self.low), number(self.high));
        let range = if low == high { low } else { format!("{low}–{high}") };
        there.map_or_else(|| format!("{range} GiB"), |there| format!("{range} of {}", gib(there)))
    }
}

/// Estimates what a training takes on each GPU; several GPUs each hold everything. `longest` is the longest example in
/// tokens, where somebody counted: a batch is never longer.
pub fn memory(model: &BaseModel, values: &Hyperparameters, longest: Option<u64>, cuda: bool) -> Memory {
    let number = bytes_per_number(values.precision, cuda);
    let (adapter, largest) = model.adapter_parameters(&values.target_modules, values.rank);
    let state = adapter_state(values, cuda);
    let length =
        longest.map_or(u64::from(values.max_seq_length), |l| l.min(u64::from(values.max_seq_length)));
    let tokens = u64::from(values.batch_size).saturating_mul(length);
    let recompute = values.gradient_checkpointing.unwrap_or(cuda);
    let logits = logit_bytes(model, number, tokens);
    let moving = activation_bytes(model, number, recompute, tokens, logits);
    let parts = vec![
        (Part::Weights, weights(model, values.quantization, number, cuda)),
        (Part::Adapter, adapter.saturating_mul(FULL)),
        (Part::Optimizer, adapter.saturating_mul(state)),
        (Part::Gradients, adapter.saturating_mul(FULL)),
        (Part::Activations, moving),
        (Part::Logits, logits),
        (Part::Runtime, if cuda { RUNTIME_CUDA } else { RUNTIME_CPU }),
    ];
    let expected = parts.iter().fold(0_u64, |sum, (_, bytes)| sum.saturating_add(*bytes));
    // Kernels differ in what they keep; the rest is arithmetic.
    let unsure = moving.saturating_add(logits);
    let more = (largest - adapter).saturating_mul(2 * FULL + state);
    Memory {
        low: expected - unsure / 4,
        high: expected.saturating_add(unsure / 10 * 3).saturating_add(more),
        expected,
        parts,
    }
}

const fn bytes_per_number(precision: Precision, cuda: bool) -> u64 {
    match precision {
        Precision::Fp32 => 4,
        Precision::Auto if !cuda => 4,
        Precision::Auto | Precision::Bf16 | Precision::Fp16 => 2,
    }
}

/// Bytes that the optimizer remembers for each weight of the adapter.
const fn adapter_state(values: &Hyperparameters, cuda: bool) -> u64 {
    match values.optimizer {
        Optimizer::PagedAdamw8bit if cuda => 2,
        Optimizer::Adamw | Optimizer::PagedAdamw8bit => 8,
        // One number per row and column: next to nothing, rounded up.
        Optimizer::Adafactor => 1,
        Optimizer::Sgd => 0,
    }
}

fn weights(model: &BaseModel, quantization: Quantization, number: u64, cuda: bool) -> u64 {
    if quantization == Quantization::Nf4 && cuda && model.supports_quantization {
        let linear = model.linear_parameters();
        let tables = (model.parameters - linear).saturating_mul(number);
        count(float(linear) * NF4_BITS / 8.0).saturating_add(tables)
    } else {
        model.parameters.saturating_mul(number)
    }
}

/// The scores in the model's numbers and their gradients as large again, and a few places in 32 bits.
fn logit_bytes(model: &BaseModel, number: u64, tokens: u64) -> u64 {
    let words = u64::from(model.sizes.vocabulary);
    let all = tokens.saturating_mul(words).saturating_mul(2 * number);
    all.saturating_add(tokens.min(TOGETHER).saturating_mul(words).saturating_mul(SCORE_TOGETHER))
}

/// What lies in memory between the forward and the backward pass, beside the scores.
fn activation_bytes(model: &BaseModel, number: u64, recompute: bool, tokens: u64, logits: u64) -> u64 {
    let sizes = &model.sizes;
    let layers = u64::from(sizes.layers);
    let hidden = u64::from(sizes.hidden);
    let queries = u64::from(sizes.heads) * u64::from(sizes.head);
    let keys = u64::from(sizes.kv_heads) * u64::from(sizes.head);
    let inner = sizes
        .experts
        .map_or(u64::from(sizes.intermediate), |e| u64::from(e.width) * u64::from(e.used + e.shared));
    // Two norms in and out and two residuals; queries and output, keys and values; gate, up, their product, its input;
    // and a copy of each adapter's input, which is kept for its own gradient.
    let layer = (6 * hidden + 2 * queries + 2 * keys + 4 * inner + 2 * hidden) * number;
    if recompute {
        // The stream between layers stays; one layer at a time is computed again, with its gradients. By then the scores
        // are gone, so only what it takes beyond them counts.
        let stream = tokens.saturating_mul(layers * hidden * number);
        stream.saturating_add(tokens.saturating_mul(2 * layer).saturating_sub(logits))
    } else {
        tokens.saturating_mul(layers * layer)
    }
}
