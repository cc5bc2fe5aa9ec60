//! From values to places on the vertical axis.

use super::tick::{Tick, ticks};

/// How values are spread over the height.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scale {
    /// Evenly.
    #[default]
    Linear,
    /// Evenly by their logarithm; what is not positive has no place.
    Log,
}

/// Room above and below a curve, as a share of its height.
const ROOM: f64 = 0.05;

impl Scale {
    /// The word on the chart's frame.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Log => "log",
        }
    }

    /// Whether values that reach down to `min` can be drawn so.
    pub fn fits(self, min: f64) -> bool {
        matches!(self, Self::Linear) || min > 0.0
    }

    /// The edges of an axis that shows values from `min` to `max`, with a little room. A flat curve gets room too.
    pub fn edges(self, min: f64, max: f64) -> (f64, f64) {
        match self {
            Self::Linear => {
                // Half of each keeps the difference of two huge values finite.
                let room = ((max / 2.0 - min / 2.0) * ROOM * 2.0).min(f64::MAX / 4.0);
                let room = if room > 0.0 { room } else { (min.abs() * ROOM).max(1e-9) };
                ((min - room).max(-f64::MAX / 4.0), (max + room).min(f64::MAX / 4.0))
            }
            Self::Log => {
                let (low, high) = (min.max(f64::MIN_POSITIVE).ln(), max.max(f64::MIN_POSITIVE).ln());
                let room = if high > low { (high - low) * ROOM } else { 0.1 };
                ((low - room).exp().max(f64::MIN_POSITIVE), (high + room).exp().min(f64::MAX / 4.0))
            }
        }
    }

    /// The edges of an axis for values from `min` to `max`, moved out to its marks so that they rarely change, and the marks: about `most`.
    pub fn ruled(self, (min, max): (f64, f64), most: usize) -> ((f64, f64), Vec<Tick>) {
        let (low, high) = self.edges(min, max);
        // What was never negative has no axis below zero.
        let low = if min >= 0.0 { low.max(0.0) } else { low };
        let marks = ticks(self, (low, high), most);
        let (Self::Linear, [first, second, ..]) = (self, marks.as_slice()) else {
            return ((low, high), marks);
        };
        let step = second.at - first.at;
        let (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
        ((low, high), ticks(self, (low, high), most + 2))
    }

    /// The place of a value, from 0 at `low` to 1 at `high`; outside of them beyond; `None` where it has none.
    pub fn place(self, value: f64, (low, high): (f64, f64)) -> Option<f64> {
        let (value, low, high) = match self {
            Self::Linear => (value, low, high),
            Self::Log if value > 0.0 => (value.ln(), low.ln(), high.ln()),
            Self::Log => return None,
        };
        Some((value - low) / (high - low)).filter(|place| place.is_finite())
    }

    /// The value at a place: the inverse of [`Scale::place`].
    pub fn value(self, place: f64, (low, high): (f64, f64)) -> f64 {
        match self {
            Self::Linear => (high - low).mul_add(place, low),
            Self::Log => (high.ln() - low.ln()).mul_add(place, low.ln()).exp(),
        }
    }
}
