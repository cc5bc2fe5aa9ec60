//! A window of a curve in as many pieces as the screen has columns.

use super::axis::Axis;
use super::metrics::Series;

/// What a curve does within one column of the screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// Smallest number; NaN when the column holds no number.
    pub min: f64,
    /// Largest number.
    pub max: f64,
    /// First number.
    pub first: f64,
    /// Last number.
    pub last: f64,
    /// A NaN or infinite value was logged here.
    pub gap: bool,
}

impl Series<'_> {
    /// The window `from..=to` in `width` equal columns; `None` where nothing was logged.
    ///
    /// Costs about `width × log(points)`. The last column holds its right edge, so that no point of the window is lost.
    pub fn buckets(&self, axis: Axis, from: f64, to: f64, width: usize) -> Vec<Option<Bucket>> {
        let mut out = Vec::new();
        self.buckets_into(axis, from, to, width, &mut out);
        out
    }

    /// Like [`Series::buckets`], into a buffer that is used again.
    #[expect(clippy::cast_precision_loss, reason = "a screen has fewer columns than 2^53")]
    pub fn buckets_into(&self, axis: Axis, from: f64, to: f64, width: usize, out: &mut Vec<Option<Bucket>>) {
        out.clear();
        // A window of one place is one column wide; one that ends before it begins, or nowhere, holds nothing.
        if !(from.is_finite() && to >= from && to.is_finite() && self.has(axis)) {
            out.resize(width, None);
            return;
        }
        let end = self.row_behind(axis, to);
        let mut row = self.frame.row_at(axis, from).min(end);
        for column in 1..=width {
            let edge = from + (to - from) * (column as f64 / width as f64);
            let next = if column == width { end } else { self.frame.row_at(axis, edge).clamp(row, end) };
            out.push(self.bucket(row, next));
            row = next;
        }
    }

    fn bucket(&self, from: usize, to: usize) -> Option<Bucket> {
        if from >= to {
            return None;
        }
        let gap = self.values.gap(from, to);
        let Some(first) = self.values.first(from, to) else {
            let nothing = f64::NAN;
            return gap.then_some(Bucket { min: nothing, max: nothing, first: nothing, last: nothing, gap });
        };
        let span = self.values.span(from, to);
        let values = self.values.all();
        let last = self.values.last(first, to).unwrap_or(first);
        Some(Bucket { min: span.min, max: span.max, first: values[first], last: values[last], gap })
    }
}
