//! Settings as text: what a screen shows, what somebody types, what an arrow key does.

use super::field::{Field, Kind, SWITCH, Step};
use super::{Hyperparameters, Modules, Problem};
use crate::numbers::{count, decimal, scientific, whole};
use std::str::FromStr;

fn small(field: Field, text: &str) -> Result<u32, Problem> {
    let number = whole(text).map_err(|e| Problem::error(field, e.to_string()))?;
    u32::try_from(number).map_err(|_| Problem::error(field, format!("{text} is too large")))
}

fn maybe(field: Field, text: &str) -> Result<Option<u32>, Problem> {
    let unset = ["", "auto", "none", "null"].contains(&text.trim().to_ascii_lowercase().as_str());
    if unset { Ok(None) } else { small(field, text).map(Some) }
}

fn real(field: Field, text: &str) -> Result<f64, Problem> {
    decimal(text).map_err(|e| Problem::error(field, e.to_string()))
}

fn word<T: FromStr<Err: ToString>>(field: Field, text: &str) -> Result<T, Problem> {
    text.trim().to_ascii_lowercase().parse().map_err(|e: T::Err| Problem::error(field, e.to_string()))
}

fn or_unset(value: Option<u32>) -> String {
    value.map_or_else(|| "auto".to_owned(), |v| v.to_string())
}

impl Hyperparameters {
    /// The value as it is typed. What is not set is `auto`, except alpha, which is the number that follows.
    pub fn text(&self, field: Field) -> String {
        match field {
            Field::Rank => self.rank.to_string(),
            Field::Alpha => self.alpha().to_string(),
            Field::Dropout => self.dropout.to_string(),
            Field::TargetModules => match &self.target_modules {
                Modules::AllLinear => "all-linear".to_owned(),
                Modules::Named(names) => names.join(","),
            },
            Field::Epochs => self.epochs.to_string(),
            Field::MaxSteps => or_unset(self.max_steps),
            Field::LearningRate => exact(self.learning_rate),
            Field::Scheduler => self.scheduler.to_string(),
            Field::WarmupRatio => self.warmup_ratio.to_string(),
            Field::BatchSize => self.batch_size.to_string(),
            Field::GradientAccumulation => self.gradient_accumulation.to_string(),
            Field::MaxSeqLength => self.max_seq_length.to_string(),
            Field::HeldOut => self.held_out.to_string(),
            Field::EvalEvery => or_unset(self.eval_every),
            Field::CheckpointEvery => self.checkpoint_every.to_string(),
            Field::CheckpointKeep => self.checkpoint_keep.to_string(),
            Field::Quantization => self.quantization.to_string(),
            Field::Precision => self.precision.to_string(),
            Field::GradientCheckpointing => {
                SWITCH[self.gradient_checkpointing.map_or(0, |on| if on { 1 } else { 2 })].to_owned()
            }
            Field::Optimizer => self.optimizer.to_string(),
            Field::WeightDecay => self.weight_decay.to_string(),
            Field::MaxGradNorm => self.max_grad_norm.to_string(),
            Field::Seed => self.seed.to_string(),
        }
    }

    /// The value as [`Hyperparameters::set`] takes it back unchanged: an alpha that follows the rank is `auto`.
    pub fn typed(&self, field: Field) -> String {
        if field == Field::Alpha { or_unset(self.alpha) } else { self.text(field) }
    }

