//! Smoothing as `TensorBoard` does it: an exponential moving average without the bias of its beginning.

use super::metrics::Series;
use super::values::Values;

/// The average as a machine: one value in, one out.
///
/// Rule (`TensorBoard` 2.x, scalar card): `last ← w·last + (1 − w)·value` from 0, shown as `last ÷ (1 − wⁿ)`; a value that is
/// not finite is passed on and does not count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ema {
    weight: f64,
    last: f64,
    /// `wⁿ`
    bias: f64,
}

impl Ema {
    /// With a weight from 0 (no smoothing) to 0.9999; anything else is brought there.
    pub fn new(weight: f64) -> Self {
        let weight = if weight.is_nan() { 0.0 } else { weight.clamp(0.0, 0.9999) };
        Self { weight, last: 0.0, bias: 1.0 }
    }

    /// The weight it works with.
    pub const fn weight(&self) -> f64 {
        self.weight
    }

    /// The smoothed value after this one.
    pub fn next(&mut self, value: f64) -> f64 {
        if !value.is_finite() {
            return value;
        }
        self.last = self.weight.mul_add(self.last, (1.0 - self.weight) * value);
        self.bias *= self.weight;
        self.last / (1.0 - self.bias)
    }
}

/// A smoothed copy of a curve that grows with it. The raw curve stays as it is and is drawn dimmed behind it.
#[derive(Debug, Clone)]
pub struct Smooth {
    ema: Ema,
    values: Values,
    /// Rows of the curve that were looked at.
    rows: usize,
    edits: u64,
}

impl Smooth {
    /// Rows that are taken at once where somebody waits: 4 ms, so that no key waits for a million of them.
    pub const PIECE: usize = 200_000;

    /// Of no point yet.
    pub fn new(weight: f64) -> Self {
        Self { ema: Ema::new(weight), values: Values::default(), rows: 0, edits: 0 }
    }

    /// Takes what the curve has got since the last time, `most` rows of it at most; everything again if some of it was replaced. Always
    /// give it the same metric, whole: a part of it is asked of [`Smooth::series`]. Returns how many rows it took; fewer than `most`
    /// means that it is up to date.
    pub fn follow(&mut self, raw: Series<'_>, most: usize) -> usize {
        if raw.values.edits() != self.edits || raw.rows() < self.rows {
            *self = Self { edits: raw.values.edits(), ..Self::new(self.ema.weight()) };
        }
        let from = self.rows;
        self.rows = raw.rows().min(from.saturating_add(most));
        for row in from..self.rows {
            if let Some(value) = raw.values.get(row) {
                self.values.put(row, self.ema.next(value));
            }
        }
        self.rows - from
    }

    /// The smoothed curve, on the axes of the raw one that was given to [`Smooth::follow`].
    pub fn series<'a>(&'a self, raw: Series<'a>) -> Series<'a> {
        Series { frame: raw.frame, values: &self.values, end: raw.end.min(self.values.all().len()) }
    }
}
