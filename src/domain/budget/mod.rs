//! The budget of a month: what is left, what one more run does to it, and when to say so (R3.12, R6.04; training-pipeline
//! 7 nos. 42 and 43).

mod gate;
mod period;
#[cfg(test)]
mod tests;

pub use gate::{Gate, Ledger, OVERRIDE_CHARS, Override, ShortReason, gate};
pub use period::{Period, PeriodKind};

use crate::money::Usd;
use serde::{Deserialize, Serialize};

/// What the user set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Budget {
    /// For one period.
    pub limit: Usd,
    /// Which period.
    pub period: PeriodKind,
    /// Refuse runs that go over; otherwise they only have to be confirmed.
    pub block: bool,
    /// A run may go over by this much of the limit, in percent.
    pub grace_percent: u8,
    /// Percentages of the limit at which an alert is sent.
    pub levels: Vec<u16>,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            limit: Usd::dollars(500),
            period: PeriodKind::CalendarMonth,
            block: false,
            grace_percent: 0,
            levels: vec![80, 95, 100],
        }
    }
}

impl Budget {
    /// Everything that is wrong with the settings, a sentence each; the bounds are those of the platform's
    /// `budget_settings`.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if !(Usd::dollars(50)..=Usd::dollars(10_000)).contains(&self.limit) {
            faults.push(format!("limit is {}; it must be between $50.00 and $10,000.00", self.limit));
        }
        if self.grace_percent > 100 {
            faults.push(format!("grace_percent is {}; it must be at most 100", self.grace_percent));
        }
        if self.levels.iter().any(|l| !(1..=1000).contains(l)) {
            faults.push("levels must lie between 1 and 1000 percent".to_owned());
        }
        if !self.levels.is_sorted_by(|a, b| a < b) {
            faults.push("levels must rise, each once".to_owned());
        }
        faults
    }

    /// The limit with its grace.
    pub fn ceiling(&self) -> Usd {
        self.limit + self.limit.per_mille(i64::from(self.grace_percent) * 10)
    }

    /// The alerts that are due when this much was spent: every level that was reached. Each has a key that is the same
    /// within a period, so that whoever stores them sends each once.
    pub fn alerts(&self, spent: Usd, period: &Period) -> Vec<Alert> {
        let Some(percent) = spent.percent_of(self.limit) else { return Vec::new() };
        let reached = self.levels.iter().filter(|level| percent >= i64::from(**level));
        reached
            .map(|level| Alert {
                level: *level,
                critical: *level >= 100,
                key: format!("budget/{}/{level}", period.key),
                message: format!("{spent} of {} are spent: {percent} % of the budget.", self.limit),
            })
            .collect()
    }
}

/// A level that was reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Percent.
    pub level: u16,
    /// The budget is used up.
    pub critical: bool,
    /// The same for the same level in the same period: the dedupe key of its notification.
    pub key: String,
    /// One sentence.
    pub message: String,
}
