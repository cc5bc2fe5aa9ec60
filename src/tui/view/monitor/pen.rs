//! From the buckets of a curve to dots.

use super::canvas::Canvas;
use domain::series::{Axis, Bucket, Scale, Series};

/// Draws curves, column by column, whatever their length.
pub struct Pen {
    axis: Axis,
    range: (f64, f64),
    scale: Scale,
    edges: (f64, f64),
    /// Columns with values that are no numbers.
    pub gaps: Vec<usize>,
    buckets: Vec<Option<Bucket>>,
}

impl Pen {
    /// For this window and these edges of the values.
    pub fn new(axis: Axis, range: (f64, f64), scale: Scale, edges: (f64, f64)) -> Self {
        Self { axis, range, scale, edges, gaps: Vec::new(), buckets: Vec::new() }
    }

    /// Draws a curve; where it was no number, the line is lifted.
    pub fn draw(&mut self, canvas: &mut Canvas, series: Series<'_>, owner: u8) {
        series.buckets_into(self.axis, self.range.0, self.range.1, canvas.columns(), &mut self.buckets);
        let mut before: Option<(usize, usize)> = None;
        for (x, bucket) in self.buckets.iter().enumerate() {
            let Some(bucket) = bucket else { continue };
            let row = |value: f64| self.scale.place(value, self.edges).map(|place| canvas.row(place));
            if let (Some(min), Some(max), Some(first), Some(last)) =
                (row(bucket.min), row(bucket.max), row(bucket.first), row(bucket.last))
            {
                if let Some(before) = before {
                    canvas.line(before, (x, first), owner);
                }
                canvas.column(x, min, max, owner);
                before = Some((x, last));
            }
            if bucket.gap {
                self.gaps.push(x);
                before = None;
            }
        }
    }
}
