//! What another setting does to the estimate (R3.05).

use super::Estimate;
use crate::money::{Range, Usd};
use crate::numbers::span;

impl Estimate {
    /// How it differs from the estimate of the settings before, from middle to middle: `+$0.40, −25m 10s against the settings before`. `None`:
    /// it does not, or one of the two is unknown.
    pub fn against(&self, before: &Self) -> Option<String> {
        let cost = match (self.cost, before.cost) {
            (Some(now), Some(then)) => money(middle(now), middle(then)),
            _ => None,
        };
        let time = match (self.seconds, before.seconds) {
            (Some(now), Some(then)) => seconds(now.expected, then.expected),
            _ => None,
        };
        let parts: Vec<String> = cost.into_iter().chain(time).collect();
        (!parts.is_empty()).then(|| format!("{} against the settings before", parts.join(", ")))
    }
}

fn middle(range: Range) -> Usd {
    range.low + (range.high - range.low).per_mille(500)
}

fn money(now: Usd, then: Usd) -> Option<String> {
    match now.cmp(&then) {
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(format!("+{}", now - then)),
        std::cmp::Ordering::Less => Some(format!("−{}", then - now)),
    }
}

fn seconds(now: u64, then: u64) -> Option<String> {
    match now.cmp(&then) {
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(format!("+{}", span(now - then))),
        std::cmp::Ordering::Less => Some(format!("−{}", span(then - now))),
    }
}
