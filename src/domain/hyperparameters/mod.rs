//! Everything that can be set about a training, in one place: values, ranges, explanations, checks (R3.01–R3.03;
//! training-pipeline 1.3.2, 7 nos. 2–4 and 30). The names are those of the worker's run spec.

mod check;
mod field;
mod row;
mod steps;
#[cfg(test)]
mod tests;
mod text;
mod words;

pub use check::{Limits, Problem, Severity};
pub use field::{About, Field, Fold, Kind, Step};
pub use row::FromRow;
pub use steps::{Steps, examples_per_step};
pub use words::{Optimizer, Precision, Quantization, Scheduler};

use serde::{Deserialize, Serialize};

/// Which layers get an adapter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "ModulesForm", into = "ModulesForm")]
pub enum Modules {
    /// Every linear layer but the output head.
    AllLinear,
    /// Layers with these names.
    Named(Vec<String>),
}

/// The seven layers that the platform's trainer adapts (training-pipeline 4.4).
pub const SEVEN: [&str; 7] = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum ModulesForm {
    Word(String),
    Names(Vec<String>),
}

impl From<ModulesForm> for Modules {
    fn from(form: ModulesForm) -> Self {
        match form {
            ModulesForm::Word(word) => Self::read(&word),
            ModulesForm::Names(names) => Self::Named(names),
        }
    }
}

impl From<Modules> for ModulesForm {
    fn from(modules: Modules) -> Self {
        match modules {
            Modules::AllLinear => Self::Word("all-linear".to_owned()),
            Modules::Named(names) => Self::Names(names),
        }
    }
}

impl Modules {
    /// `all-linear`, or names with commas or blanks between them.
    pub fn read(text: &str) -> Self {
        if matches!(text.trim(), "all-linear" | "all_linear") {
            return Self::AllLinear;
        }
        let names = text.split([',', ' ']).map(str::trim).filter(|n| !n.is_empty());
        Self::Named(names.map(str::to_owned).collect())
    }
}

/// The settings of one training. Missing fields of a file are the defaults; unknown ones are refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hyperparameters {
    /// Size of the adapter matrices.
    pub rank: u32,
    /// Weight of the adapter; `None` follows twice the rank until somebody sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alpha: Option<u32>,
    /// Share of adapter inputs dropped while training, 0 to 1.
    pub dropout: f64,
    /// Which layers get an adapter.
    pub target_modules: Modules,
    /// Passes over the training part.
    pub epochs: u32,
    /// Optimizer steps in all; `None`: epochs decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_steps: Option<u32>,
    /// Highest learning rate.
    pub learning_rate: f64,
    /// How it falls.
    pub scheduler: Scheduler,
    /// Share of all steps during which it rises from 0.
    pub warmup_ratio: f64,
    /// Examples per GPU and forward pass.
    pub batch_size: u32,
    /// Forward passes per optimizer step.
    pub gradient_accumulation: u32,
    /// Tokens per example; what is longer is cut.
    pub max_seq_length: u32,
    /// Share of conversations kept from training, 0 to 1.
    pub held_out: f64,
    /// Steps between evaluations; `None`: after each epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eval_every: Option<u32>,
    /// Steps between checkpoints.
    pub checkpoint_every: u32,
    /// Checkpoints that stay.
    pub checkpoint_keep: u32,
    /// How base weights are held.
    pub quantization: Quantization,
    /// In which numbers is computed.
    pub precision: Precision,
    /// Recompute instead of remembering; `None`: on a GPU yes, on a CPU no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gradient_checkpointing: Option<bool>,
    /// How weights are moved.
    pub optimizer: Optimizer,
    /// Pull of weights towards 0.
    pub weight_decay: f64,
    /// Gradients are scaled down to this norm; 0: never.
    pub max_grad_norm: f64,
    /// Start of all chance.
    pub seed: u32,
}

impl Default for Hyperparameters {
    /// The seed's balanced preset (training-pipeline 7 no. 2), as QLoRA.
    fn default() -> Self {
        Self {
            rank: 16,
            alpha: None,
            dropout: 0.05,
            target_modules: Modules::Named(SEVEN.map(str::to_owned).to_vec()),
            epochs: 3,
            max_steps: None,
            learning_rate: 2e-4,
            scheduler: Scheduler::Cosine,
            warmup_ratio: 0.03,
            batch_size: 4,
            gradient_accumulation: 1,
            max_seq_length: 2048,
            held_out: 0.1,
            eval_every: None,
            checkpoint_every: 100,
            checkpoint_keep: 3,
            quantization: Quantization::Nf4,
            precision: Precision::Auto,
            gradient_checkpointing: None,
            optimizer: Optimizer::Adamw,
            weight_decay: 0.0,
            max_grad_norm: 1.0,
            seed: 42,
        }
    }
}

impl Hyperparameters {
    /// The adapter's weight: what was set, else twice the rank.
    pub fn alpha(&self) -> u32 {
        self.alpha.unwrap_or_else(|| self.rank.saturating_mul(2))
    }

    /// The fields in which two settings differ, in the order of [`Field::ALL`]. An alpha that was set to the number that
    /// would follow does not differ, and neither do two that follow different ranks.
    pub fn differs(&self, other: &Self) -> Vec<Field> {
        let follow = self.alpha.is_none() && other.alpha.is_none();
        let differ = |f: &Field| self.text(*f) != other.text(*f) && !(follow && *f == Field::Alpha);
        Field::ALL.iter().copied().filter(differ).collect()
    }
}
