//! Charts as a picture that needs no program of ours: SVG, 2000 × 1200 (R4.07), text as text.
//!
//! A [`Page`] holds [`Panel`]s beside and above each other, what is wrong with the run, and a legend for every panel. It is made of nothing
//! but strings, byte for byte the same from the same curves.

mod curve;
mod look;
mod panel;
mod text;

use super::axis::Axis;
use super::metrics::Series;
use super::scale::Scale;
use super::tick::count;
pub use look::{Colours, Look};
use panel::Pen;
use std::fmt::Write as _;
use text::{escaped, fit};

/// Width and height of a picture, in pixels.
pub const SIZE: (u32, u32) = (2000, 1200);
/// The family that a picture asks for first, then what other systems have that is as wide.
pub const FONT: &str = "DejaVu Sans";
/// Panels of a page at most; the rest is counted.
pub const PANELS: usize = 12;
/// Room at the edges of the page.
const EDGE: f64 = 40.0;
/// Notes that are written out.
const NOTES: usize = 4;

/// A curve on a panel.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// What the legend says.
    pub name: &'a str,
    /// The values.
    pub series: Series<'a>,
    /// The place of its colour among [`Colours::series`].
    pub slot: usize,
    /// Drawn pale and without an entry in the legend: the raw curve behind a smoothed one.
    pub dimmed: bool,
    /// Every point is marked and the lowest one named: for metrics with few points, such as evaluations.
    pub dots: bool,
    /// It has the axis at the right, and is dashed.
    pub right: bool,
}

/// What is wrong with a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// A sentence.
    pub text: String,
    /// Worse than a warning.
    pub danger: bool,
}

/// A chart.
#[derive(Debug, Clone, Copy)]
pub struct Panel<'a> {
    /// What it shows.
    pub title: &'a str,
    /// The horizontal axis.
    pub axis: Axis,
    /// Its edges.
    pub range: (f64, f64),
    /// The vertical axes. Each falls back to linear where a value is not positive.
    pub scale: Scale,
    /// The curves, those drawn last lie on top.
    pub lines: &'a [Line<'a>],
    /// The same in words, below.
    pub words: &'a str,
    /// Places on the axis where something went wrong, and whether it is worse than a warning.
    pub marks: &'a [(f64, bool)],
}

/// What is to be drawn.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// Above everything.
    pub title: &'a str,
    /// At the right of the title: how the run stands.
    pub says: &'a str,
    /// Below the title.
    pub notes: &'a [Note],
    /// The charts, the most important one first: it gets the room that is left over.
    pub panels: &'a [Panel<'a>],
    /// By day or by night.
    pub look: Look,
}

/// A rectangle: left, top, right, bottom.
#[derive(Debug, Clone, Copy)]
struct Area {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Area {
    fn width(self) -> f64 {
        self.right - self.left
    }

    fn height(self) -> f64 {
        self.bottom - self.top
    }
}

/// Columns or marks that have room: whole ones.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the picture's size")]
fn whole(room: f64) -> usize {
    room.max(0.0) as usize
}

/// The page as SVG.
pub fn svg(page: &Page<'_>) -> String {
    let (width, height) = (f64::from(SIZE.0), f64::from(SIZE.1));
    let colours = page.look.colours();
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         font-family=\"{FONT}, Verdana, Helvetica, Arial, sans-serif\" fill=\"{}\">\n",
        colours.ink
    );
    let _ = writeln!(out, "<title>{}</title>", escaped(page.title));
    let words: Vec<&str> = page.panels.iter().map(|panel| panel.words).filter(|w| !w.is_empty()).collect();
    let _ = writeln!(out, "<desc>{}</desc>", escaped(&words.join(". ")));
    let _ = writeln!(out, "<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>", colours.paper);
    let area =
        Area { left: EDGE, top: head(&mut out, page, colours), right: width - EDGE, bottom: height - 24.0 };
    let shown = &page.panels[..page.panels.len().min(PANELS)];
    if shown.is_empty() {
        let (x, y) = (width / 2.0, height / 2.0);
        let _ = writeln!(
            out,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"28\" fill=\"{}\" text-anchor=\"middle\">no metric was logged yet</text>",
            colours.muted
        );
    }
    let pen = Pen { colours, size: if shown.len() > 4 { 17.0 } else { 21.0 } };
    for (panel, area) in shown.iter().zip(places(shown.len(), area)) {
        pen.panel(&mut out, panel, area);
    }
    out.push_str("</svg>\n");
    out
}

/// Title, state and notes; answers where the charts begin.
fn head(out: &mut String, page: &Page<'_>, colours: &Colours) -> f64 {
    let mut says = page.says.to_owned();
    if page.panels.len() > PANELS {
        let more = format!("{} more charts are not shown", count((page.panels.len() - PANELS) as u64));
        says = if says.is_empty() { more } else { format!("{says} · {more}") };
    }
    let right = f64::from(SIZE.0) - EDGE;
    let says = fit(&says, 22.0, right * 0.55);
    let room = right - EDGE * 2.0 - text::width(&says, 22.0);
    let _ = writeln!(
        out,
        "<text x=\"{EDGE}\" y=\"56\" font-size=\"34\">{}</text>",
        escaped(&fit(page.title, 34.0, room))
    );
    if !says.is_empty() {
        let _ = writeln!(
            out,
            "<text x=\"{right}\" y=\"54\" font-size=\"22\" fill=\"{}\" text-anchor=\"end\">{}</text>",
            colours.muted,
            escaped(&says)
        );
    }
    let mut y = 92.0;
    for note in page.notes.iter().take(NOTES) {
        let colour = if note.danger { colours.bad } else { colours.warn };
        let _ = writeln!(
            out,
            "<path d=\"M{EDGE} {:.1}l9 -16l9 16z\" fill=\"{colour}\"/><text x=\"{}\" y=\"{y}\" font-size=\"22\" fill=\"{colour}\">{}</text>",
            y - 1.0,
            EDGE + 28.0,
            escaped(&fit(&note.text, 22.0, right - EDGE * 2.0))
        );
        y += 30.0;
    }
    y - 12.0
}

/// Where so many charts stand. What would be left over belongs to the first one.
fn places(charts: usize, area: Area) -> Vec<Area> {
    const GAP: f64 = 36.0;
    let (beside, above) = match charts {
        0 | 1 => (1_u32, 1_u32),
        2 => (1, 2),
        3 | 4 => (2, 2),
        5 | 6 => (2, 3),
        7..=9 => (3, 3),
        _ => (3, 4),
    };
    let free = (beside * above).saturating_sub(u32::try_from(charts).unwrap_or(u32::MAX));
    let (wide, high) =
        ((area.width() - GAP * f64::from(beside - 1)) / f64::from(beside), area.height() / f64::from(above));
    let cell = |at: u32, wider: u32| {
        let left = f64::from(at % beside).mul_add(wide + GAP, area.left);
        let top = f64::from(at / beside).mul_add(high, area.top);
        Area { left, top, right: f64::from(wider).mul_add(wide + GAP, left + wide), bottom: top + high }
    };
    (0..u32::try_from(charts).unwrap_or(u32::MAX))
        .map(|at| if at == 0 { cell(0, free.min(beside - 1)) } else { cell(at + free, 0) })
        .collect()
}
