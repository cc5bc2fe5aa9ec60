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
use crate::view::finder::{self, Says};
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
    let body = Rect { y: place.y + 1, height: place.height - 1, ..place };
    let (list, one) = browse::places(state.browse.place, Shares::USUAL, theme, frame, body);
    if let Some(list) = list {
        table::draw(state, theme, frame, list, &mut measured);
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
    let all = match &state.list {
        None => "Reading the datasets …".to_owned(),
        Some(list) => {
            let kind = if state.archived { ", archived ones too" } else { "" };
            format!("{}{kind}", text::many(list.len() as u64, "dataset"))
        }
    };
    let problem = state.problem.as_ref().map(|problem| (problem, state.list.is_some()));
    Says { problem, all, rows: state.list.as_ref().map(Vec::len), marked: state.marks.len() }
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
