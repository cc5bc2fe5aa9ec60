//! The palette and the help.

use super::super::paint::{area as cells, input, overlay, page_top, put};
use crate::keys::Availability;
use crate::model::modal::Search;
use crate::model::{Measured, Model, Msg, Nav};
use crate::text;
use crate::theme::{Theme, Token};
use crate::update::shell::modal::{PANE, click};
use crate::update::shell::{Row, help_rows, palette_rows};
use ratatui::Frame;
use ratatui::layout::Rect;

/// All actions that make sense here.
pub fn palette(model: &Model, search: &Search, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let rows = palette_rows(model, search.field.text());
    let height = u16::try_from(rows.len()).unwrap_or(u16::MAX).saturating_add(4).clamp(6, 18);
    let inside = overlay(theme, frame, whole, (whole.width.saturating_sub(4).min(78), height), "Do what");
    list(&rows, search, theme, frame, inside, |row| match &row.availability {
        Availability::Disabled(why) => (row.action.title.to_owned(), why.clone(), false),
        _ => (row.action.title.to_owned(), String::new(), true),
    })
}

/// All keys.
pub fn help(model: &Model, search: &Search, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let rows = help_rows(model, search.field.text());
    let size = (whole.width.saturating_sub(4).min(110), whole.height.saturating_sub(2));
    let inside = overlay(theme, frame, whole, size, "Keys: here first, then everywhere");
    list(&rows, search, theme, frame, inside, |row| {
        let place = if row.here { String::new() } else { row.action.scope.to_string() };
        (format!("{}: {}", row.action.title, row.action.doc), place, row.here)
    })
}

fn list(
    rows: &[Row],
    search: &Search,
    theme: &Theme,
    frame: &mut Frame,
    inside: Rect,
    say: impl Fn(&Row) -> (String, String, bool),
) -> Measured {
    let mut measured = Measured::default();
    let line = Rect { height: 1.min(inside.height), ..inside };
    measured.cursor = input(&search.field, "type to search", true, theme, frame, line);
    let list = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    measured.pane(PANE, cells(list));
    measured.wheel(cells(list), Msg::Nav(Nav::Up), Msg::Nav(Nav::Down));
    let keys = rows.iter().map(|row| text::width(&row.keys)).max().unwrap_or(0).clamp(4, 16);
    let top = page_top(search.at, usize::from(list.height));
    for ((index, row), y) in rows.iter().enumerate().skip(top).zip(0..list.height) {
        let selected = index == search.at;
        let line = Rect { y: list.y + y, height: 1, ..list };
        let (words, note, able) = say(row);
        let bar = if selected { theme.glyph(Token::SelectRow) } else { " " };
        let room = usize::from(line.width).saturating_sub(keys + 3 + text::width(&note) + 1);
        let body = format!("{bar} {} {} {note}", text::pad(&row.keys, keys), text::pad(&words, room));
        let token = match (selected, able) {
            (true, _) => Token::SelectRow,
            (false, true) => Token::TextNormal,
            (false, false) => Token::TextMuted,
        };
        put(frame.buffer_mut(), line, 0, 0, &text::pad(&body, usize::from(line.width)), theme.style(token));
        measured.click(cells(line), click(index));
    }
    if rows.is_empty() {
        put(frame.buffer_mut(), list, 0, 0, "Nothing has that name.", theme.style(Token::TextMuted));
    }
    measured
}
