//! What is in a dataset, counted while it streams by (R2.08, R2.16, R2.19; training-pipeline 1.2, 7 nos. 10 and 15).
//!
//! [`Reader`] takes chunks. Whoever has several cores cuts a JSONL file at line breaks, lets one [`Statistics`] count
//! each piece with [`Statistics::line`], and merges them: the result does not depend on the cuts.

mod cells;
mod facts;
mod lengths;
mod read;
mod reader;
#[cfg(test)]
mod tests;

pub use cells::{Cell, LARGEST};
pub use facts::{Facts, Scores, Tokens};
pub use lengths::Lengths;
pub use reader::Reader;

use super::Shape;
use super::check::text::words;
use cells::Cells;
use std::collections::BTreeMap;

/// Roles that are told apart; a broken file may name any number.
const ROLES: usize = 32;

/// How the length of a text is measured.
#[derive(Clone, Copy)]
pub enum Measure<'a> {
    /// Words × 1.3: always said to be an estimate.
    Words,
    /// A tokenizer: its name, and what it counts in a text.
    Tokenizer(&'a str, &'a (dyn Fn(&str) -> u64 + Sync)),
}

impl Measure<'_> {
    fn of(&self, text: &str) -> u64 {
        match self {
            Self::Words => words(text),
            Self::Tokenizer(_, count) => count(text),
        }
    }

    /// Tokens from what [`Measure::of`] counted.
    const fn tokens(&self, counted: u64) -> u64 {
        match self {
            Self::Words => counted.saturating_mul(13).saturating_add(5) / 10,
            Self::Tokenizer(..) => counted,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Words => "estimate words*1.3".to_owned(),
            Self::Tokenizer(name, _) => format!("{}{name}", facts::TOKENIZER),
        }
    }
}

impl std::fmt::Debug for Measure<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name())
    }
}

/// What was counted so far. Memory: a few words per conversation that has an id, and per length and kind of
/// conversation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Statistics {
    lines: u64,
    broken: u64,
    pairs: u64,
    null_targets: u64,
    empty: u64,
    doubled: u64,
    unordered: u64,
    words: u64,
    counted: u64,
    roles: BTreeMap<String, u64>,
    lengths: Lengths,
    scores: Scores,
    reviewed: u64,
    cells: Cells,
    /// The system prompt that was measured last, since all pairs of a file share a few.
    system: Option<(String, u64, u64)>,
}

impl Statistics {
    /// Counts one line of a JSONL file; a blank one and a header count for nothing, one that cannot be read counts as
    /// broken. Shapes that are no lines are not read.
    pub fn line(&mut self, shape: Shape, bytes: &[u8], measure: &Measure) {
        let bytes = bytes.trim_ascii();
        if bytes.is_empty() {
            return;
        }
        self.lines += 1;
        if read::line(self, shape, bytes, measure).is_none() {
            self.broken += 1;
        }
    }

    /// Counts one conversation of a full file.
    pub(crate) fn conversation(&mut self, bytes: &[u8], measure: &Measure) {
        self.lines += 1;
        if read::conversation(self, bytes, measure).is_none() {
            self.broken += 1;
        }
    }

    /// Adds what was counted in another piece of the same file.
    pub fn merge(&mut self, other: Self) {
        self.lines += other.lines;
        self.broken += other.broken;
        self.pairs += other.pairs;
        self.null_targets += other.null_targets;
        self.empty += other.empty;
        self.doubled += other.doubled;
        self.unordered += other.unordered;
        self.words += other.words;
        self.counted += other.counted;
        self.reviewed += other.reviewed;
        for (role, count) in other.roles {
            self.role(&role, count);
        }
        self.lengths.merge(&other.lengths);
        self.scores.merge(other.scores);
        self.cells.merge(other.cells);
    }

    /// One turn, or many, of this role.
    fn role(&mut self, role: &str, count: u64) {
        if let Some(known) = self.roles.get_mut(role) {
            *known += count;
        } else {
            let role = if self.roles.len() < ROLES { role } else { "…" };
            *self.roles.entry(role.chars().take(40).collect()).or_default() += count;
        }
    }

    /// One example; `counted` is what its texts measured, cut and joined nowhere.
    fn example(&mut self, counted: u64, measure: &Measure) {
        self.counted += counted;
        self.lengths.add(measure.tokens(counted));
    }

    /// What was counted.
    pub fn finish(self, shape: Option<Shape>, measure: &Measure, lengths: &[u32]) -> Facts {
        let examples = self.lengths.count();
        let tokens = Tokens {
            method: measure.name(),
            exact: matches!(measure, Measure::Tokenizer(..)),
            total: measure.tokens(self.counted),
            mean: self.lengths.mean_at(None),
            median: self.lengths.quantile(0.5),
            p95: self.lengths.quantile(0.95),
            max: self.lengths.quantile(1.0),
            over: lengths.iter().map(|l| (*l, self.lengths.over(*l))).collect(),
        };
        Facts {
            shape,
            conversations: self.cells.conversations(),
            pairs: self.pairs,
            examples,
            null_targets: self.null_targets,
            empty: self.empty,
            doubled: self.doubled,
            unordered: self.unordered,
            broken: self.broken,
            words: self.words,
            roles: self.roles,
            tokens,
            lengths: self.lengths,
            scores: self.scores,
            reviewed: self.reviewed,
            cells: self.cells.list(),
        }
    }
}
