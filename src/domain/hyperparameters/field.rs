//! What each setting is: where it stands, which values it takes, what it does in plain words (R3.03).

use super::words::{Optimizer, Precision, Quantization, Scheduler};
use crate::conversation::{UnknownWord, words};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// A setting. The word is its name in files, in `--set`, and on screens.
    Field, "hyperparameter" {
        /// [`super::Hyperparameters::rank`]
        Rank = "rank",
        /// [`super::Hyperparameters::alpha`]
        Alpha = "alpha",
        /// [`super::Hyperparameters::dropout`]
        Dropout = "dropout",
        /// [`super::Hyperparameters::target_modules`]
        TargetModules = "target_modules",
        /// [`super::Hyperparameters::epochs`]
        Epochs = "epochs",
        /// [`super::Hyperparameters::max_steps`]
        MaxSteps = "max_steps",
        /// [`super::Hyperparameters::learning_rate`]
        LearningRate = "learning_rate",
        /// [`super::Hyperparameters::scheduler`]
        Scheduler = "scheduler",
        /// [`super::Hyperparameters::warmup_ratio`]
        WarmupRatio = "warmup_ratio",
        /// [`super::Hyperparameters::batch_size`]
        BatchSize = "batch_size",
        /// [`super::Hyperparameters::gradient_accumulation`]
        GradientAccumulation = "gradient_accumulation",
        /// [`super::Hyperparameters::max_seq_length`]
        MaxSeqLength = "max_seq_length",
        /// [`super::Hyperparameters::held_out`]
        HeldOut = "held_out",
        /// [`super::Hyperparameters::eval_every`]
        EvalEvery = "eval_every",
        /// [`super::Hyperparameters::checkpoint_every`]
        CheckpointEvery = "checkpoint_every",
        /// [`super::Hyperparameters::checkpoint_keep`]
        CheckpointKeep = "checkpoint_keep",
        /// [`super::Hyperparameters::quantization`]
        Quantization = "quantization",
        /// [`super::Hyperparameters::precision`]
        Precision = "precision",
        /// [`super::Hyperparameters::gradient_checkpointing`]
        GradientCheckpointing = "gradient_checkpointing",
        /// [`super::Hyperparameters::optimizer`]
        Optimizer = "optimizer",
        /// [`super::Hyperparameters::weight_decay`]
        WeightDecay = "weight_decay",
        /// [`super::Hyperparameters::max_grad_norm`]
        MaxGradNorm = "max_grad_norm",
        /// [`super::Hyperparameters::seed`]
        Seed = "seed",
    }
}

words! {
    /// Settings that are shown together. The first three are open at first.
    Fold, "fold" {
        /// Size and reach of the adapter.
        Adapter = "adapter",
        /// How long and how fast.
        Schedule = "schedule",
        /// How much at a time.
        Batch = "batch",
        /// What is measured and kept on the way.
        Evaluation = "evaluation",
        /// What is best left alone.
        Expert = "expert",
    }
}

/// How far an arrow key moves a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// By this much.
    By(f64),
    /// To the next of 1, 2, 5 in each power of ten.
    OneTwoFive,
    /// To twice or half of it.
    Double,
}

/// Which values a setting takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A number.
    Number {
        /// Without a fraction.
        whole: bool,
        /// What the arrow keys reach: the seed's range.
        usual: (f64, f64),
        /// What is accepted: the limits of the platform's service.
        limits: (f64, f64),
        /// What the worker accepts.
        worker: (f64, f64),
        /// How far an arrow key goes.
        step: Step,
        /// What it says when it is not set; `None`: it has to be.
        unset: Option<&'static str>,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// `all-linear`, or names.
    Modules,
}

/// Everything about a setting but its value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct About {
    /// Where it is shown.
    pub fold: Fold,
    /// Which values it takes.
    pub kind: Kind,
    /// What it does: one plain sentence.
    pub sentence: &'static str,
    /// Other names of it, in rows and other programs (training-pipeline 1.3.2).
    pub aliases: &'static [&'static str],
}

const SCHEDULERS: &[&str] = &[Scheduler::Linear.word(), Scheduler::Cosine.word(), Scheduler::Constant.word()];
const OPTIMIZERS: &[&str] = &[
    Optimizer::Adamw.word(),
    Optimizer::PagedAdamw8bit.word(),
    Optimizer::Adafactor.word(),
    Optimizer::Sgd.word(),
];
const QUANTIZATIONS: &[&str] = &[Quantization::None.word(), Quantization::Nf4.word()];
const PRECISIONS: &[&str] =
    &[Precision::Auto.word(), Precision::Bf16.word(), Precision::Fp16.word(), Precision::Fp32.word()];
