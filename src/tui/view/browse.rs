//! A list and the thing under its cursor: beside each other, below each other, or one of them alone.

use super::area;
use crate::model::browse::{Browse, Panes};
use crate::model::conversations::DetailPlace;
use crate::model::walk::FIRST;
use crate::model::{Area, Hit, Measured, Msg, On, Problem};
use crate::theme::{Theme, Token};
use crate::widgets::table::Drawn;
use crate::widgets::{Lines, put, rule};
use ratatui::{Frame, layout::Rect};

/// From this width on the detail stands beside the list, else below it.
const BESIDE: u16 = 99;
/// Columns of a text that stands where there are no rows.
const TEXT: u16 = 76;

/// The list's share of the columns where the detail is beside it, and of the lines where it is below it: parts of how many.
#[derive(Debug, Clone, Copy)]
pub struct Shares {
    /// Of the columns.
    pub wide: (u16, u16),
    /// Of the lines.
    pub high: (u16, u16),
}

impl Shares {
    /// A list of many columns.
    pub const USUAL: Self = Self { wide: (3, 5), high: (1, 2) };
}

/// Where list and detail lie; `None`: it is not in view.
pub fn places(
    place: DetailPlace,
    shares: Shares,
    theme: &Theme,
    frame: &mut Frame,
    body: Rect,
) -> (Option<Rect>, Option<Rect>) {
    match place {
        DetailPlace::Hidden => (Some(body), None),
        DetailPlace::Full => (None, Some(body)),
        DetailPlace::Beside if body.width >= BESIDE => {
            let list = body.width * shares.wide.0 / shares.wide.1;
            let right = Rect { x: body.x + list + 1, width: body.width - list - 1, ..body };
            (Some(Rect { width: list, ..body }), Some(right))
        }
        DetailPlace::Beside => {
            let list = body.height * shares.high.0 / shares.high.1;
            let below = Rect { y: body.y + list, height: body.height - list, ..body };
            rule(frame.buffer_mut(), below, 0, theme);
            let below = Rect { y: below.y + 1, height: below.height.saturating_sub(1), ..below };
            (Some(Rect { height: list, ..body }), Some(below))
        }
    }
}

/// What the mouse does to rows.
#[derive(Debug, Clone, Copy)]
pub struct Touch {
    /// A click on one.
    pub row: fn(usize) -> Msg,
    /// A double click on one.
    pub open: fn(usize) -> Msg,
    /// The wheel, in lines.
    pub scroll: fn(i32) -> Msg,
}

/// The rows that were drawn can be hit. The terminal's cursor stands on the selected one while the list has the keyboard.
pub fn rows(drawn: &Drawn, (browse, panes): (&Browse, &Panes), touch: Touch, measured: &mut Measured) {
    measured.pane(panes.table, area(drawn.body));
    measured.wheel(area(drawn.body), (touch.scroll)(-3), (touch.scroll)(3));
    for (row, line) in &drawn.rows {
        let (click, double) = (Some((touch.row)(*row)), Some((touch.open)(*row)));
        measured.hits.push(Hit { area: area(*line), on: On { click, double, ..On::default() } });
        if *row == browse.at && !browse.in_detail {
            measured.cursor = Some((line.x, line.y));
        }
    }
}

/// What stands where there are no rows.
pub fn empty(body: Rect, theme: &Theme, frame: &mut Frame, fill: impl FnOnce(&mut Lines)) {
    let width = body.width.saturating_sub(6).min(TEXT);
    let mut lines = Lines::new(usize::from(width));
    fill(&mut lines);
    lines.draw(frame.buffer_mut(), Rect { x: body.x + 4.min(body.width), width, ..body }, 0, theme);
}

/// Why there are no rows, in full: the line above the list holds its beginning only.
pub fn broken(problem: &Problem, body: Rect, theme: &Theme, frame: &mut Frame) {
    empty(body, theme, frame, |lines| {
        lines.text(&problem.full(), 0, Token::StatusFail);
        lines.blank();
        lines.text("r tries again.", 0, Token::TextNormal);
    });
}

/// Draws a detail of at most so many columns: `fill` writes it.
pub fn detail(
    (browse, panes): (&Browse, &Panes),
    (most, wheel): (usize, fn(i32) -> Msg),
    theme: &Theme,
    frame: &mut Frame,
    place: Rect,
    measured: &mut Measured,
    fill: impl FnOnce(&mut Lines),
) {
    if place.width < 6 || place.height == 0 {
        return;
    }
    if browse.place == DetailPlace::Beside && browse.in_detail {
        put(frame.buffer_mut(), place, 0, 0, "▌", theme.style(Token::BorderFocus));
    }
    let inside = Rect { x: place.x + 2, width: place.width - 2, ..place };
    let mut lines = Lines::new(usize::from(inside.width.saturating_sub(2)).min(most));
    fill(&mut lines);
    let top = lines.reveal(browse.scroll, usize::from(inside.height));
    let last = lines.draw(frame.buffer_mut(), inside, top, theme);
    first(top, measured);
    measured.pane(panes.detail, area(inside));
    let height = u16::try_from(last).unwrap_or(u16::MAX);
    measured.pane(panes.length, Area { height, ..Area::default() });
    measured.wheel(area(inside), wheel(-3), wheel(3));
    if browse.in_detail {
        measured.cursor = Some(cursor(&lines, top, inside));
    }
}

/// Says which line of a detail is the first one in view.
pub fn first(top: usize, measured: &mut Measured) {
    let height = u16::try_from(top).unwrap_or(u16::MAX);
    measured.pane(FIRST, Area { height, ..Area::default() });
}

/// Where the terminal's cursor stands in a text: on what is selected, else at its beginning.
pub fn cursor(lines: &Lines, top: usize, inside: Rect) -> (u16, u16) {
    let line = lines.selected.as_ref().map_or(0, |selected| selected.start.saturating_sub(top));
    let dy = u16::try_from(line).unwrap_or(u16::MAX).min(inside.height.saturating_sub(1));
    (inside.x, inside.y + dy)
}

/// What is wrong with a list that could not be read, or not read again.
pub fn unread(problem: &Problem, there: bool) -> String {
    let older = if there { "This list is older; " } else { "" };
    format!("✗ {problem} {older}r tries again.")
}
