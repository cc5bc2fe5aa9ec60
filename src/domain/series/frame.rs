//! Metrics that are logged together share their rows and axes, which halves the memory of a run.

use super::axis::{At, Axis};
use super::values::{Values, push};
use std::cmp::Ordering;

/// Rows in ascending order of their step, no step twice, and one column per metric.
#[derive(Debug, Clone, Default)]
pub(super) struct Frame {
    steps: Vec<u64>,
    /// Known from some row on; before it NaN. Four bytes, because a log writes epochs with few digits.
    epochs: Vec<f32>,
    seconds: Vec<f64>,
    tokens: Vec<u64>,
    pub columns: Vec<Values>,
}

/// Where a step belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spot {
    /// In this row, which exists.
    Row(usize),
    /// Behind the last row.
    Behind,
    /// Between rows, before this one.
    Before(usize),
}

impl Frame {
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    pub fn step(&self, row: usize) -> u64 {
        self.steps[row]
    }

    pub fn spot(&self, step: u64) -> Spot {
        match self.steps.last() {
            None => Spot::Behind,
            Some(last) if step > *last => Spot::Behind,
            Some(last) if step == *last => Spot::Row(self.steps.len() - 1),
            Some(_) => self.steps.binary_search(&step).map_or_else(Spot::Before, Spot::Row),
        }
    }

    /// A new row behind all others. Axes never go back: a clock that was set back stands still instead.
    pub fn append(&mut self, at: &At) -> usize {
        let row = self.steps.len();
        push(&mut self.steps, at.step);
        #[expect(clippy::cast_possible_truncation, reason = "epochs are shown, not counted")]
        fill(&mut self.epochs, row, at.epoch.map(|e| e as f32).filter(|e| e.is_finite()), f32::NAN);
        fill(&mut self.seconds, row, at.seconds.filter(|s| s.is_finite()), f64::NAN);
        fill(&mut self.tokens, row, at.tokens, 0);
        row
    }

    /// The last row is told again: what is known now counts, what is not stays.
    pub fn again(&mut self, at: &At) {
        let row = self.steps.len() - 1;
        let before = self.at(row);
        let at = &At {
            step: at.step,
            epoch: at.epoch.or(before.epoch),
            seconds: at.seconds.or(before.seconds),
            tokens: at.tokens.or(before.tokens),
        };
        self.epochs.truncate(row);
        self.seconds.truncate(row);
        self.tokens.truncate(row);
        self.steps.truncate(row);
        self.append(at);
    }

    /// Takes away every row whose step is at or behind `step`.
    pub fn void_from(&mut self, step: u64) {
        let rows = self.steps.partition_point(|s| *s < step);
        if rows == self.steps.len() {
            return;
        }
        self.steps.truncate(rows);
        self.epochs.truncate(rows);
        self.seconds.truncate(rows);
        self.tokens.truncate(rows);
        self.columns.iter_mut().for_each(|c| c.truncate(rows));
    }

    pub fn has(&self, axis: Axis) -> bool {
        match axis {
            Axis::Step => true,
            Axis::Epoch => !self.epochs.is_empty(),
            Axis::Time => !self.seconds.is_empty(),
            Axis::Tokens => !self.tokens.is_empty(),
        }
    }

    /// Where a row lies on an axis; NaN where that is not known.
    #[expect(clippy::cast_precision_loss, reason = "a screen has fewer columns than 2^53")]
    pub fn x(&self, axis: Axis, row: usize) -> f64 {
        match axis {
            Axis::Step => self.steps[row] as f64,
            Axis::Epoch => self.epochs.get(row).map_or(f64::NAN, |e| shortest(*e)),
            Axis::Time => self.seconds.get(row).copied().unwrap_or(f64::NAN),
            Axis::Tokens => self.tokens.get(row).map_or(f64::NAN, |t| *t as f64),
        }
    }

    /// The first row at or behind a place on an axis; rows of unknown place lie before every place.
    pub fn row_at(&self, axis: Axis, x: f64) -> usize {
        let (mut from, mut to) = (0, self.steps.len());
        while from < to {
            let middle = from.midpoint(to);
            if self.x(axis, middle) >= x { to = middle } else { from = middle + 1 }
        }
        from
    }

    pub fn at(&self, row: usize) -> At {
        let known = |axis| Some(self.x(axis, row)).filter(|x| x.is_finite());
        At {
            step: self.steps[row],
            epoch: known(Axis::Epoch),
            seconds: known(Axis::Time),
            tokens: self.tokens.get(row).copied(),
        }
    }

    pub fn bytes(&self) -> usize {
        self.steps.capacity() * 8
            + self.epochs.capacity() * 4
            + self.seconds.capacity() * 8
            + self.tokens.capacity() * 8
            + self.columns.iter().map(Values::bytes).sum::<usize>()
    }
}

/// The epoch as it was written: 0.1, not 0.10000000149.
fn shortest(epoch: f32) -> f64 {
    (f64::from(epoch) * 1e6).round() / 1e6
}

/// Appends to a column of an axis: what is unknown repeats what was known, and nothing is kept before anything was.
fn fill<T: Copy + PartialOrd>(column: &mut Vec<T>, row: usize, value: Option<T>, unknown: T) {
    if column.is_empty() {
        let Some(value) = value else { return };
        for _ in 0..row {
            push(column, unknown);
        }
        return push(column, value);
    }
    let before = column[column.len() - 1];
    push(column, value.filter(|v| before.partial_cmp(v) != Some(Ordering::Greater)).unwrap_or(before));
}
