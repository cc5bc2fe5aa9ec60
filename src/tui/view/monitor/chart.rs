//! One chart: title, values with their marks, the axis below, and a line that says the same in words.

use super::canvas::Canvas;
use super::pen::Pen;
use crate::model::monitor::{Msg as Do, State};
use crate::model::{Drag, Hit, Measured, Msg, On};
use crate::text;
use crate::theme::{Theme, Token};
use crate::view::paint::{area as cells, put, put_all};
use domain::series::{Axis, Scale, Series, Tick, duration, number};
use engine::watch::{Chart, Curve, Run, words};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// Columns of the labels at the left.
const LABELS: u16 = 10;
/// Rows from which on a chart has room for a second line of words.
const TALL: u16 = 12;
/// How much one notch of the wheel zooms.
const NOTCH: f64 = 0.7;

/// What is needed to draw any of the charts.
pub struct Scene<'a> {
    /// The screen.
    pub state: &'a State,
    /// The runs, held.
    pub runs: &'a [Run],
    /// How it looks.
    pub theme: &'a Theme,
    /// The edges of the window.
    pub range: (f64, f64),
}

/// A curve, ready to draw.
struct Drawn<'a> {
    curve: &'a Curve,
    raw: Series<'a>,
    smooth: Option<Series<'a>>,
}

/// A vertical axis.
struct Side {
    scale: Scale,
    edges: (f64, f64),
    marks: Vec<Tick>,
    /// The curve that gives it its colour, where that helps.
    style: Style,
}

