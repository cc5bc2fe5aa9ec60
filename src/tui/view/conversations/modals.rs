//! The smaller modals of the screen.

use super::table::status_word;
use crate::model::conversations::{Columns, Exporting, Json, Msg as Do, ReviewStep, Reviewing, Views};
use crate::model::{Measured, Model, Msg};
use crate::text;
use crate::theme::{Theme, Token};
use crate::view::area;
use crate::widgets::{self, field, modal, put};
use engine::conversations::Which;
use ratatui::{Frame, layout::Rect};

#[expect(clippy::too_many_arguments, reason = "all of them are what the line shows")]
/// A line of a list: the bar, bold text, and what a click does.
pub(super) fn choice(
    theme: &Theme,
    frame: &mut Frame,
    place: Rect,
    dy: u16,
    selected: bool,
    line: &str,
    click: Option<Do>,
    measured: &mut Measured,
) {
    let style = theme.style(if selected { Token::SelectRow } else { Token::TextNormal });
    let bar = if selected { theme.glyph(Token::SelectRow) } else { " " };
    put(frame.buffer_mut(), place, 0, dy, bar, theme.style(Token::KeyCap));
    put(frame.buffer_mut(), place, 2, dy, line, style);
    if dy < place.height {
        let row = Rect { y: place.y + dy, height: 1, ..place };
        if let Some(click) = click {
            measured.click(area(row), Msg::Conversations(click));
        }
        if selected {
            measured.cursor = Some((row.x, row.y));
        }
    }
}

/// First line in view, so that the selected one is.
pub(super) fn first(at: usize, height: u16) -> usize {
    (at + 1).saturating_sub(usize::from(height))
}

