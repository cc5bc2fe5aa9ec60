//! The training files screen.

mod detail;
mod download;

use crate::model::files::{Modal, Msg as Do, PANES, State};
use crate::model::{Measured, Model, Msg};
use crate::text::{self, Align};
use crate::theme::{Theme, Token};
use crate::view::browse::{self, Shares, Touch};
use crate::view::finder::{self, Says};
use crate::widgets::table::{Column, Look, Source, Table};
use domain::training_file::table::Column as Field;
use domain::training_file::{FileStatus, QualitySummary};
use ratatui::{Frame, layout::Rect};
use std::borrow::Cow;

/// Draws the screen into this area.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame, place: Rect) -> Measured {
    let mut measured = Measured::default();
    let state = &model.files;
    if place.height < 2 {
        return measured;
    }
    let body = Rect { y: place.y + 1, height: place.height - 1, ..place };
    let (list, one) = browse::places(state.browse.place, Shares::USUAL, theme, frame, body);
    if let Some(list) = list {
        table(state, theme, frame, list, &mut measured);
    }
    if let Some(one) = one {
        detail::draw(state, theme, frame, one, &mut measured);
    }
    // Last, because the candidates lie over the list.
    let line = Rect { height: 1, ..place };
    finder::draw(model, (&state.finder, &says(state)), theme, frame, (line, body), &mut measured);
    measured
}

/// How many there are, and what is wrong.
fn says(state: &State) -> Says<'_> {
    let too = if state.archived { ", archived ones too" } else { "" };
    let all = match &state.list {
        None => "Reading the training files …".to_owned(),
        Some(list) => format!("{}{too}", text::many(list.len() as u64, "training file")),
    };
    let problem = state.problem.as_ref().map(|problem| (problem, state.list.is_some()));
    Says { problem, all, rows: state.list.as_ref().map(Vec::len), marked: 0 }
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

/// What the columns show.
const FIELDS: [Option<Field>; 9] = [
    Some(Field::Name),
    Some(Field::Conversations),
    Some(Field::Pairs),
    Some(Field::Json),
    Some(Field::Jsonl),
    Some(Field::Quality),
    Some(Field::Created),
    Some(Field::Updated),
    Some(Field::Status),
];

fn table(state: &State, theme: &Theme, frame: &mut Frame, place: Rect, measured: &mut Measured) {
    let shown = state.finder.shown.len();
    let table = Table {
        columns: &finder::columns(COLUMNS, FIELDS, state.finder.query.sort),
        source: &Rows(state),
        rows: state.browse.top..shown,
        stale: state.problem.is_some(),
        place: Some((state.browse.top as u64, shown as u64)),
        heading: None,
    };
    let drawn = table.draw(frame.buffer_mut(), place, theme);
    let touch = Touch {
        row: |row| Msg::Files(Do::Row(row)),
        open: |row| Msg::Files(Do::Open(row)),
        scroll: |lines| Msg::Files(Do::Scroll(lines)),
    };
    browse::rows(&drawn, (&state.browse, &PANES), touch, measured);
    finder::headings(&drawn, &FIELDS, measured);
    if let (None, Some(problem)) = (&state.list, &state.problem) {
        browse::broken(problem, drawn.body, theme, frame);
    }
    if state.list.as_ref().is_some_and(|list| !list.is_empty()) && shown == 0 {
        browse::empty(drawn.body, theme, frame, finder::nothing);
    }
    if state.list.as_ref().is_some_and(Vec::is_empty) {
        browse::empty(drawn.body, theme, frame, |lines| {
            lines.heading("No training files yet");
            let text = "Mark conversations (2) and press n: JSON and JSONL are made together.";
            lines.text(text, 0, Token::TextNormal);
        });
    }
}

struct Rows<'a>(&'a State);

impl Source for Rows<'_> {
    fn look(&self, row: usize) -> Look {
        let state = self.0.line(row).and_then(|row| match row.status {
            FileStatus::Failed => Some(Token::StatusFail),
            FileStatus::Processing => Some(Token::StatusRun),
            FileStatus::Active | FileStatus::Archived => None,
        });
        Look { selected: row == self.0.browse.at, marked: false, state }
    }

    fn cell(&self, row: usize, column: usize) -> (Cow<'_, str>, Token) {
        let Some(file) = self.0.line(row) else { return ("".into(), Token::TextNormal) };
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
