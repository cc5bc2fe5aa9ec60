//! A chart as a picture that needs no program of ours: 2000 × 1200 (R4.07), text as text.

use super::axis::Axis;
use super::colour::Slots;
use super::metrics::Series;
use super::scale::Scale;
use super::tick::ticks;
use std::fmt::Write as _;

/// Size of the picture.
const SIZE: (f64, f64) = (2000.0, 1200.0);
/// The plot's edges: left, top, right, bottom.
const PLOT: (f64, f64, f64, f64) = (160.0, 110.0, 1960.0, 1090.0);
/// Columns that a curve is drawn in: one per unit of the plot's width.
const COLUMNS: usize = 1800;
/// Colours that also people who see few colours can tell apart (Okabe and Ito, 2008), without the yellow, which is too light here.
const COLOURS: [&str; 7] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

/// A curve on a chart.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// What the legend says; it also decides the colour.
    pub name: &'a str,
    /// The values.
    pub series: Series<'a>,
    /// Drawn pale and without an entry in the legend: the raw curve behind a smoothed one of the same name.
    pub dimmed: bool,
    /// Every point is marked: for metrics with few points, such as evaluations.
    pub dots: bool,
}

/// What is to be drawn.
#[derive(Debug, Clone, Copy)]
pub struct Chart<'a> {
    /// Above the plot.
    pub title: &'a str,
    /// The horizontal axis.
    pub axis: Axis,
    /// Its edges.
    pub range: (f64, f64),
    /// The vertical axis. Falls back to linear where a value is not positive.
    pub scale: Scale,
    /// The curves, those drawn last lie on top.
    pub lines: &'a [Line<'a>],
}

/// The chart as SVG.
pub fn svg(chart: &Chart<'_>) -> String {
    let (width, height) = SIZE;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"sans-serif\" font-size=\"26\" fill=\"#222\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    let _ = writeln!(out, "<text x=\"{}\" y=\"54\" font-size=\"36\">{}</text>", PLOT.0, escaped(chart.title));
    let range = match chart.range {
        (from, to) if from.is_finite() && to.is_finite() && to > from => (from, to),
        (from, _) if from.is_finite() => (from - 0.5, from + 0.5),
        _ => (0.0, 1.0),
    };
    let spans = chart.lines.iter().filter_map(|line| line.series.span(chart.axis, range.0, range.1));
    let span = spans.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    let (min, max) = span.unwrap_or((0.0, 1.0));
    let scale = if chart.scale.fits(min) { chart.scale } else { Scale::Linear };
    let edges = scale.edges(min, max);
    grid(&mut out, chart.axis, range, scale, edges);
    if span.is_none() {
        let (x, y) = (f64::midpoint(PLOT.0, PLOT.2), f64::midpoint(PLOT.1, PLOT.3));
        let _ =
            writeln!(out, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">no values in this window</text>");
    }
    let mut slots = Slots::new(COLOURS.len());
    let mut legend = PLOT.0 + 10.0;
    for line in chart.lines {
        let colour = COLOURS[slots.of(line.name) % COLOURS.len()];
        curve(&mut out, line, chart.axis, range, scale, edges, colour);
        if !line.dimmed {
            let _ = writeln!(
                out,
                "<path d=\"M{legend} 84h40\" stroke=\"{colour}\" stroke-width=\"5\"/><text x=\"{}\" y=\"93\">{}</text>",
                legend + 50.0,
                escaped(line.name)
            );
            let letters = u32::try_from(line.name.chars().count()).unwrap_or(u32::MAX);
            legend += f64::from(letters).mul_add(15.0, 90.0);
        }
    }
    out.push_str("</svg>\n");
    out
}

fn horizontal(x: f64, (from, to): (f64, f64)) -> f64 {
    ((x - from) / (to - from)).mul_add(PLOT.2 - PLOT.0, PLOT.0)
}

fn vertical(value: f64, scale: Scale, edges: (f64, f64)) -> Option<f64> {
    scale.place(value, edges).map(|place| place.mul_add(PLOT.1 - PLOT.3, PLOT.3))
}

fn grid(out: &mut String, axis: Axis, range: (f64, f64), scale: Scale, edges: (f64, f64)) {
    let (left, top, right, bottom) = PLOT;
    for tick in ticks(scale, edges, 8) {
        let Some(y) = vertical(tick.at, scale, edges) else { continue };
        let _ = writeln!(
            out,
            "<path d=\"M{left} {y:.1}H{right}\" stroke=\"#ddd\"/><text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            left - 12.0,
            y + 9.0,
            tick.label
        );
    }
    for tick in axis.ticks(range, 10) {
        let x = horizontal(tick.at, range);
        let _ = writeln!(
            out,
            "<path d=\"M{x:.1} {top}V{bottom}\" stroke=\"#eee\"/><text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            bottom + 36.0,
            tick.label
        );
    }
    let _ = writeln!(
        out,
        "<path d=\"M{left} {top}V{bottom}H{right}\" fill=\"none\" stroke=\"#222\" stroke-width=\"2\"/>\
         <text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{axis}</text>",
        f64::midpoint(left, right),
        bottom + 84.0
    );
}

/// A curve as one path: a rise from each column's first value over its extremes to its last; a gap lifts the pen.
fn curve(
    out: &mut String,
    line: &Line<'_>,
    axis: Axis,
    range: (f64, f64),
    scale: Scale,
    edges: (f64, f64),
    colour: &str,
) {
    let mut path = String::new();
    let mut dots = String::new();
    let mut down = false;
    for (column, bucket) in (0_u32..).zip(line.series.buckets(axis, range.0, range.1, COLUMNS)) {
        let Some(bucket) = bucket else { continue };
        let x = PLOT.0 + f64::from(column) + 0.5;
        let way =
            if bucket.last < bucket.first { [bucket.max, bucket.min] } else { [bucket.min, bucket.max] };
        let mut drawn = None;
        for value in [bucket.first, way[0], way[1], bucket.last] {
            let Some(y) = vertical(value, scale, edges) else { continue };
            if drawn == Some(y.to_bits()) {
                continue;
            }
            drawn = Some(y.to_bits());
            // With round ends, a line of no length is a dot: a point between two gaps is seen.
            let _ = if down { write!(path, "L{x:.1} {y:.1}") } else { write!(path, "M{x:.1} {y:.1}h0") };
            down = true;
        }
        if line.dots
            && let Some(y) = vertical(bucket.last, scale, edges)
        {
            let _ = write!(dots, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"6\"/>");
        }
        // Whichever of a column's values was the gap, the line does not go on as if nothing had been.
        down &= !bucket.gap;
    }
    let opacity = if line.dimmed { 0.3 } else { 1.0 };
    let _ = writeln!(
        out,
        "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.5\" stroke-linejoin=\"round\" stroke-linecap=\"round\" opacity=\"{opacity}\"/>"
    );
    if !dots.is_empty() {
        let _ = writeln!(out, "<g fill=\"{colour}\" opacity=\"{opacity}\">{dots}</g>");
    }
}

/// Text as XML: names come from other people's files.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {
                out.push('\u{fffd}');
            }
            letter => out.push(letter),
        }
    }
    out
}
