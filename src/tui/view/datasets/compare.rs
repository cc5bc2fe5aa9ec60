//! Datasets side by side; what differs stands out.

use crate::model::datasets::Msg as Do;
use crate::model::{Area, Measured, Msg};
use crate::text::{self, Align};
use crate::theme::{Theme, Token};
use crate::update::shell::modal::{LENGTH, PANE};
use crate::view::area;
use crate::widgets::{Lines, modal, piece};
use domain::dataset::compare::{Comparison, Line};
use ratatui::{Frame, layout::Rect};

/// Columns of a dataset at most.
const WIDE: usize = 30;

/// Columns of the labels, and of each dataset: as much as they want while it fits, then the labels give way down to a third.
fn columns(comparison: &Comparison, room: usize) -> (usize, usize) {
    let lines = || comparison.lines.iter().chain(&comparison.scaffolding);
    let widest =
        |texts: &mut dyn Iterator<Item = &String>| texts.map(|text| text::width(text)).max().unwrap_or(1);
    let label = widest(&mut lines().map(|line| &line.label));
    let value = widest(&mut lines().flat_map(|line| &line.values).chain(&comparison.names)).min(WIDE);
    let count = comparison.names.len().max(1);
    let label = label.min(room.saturating_sub((value + 1) * count).max(room / 3));
    let value = value.min((room.saturating_sub(label) / count).saturating_sub(1)).max(4);
    (label, value)
}

/// Draws it.
pub(super) fn draw(
    comparison: &Comparison,
    top: usize,
    theme: &Theme,
    frame: &mut Frame,
    whole: Rect,
) -> Measured {
    let width = whole.width.saturating_sub(4).min(160);
    // The last column is the scroll bar's.
    let mut lines = Lines::new(usize::from(width.saturating_sub(5)));
    let (label, wide) = columns(comparison, lines.width.saturating_sub(2));
    let cells = |values: &[String], token: Token| {
        let cell = |value: &String| piece(format!(" {}", text::fit(value, wide, Align::Right)), token);
        values.iter().map(cell).collect::<Vec<_>>()
    };
    let mut head = vec![piece(text::pad("", label + 2), Token::TextMuted)];
    head.extend(cells(&comparison.names, Token::TextHeading));
    lines.line(head);
    let add = |lines: &mut Lines, line: &Line| {
        let (mark, token) = if line.differs { ("≠", Token::TextStrong) } else { (" ", Token::TextMuted) };
        let name = text::fit(&line.label, label, Align::Left);
        let mut row = vec![piece(format!("{mark} "), Token::StatusWarn), piece(name, Token::TextNormal)];
        row.extend(cells(&line.values, token));
        lines.line(row);
    };
    comparison.lines.iter().for_each(|line| add(&mut lines, line));
    if comparison.mixed_methods {
        let text = "Tokens were counted in different ways: their numbers cannot be compared.";
        lines.text(text, 2, Token::StatusWarn);
    }
    if !comparison.scaffolding.is_empty() {
        lines.blank();
        lines.heading("Conversations by persona × arc");
        comparison.scaffolding.iter().for_each(|line| add(&mut lines, line));
    }
    let height = u16::try_from(lines.lines.len()).unwrap_or(u16::MAX).min(modal::room(whole).max(1)) + 2;
    let foot = "≠ differs · ↑↓ scroll · esc close";
    let inside = modal::frame(frame.buffer_mut(), whole, (width, height), "Side by side", foot, theme);
    let last = lines.draw(frame.buffer_mut(), inside, top, theme);
    let mut measured = Measured::default();
    measured.pane(PANE, area(inside));
    measured.pane(LENGTH, Area { height: u16::try_from(last).unwrap_or(u16::MAX), ..Area::default() });
    measured.wheel(area(inside), Msg::Datasets(Do::ScrollCompare(-3)), Msg::Datasets(Do::ScrollCompare(3)));
    measured
}