    /// Takes a value that was typed. Whether it is a wise one, [`Hyperparameters::check`] says.
    ///
    /// # Errors
    /// It is no value of this kind at all; nothing is changed then.
    pub fn set(&mut self, field: Field, text: &str) -> Result<(), Problem> {
        match field {
            Field::Rank => self.rank = small(field, text)?,
            Field::Alpha => self.alpha = maybe(field, text)?,
            Field::Dropout => self.dropout = real(field, text)?,
            Field::TargetModules => self.target_modules = Modules::read(text),
            Field::Epochs => self.epochs = small(field, text)?,
            Field::MaxSteps => self.max_steps = maybe(field, text)?,
            Field::LearningRate => self.learning_rate = real(field, text)?,
            Field::Scheduler => self.scheduler = word(field, text)?,
            Field::WarmupRatio => self.warmup_ratio = real(field, text)?,
            Field::BatchSize => self.batch_size = small(field, text)?,
            Field::GradientAccumulation => self.gradient_accumulation = small(field, text)?,
            Field::MaxSeqLength => self.max_seq_length = small(field, text)?,
            Field::HeldOut => self.held_out = real(field, text)?,
            Field::EvalEvery => self.eval_every = maybe(field, text)?,
            Field::CheckpointEvery => self.checkpoint_every = small(field, text)?,
            Field::CheckpointKeep => self.checkpoint_keep = small(field, text)?,
            Field::Quantization => self.quantization = word(field, text)?,
            Field::Precision => self.precision = word(field, text)?,
            Field::GradientCheckpointing => {
                self.gradient_checkpointing = match text.trim().to_ascii_lowercase().as_str() {
                    "auto" | "null" | "" => None,
                    "on" | "true" | "yes" => Some(true),
                    "off" | "false" | "no" => Some(false),
                    _ => {
                        return Err(Problem::error(
                            field,
                            format!("`{text}` is no switch; use one of auto, on, off"),
                        ));
                    }
                }
            }
            Field::Optimizer => self.optimizer = word(field, text)?,
            Field::WeightDecay => self.weight_decay = real(field, text)?,
            Field::MaxGradNorm => self.max_grad_norm = real(field, text)?,
            Field::Seed => self.seed = small(field, text)?,
        }
        Ok(())
    }

    /// The value as a number; `None` for words, and for numbers that are not set.
    pub fn number(&self, field: Field) -> Option<f64> {
        match field.about().kind {
            Kind::Number { .. } => decimal(&self.text(field)).ok(),
            _ => None,
        }
    }

    /// One press of an arrow key: the next value up or down within the usual range, or the next word. A number that
    /// was not set begins at the lower end; one outside the range goes to its nearer end.
    pub fn nudge(&mut self, field: Field, up: bool) {
        let next = match field.about().kind {
            Kind::Number { usual, step, whole, .. } => {
                let value = self.number(field).map_or(usual.0, |now| stepped(now, step, up));
                let value = value.clamp(usual.0, usual.1);
                if whole { count(value).to_string() } else { exact(value) }
            }
            Kind::Choice(words) => {
                let at = words.iter().position(|w| *w == self.text(field)).unwrap_or(0);
                let next = if up { (at + 1) % words.len() } else { (at + words.len() - 1) % words.len() };
                words[next].to_owned()
            }
            Kind::Modules => {
                if self.target_modules == Modules::AllLinear {
                    super::SEVEN.join(",")
                } else {
                    "all-linear".to_owned()
                }
            }
        };
        let taken = self.set(field, &next);
        debug_assert!(taken.is_ok(), "{field} took no {next}");
    }
}

/// The shortest text that reads as the same number; small ones with an exponent.
pub(super) fn exact(number: f64) -> String {
    let short = scientific(number);
    if number != 0.0 && number.abs() < 0.01 {
        if decimal(&short) == Ok(number) { short } else { format!("{number:e}") }
    } else {
        number.to_string()
    }
}

/// The next value. Sums are rounded to the grid of the step, so that ten times 0.01 is 0.1.
fn stepped(now: f64, step: Step, up: bool) -> f64 {
    let sign = if up { 1.0 } else { -1.0 };
    match step {
        Step::By(by) => {
            let at = now / by;
            let on = (at - at.round()).abs() < 1e-9;
            let next = if on {
                at.round() + sign
            } else if up {
                at.ceil()
            } else {
                at.floor()
            };
            // A step such as 0.01 has no exact float; a text with its decimals has one shortest form.
            if by >= 1.0 { next * by } else { format!("{:.2}", next * by).parse().unwrap_or(now) }
        }
        Step::Double if up => now * 2.0,
        Step::Double => (now / 2.0).floor(),
        Step::OneTwoFive => one_two_five(now, up),
    }
}

fn one_two_five(now: f64, up: bool) -> f64 {
    if now <= 0.0 || !now.is_finite() {
        return now;
    }
    // Built as text, since powers of ten are not exact.
    let grid = |e: i32, digit: u8| format!("{digit}e{e}").parse::<f64>().unwrap_or(now);
    #[expect(clippy::cast_possible_truncation, reason = "a float's exponent is below 400")]
    let exponent = now.log10().floor() as i32;
    let mut values = (exponent - 1..=exponent + 1).flat_map(|e| [1, 2, 5].map(|d| grid(e, d)));
    let above = |v: &f64| *v > now * (1.0 + 1e-9);
    let below = |v: &f64| *v < now * (1.0 - 1e-9);
    if up { values.find(above) } else { values.rfind(below) }.unwrap_or(now)
}
