//! The datasets screen.

mod compare;
mod detail;
mod matrix;
mod new;
mod table;

use crate::model::datasets::{Modal, State};
use crate::model::{Measured, Model};
use crate::text;
use crate::theme::{Theme, Token};
use crate::view::browse::{self, Shares};
use crate::widgets::{field, put};
use domain::dataset::DatasetRow;
use domain::dataset::readiness::{Verdict, readiness};
use ratatui::{Frame, layout::Rect};

/// The sequence length that the list judges by: that of the default settings.
const LENGTH: u32 = 2048;

/// Draws the screen into this area.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame, place: Rect) -> Measured {
    let mut measured = Measured::default();
    let state = &model.datasets;
    if place.height < 2 {
        return measured;
    }
    head(state, theme, frame, Rect { height: 1, ..place }, &mut measured);
    let body = Rect { y: place.y + 1, height: place.height - 1, ..place };
    let (list, one) = browse::places(state.browse.place, Shares::USUAL, theme, frame, body);
    if let Some(list) = list {
        table::draw(state, theme, frame, list, &mut measured);
    }
    if let Some(one) = one {
        detail::draw(state, theme, frame, one, &mut measured);
    }
    measured
}

/// How many there are and what is searched for, or what is wrong.
fn head(state: &State, theme: &Theme, frame: &mut Frame, line: Rect, measured: &mut Measured) {
    let muted = theme.style(Token::TextMuted);
    if let Some(problem) = &state.problem {
        let text = browse::unread(problem, state.list.is_some());
        put(frame.buffer_mut(), line, 1, 0, &text, theme.style(Token::StatusFail));
        return;
    }
    if state.searching || !state.search.text().is_empty() {
        let at = 1 + put(frame.buffer_mut(), line, 1, 0, "Search: ", muted);
        let room = Rect { x: line.x + at, width: line.width.saturating_sub(at + 18), ..line };
        let look = if state.searching { field::State::Focus } else { field::State::Idle };
        let hint = "a part of the name";
        measured.cursor = field::draw(frame.buffer_mut(), room, &state.search, hint, look, theme);
    } else {
        put(frame.buffer_mut(), line, 1, 0, &counted(state), muted);
    }
    let right = match state.marks.len() {
        0 => format!("{} of {}", state.shown.len(), state.list.as_ref().map_or(0, Vec::len)),
        n => format!("{n} marked"),
    };
    let at = line.width.saturating_sub(u16::try_from(text::width(&right)).unwrap_or(0) + 1);
    if state.list.is_some() && line.width >= 50 {
        put(frame.buffer_mut(), line, at, 0, &right, muted);
    }
}

fn counted(state: &State) -> String {
    match &state.list {
        None => "Reading the datasets …".to_owned(),
        Some(list) => {
            let kind = if state.archived { ", archived ones too" } else { "" };
            format!("{}{kind}", text::many(list.len() as u64, "dataset"))
        }
    }
}

/// What a dataset is judged to be; `None`: it was never checked by brightrun.
fn verdict(row: &DatasetRow) -> Option<Verdict> {
    Some(readiness(row.facts.as_ref()?, row.critical().unwrap_or(0), LENGTH).verdict)
}

/// Glyph and colour of a verdict.
const fn look(verdict: Verdict) -> (&'static str, Token) {
    match verdict {
        Verdict::Ready => ("✓", Token::StatusOk),
        Verdict::Review => ("!", Token::StatusWarn),
        Verdict::Blocked => ("✗", Token::StatusFail),
    }
}

/// A number of tokens: what was not counted by a tokenizer is marked as an estimate.
fn tokens(row: &DatasetRow) -> String {
    let exact = row.facts.as_ref().is_some_and(|facts| facts.tokens.exact);
    row.tokens.map_or_else(
        || "–".to_owned(),
        |tokens| format!("{}{}", if exact { "" } else { "~" }, text::thousands(tokens)),
    )
}

/// Draws one of the screen's modals over everything; `area` is the whole terminal.
pub fn modal(model: &Model, modal: &Modal, theme: &Theme, frame: &mut Frame, area: Rect) -> Measured {
    match modal {
        Modal::New(new) => new::draw(model, new, theme, frame, area),
        Modal::Compare { comparison, top } => compare::draw(comparison, *top, theme, frame, area),
    }
}

#[cfg(test)]
pub(super) mod tests;
