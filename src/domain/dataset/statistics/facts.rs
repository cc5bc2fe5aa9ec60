//! What was counted.

use super::super::Shape;
use super::{Cell, Lengths};
use crate::numbers::float;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything that was counted in a dataset. It is kept with the dataset as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// What the file is.
    pub shape: Option<Shape>,
    /// Conversations.
    pub conversations: u64,
    /// Turns that are counted as pairs: those of both roles.
    pub pairs: u64,
    /// Trainable examples: assistant turns with a target (7 no. 15).
    pub examples: u64,
    /// Pairs of user turns, which have no target.
    pub null_targets: u64,
    /// Answers that say nothing.
    pub empty: u64,
    /// Examples whose history ends with the current input.
    pub doubled: u64,
    /// Examples or conversations whose roles do not alternate.
    pub unordered: u64,
    /// Lines or conversations that cannot be read.
    pub broken: u64,
    /// Words of all examples, repeated histories included.
    pub words: u64,
    /// Turns of each role, as the file spells it; a pair counts as one turn of its role.
    pub roles: BTreeMap<String, u64>,
    /// Lengths in short.
    pub tokens: Tokens,
    /// Lengths.
    pub lengths: Lengths,
    /// Quality.
    pub scores: Scores,
    /// Pairs that a human has looked at.
    pub reviewed: u64,
    /// Persona × arc × topic.
    pub cells: Vec<Cell>,
}

/// Lengths of examples in tokens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tokens {
    /// How they were counted: always said.
    pub method: String,
    /// Counted by a tokenizer, not estimated.
    pub exact: bool,
    /// Of all examples.
    pub total: u64,
    /// Of an example; `None` without examples.
    pub mean: Option<f64>,
    /// Half of the examples are not longer.
    pub median: Option<u32>,
    /// 95 % of the examples are not longer.
    pub p95: Option<u32>,
    /// The longest.
    pub max: Option<u32>,
    /// Examples that are cut at each sequence length.
    pub over: BTreeMap<u32, u64>,
}

impl Tokens {
    /// The name of the tokenizer that counted them; `None`: they are estimated.
    pub fn tokenizer(&self) -> Option<&str> {
        self.method.strip_prefix(TOKENIZER).filter(|_| self.exact)
    }
}

/// Stands before the name of the tokenizer in [`Tokens::method`].
pub(super) const TOKENIZER: &str = "tokenizer ";

/// Quality scores.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// How many.
    pub count: u64,
    /// Their sum.
    pub sum: f64,
    /// The lowest; `None` without any.
    pub min: Option<f64>,
    /// The highest; `None` without any.
    pub max: Option<f64>,
}

impl Scores {
    pub(super) fn add(&mut self, score: f64) {
        if score.is_finite() {
            self.merge(Self { count: 1, sum: score, min: Some(score), max: Some(score) });
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        let pick = |a: Option<f64>, b: Option<f64>, by: fn(f64, f64) -> f64| match (a, b) {
            (Some(a), Some(b)) => Some(by(a, b)),
            (a, b) => a.or(b),
        };
        self.count += other.count;
        self.sum += other.sum;
        self.min = pick(self.min, other.min, f64::min);
        self.max = pick(self.max, other.max, f64::max);
    }

    /// The mean; `None` without scores.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / float(self.count))
    }

    /// There are several, and they are not all equal: somebody or something has measured.
    pub fn is_measured(&self) -> bool {
        self.count > 1 && self.min != self.max
    }
}

impl Facts {
    /// Share of examples that are cut at a length; 0 without examples.
    pub fn truncated(&self, length: u32) -> f64 {
        if self.examples == 0 { 0.0 } else { float(self.lengths.over(length)) / float(self.examples) }
    }

    /// Pairs of a conversation; `None` without conversations.
    pub fn turns_per_conversation(&self) -> Option<f64> {
        (self.conversations > 0).then(|| float(self.pairs) / float(self.conversations))
    }

    /// Share of pairs that a human has looked at; 0 without pairs.
    pub fn reviewed_share(&self) -> f64 {
        if self.pairs == 0 { 0.0 } else { float(self.reviewed) / float(self.pairs) }
    }

    /// Persona × arc: the keys of both in alphabetical order, and conversations for each pair of them.
    pub fn matrix(&self) -> (Vec<&str>, Vec<&str>, Vec<Vec<u64>>) {
        let axis = |of: fn(&Cell) -> &str| {
            let mut keys: Vec<&str> = self.cells.iter().map(of).collect();
            keys.sort_unstable();
            keys.dedup();
            keys
        };
        let (personas, arcs) = (axis(|c| &c.persona), axis(|c| &c.arc));
        let mut table = vec![vec![0; arcs.len()]; personas.len()];
        for cell in &self.cells {
            let at = (personas.binary_search(&&*cell.persona), arcs.binary_search(&&*cell.arc));
            if let (Ok(row), Ok(column)) = at {
                table[row][column] += cell.conversations;
            }
        }
        (personas, arcs, table)
    }

    /// Conversations for each key of one axis, as `scaffolding_distribution` has them.
    pub fn axis(&self, of: fn(&Cell) -> &str) -> BTreeMap<&str, u64> {
        let mut counts = BTreeMap::new();
        for cell in &self.cells {
            *counts.entry(of(cell)).or_default() += cell.conversations;
        }
        counts
    }
}
