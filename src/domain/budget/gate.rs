//! What one more run does to the budget.

use super::Budget;
use crate::money::Usd;
use serde::{Deserialize, Serialize};

/// Characters that a reason for going over the budget has at least (R3.12).
pub const OVERRIDE_CHARS: usize = 50;

/// What has been spent and promised in the period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Cost records of the period.
    pub spent: Usd,
    /// What active and queued runs may still cost: their upper estimates without what they have cost already.
    pub open: Usd,
}

impl Ledger {
    /// What is left of the limit, never below nothing.
    pub fn remaining(&self, budget: &Budget) -> Usd {
        (budget.limit - self.spent - self.open).or_zero()
    }
}

/// The answer to one more run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// What is left before it.
    pub remaining: Usd,
    /// Spent, promised and this together, at their upper ends.
    pub forecast: Usd,
    /// Percent of the limit that this is; `None` without a limit.
    pub percent: Option<i64>,
    /// The highest level that the forecast reaches and the ledger alone does not.
    pub level: Option<u16>,
    /// What is missing; nothing when it fits.
    pub shortfall: Usd,
    /// The run must not start.
    pub blocked: bool,
    /// It goes over the limit, and grace or the settings let it.
    pub over: bool,
    /// One sentence for the checklist.
    pub message: String,
}

/// Judges a run that costs up to `upper`. A run that costs nothing passes always: it cannot make anything worse.
pub fn gate(budget: &Budget, ledger: Ledger, upper: Usd) -> Gate {
    let remaining = ledger.remaining(budget);
    let forecast = ledger.spent + ledger.open + upper.or_zero();
    let shortfall = (forecast - budget.limit).or_zero().min(upper.or_zero());
    let over = shortfall > Usd::ZERO;
    let blocked = over && budget.block && forecast > budget.ceiling();
    let percent = forecast.percent_of(budget.limit);
    let before = (ledger.spent + ledger.open).percent_of(budget.limit).unwrap_or(0);
    let reached =
        |level: &&u16| percent.is_some_and(|p| p >= i64::from(**level)) && before < i64::from(**level);
    let level = budget.levels.iter().rev().find(reached).copied();
    let message = match percent {
        _ if upper <= Usd::ZERO => "It costs nothing.".to_owned(),
        _ if blocked => format!(
            "Up to {upper} is more than the {remaining} left of {}: {shortfall} are missing. Take a cheaper GPU, fewer epochs, raise the limit, or say why it may go over it.",
            budget.limit
        ),
        _ if over && budget.block => {
            format!(
                "It may go {shortfall} over the limit of {}; the grace of {} % allows that.",
                budget.limit, budget.grace_percent
            )
        }
        _ if over => format!("It may go {shortfall} over the limit of {}.", budget.limit),
        Some(percent) => {
            format!("Spent {} + open {} + this = {percent} % of {}.", ledger.spent, ledger.open, budget.limit)
        }
        None => "There is no budget.".to_owned(),
    };
    Gate { remaining, forecast, percent, level, shortfall, blocked, over, message }
}

/// A reason for starting a run that the budget blocks; it is kept with the job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Override(String);

/// The reason says too little.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the reason has {0} characters; going over the budget needs at least {OVERRIDE_CHARS}")]
pub struct ShortReason(pub usize);

impl Override {
    /// Takes a reason, without surrounding blanks.
    ///
    /// # Errors
    /// It has fewer than [`OVERRIDE_CHARS`] characters.
    pub fn new(reason: &str) -> Result<Self, ShortReason> {
        let reason = reason.trim();
        let count = reason.chars().count();
        if count < OVERRIDE_CHARS { Err(ShortReason(count)) } else { Ok(Self(reason.to_owned())) }
    }
    /// The reason.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
