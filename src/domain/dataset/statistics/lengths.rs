//! How long examples are.

use crate::numbers::{count, float};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many examples have each length in tokens. Longer than a million counts as a million.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lengths(BTreeMap<u32, u64>);

const LONGEST: u32 = 1 << 20;

impl Lengths {
    /// One example.
    pub fn add(&mut self, tokens: u64) {
        let tokens = u32::try_from(tokens).unwrap_or(LONGEST).min(LONGEST);
        *self.0.entry(tokens).or_default() += 1;
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (tokens, count) in &other.0 {
            *self.0.entry(*tokens).or_default() += count;
        }
    }

    /// Examples.
    pub fn count(&self) -> u64 {
        self.0.values().sum()
    }

    /// Examples that are cut at this length.
    pub fn over(&self, length: u32) -> u64 {
        length.checked_add(1).map_or(0, |from| self.0.range(from..).map(|(_, n)| n).sum())
    }

    /// Tokens that are lost to this length.
    pub fn lost(&self, length: u32) -> u64 {
        self.0.range(length..).map(|(tokens, n)| u64::from(tokens - length) * n).sum()
    }

    /// Mean tokens of an example, each cut at a length; `None` without examples.
    pub fn mean_at(&self, length: Option<u32>) -> Option<f64> {
        let examples = self.count();
        let cut = |tokens: u32| u64::from(length.map_or(tokens, |l| tokens.min(l)));
        let sum: u64 = self.0.iter().map(|(tokens, n)| cut(*tokens) * n).sum();
        (examples > 0).then(|| float(sum) / float(examples))
    }

    /// The length that this share of the examples does not exceed; `None` without examples.
    pub fn quantile(&self, share: f64) -> Option<u32> {
        let wanted = count((float(self.count()) * share.clamp(0.0, 1.0)).ceil()).max(1);
        let mut seen = 0;
        self.0.iter().find_map(|(tokens, n)| {
            seen += n;
            (seen >= wanted).then_some(*tokens)
        })
    }
}
