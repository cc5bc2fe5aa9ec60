//! The rows of the datasets screen, and what stands there when there are none.

use super::{tokens, verdict};
use crate::model::datasets::{Msg as Do, PANES, State};
use crate::model::{Measured, Msg};
use crate::text::{self, Align};
use crate::theme::{Theme, Token};
use crate::view::browse::{self, Touch};
use crate::view::finder;
use crate::widgets::table::{Column, Look, Source, Table};
use domain::dataset::readiness::Verdict;
use domain::dataset::table::Column as Field;
use ratatui::{Frame, layout::Rect};
use std::borrow::Cow;

const COLUMNS: [Column; 8] = [
    Column::NAME,
    Column::new("PAIRS", 7, 9, 5, Align::Right),
    Column::new("TRAINABLE", 9, 9, 1, Align::Right),
    Column::new("TOKENS", 9, 11, 3, Align::Right),
    Column::new("STATE", 9, 10, 2, Align::Left),
    Column::new("READY", 17, 18, 6, Align::Left),
    Column::new("SIZE", 8, 9, 7, Align::Right),
    Column::new("CREATED", 10, 16, 4, Align::Left),
];

/// What the columns show.
const FIELDS: [Option<Field>; 8] = [
    Some(Field::Name),
    Some(Field::Pairs),
    Some(Field::Examples),
    Some(Field::Tokens),
    Some(Field::State),
    Some(Field::Ready),
    Some(Field::Size),
    Some(Field::Created),
];

/// Draws them.
pub(super) fn draw(state: &State, theme: &Theme, frame: &mut Frame, place: Rect, measured: &mut Measured) {
    let table = Table {
        columns: &finder::columns(COLUMNS, FIELDS, state.finder.query.sort),
        source: &Rows(state),
        rows: state.browse.top..state.finder.shown.len(),
        stale: state.problem.is_some(),
        place: Some((state.browse.top as u64, state.finder.shown.len() as u64)),
        heading: None,
    };
    let drawn = table.draw(frame.buffer_mut(), place, theme);
    let touch = Touch {
        row: |row| Msg::Datasets(Do::Row(row)),
        open: |row| Msg::Datasets(Do::Open(row)),
        scroll: |lines| Msg::Datasets(Do::Scroll(lines)),
    };
    browse::rows(&drawn, (&state.browse, &PANES), touch, measured);
    finder::headings(&drawn, &FIELDS, measured);
    if let (None, Some(problem)) = (&state.list, &state.problem) {
        browse::broken(problem, drawn.body, theme, frame);
    }
    if state.list.is_some() && state.finder.shown.is_empty() {
        empty(state, theme, frame, drawn.body);
    }
}

/// How to come to one.
fn empty(state: &State, theme: &Theme, frame: &mut Frame, body: Rect) {
    browse::empty(body, theme, frame, |lines| {
        if state.list.as_ref().is_some_and(|list| !list.is_empty()) {
            finder::nothing(lines);
            return;
        }
        lines.heading("No datasets yet");
        let text = "A dataset is a training file, copied, checked and counted: what a model is trained with.";
        lines.text(text, 0, Token::TextNormal);
        lines.blank();
        let text = "n makes one, of a training file (screen 3) or of a file on this machine.";
        lines.text(text, 0, Token::TextNormal);
        lines.text("t then trains an adapter with it.", 0, Token::TextNormal);
    });
}

struct Rows<'a>(&'a State);

impl Source for Rows<'_> {
    fn look(&self, row: usize) -> Look {
        let state = self.0.line(row).and_then(verdict).and_then(|verdict| match verdict {
            Verdict::Blocked => Some(Token::StatusFail),
            Verdict::Review => Some(Token::StatusWarn),
            Verdict::Ready => None,
        });
        let marked = self.0.line(row).is_some_and(|row| self.0.marks.contains(&row.id));
        Look { selected: row == self.0.browse.at, marked, state }
    }

    fn cell(&self, row: usize, column: usize) -> (Cow<'_, str>, Token) {
        let Some(row) = self.0.line(row) else { return ("".into(), Token::TextNormal) };
        let number = |n: Option<u64>| n.map_or("–".to_owned(), text::thousands);
        let (cell, token) = match column {
            0 => return (row.name.as_str().into(), Token::TextNormal),
            1 => (number(row.facts.as_ref().map(|facts| facts.pairs)), Token::TextMuted),
            2 => (number(row.examples), Token::TextNormal),
            3 => (tokens(row), Token::TextMuted),
            4 => (row.state(), Token::TextNormal),
            5 => (verdict(row).map_or("–", Verdict::words).to_owned(), Token::TextMuted),
            6 => (text::bytes(row.file_size), Token::TextMuted),
            _ => (row.created.format("%Y-%m-%d %H:%M").to_string(), Token::TextMuted),
        };
        (cell.into(), token)
    }
}