/// The words of a switch that may stay undecided.
pub(super) const SWITCH: &[&str] = &["auto", "on", "off"];

const MANY: f64 = 4_294_967_295.0;

const fn whole(usual: (f64, f64), limits: (f64, f64), worker: (f64, f64), step: Step) -> Kind {
    Kind::Number { whole: true, usual, limits, worker, step, unset: None }
}

const fn decimal(usual: (f64, f64), limits: (f64, f64), worker: (f64, f64), step: Step) -> Kind {
    Kind::Number { whole: false, usual, limits, worker, step, unset: None }
}

const fn optional(usual: (f64, f64), limits: (f64, f64), step: Step, unset: &'static str) -> Kind {
    Kind::Number { whole: true, usual, limits, worker: (1.0, MANY), step, unset: Some(unset) }
}

impl Field {
    /// What it is.
    pub const fn about(self) -> About {
        About { fold: self.fold(), kind: self.kind(), sentence: self.sentence(), aliases: self.aliases() }
    }

    const fn fold(self) -> Fold {
        match self {
            Self::Rank | Self::Alpha | Self::Dropout | Self::TargetModules => Fold::Adapter,
            Self::Epochs | Self::MaxSteps | Self::LearningRate | Self::Scheduler | Self::WarmupRatio => {
                Fold::Schedule
            }
            Self::BatchSize | Self::GradientAccumulation | Self::MaxSeqLength => Fold::Batch,
            Self::HeldOut | Self::EvalEvery | Self::CheckpointEvery | Self::CheckpointKeep => {
                Fold::Evaluation
            }
            Self::Quantization
            | Self::Precision
            | Self::GradientCheckpointing
            | Self::Optimizer
            | Self::WeightDecay
            | Self::MaxGradNorm
            | Self::Seed => Fold::Expert,
        }
    }

    const fn kind(self) -> Kind {
        match self {
            Self::Rank => whole((4.0, 64.0), (4.0, 128.0), (1.0, 1024.0), Step::By(4.0)),
            Self::Alpha => optional((8.0, 128.0), (1.0, 1024.0), Step::By(8.0), "2 × rank"),
            Self::Dropout => decimal((0.0, 0.2), (0.0, 0.5), (0.0, 0.999), Step::By(0.01)),
            Self::TargetModules => Kind::Modules,
            Self::Epochs => whole((1.0, 10.0), (1.0, 20.0), (1.0, MANY), Step::By(1.0)),
            Self::MaxSteps => optional((10.0, 100_000.0), (1.0, MANY), Step::OneTwoFive, "by epochs"),
            Self::LearningRate => decimal((1e-5, 1e-3), (1e-5, 1e-3), (1e-12, 1e30), Step::OneTwoFive),
            Self::Scheduler => Kind::Choice(SCHEDULERS),
            Self::WarmupRatio => decimal((0.0, 0.1), (0.0, 0.5), (0.0, 1.0), Step::By(0.01)),
            Self::BatchSize => whole((1.0, 16.0), (1.0, 64.0), (1.0, MANY), Step::Double),
            Self::GradientAccumulation => whole((1.0, 32.0), (1.0, 256.0), (1.0, MANY), Step::Double),
            Self::MaxSeqLength => whole((512.0, 4096.0), (64.0, 1_048_576.0), (8.0, MANY), Step::Double),
            Self::HeldOut => decimal((0.0, 0.3), (0.0, 0.5), (0.0, 0.9), Step::By(0.05)),
            Self::EvalEvery => optional((10.0, 1000.0), (1.0, MANY), Step::OneTwoFive, "each epoch"),
            Self::CheckpointEvery => whole((10.0, 1000.0), (1.0, 1_000_000.0), (1.0, MANY), Step::OneTwoFive),
            Self::CheckpointKeep => whole((1.0, 10.0), (1.0, 1000.0), (1.0, MANY), Step::By(1.0)),
            Self::Quantization => Kind::Choice(QUANTIZATIONS),
            Self::Precision => Kind::Choice(PRECISIONS),
            Self::GradientCheckpointing => Kind::Choice(SWITCH),
            Self::Optimizer => Kind::Choice(OPTIMIZERS),
            Self::WeightDecay => decimal((0.0, 0.1), (0.0, 1.0), (0.0, 1e6), Step::By(0.01)),
            Self::MaxGradNorm => decimal((0.0, 2.0), (0.0, 100.0), (0.0, 1e6), Step::By(0.1)),
            Self::Seed => whole((0.0, 1000.0), (0.0, MANY), (0.0, MANY), Step::By(1.0)),
        }
    }

