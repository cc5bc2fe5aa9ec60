//! From – to.

use super::Usd;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount that is not known exactly. `low` is never above `high`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// At least, most likely.
    pub low: Usd,
    /// At most, most likely: what budgets count with.
    pub high: Usd,
}

impl Range {
    /// Between two amounts, in whichever order they come.
    pub fn new(a: Usd, b: Usd) -> Self {
        Self { low: a.min(b), high: a.max(b) }
    }
}

impl fmt::Display for Range {
    /// `$2.10–$2.90`; one amount when both read the same.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (low, high) = (self.low.to_string(), self.high.to_string());
        if low == high { f.pad(&low) } else { f.pad(&format!("{low}–{high}")) }
    }
}
