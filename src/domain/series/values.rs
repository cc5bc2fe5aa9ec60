//! One metric's values, row by row, with what makes them quick to ask.

use super::pyramid::{Pyramid, Span};

/// What stands in a row in which the metric was not logged. A logged NaN is kept as another NaN.
const ABSENT: u64 = 0x7ff8_0000_00ab_5e17;

/// Appends with an eighth of room to spare instead of as much again: columns are long and stay.
pub(super) fn push<T>(column: &mut Vec<T>, value: T) {
    if column.len() == column.capacity() {
        column.reserve_exact((column.len() / 8).max(32));
    }
    column.push(value);
}

/// Values by row. It may end before the rows do: what is missing there is absent.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    rows: Vec<f64>,
    pyramid: Pyramid,
    /// Rows whose value was logged and is not finite, ascending.
    gaps: Vec<u32>,
    /// Values that were logged.
    logged: usize,
    /// Grows whenever something is taken away, so that what was derived knows to begin again.
    edits: u64,
}

impl Values {
    pub fn all(&self) -> &[f64] {
        &self.rows
    }

    pub const fn logged(&self) -> usize {
        self.logged
    }

    pub const fn edits(&self) -> u64 {
        self.edits
    }

    /// What was derived from other values than these must begin again.
    pub fn edited(&mut self, times: u64) {
        self.edits += times;
    }

    /// The value of a row; `None`: not logged there.
    pub fn get(&self, row: usize) -> Option<f64> {
        self.rows.get(row).copied().filter(|v| v.to_bits() != ABSENT)
    }

    /// Sets the value of the last row or of one behind it; newer values replace older ones.
    pub fn put(&mut self, row: usize, value: f64) {
        if row < self.rows.len() {
            self.truncate(row);
        }
        while self.rows.len() < row {
            self.append(f64::from_bits(ABSENT));
        }
        self.logged += 1;
        if value.is_finite() {
            self.append(value);
        } else {
            push(&mut self.gaps, u32::try_from(row).unwrap_or(u32::MAX));
            self.append(if value.is_nan() { f64::NAN } else { value });
        }
    }

    fn append(&mut self, value: f64) {
        push(&mut self.rows, value);
        self.pyramid.grown(&self.rows);
    }

    /// Only the first `rows` rows are left.
    pub fn truncate(&mut self, rows: usize) {
        if rows >= self.rows.len() {
            return;
        }
        self.logged -= self.rows[rows..].iter().filter(|v| v.to_bits() != ABSENT).count();
        self.rows.truncate(rows);
        self.pyramid.truncate(rows);
        self.gaps.truncate(self.gaps.partition_point(|row| (*row as usize) < rows));
        self.edits += 1;
    }

    /// Smallest and largest finite value of the rows.
    pub fn span(&self, from: usize, to: usize) -> Span {
        self.pyramid.span(&self.rows, from, to.min(self.rows.len()))
    }

    /// The first row with a finite value.
    pub fn first(&self, from: usize, to: usize) -> Option<usize> {
        self.pyramid.find(&self.rows, (from, to.min(self.rows.len())), |_| false, |_| true)
    }

    /// The last row with a finite value.
    pub fn last(&self, from: usize, to: usize) -> Option<usize> {
        self.pyramid.last(&self.rows, from, to.min(self.rows.len()))
    }

    /// The first row with the smallest finite value.
    pub fn lowest(&self, from: usize, to: usize) -> Option<usize> {
        let to = to.min(self.rows.len());
        let Span { min, .. } = self.span(from, to);
        self.pyramid.find(&self.rows, (from, to), |block| block.min > min, |v| v <= min)
    }

    /// Whether a value of these rows was logged and is not finite.
    pub fn gap(&self, from: usize, to: usize) -> bool {
        let at = self.gaps.partition_point(|row| (*row as usize) < from);
        self.gaps.get(at).is_some_and(|row| (*row as usize) < to)
    }

    /// The last row before `to` whose value was logged and is not finite.
    pub fn last_gap(&self, to: usize) -> Option<usize> {
        let before = self.gaps.partition_point(|row| (*row as usize) < to);
        self.gaps[..before].last().map(|row| *row as usize)
    }

    pub fn bytes(&self) -> usize {
        self.rows.capacity() * 8 + self.gaps.capacity() * 4 + self.pyramid.bytes()
    }
}
