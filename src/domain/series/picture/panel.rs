//! One chart of a page: title, legend, axes, curves, and the sentence below.

use super::curve::{Plot, Side};
use super::text::{escaped, fit, width, wrap};
use super::{Area, Colours, Line, Panel, whole};
use crate::series::{Scale, Tick};
use std::fmt::Write as _;

/// Rows of a legend at most.
const ROWS: usize = 3;

/// Draws panels in letters of one size.
pub(super) struct Pen<'a> {
    pub colours: &'a Colours,
    /// Of the letters, in pixels.
    pub size: f64,
}

/// A vertical axis.
struct Ruler {
    side: Side,
    ticks: Vec<Tick>,
}

impl Pen<'_> {
    pub fn panel(&self, out: &mut String, panel: &Panel<'_>, area: Area) {
        let (size, line) = (self.size, self.size * 1.4);
        let range = match panel.range {
            (from, to) if from.is_finite() && to.is_finite() && to > from => (from, to),
            (from, _) if from.is_finite() => (from - 0.5, from + 0.5),
            _ => (0.0, 1.0),
        };
        let words = wrap(panel.words, size, area.width(), 2);
        let entries = self.legend(panel, range, area.width());
        let rows = f64::from(u32::try_from(entries.last().map_or(0, |entry| entry.row + 1)).unwrap_or(0));
        let top = rows.mul_add(line, area.top + line * 1.7);
        let below = f64::from(u32::try_from(words.len()).unwrap_or(0));
        let bottom = (area.bottom - line * (below + 1.9)).max(top + 1.0);
        let most = whole(((bottom - top) / (line * 2.0)).round().clamp(2.0, 8.0));
        let left = ruler(panel, range, false, most);
        let right = ruler(panel, range, true, most);
        let label = |ruler: &Option<Ruler>| {
            let ticks = ruler.iter().flat_map(|ruler| &ruler.ticks);
            ticks.map(|tick| width(&tick.label, size)).fold(size * 2.0, f64::max) + 12.0
        };
        let ends = Area {
            left: area.left + label(&left),
            top,
            right: area.right - if right.is_some() { label(&right) } else { 4.0 },
            bottom,
        };
        let plot = Plot { area: ends, axis: panel.axis, range, colours: self.colours };

        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"{:.1}\">{}</text>",
            area.left,
            area.top + line,
            size * 1.2,
            escaped(&fit(panel.title, size * 1.2, area.width()))
        );
        for entry in &entries {
            let y = f64::from(u32::try_from(entry.row + 2).unwrap_or(0)).mul_add(line, area.top + line * 0.2);
            entry.draw(out, area.left, y, size, self.colours);
        }
        self.across(out, &plot);
        for (ruler, at_right) in [(&left, false), (&right, true)] {
            if let Some(ruler) = ruler {
                let line = panel.lines.iter().find(|line| at_right && line.right);
                self.up(out, &plot, ruler, at_right, line);
            }
        }
        plot.frame(out, right.is_some());
        plot.marks(out, panel.marks);
        if left.is_none() && right.is_none() {
            let (x, y) = (f64::midpoint(ends.left, ends.right), f64::midpoint(ends.top, ends.bottom));
            let _ = writeln!(
                out,
                "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" fill=\"{}\" text-anchor=\"middle\">no values in this window</text>",
                self.colours.muted
            );
        }
        let of = |line: &Line<'_>| if line.right { right.as_ref() } else { left.as_ref() };
        for line in panel.lines {
            if let Some(ruler) = of(line) {
                plot.curve(out, line, ruler.side);
            }
        }
        // Above all curves, so that none hides it.
        for line in panel.lines.iter().filter(|line| line.dots) {
            if let Some(ruler) = of(line) {
                plot.best(out, line, ruler.side, size);
            }
        }
        for (text, row) in words.iter().zip(1_u32..) {
            let _ = writeln!(
                out,
                "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"{size}\" fill=\"{}\">{}</text>",
                area.left,
                f64::from(row).mul_add(line, bottom + line * 1.2),
                self.colours.muted,
                escaped(text)
            );
        }
    }

    /// The horizontal axis.
    fn across(&self, out: &mut String, plot: &Plot<'_>) {
        let Area { left, top, right, bottom } = plot.area;
        let name = plot.axis.to_string();
        let most = whole(((right - left) / (self.size * 8.0)).clamp(2.0, 10.0));
        // The name of the axis stands where the last label would.
        let end = right - width(&name, self.size) - self.size;
        for tick in plot.axis.ticks(plot.range, most) {
            let x = plot.x(tick.at);
            let _ =
                writeln!(out, "<path d=\"M{x:.1} {top:.1}V{bottom:.1}\" stroke=\"{}\"/>", self.colours.grid);
            if x + width(&tick.label, self.size) / 2.0 <= end {
                self.label(out, (x, bottom + self.size * 1.3), "middle", self.colours.muted, &tick.label);
            }
        }
        self.label(out, (right, bottom + self.size * 1.3), "end", self.colours.muted, &name);
    }

    /// A vertical axis. The one at the right has the colour of its curve, and no lines through the plot.
    fn up(&self, out: &mut String, plot: &Plot<'_>, ruler: &Ruler, at_right: bool, line: Option<&Line<'_>>) {
        let Area { left, right, .. } = plot.area;
        let colour = line.map_or(self.colours.muted, |line| plot.colour(line));
        for tick in &ruler.ticks {
            let Some(y) = plot.y(tick.at, ruler.side) else { continue };
            let (anchor, x) = if at_right { ("start", right + 10.0) } else { ("end", left - 10.0) };
            if at_right {
                let _ = writeln!(
                    out,
                    "<path d=\"M{right:.1} {y:.1}h6\" stroke=\"{colour}\" stroke-width=\"2\"/>"
                );
            } else {
                let _ = writeln!(
                    out,
                    "<path d=\"M{left:.1} {y:.1}H{right:.1}\" stroke=\"{}\"/>",
                    self.colours.grid
                );
            }
            self.label(out, (x, self.size.mul_add(0.36, y)), anchor, colour, &tick.label);
        }
    }

    fn label(&self, out: &mut String, (x, y): (f64, f64), anchor: &str, colour: &str, text: &str) {
        let _ = writeln!(
            out,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{}\" fill=\"{colour}\" text-anchor=\"{anchor}\">{}</text>",
            self.size,
            escaped(text)
        );
    }

    /// What stands in the legend, each with its place.
    fn legend(&self, panel: &Panel<'_>, range: (f64, f64), room: f64) -> Vec<Entry> {
        let mut entries = Vec::new();
        let (mut x, mut row) = (0.0, 0);
        let shown = panel.lines.iter().filter(|line| !line.dimmed);
        let sign = |line: &Line<'_>| Sign::Curve { slot: line.slot, dots: line.dots, right: line.right };
        let mut all: Vec<(Sign, String)> = shown
            .map(|line| {
                (sign(line), if line.right { format!("{} (right)", line.name) } else { line.name.to_owned() })
            })
            .collect();
        if panel.lines.iter().any(|line| line.series.has_gap(panel.axis, range.0, range.1)) {
            all.push((Sign::Gap, "not a number".to_owned()));
        }
        for (at, (sign, name)) in all.iter().enumerate() {
            let text = fit(name, self.size, room - 80.0);
            let wide = width(&text, self.size) + 80.0;
            if x > 0.0 && x + wide > room {
                (x, row) = (0.0, row + 1);
            }
            // The last row keeps room to say what has none.
            let rest = all.len() - at;
            if row + 1 == ROWS && rest > 1 && x + wide + self.size * 8.0 > room || row == ROWS {
                entries.push(Entry {
                    sign: Sign::None,
                    text: format!("and {rest} more"),
                    x,
                    row: row.min(ROWS - 1),
                });
                break;
            }
            entries.push(Entry { sign: *sign, text, x, row });
            x += wide;
        }
        entries
    }
}

