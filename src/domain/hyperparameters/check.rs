//! What is wrong with settings: all of it at once, each with its field (R3.02; training-pipeline 7 no. 4).

use super::field::{Field, Kind};
use super::text::exact;
use super::{Hyperparameters, Modules, Optimizer, Quantization};
use crate::base_model::BaseModel;
use crate::dataset::statistics::Facts;
use serde::{Deserialize, Serialize};

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The run must not start.
    Error,
    /// It may start; the user should know.
    Warning,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{field}: {what}")]
pub struct Problem {
    /// With which setting.
    pub field: Field,
    /// How bad.
    pub severity: Severity,
    /// What, and what to do: one clause.
    pub what: String,
}

impl Problem {
    pub(crate) fn error(field: Field, what: impl Into<String>) -> Self {
        Self { field, severity: Severity::Error, what: what.into() }
    }
    pub(crate) fn warning(field: Field, what: impl Into<String>) -> Self {
        Self { field, severity: Severity::Warning, what: what.into() }
    }
}

/// Which borders numbers are held to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limits {
    /// Those of the platform's service: good for real models.
    #[default]
    Service,
    /// All that the worker can run: for experiments with tiny models, and for breaking things on purpose.
    Worker,
}

impl Hyperparameters {
    /// Everything that is wrong with the numbers and words themselves, in the order of the fields.
    pub fn check(&self, limits: Limits) -> Vec<Problem> {
        let mut problems: Vec<Problem> =
            Field::ALL.iter().filter_map(|f| self.out_of_range(*f, limits)).collect();
        if let Modules::Named(names) = &self.target_modules {
            if names.is_empty() {
                problems.push(Problem::error(Field::TargetModules, "name at least one layer, or all-linear"));
            }
            if let Some(twice) =
                names.iter().enumerate().find_map(|(i, n)| names[..i].contains(n).then_some(n))
            {
                problems.push(Problem::error(Field::TargetModules, format!("{twice} is named twice")));
            }
        }
        if self.eval_every.is_some() && self.held_out <= 0.0 {
            problems.push(Problem::warning(Field::EvalEvery, "nothing is measured, because held_out is 0"));
        }
        if self.held_out <= 0.0 {
            let what = "without held-out conversations nobody can tell learning from memorising";
            problems.push(Problem::warning(Field::HeldOut, what));
        }
        if self.alpha.is_some_and(|alpha| alpha > self.rank.saturating_mul(4)) {
            problems.push(Problem::warning(
                Field::Alpha,
                "is more than four times the rank: the adapter may drown the base model",
            ));
        }
        problems
    }

    fn out_of_range(&self, field: Field, which: Limits) -> Option<Problem> {
        let Kind::Number { limits, worker, .. } = field.about().kind else { return None };
        let (low, high) = if which == Limits::Service { limits } else { worker };
        // The text of a NaN is no number: it is out of every range.
        let shown = self.text(field);
        // An alpha that follows is as sound as the rank.
        if shown == "auto" || (field == Field::Alpha && self.alpha.is_none()) {
            return None;
        }
        let inside = self.number(field).is_some_and(|n| (low..=high).contains(&n));
        (!inside).then(|| {
            let what = format!("is {shown}; it must be between {} and {}", exact(low), exact(high));
            Problem::error(field, what)
        })
    }

    /// Every example is longer than the settings allow: no answer would be read to its end, and one whose prompt fills the length alone ends
    /// the run. Estimated lengths have to be a third over it, for the model's own tokenizer may count fewer.
    pub fn check_lengths(&self, facts: &Facts, limits: Limits) -> Option<Problem> {
        let allowed = self.max_seq_length;
        let sure = if facts.tokens.exact { allowed } else { allowed.saturating_add(allowed / 3) };
        if facts.examples == 0 || facts.lengths.over(sure) < facts.examples {
            return None;
        }
        let most = facts.lengths.quantile(0.95).unwrap_or_default();
        let how = if facts.tokens.exact { "" } else { ", by estimate" };
        let what = format!(
            "is {allowed}, and every example is longer: no answer would be read to its end. 95 % of them have up to {most} tokens{how}"
        );
        Some(match limits {
            Limits::Service => Problem::error(Field::MaxSeqLength, what),
            Limits::Worker => Problem::warning(Field::MaxSeqLength, what),
        })
    }

    /// What is wrong with these settings for a base model, a number of trainable examples and a place with or without
    /// CUDA. `None` examples: nobody has counted yet.
    pub fn check_for(&self, model: &BaseModel, examples: Option<u64>, gpus: u32, cuda: bool) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.max_seq_length > model.context_length {
            let what = format!(
                "is {}, but {} reads at most {} tokens",
                self.max_seq_length, model.name, model.context_length
            );
            problems.push(Problem::error(Field::MaxSeqLength, what));
        }
        if self.quantization == Quantization::Nf4 && !model.supports_quantization {
            problems.push(Problem::error(
                Field::Quantization,
                format!("{} cannot be held in four bits; use none", model.name),
            ));
        }
        if self.quantization == Quantization::Nf4 && !cuda {
            problems.push(Problem::warning(Field::Quantization, "needs CUDA; here the weights stay whole"));
        }
        if self.optimizer == Optimizer::PagedAdamw8bit && !cuda {
            problems
                .push(Problem::warning(Field::Optimizer, "paged_adamw_8bit needs CUDA; here adamw is taken"));
        }
        if let Modules::Named(names) = &self.target_modules {
            let known = model.linear_layers();
            for name in names.iter().filter(|n| !known.is_empty() && !known.contains(&n.as_str())) {
                let what = format!("{} has no layer {name}; it has {}", model.name, known.join(", "));
                // The registry does not know every layer of a hybrid model.
                let hybrid = model.sizes.attention_layers.is_some();
                let severity = if hybrid { Severity::Warning } else { Severity::Error };
                problems.push(Problem { field: Field::TargetModules, severity, what });
            }
        }
        let Some(examples) = examples else { return problems };
        let Some(steps) = self.steps(examples, gpus) else {
            problems.push(Problem::error(Field::HeldOut, "leaves no example to train with"));
            return problems;
        };
        if steps.per_epoch == 1 && examples > 1 {
            let what = "one step reads the whole dataset; a smaller batch learns more from it";
            problems.push(Problem::warning(Field::BatchSize, what));
        }
        if u64::from(self.checkpoint_every) > steps.total {
            let what = format!(
                "is more than the {} of the run: nothing is kept before its end",
                crate::numbers::many(steps.total, "step")
            );
            problems.push(Problem::warning(Field::CheckpointEvery, what));
        }
        problems
    }
}