pub(super) fn line(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

pub(super) fn note(theme: &Theme, frame: &mut Frame, inside: Rect, dy: u16, content: &str, token: Token) {
    put(frame.buffer_mut(), inside, 0, dy, content, theme.style(token));
}

/// The saved views.
pub(super) fn views(views: &Views, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let mut measured = Measured::default();
    let foot = "enter use · s save this view · x delete · esc";
    let lines = match &views.views {
        Some(Ok(list)) => line(list.len()).clamp(6, 16),
        _ => 6,
    };
    let inside = modal::frame(frame.buffer_mut(), whole, (80, lines + 2), "Saved views", foot, theme);
    match &views.views {
        None => note(theme, frame, inside, 0, "Reading …", Token::TextMuted),
        Some(Err(problem)) => note(theme, frame, inside, 0, &problem.to_string(), Token::StatusFail),
        Some(Ok(list)) if list.is_empty() => {
            let text = "None yet. s saves the filter, order and columns that you see.";
            note(theme, frame, inside, 0, text, Token::TextNormal);
        }
        Some(Ok(list)) => {
            let from = first(views.at, inside.height);
            for (index, view) in list.iter().enumerate().skip(from).take(usize::from(inside.height)) {
                let what = domain::filter::print(&view.filter);
                let what = if what.is_empty() { "everything".to_owned() } else { what };
                let text = format!("{}  {what}  by {}", text::pad(&view.name, 20), view.sort);
                let click = Some(Do::ApplyView(index));
                choice(
                    theme,
                    frame,
                    inside,
                    line(index - from),
                    index == views.at,
                    &text,
                    click,
                    &mut measured,
                );
            }
            modal::position(frame.buffer_mut(), inside, from, views.at, list.len(), theme);
        }
    }
    measured
}

/// The column chooser.
pub(super) fn columns(columns: &Columns, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let mut measured = Measured::default();
    let foot = "space show/hide · ←→ move · enter · esc";
    let height = (line(columns.list.len()) + 2).min(modal::room(whole) + 2);
    let inside = modal::frame(frame.buffer_mut(), whole, (48, height), "Columns", foot, theme);
    let from = first(columns.at, inside.height);
    for (index, (column, shown)) in
        columns.list.iter().enumerate().skip(from).take(usize::from(inside.height))
    {
        let text = format!("[{}] {column}", if *shown { "x" } else { " " });
        choice(theme, frame, inside, line(index - from), index == columns.at, &text, None, &mut measured);
    }
    modal::position(frame.buffer_mut(), inside, from, columns.at, columns.list.len(), theme);
    measured
}

/// The JSON.
pub(super) fn json(json: &Json, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let mut measured = Measured::default();
    let which = match json.which {
        Which::Raw => "raw",
        Which::Enriched => "enriched",
    };
    let title = format!("{} · {which}", json.id.short());
    let foot = "t raw/enriched · E editor · p pager · esc";
    let size = (whole.width.saturating_sub(4), whole.height.saturating_sub(2));
    let inside = modal::frame(frame.buffer_mut(), whole, size, &title, foot, theme);
    measured.pane("conversations.json", area(inside));
    match &json.lines {
        None => note(theme, frame, inside, 0, "Reading …", Token::TextMuted),
        Some(Err(problem)) => note(theme, frame, inside, 0, &problem.to_string(), Token::StatusFail),
        Some(Ok(lines)) => {
            for (dy, content) in lines.iter().skip(json.top).take(usize::from(inside.height)).enumerate() {
                let mut at = 0;
                for (piece, token) in widgets::json::line(content) {
                    at += put(frame.buffer_mut(), inside, at, line(dy), &piece, theme.style(token));
                }
            }
            modal::position(frame.buffer_mut(), inside, json.top, json.top, lines.len(), theme);
        }
    }
    measured
}

/// Lines of a note in view.
const NOTE: u16 = 4;

/// The review.
pub(super) fn review(
    model: &Model,
    review: &Reviewing,
    theme: &Theme,
    frame: &mut Frame,
    whole: Rect,
) -> Measured {
    let mut measured = Measured::default();
    let state = &model.conversations;
    let title = if review.marked {
        let count = state.marks.count().map_or("…".to_owned(), |count| text::thousands(count.value()));
        format!("Review {count} marked")
    } else {
        format!("Review: {}", state.row().map_or("", |row| row.title.as_str()))
    };
    let foot = if review.in_note {
        "enter new line · tab decisions · ctrl-o set · esc"
    } else if review.marked {
        "↑↓ decide · enter set · tab note · esc"
    } else {
        "↑↓ decide · enter set · tab note · pgup/pgdn conversation · esc"
    };
    let inside = modal::frame(frame.buffer_mut(), whole, (72, NOTE + 9), &title, foot, theme);
    for (index, status) in Reviewing::DECISIONS.iter().enumerate() {
        let (selected, click) = (index == review.at, Some(Do::ReviewStep(ReviewStep::Pick(index))));
        let word = status.word().replace('_', " ");
        choice(theme, frame, inside, line(index), selected, &word, click, &mut measured);
    }
    let dy = line(Reviewing::DECISIONS.len());
    let status =
        state.row().filter(|_| !review.marked).map(|row| format!("now: {}", status_word(row.status)));
    note(theme, frame, inside, dy, &status.unwrap_or_default(), Token::TextMuted);
    note(theme, frame, inside, dy + 1, "Note", Token::TextMuted);
    let place = Rect {
        x: inside.x + 5.min(inside.width),
        y: inside.y + dy + 1,
        width: inside.width.saturating_sub(5),
        height: NOTE.min(inside.height.saturating_sub(dy + 1)),
    };
    let hint = "optional; empty keeps the earlier note";
    let cursor = review.note.draw(frame, place, hint, review.in_note, theme);
    measured.cursor = cursor.or(measured.cursor);
    if !review.in_note {
        measured.click(area(place), Msg::Conversations(Do::ReviewStep(ReviewStep::Note)));
    }
    measured
}

/// The export.
pub(super) fn export(
    model: &Model,
    export: &Exporting,
    theme: &Theme,
    frame: &mut Frame,
    whole: Rect,
) -> Measured {
    let mut measured = Measured::default();
    let marks = &model.conversations.marks;
    let count = if marks.is_empty() {
        "1".to_owned()
    } else {
        marks.count().map_or("…".to_owned(), |c| text::thousands(c.value()))
    };
    let foot = "tab raw/enriched · enter write · esc";
    let inside = modal::frame(frame.buffer_mut(), whole, (64, 7), &format!("Export {count}"), foot, theme);
    for (index, (which, name)) in
        [(Which::Enriched, "enriched files"), (Which::Raw, "raw files")].iter().enumerate()
    {
        let click = (export.which != *which).then_some(Do::ExportOther);
        choice(theme, frame, inside, line(index), export.which == *which, name, click, &mut measured);
    }
    measured.cursor =
        labelled(theme, frame, inside, 3, "Folder", &export.to, "made when it is missing", true);
    note(theme, frame, inside, 4, export.problem.as_deref().unwrap_or(""), Token::StatusFail);
    measured
}

/// A field with its name before it.
#[expect(clippy::too_many_arguments, reason = "all of them are what the line shows")]
pub(super) fn labelled(
    theme: &Theme,
    frame: &mut Frame,
    inside: Rect,
    dy: u16,
    name: &str,
    text: &crate::model::TextField,
    hint: &str,
    focused: bool,
) -> Option<(u16, u16)> {
    if dy >= inside.height {
        return None;
    }
    note(theme, frame, inside, dy, name, Token::TextMuted);
    let row = Rect {
        x: inside.x + 8.min(inside.width),
        y: inside.y + dy,
        width: inside.width.saturating_sub(8),
        height: 1,
    };
    let state = if focused { field::State::Focus } else { field::State::Idle };
    field::draw(frame.buffer_mut(), row, text, hint, state, theme)
}
