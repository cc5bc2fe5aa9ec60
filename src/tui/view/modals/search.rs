//! The palette and the help: keys, what they do, and why some cannot be done now; in groups until something is typed.

use super::super::paint::{area as cells, input, overlay, page_top, put};
use crate::keys::{Availability, Scope};
use crate::model::modal::Search;
use crate::model::{Measured, Model, Msg, Nav};
use crate::text;
use crate::theme::{Theme, Token};
use crate::update::shell::modal::{PANE, click};
use crate::update::shell::{Row, help_rows, palette_rows};
use crate::widgets::modal;
use ratatui::Frame;
use ratatui::layout::Rect;

/// Lines for what the selected one does.
const BELOW: u16 = 2;

/// All actions that make sense here.
pub fn palette(model: &Model, search: &Search, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let rows = palette_rows(model, search.field.text());
    // It keeps its height while one types.
    let size = (whole.width.saturating_sub(4).min(96), modal::room(whole).min(18) + 2);
    let inside = overlay(theme, frame, whole, size, "Do what");
    list(&rows, search, theme, frame, inside)
}

/// All keys.
pub fn help(model: &Model, search: &Search, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let rows = help_rows(model, search.field.text());
    let size = (whole.width.saturating_sub(4).min(110), whole.height.saturating_sub(2));
    let inside = overlay(theme, frame, whole, size, "Keys: here first, then everywhere");
    list(&rows, search, theme, frame, inside)
}

/// A line of the list.
enum Line {
    /// The name of a group.
    Head(String),
    /// The row with this number.
    Row(usize),
}

/// The rows under the names of their groups; what is searched has its own order and no groups.
fn grouped(rows: &[Row], searched: bool) -> Vec<Line> {
    let mut lines = Vec::with_capacity(rows.len() + 8);
    for (index, row) in rows.iter().enumerate() {
        let first = index == 0 || rows[index - 1].action.scope != row.action.scope;
        if first && !searched {
            lines.push(Line::Head(group(row.action.scope)));
        }
        lines.push(Line::Row(index));
    }
    lines
}

/// Where the actions of a scope count, in words.
fn group(scope: Scope) -> String {
    let spelled = |name: &str| name.replace('.', ": ").replace(['-', '_'], " ");
    match scope {
        Scope::Global => "Always".to_owned(),
        Scope::Shell => "On every screen".to_owned(),
        Scope::Screen(id) => id.title().to_owned(),
        Scope::Pane(name) => format!("Pane {}", spelled(name)),
        Scope::Modal(name) => format!("Window {}", spelled(name)),
        Scope::Field => "In a text field".to_owned(),
    }
}

/// Columns of the keys and of the titles.
fn columns(rows: &[Row]) -> (usize, usize) {
    let widest = |of: fn(&Row) -> &str| rows.iter().map(|row| text::width(of(row))).max().unwrap_or(0);
    (widest(|row| &row.keys).clamp(4, 16), widest(|row| row.action.title).clamp(8, 32))
}

fn list(rows: &[Row], search: &Search, theme: &Theme, frame: &mut Frame, inside: Rect) -> Measured {
    let mut measured = Measured::default();
    let line = Rect { height: 1.min(inside.height), ..inside };
    measured.cursor = input(&search.field, "type to search", true, theme, frame, line);
    let searched = !search.field.text().trim().is_empty();
    let widths = columns(rows);
    // What the selected one does stands below where its line does not hold it.
    let room = usize::from(inside.width).saturating_sub(widths.0 + widths.1 + 6);
    let cut = rows.iter().any(|row| text::width(&note(row, searched)) > room);
    let below = if cut && inside.height > 8 { BELOW } else { 0 };
    let list = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1 + below), ..inside };
    measured.pane(PANE, cells(list));
    measured.wheel(cells(list), Msg::Nav(Nav::Up), Msg::Nav(Nav::Down));
    let lines = grouped(rows, searched);
    let at = lines.iter().position(|line| matches!(line, Line::Row(row) if *row == search.at)).unwrap_or(0);
    let top = page_top(at, usize::from(list.height));
    for (line, y) in lines.iter().skip(top).zip(0..list.height) {
        let place = Rect { y: list.y + y, height: 1, ..list };
        match line {
            Line::Head(name) => {
                put(frame.buffer_mut(), place, 0, 0, name, theme.style(Token::TextHeading));
            }
            Line::Row(index) => {
                row(&rows[*index], *index == search.at, searched, widths, theme, frame, place);
                measured.click(cells(place), click(*index));
            }
        }
    }
    if let Some(row) = rows.get(search.at).filter(|_| below > 0) {
        let said = text::wrap(&note(row, searched), usize::from(inside.width));
        for (line, y) in said.iter().zip(list.bottom()..inside.bottom()) {
            put(
                frame.buffer_mut(),
                Rect { y, height: 1, ..inside },
                0,
                0,
                line,
                theme.style(Token::TextNormal),
            );
        }
    }
    modal::position_over(frame.buffer_mut(), list, below, (top, at, lines.len()), theme);
    if rows.is_empty() {
        let text = "Nothing has that name; backspace widens the search.";
        put(frame.buffer_mut(), list, 0, 0, text, theme.style(Token::TextMuted));
    }
    measured
}

/// Keys, title, and what it does or why it cannot be done.
fn row(
    row: &Row,
    selected: bool,
    searched: bool,
    (keys, titles): (usize, usize),
    theme: &Theme,
    frame: &mut Frame,
    place: Rect,
) {
    let able = !matches!(row.availability, Availability::Disabled(_)) && row.here;
    let strong = |token| theme.style(if selected { Token::SelectRow } else { token });
    let cell = |width: usize| u16::try_from(width).unwrap_or(u16::MAX);
    let buffer = frame.buffer_mut();
    let bar = if selected { theme.glyph(Token::SelectRow) } else { " " };
    put(buffer, place, 0, 0, bar, theme.style(Token::KeyCap));
    let key = text::truncate(&row.keys, keys);
    put(buffer, place, 2, 0, &key, theme.style(if able { Token::KeyCap } else { Token::TextMuted }));
    let title = text::truncate(row.action.title, titles);
    put(
        buffer,
        place,
        cell(keys + 4),
        0,
        &title,
        strong(if able { Token::TextNormal } else { Token::TextMuted }),
    );
    let note = note(row, searched);
    put(buffer, place, cell(keys + titles + 6), 0, &note, theme.style(Token::TextMuted));
}

/// What it does, or why it cannot be done now.
fn note(row: &Row, searched: bool) -> String {
    match &row.availability {
        Availability::Disabled(why) => format!("not now: {why}"),
        _ if searched && !row.here => format!("{}: {}", group(row.action.scope), row.action.doc),
        _ => row.action.doc.to_owned(),
    }
}