impl Scene<'_> {
    /// Draws the chart of this number.
    pub fn chart(&self, at: usize, chart: &Chart, frame: &mut Frame, area: Rect, measured: &mut Measured) {
        // A sentence that does not fit gets a second line where there is room.
        let words = text::wrap(&words(self.runs, chart), usize::from(area.width.saturating_sub(2)));
        let said: u16 = if words.len() > 1 && area.height >= TALL { 2 } else { 1 };
        let curves: Vec<Drawn<'_>> = chart
            .curves
            .iter()
            .filter_map(|curve| {
                let (raw, smooth) = self.state.series(self.runs.get(curve.run)?, curve);
                raw.has(self.state.axis).then_some(Drawn { curve, raw, smooth })
            })
            .collect();
        let height = area.height.saturating_sub(2 + said);
        let sides = [self.side(&curves, false, height), self.side(&curves, true, height)];
        let beside = if sides[1].is_some() { LABELS * 2 } else { LABELS + 1 };
        let plot =
            Rect { x: area.x + LABELS, y: area.y + 1, width: area.width.saturating_sub(beside), height };
        let scale = sides.iter().flatten().next().map_or(self.state.scale, |side| side.scale);
        self.title(at, chart, &curves, scale, frame, Rect { height: 1, ..area });
        if plot.width >= 4 && plot.height >= 1 {
            match &sides[0] {
                Some(side) => self.labels(side, false, frame, plot),
                None => self.labels(&self.nothing(height), false, frame, plot),
            }
            if let Some(side) = &sides[1] {
                self.labels(side, true, frame, plot);
            }
            self.below(frame, plot);
            if sides.iter().all(Option::is_none) {
                let says =
                    if curves.is_empty() { "not known on this axis" } else { "no values in this window" };
                put(frame.buffer_mut(), plot, 1, plot.height / 2, says, self.theme.style(Token::TextMuted));
            }
            self.curves(&curves, &sides, frame, plot);
            mouse(at, plot, measured);
        }
        if area.height >= 3 + said {
            let lines = Rect { y: area.bottom() - said, height: said, ..area };
            let rest = words[usize::from(said) - 1..].join(" ");
            let shown = words.iter().take(usize::from(said) - 1).chain([&rest]);
            for (line, y) in shown.zip(0..said) {
                put(frame.buffer_mut(), lines, 1, y, line, self.theme.style(Token::TextMuted));
            }
        }
    }

    /// The axis at one side; `None`: no curve has a value for it.
    fn side(&self, curves: &[Drawn<'_>], right: bool, height: u16) -> Option<Side> {
        let of = || curves.iter().filter(|drawn| drawn.curve.right == right);
        let spans = of().filter_map(|drawn| drawn.raw.span(self.state.axis, self.range.0, self.range.1));
        let (min, max) = spans.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
        let scale = if self.state.scale.fits(min) { self.state.scale } else { Scale::Linear };
        let (edges, marks) = scale.ruled((min, max), usize::from(height / 3).clamp(2, 8));
        let first = of().next().filter(|_| right);
        let style =
            first.map_or_else(|| self.theme.style(Token::TextMuted), |drawn| self.style(drawn.curve, false));
        Some(Side { scale, edges, marks, style })
    }

    /// The axis of a chart without values.
    fn nothing(&self, height: u16) -> Side {
        let (edges, marks) = self.state.scale.ruled((0.0, 1.0), usize::from(height / 3).clamp(2, 8));
        Side { scale: self.state.scale, edges, marks, style: self.theme.style(Token::TextMuted) }
    }

    /// What it shows, and how; with a cursor the values there.
    fn title(
        &self,
        at: usize,
        chart: &Chart,
        curves: &[Drawn<'_>],
        scale: Scale,
        frame: &mut Frame,
        area: Rect,
    ) {
        let selected = at == self.state.at;
        let theme = self.theme;
        let mark = if selected { theme.glyph(Token::SelectRow) } else { " " };
        let head = theme.style(if selected { Token::TextStrong } else { Token::TextHeading });
        let buffer = frame.buffer_mut();
        let mut x =
            put_all(buffer, area, 0, 0, &[(mark, theme.style(Token::KeyCap)), (&chart.title, head)]) + 1;
        let how = format!("{} · {} · by {}", self.state.window.word(), scale.word(), self.state.axis);
        let how = if self.state.weight > 0 { format!("ema {} · {how}", self.state.weight()) } else { how };
        for drawn in curves {
            let sign = match (drawn.curve.eval, self.state.plain) {
                (false, true) if drawn.curve.right => "=",
                (false, false) if drawn.curve.right => "╌",
                (false, true) => "-",
                (false, false) => "─",
                (true, true) => "o",
                (true, false) => "●",
            };
            let style = self.style(drawn.curve, false);
            x = put(buffer, area, x + 1, 0, sign, style);
            if chart.curves.len() > 1 || self.runs.len() > 1 {
                x = put(buffer, area, x + 1, 0, &drawn.curve.name, theme.style(Token::TextMuted));
            }
            if drawn.curve.right {
                x = put(buffer, area, x + 1, 0, if self.state.plain { "->" } else { "→" }, style);
            }
            let Some(cursor) = self.state.cursor else { continue };
            let value = drawn
                .raw
                .nearest(self.state.axis, cursor)
                .map_or_else(|| "–".to_owned(), |s| number(s.value));
            x = put(buffer, area, x + 1, 0, &value, style.add_modifier(Modifier::BOLD));
        }
        let right = match self.state.cursor {
            Some(cursor) => format!("at {} {}", self.state.axis, place(self.state.axis, cursor)),
            None => how,
        };
        let wide = u16::try_from(text::width(&right)).unwrap_or(u16::MAX);
        if x.saturating_add(wide + 2) < area.width {
            put(buffer, area, area.width - wide - 1, 0, &right, theme.style(Token::TextMuted));
        }
    }

    fn style(&self, curve: &Curve, dimmed: bool) -> Style {
        let style = self.theme.series(curve.slot);
        if dimmed { style.add_modifier(Modifier::DIM) } else { style }
    }

    /// The line of a vertical axis and what stands at its marks.
    fn labels(&self, side: &Side, right: bool, frame: &mut Frame, plot: Rect) {
        let axis = self.theme.style(Token::ChartAxis);
        let line = if self.state.plain { "|" } else { "│" };
        let area = Rect { x: if right { plot.right() } else { plot.x - LABELS }, width: LABELS, ..plot };
        let (beside, from, align) =
            if right { (0, 1, text::Align::Left) } else { (LABELS - 1, 0, text::Align::Right) };
        for y in 0..plot.height {
            put(frame.buffer_mut(), area, beside, y, line, axis);
        }
        let canvas = Canvas::new(1, plot.height, self.state.plain);
        let per = canvas.rows() / usize::from(plot.height).max(1);
        let mut before = None;
        for tick in side.marks.iter().rev() {
            let Some(place) = side.scale.place(tick.at, side.edges) else { continue };
            let y = u16::try_from(canvas.row(place) / per.max(1)).unwrap_or(0);
            if before == Some(y) {
                continue;
            }
            before = Some(y);
            let label = text::fit(&tick.label, usize::from(LABELS) - 2, align);
            put(frame.buffer_mut(), area, from, y, &label, side.style);
        }
    }

    /// Marks of the horizontal axis, as many as have room.
    fn below(&self, frame: &mut Frame, plot: Rect) {
        let row = Rect { y: plot.bottom(), height: 1, ..plot };
        let most = usize::from(plot.width / 12).clamp(1, 10);
        let mut free = 0;
        for tick in self.state.axis.ticks(self.range, most) {
            let x = column(self.range, tick.at, plot.width);
            let wide = u16::try_from(text::width(&tick.label)).unwrap_or(u16::MAX);
            let from = x.saturating_sub(wide / 2).min(plot.width.saturating_sub(wide));
            if from >= free && wide <= plot.width {
                put(frame.buffer_mut(), row, from, 0, &tick.label, self.theme.style(Token::TextMuted));
                free = from + wide + 1;
            }
        }
    }

    fn curves(&self, curves: &[Drawn<'_>], sides: &[Option<Side>; 2], frame: &mut Frame, plot: Rect) {
        let mut canvas = Canvas::new(plot.width, plot.height, self.state.plain);
        let mut styles = Vec::new();
        let mut gaps = Vec::new();
        let side = |drawn: &Drawn<'_>| sides[usize::from(drawn.curve.right)].as_ref();
        for drawn in curves {
            // A curve without a number has its gaps all the same.
            let (scale, edges) =
                side(drawn).map_or((Scale::Linear, (0.0, 1.0)), |side| (side.scale, side.edges));
            let mut pen = Pen::new(self.state.axis, self.range, scale, edges);
            canvas.dash(drawn.curve.right);
            for (series, dimmed) in [(Some(drawn.raw), drawn.smooth.is_some()), (drawn.smooth, false)] {
                let Some(series) = series else { continue };
                pen.draw(&mut canvas, series, u8::try_from(styles.len()).unwrap_or(u8::MAX));
                styles.push(self.style(drawn.curve, dimmed));
            }
            gaps.append(&mut pen.gaps);
        }
        canvas.draw(frame.buffer_mut(), plot, |owner| {
            styles.get(usize::from(owner)).copied().unwrap_or_default()
        });
        for drawn in curves.iter().filter(|drawn| drawn.curve.eval) {
            if let Some(side) = side(drawn) {
                self.points(drawn, side, frame, plot);
            }
        }
        let per = if self.state.plain { 1 } else { 2 };
        for gap in &gaps {
            let x = u16::try_from(gap / per).unwrap_or(u16::MAX);
            put(frame.buffer_mut(), plot, x, plot.height - 1, "!", self.theme.style(Token::StatusFail));
        }
        if let Some(cursor) = self.state.cursor.filter(|x| *x >= self.range.0 && *x <= self.range.1) {
            let x = column(self.range, cursor, plot.width);
            let line = if self.state.plain { "|" } else { "│" };
            for y in (0..plot.height).filter(|y| canvas.is_empty(x, *y)) {
                put(frame.buffer_mut(), plot, x, y, line, self.theme.style(Token::ChartCrosshair));
            }
        }
    }

    /// Each evaluation is marked, the best one differently; where they are many the line is enough.
    fn points(&self, drawn: &Drawn<'_>, side: &Side, frame: &mut Frame, plot: Rect) {
        let style = self.style(drawn.curve, false);
        let (sign, best) = if self.state.plain { ("o", "*") } else { ("●", "◆") };
        let spot = |x: f64, value: f64| {
            let place = side.scale.place(value, side.edges)?;
            let canvas = Canvas::new(1, plot.height, true);
            let y = u16::try_from(canvas.row(place) / 2).ok()?;
            (x >= self.range.0 && x <= self.range.1).then(|| (column(self.range, x, plot.width), y))
        };
        let per_column =
            drawn.raw.buckets(self.state.axis, self.range.0, self.range.1, usize::from(plot.width));
        let few = per_column.iter().flatten().count() * 3 <= per_column.len();
        for (x, bucket) in (0_u16..).zip(&per_column).filter(|_| few) {
            let Some(bucket) = bucket.filter(|bucket| bucket.last.is_finite()) else { continue };
            let Some((_, y)) = spot(self.range.0, bucket.last) else { continue };
            put(frame.buffer_mut(), plot, x, y, sign, style);
        }
        if let Some(lowest) = drawn.raw.lowest()
            && let Some(x) = lowest.at.on(self.state.axis)
            && let Some((x, y)) = spot(x, lowest.value)
        {
            put(frame.buffer_mut(), plot, x, y, best, style.add_modifier(Modifier::BOLD));
        }
    }
}

/// A click sets the cursor, the wheel zooms around it: a strip for each column, because a hit does not tell where it was hit.
fn mouse(at: usize, plot: Rect, measured: &mut Measured) {
    measured.pane("monitor.plot", cells(plot));
    let last = f64::from(plot.width.saturating_sub(1).max(1));
    for x in 0..plot.width {
        let share = f64::from(x) / last;
        let area = cells(Rect { x: plot.x + x, width: 1, ..plot });
        let drag = Some(Drag { chart: at, width: plot.width });
        let on = On { click: Some(Msg::Monitor(Do::Point(at, share))), drag, ..On::default() };
        measured.hits.push(Hit { area, on });
        let zoom = |factor| Msg::Monitor(Do::Zoom(factor, Some(share)));
        measured.wheel(area, zoom(NOTCH), zoom(1.0 / NOTCH));
    }
}

/// The column of cells in which a place lies.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "brought between the edges first"
)]
fn column((from, to): (f64, f64), x: f64, width: u16) -> u16 {
    let last = width.saturating_sub(1);
    if to <= from {
        return 0;
    }
    (((x - from) / (to - from)).clamp(0.0, 1.0) * f64::from(last)).round() as u16
}

fn place(axis: Axis, x: f64) -> String {
    match axis {
        Axis::Step | Axis::Tokens => {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "steps and tokens are whole"
            )]
            let whole = x.round().max(0.0) as u64;
            text::thousands(whole)
        }
        Axis::Epoch => number(x),
        Axis::Time => duration(x),
    }
}