    const fn sentence(self) -> &'static str {
        match self {
            Self::Rank => {
                "How much the adapter can learn: a higher rank holds more, trains slower and needs more memory."
            }
            Self::Alpha => {
                "How strongly the adapter speaks over the base model; twice the rank is the usual choice."
            }
            Self::Dropout => {
                "The share of inputs that is left out at random, so that a small dataset is not learnt by heart."
            }
            Self::TargetModules => {
                "Which layers get an adapter: attention only is lighter, all of them learn more."
            }
            Self::Epochs => {
                "How often the whole dataset is read: each pass teaches less than the one before, and too many overfit."
            }
            Self::MaxSteps => "Ends the training after so many steps, whatever the epochs say.",
            Self::LearningRate => "How far each step moves the weights: higher is faster and less stable.",
            Self::Scheduler => {
                "How the learning rate falls: cosine ends gently, linear evenly, constant not at all."
            }
            Self::WarmupRatio => {
                "The share of steps in which the learning rate rises from 0, so that the first ones do no harm."
            }
            Self::BatchSize => "How many examples a GPU reads at once: more is faster and needs more memory.",
            Self::GradientAccumulation => {
                "How many batches make one step: imitates a larger batch without its memory."
            }
            Self::MaxSeqLength => {
                "The longest example in tokens: what is longer is cut at its end, where the answer stands."
            }
            Self::HeldOut => {
                "The share of conversations that is kept from training and measures whether it learns or memorises."
            }
            Self::EvalEvery => "How many steps lie between two measurements with what was held out.",
            Self::CheckpointEvery => "How many steps are lost at most when the machine goes away.",
            Self::CheckpointKeep => "How many of the newest checkpoints stay on the disk.",
            Self::Quantization => {
                "Holds the base model in four bits (QLoRA): a quarter of the memory, somewhat slower."
            }
            Self::Precision => "In which numbers is computed; auto takes the best that the machine has.",
            Self::GradientCheckpointing => {
                "Computes some things twice instead of remembering them: a third slower, much less memory."
            }
            Self::Optimizer => {
                "The rule by which weights move; adamw suits nearly always, the 8-bit one saves memory."
            }
            Self::WeightDecay => "Pulls the adapter's weights towards 0, against learning by heart.",
            Self::MaxGradNorm => "Shortens steps that would be too large; 0 lets them all through.",
            Self::Seed => "Where all chance begins: the same seed gives the same split and order again.",
        }
    }

    const fn aliases(self) -> &'static [&'static str] {
        match self {
            Self::Rank => &["lora_rank", "r", "lora_r"],
            Self::Alpha => &["lora_alpha"],
            Self::Dropout => &["lora_dropout"],
            Self::TargetModules => &["targetModules", "lora_target_modules"],
            Self::Epochs => &["num_epochs", "num_train_epochs", "n_epochs"],
            Self::MaxSteps => &["maxSteps"],
            Self::LearningRate => &["learningRate", "lr"],
            Self::Scheduler => &["lr_scheduler_type", "lr_scheduler"],
            Self::WarmupRatio => &["warmupRatio"],
            Self::BatchSize => &["per_device_train_batch_size", "batchSize", "micro_batch_size"],
            Self::GradientAccumulation => &["gradient_accumulation_steps", "gradientAccumulationSteps"],
            Self::MaxSeqLength => &["max_length", "maxSeqLength", "sequence_len"],
            Self::HeldOut => &["validationSplitRatio", "validation_split", "val_set_size"],
            Self::EvalEvery => &["eval_steps"],
            Self::CheckpointEvery => &["checkpointInterval", "save_steps"],
            Self::CheckpointKeep => &["save_total_limit"],
            Self::Optimizer => &["optimizerType", "optim"],
            Self::WeightDecay => &["weightDecay"],
            Self::MaxGradNorm => &["maxGradNorm"],
            Self::Quantization | Self::Precision | Self::GradientCheckpointing | Self::Seed => &[],
        }
    }

    /// The setting that somebody calls this, by name or alias; case and hyphens do not matter.
    pub fn named(name: &str) -> Option<Self> {
        let same = |known: &str| known.replace('-', "_").eq_ignore_ascii_case(&name.trim().replace('-', "_"));
        Self::ALL.iter().copied().find(|f| same(f.word()) || f.aliases().iter().any(|a| same(a)))
    }
}
