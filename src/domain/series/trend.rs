//! Whether a metric falls, rises or stands still.

use super::axis::Axis;
use super::metrics::Series;
use crate::conversation::{UnknownWord, words};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// Which way a metric goes.
    Direction, "direction of a metric" {
        /// Down.
        Falling = "falling",
        /// Up.
        Rising = "rising",
        /// Neither, beyond its noise.
        Flat = "flat",
    }
}

/// A change below this share counts as none (R4.06).
const STABLE: f64 = 0.01;
/// A slope below this many standard errors is noise.
const SURE: f64 = 2.0;

/// The straight line through the newest values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// Which way.
    pub direction: Direction,
    /// From the beginning of the line to its end, as a share of its beginning: −0.03 is three percent down.
    /// Infinite when it begins at 0.
    pub change: f64,
    /// Change of the value per step.
    pub per_step: f64,
    /// Steps from its beginning to its end.
    pub steps: u64,
    /// Values it goes through.
    pub points: usize,
    /// How far the values lie off the line: the root of their mean square distance.
    pub noise: f64,
    /// Where the line ends, within what was reached.
    pub end: f64,
}

impl Trend {
    /// The line through the last `points` numbers of a metric by least squares over steps; `None`: fewer than two.
    ///
    /// Flat is a change of less than 1 %, or a slope of less than two standard errors: noise is no trend.
    #[expect(clippy::cast_precision_loss, reason = "counts of points and steps of a run")]
    pub fn of(series: Series<'_>, points: usize) -> Option<Self> {
        let newest = series.rows();
        let mut rows = Vec::with_capacity(points.min(newest));
        let mut end = newest;
        while rows.len() < points {
            let Some(row) = series.values.last(0, end) else { break };
            rows.push((series.frame.step(row), series.values.all()[row]));
            end = row;
        }
        let (&(last, _), &(first, _)) = (rows.first()?, rows.last()?);
        if rows.len() < 2 {
            return None;
        }
        let count = rows.len() as f64;
        // Relative to the first step, so that large step numbers cost no digits.
        let x = |step: u64| (step - first) as f64;
        let mean_x = rows.iter().map(|(s, _)| x(*s) / count).sum::<f64>();
        let mean_y = rows.iter().map(|(_, y)| y / count).sum::<f64>();
        let spread = rows.iter().map(|(s, _)| (x(*s) - mean_x).powi(2)).sum::<f64>();
        let slope = rows.iter().map(|(s, y)| (x(*s) - mean_x) * (y - mean_y) / spread).sum::<f64>();
        let line = |step| slope.mul_add(x(step) - mean_x, mean_y);
        let off = rows.iter().map(|(s, y)| (y - line(*s)).powi(2)).sum::<f64>();
        let error = if rows.len() > 2 { (off / (count - 2.0) / spread).sqrt() } else { 0.0 };
        // The line of a steep curve may leave what was ever reached; nobody wants to read of a fall by 101 %.
        let reached = |step| {
            let within =
                |fold: fn(f64, f64) -> f64| rows.iter().map(|(_, y)| *y).reduce(fold).unwrap_or(mean_y);
            line(step).clamp(within(f64::min), within(f64::max))
        };
        let (begin, end) = (reached(first), reached(last));
        let change = if (end - begin).abs() > 0.0 { (end - begin) / begin.abs() } else { 0.0 };
        let direction = match slope {
            _ if change.abs() < STABLE || slope.abs() <= SURE * error || !slope.is_finite() => {
                Direction::Flat
            }
            _ if slope < 0.0 => Direction::Falling,
            _ => Direction::Rising,
        };
        let noise = (off / count).sqrt();
        Some(Self { direction, change, per_step: slope, steps: last - first, points: rows.len(), noise, end })
    }
}

impl Trend {
    /// It has no direction, yet does not stand still either: the values go up and down by more than a share that counts.
    pub fn wavers(&self) -> bool {
        self.direction == Direction::Flat && self.change.abs() >= STABLE
    }
}

impl Series<'_> {
    /// The mean of the numbers between two steps, both included; `None`: there are none.
    #[expect(clippy::cast_precision_loss, reason = "a count of points")]
    pub fn mean(&self, from: u64, to: u64) -> Option<f64> {
        let rows = self.frame.row_at(Axis::Step, from as f64)..self.row_behind(Axis::Step, to as f64);
        let numbers =
            || self.values.all()[rows.start.min(rows.end)..rows.end].iter().filter(|v| v.is_finite());
        let count = numbers().count() as f64;
        (count > 0.0).then(|| numbers().map(|v| v / count).sum())
    }
}