/// The axis at one side, if any curve has it; `None` as well when all its values are no numbers.
fn ruler(panel: &Panel<'_>, range: (f64, f64), right: bool, most: usize) -> Option<Ruler> {
    let lines = panel.lines.iter().filter(|line| line.right == right);
    let spans = lines.filter_map(|line| line.series.span(panel.axis, range.0, range.1));
    let (min, max) = spans.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
    let scale = if panel.scale.fits(min) { panel.scale } else { Scale::Linear };
    let (edges, ticks) = scale.ruled((min, max), most);
    Some(Ruler { side: Side { scale, edges }, ticks })
}

#[derive(Debug, Clone, Copy)]
enum Sign {
    Curve { slot: usize, dots: bool, right: bool },
    Gap,
    None,
}

struct Entry {
    sign: Sign,
    text: String,
    x: f64,
    row: usize,
}

impl Entry {
    fn draw(&self, out: &mut String, left: f64, y: f64, size: f64, colours: &Colours) {
        let (x, middle) = (left + self.x, y - size * 0.35);
        match self.sign {
            Sign::Curve { slot, dots, right } => {
                let colour = colours.series[slot % colours.series.len()];
                let dash = if right { " stroke-dasharray=\"12 7\"" } else { "" };
                let _ = write!(
                    out,
                    "<path d=\"M{x:.1} {middle:.1}h40\" stroke=\"{colour}\" stroke-width=\"4\"{dash}/>"
                );
                if dots {
                    let _ = write!(
                        out,
                        "<circle cx=\"{:.1}\" cy=\"{middle:.1}\" r=\"6\" fill=\"{colour}\"/>",
                        x + 20.0
                    );
                }
            }
            Sign::Gap => {
                let _ = write!(
                    out,
                    "<path d=\"M{:.1} {:.1}l10 10m0 -10l-10 10\" stroke=\"{}\" stroke-width=\"3\"/>",
                    x + 15.0,
                    middle - 5.0,
                    colours.bad
                );
            }
            Sign::None => {}
        }
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{y:.1}\" font-size=\"{size}\">{}</text>",
            if matches!(self.sign, Sign::None) { x } else { x + 50.0 },
            escaped(&self.text)
        );
    }
}
