//! The curves of one chart.

use super::text::width;
use super::{Area, Colours, Line, whole};
use crate::series::tick::count;
use crate::series::{Axis, Scale, number};
use std::fmt::Write as _;

/// Pixels between two marks of values that are no numbers.
const APART: f64 = 12.0;

/// How values become heights.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side {
    pub scale: Scale,
    pub edges: (f64, f64),
}

/// Where curves are drawn.
pub(super) struct Plot<'a> {
    pub area: Area,
    pub axis: Axis,
    pub range: (f64, f64),
    pub colours: &'a Colours,
}

impl Plot<'_> {
    pub fn x(&self, at: f64) -> f64 {
        ((at - self.range.0) / (self.range.1 - self.range.0)).mul_add(self.area.width(), self.area.left)
    }

    pub fn y(&self, value: f64, side: Side) -> Option<f64> {
        let place = side.scale.place(value, side.edges)?;
        Some(place.mul_add(-self.area.height(), self.area.bottom))
    }

    pub fn colour(&self, line: &Line<'_>) -> &'static str {
        self.colours.series[line.slot % self.colours.series.len()]
    }

    /// The edges of the plot.
    pub fn frame(&self, out: &mut String, right: bool) {
        let Area { left, top, right: end, bottom } = self.area;
        let up = if right { format!("V{top:.1}") } else { String::new() };
        let _ = writeln!(
            out,
            "<path d=\"M{left:.1} {top:.1}V{bottom:.1}H{end:.1}{up}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/>",
            self.colours.ink
        );
    }

    /// Where something went wrong.
    pub fn marks(&self, out: &mut String, marks: &[(f64, bool)]) {
        for (at, danger) in marks.iter().filter(|(at, _)| *at >= self.range.0 && *at <= self.range.1) {
            let _ = writeln!(
                out,
                "<path d=\"M{:.1} {:.1}V{:.1}\" stroke=\"{}\" stroke-width=\"2\" stroke-dasharray=\"4 6\"/>",
                self.x(*at),
                self.area.top,
                self.area.bottom,
                if *danger { self.colours.bad } else { self.colours.warn }
            );
        }
    }

    /// A curve as one path: from each column's first value over its extremes to its last; a gap lifts the pen.
    pub fn curve(&self, out: &mut String, line: &Line<'_>, side: Side) {
        let colour = self.colour(line);
        let (mut path, mut dots, mut gaps) = (String::new(), String::new(), String::new());
        let (mut down, mut marked) = (false, f64::NEG_INFINITY);
        let columns = self.area.width().floor().max(1.0);
        let buckets = line.series.buckets(self.axis, self.range.0, self.range.1, whole(columns));
        for (column, bucket) in (0_u32..).zip(buckets) {
            let Some(bucket) = bucket else { continue };
            let x = (f64::from(column) + 0.5).mul_add(self.area.width() / columns, self.area.left);
            let way =
                if bucket.last < bucket.first { [bucket.max, bucket.min] } else { [bucket.min, bucket.max] };
            let mut drawn = None;
            for value in [bucket.first, way[0], way[1], bucket.last] {
                let Some(y) = self.y(value, side) else { continue };
                let y = format!("{y:.1}");
                if drawn.as_ref() == Some(&y) {
                    continue;
                }
                // With round ends, a line of no length is a dot: a point between two gaps is seen.
                let _ = if down { write!(path, "L{x:.1} {y}") } else { write!(path, "M{x:.1} {y}h0") };
                down = true;
                drawn = Some(y);
            }
            if line.dots
                && let Some(y) = self.y(bucket.last, side)
            {
                let _ = write!(dots, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\"/>");
            }
            if bucket.gap {
                // Whichever of a column's values was the gap, the line does not go on as if nothing had been.
                down = false;
                if x - marked >= APART {
                    marked = x;
                    let _ = write!(gaps, "M{:.1} {:.1}l10 10m0 -10l-10 10", x - 5.0, self.area.bottom - 14.0);
                }
            }
        }
        let opacity = if line.dimmed { " opacity=\"0.3\"" } else { "" };
        let dash = if line.right { " stroke-dasharray=\"12 7\"" } else { "" };
        if !path.is_empty() {
            let _ = writeln!(
                out,
                "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.5\" stroke-linejoin=\"round\" stroke-linecap=\"round\"{dash}{opacity}/>"
            );
        }
        if !dots.is_empty() {
            let _ = writeln!(out, "<g fill=\"{colour}\"{opacity}>{dots}</g>");
        }
        if !gaps.is_empty() {
            let _ = writeln!(
                out,
                "<path d=\"{gaps}\" fill=\"none\" stroke=\"{}\" stroke-width=\"3\"/>",
                self.colours.bad
            );
        }
    }

    /// The lowest point, with its value and its step.
    pub fn best(&self, out: &mut String, line: &Line<'_>, side: Side, letters: f64) {
        let Some(lowest) = line.series.lowest() else { return };
        let Some(at) = lowest.at.on(self.axis).filter(|at| *at >= self.range.0 && *at <= self.range.1) else {
            return;
        };
        let Some(y) = self.y(lowest.value, side) else { return };
        let x = self.x(at);
        let text = format!("best {} at step {}", number(lowest.value), count(lowest.at.step));
        let wide = width(&text, letters);
        let ends =
            (x - wide / 2.0).clamp(self.area.left + 4.0, (self.area.right - wide - 4.0).max(self.area.left));
        // Below the point where there is room: above it lie the curves.
        let below = y + letters * 1.9;
        let base = if below < self.area.bottom - 4.0 { below } else { y - letters * 0.9 };
        let _ = writeln!(
            out,
            "<path d=\"M{x:.1} {:.1}l10 12l-10 12l-10 -12z\" fill=\"{}\" stroke=\"{}\" stroke-width=\"2\"/>\
             <text x=\"{ends:.1}\" y=\"{base:.1}\" font-size=\"{letters}\" paint-order=\"stroke\" stroke=\"{}\" stroke-width=\"5\">{text}</text>",
            y - 12.0,
            self.colour(line),
            self.colours.ink,
            self.colours.paper
        );
    }
}
