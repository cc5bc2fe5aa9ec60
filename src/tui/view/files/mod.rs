//! The training files screen.

mod detail;
mod download;

use crate::model::conversations::DetailPlace;
use crate::model::files::{Modal, Msg as Do, State, TABLE};
use crate::model::{Hit, Measured, Model, Msg, On};
use crate::text::{self, Align};
use crate::theme::{Theme, Token};
use crate::view::area;
use crate::widgets::table::{Column, Look, Source, Table};
use crate::widgets::{Lines, put, rule};
use domain::training_file::{FileStatus, QualitySummary, TrainingFileRow};
use ratatui::{Frame, layout::Rect};
use std::borrow::Cow;

/// From this width on the detail stands beside the list, else below it.
const BESIDE: u16 = 99;

/// Draws the screen into this area.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame, place: Rect) -> Measured {
    let mut measured = Measured::default();
    let state = &model.files;
    if place.height < 2 {
        return measured;
    }
    let head = head(state);
    put(frame.buffer_mut(), place, 1, 0, &head, theme.style(Token::TextMuted));
    let body = Rect { y: place.y + 1, height: place.height - 1, ..place };
    match state.place {
        DetailPlace::Hidden => table(state, theme, frame, body, &mut measured),
        DetailPlace::Full => detail::draw(state, theme, frame, body, &mut measured),
        DetailPlace::Beside if body.width >= BESIDE => {
            let list = body.width * 3 / 5;
            table(state, theme, frame, Rect { width: list, ..body }, &mut measured);
            let right = Rect { x: body.x + list + 1, width: body.width - list - 1, ..body };
            detail::draw(state, theme, frame, right, &mut measured);
        }
        DetailPlace::Beside => {
            let list = body.height / 2;
            table(state, theme, frame, Rect { height: list, ..body }, &mut measured);
            let below = Rect { y: body.y + list, height: body.height - list, ..body };
            rule(frame.buffer_mut(), below, 0, theme);
            let below = Rect { y: below.y + 1, height: below.height.saturating_sub(1), ..below };
            detail::draw(state, theme, frame, below, &mut measured);
        }
    }
    measured
}

/// How many there are, and what is wrong.
fn head(state: &State) -> String {
    let too = if state.archived { ", archived ones too" } else { "" };
    match (&state.list, &state.problem) {
        (_, Some(problem)) => format!("✗ {problem} This list is older; r tries again."),
        (None, None) => "Reading the training files …".to_owned(),
        (Some(list), None) => format!("{}{too}", text::many(list.len() as u64, "training file")),
    }
}

/// Draws one of the screen's modals over everything; `area` is the whole terminal.
pub fn modal(model: &Model, modal: &Modal, theme: &Theme, frame: &mut Frame, area: Rect) -> Measured {
    match modal {
        Modal::Download(download) => download::draw(model, download, theme, frame, area),
    }
}

const COLUMNS: [Column; 9] = [
    Column::NAME,
    Column::new("CONVERSATIONS", 13, 13, 1, Align::Right),
    Column::new("PAIRS", 8, 9, 2, Align::Right),
    Column::new("JSON", 9, 9, 4, Align::Right),
    Column::new("JSONL", 9, 9, 5, Align::Right),
    Column::new("QUALITY", 8, 8, 6, Align::Right),
    Column::new("CREATED", 10, 10, 8, Align::Left),
    Column::new("UPDATED", 16, 16, 3, Align::Left),
    Column::new("STATUS", 10, 10, 7, Align::Left),
];

fn table(state: &State, theme: &Theme, frame: &mut Frame, place: Rect, measured: &mut Measured) {
    let list: &[TrainingFileRow] = state.list.as_deref().unwrap_or_default();
    let table = Table {
        columns: &COLUMNS,
        source: &Rows { list, at: state.at },
        rows: state.top..list.len(),
        stale: state.problem.is_some(),
        place: Some((state.top as u64, list.len() as u64)),
        heading: None,
    };
    let drawn = table.draw(frame.buffer_mut(), place, theme);
    measured.pane(TABLE, area(drawn.body));
    measured.wheel(area(drawn.body), Msg::Files(Do::Scroll(-3)), Msg::Files(Do::Scroll(3)));
    for (row, line) in drawn.rows {
        let on = On {
            click: Some(Msg::Files(Do::Row(row))),
            double: Some(Msg::Files(Do::Open(row))),
            ..On::default()
        };
        measured.hits.push(Hit { area: area(line), on });
        if row == state.at && !state.in_detail {
            measured.cursor = Some((line.x, line.y));
        }
    }
    if state.list.as_ref().is_some_and(Vec::is_empty) {
        let mut lines = Lines::new(usize::from(drawn.body.width.saturating_sub(6)));
        lines.heading("No training files yet");
        lines.text(
            "Mark conversations (2) and press n: JSON and JSONL are made together.",
            0,
            Token::TextNormal,
        );
        let inside = Rect {
            x: drawn.body.x + 4.min(drawn.body.width),
            width: drawn.body.width.saturating_sub(6),
            ..drawn.body
        };
        lines.draw(frame.buffer_mut(), inside, 0, theme);
    }
}

struct Rows<'a> {
    list: &'a [TrainingFileRow],
    at: usize,
}

impl Source for Rows<'_> {
    fn look(&self, row: usize) -> Look {
        let state = self.list.get(row).and_then(|row| match row.status {
            FileStatus::Failed => Some(Token::StatusFail),
            FileStatus::Processing => Some(Token::StatusRun),
            FileStatus::Active | FileStatus::Archived => None,
        });
        Look { selected: row == self.at, marked: false, state }
    }

    fn cell(&self, row: usize, column: usize) -> (Cow<'_, str>, Token) {
        let Some(file) = self.list.get(row) else { return ("".into(), Token::TextNormal) };
        let size = |size: Option<u64>| size.map_or("–".to_owned(), text::bytes);
        let (cell, token) = match column {
            0 => return (file.name.as_str().into(), Token::TextNormal),
            1 => (text::thousands(u64::from(file.conversations)), Token::TextNormal),
            2 => (text::thousands(u64::from(file.pairs)), Token::TextNormal),
            3 => (size(file.json_size), Token::TextMuted),
            4 => (size(file.jsonl_size), Token::TextMuted),
            5 => (quality(&file.quality), Token::TextMuted),
            6 => (file.created.format("%Y-%m-%d").to_string(), Token::TextMuted),
            7 => (file.updated.format("%Y-%m-%d %H:%M").to_string(), Token::TextMuted),
            _ => return (file.status.word().into(), Token::TextMuted),
        };
        (cell.into(), token)
    }
}

/// The mean, or `–`: equal scores everywhere are the platform's default and no measurement (formats 2.8).
pub(super) fn quality(of: &QualitySummary) -> String {
    if of.min < of.max { format!("{:.1}", of.avg) } else { "–".to_owned() }
}

#[cfg(test)]
mod tests;
