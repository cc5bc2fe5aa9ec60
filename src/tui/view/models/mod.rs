//! The models screen.

mod detail;
mod modals;
#[cfg(test)]
mod tests;

use crate::model::models::{Modal, Msg as Do, PANES, State};
use crate::model::{Measured, Model, Msg};
use crate::text::{self, Align};
use crate::theme::{Theme, Token};
use crate::view::browse::{self, Shares, Touch};
use crate::view::finder::{self, Says};
use crate::widgets::table::{Column, Look, Source, Table};
use domain::model::ModelStatus;
use domain::model::table::Column as Field;
use domain::numbers::UNKNOWN;
use domain::series::number;
use ratatui::{Frame, layout::Rect};
use std::borrow::Cow;

/// A model says more than its row.
const SHARES: Shares = Shares { wide: (1, 2), high: (1, 3) };

/// Draws the screen into this area.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame, place: Rect) -> Measured {
    let mut measured = Measured::default();
    let state = &model.models;
    if place.height < 2 {
        return measured;
    }
    let body = Rect { y: place.y + 1, height: place.height - 1, ..place };
    let (list, one) = browse::places(state.browse.place, SHARES, theme, frame, body);
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
    let hidden = state.hidden();
    let all = match &state.list {
        None => "Reading the models …".to_owned(),
        Some(list) => {
            let more = if hidden > 0 { format!(", {hidden} archived not shown") } else { String::new() };
            format!("{}{more}", text::many((list.len() - hidden) as u64, "model"))
        }
    };
    let problem = state.problem.as_ref().map(|problem| (problem, state.list.is_some()));
    let rows = state.list.as_ref().map(|list| list.len() - hidden);
    Says { problem, all, rows, marked: state.marks.len() }
}

/// Draws one of the screen's modals over everything; `area` is the whole terminal.
pub fn modal(model: &Model, modal: &Modal, theme: &Theme, frame: &mut Frame, area: Rect) -> Measured {
    match modal {
        Modal::Download(download) => modals::download(model, download, theme, frame, area),
        Modal::Status { model: id, at } => modals::status(model, id, *at, theme, frame, area),
        Modal::Compare(comparison, top) => modals::compare(comparison, *top, theme, frame, area),
    }
}

/// The look of what a model is used for.
pub(super) fn token(model: &domain::model::Model) -> Token {
    match model.status.known() {
        Some(ModelStatus::Production) => Token::StatusOk,
        Some(ModelStatus::Testing) => Token::StatusRun,
        Some(ModelStatus::Archived) => Token::StatusStale,
        Some(ModelStatus::Stored) => Token::TextMuted,
        None => Token::StatusWarn,
    }
}

const COLUMNS: [Column; 9] = [
    Column {
        title: "NAME",
        min: 18,
        ideal: 34,
        grow: 1,
        priority: 0,
        align: Align::Left,
        lead: true,
        sorted: None,
    },
    Column::new("VERSION", 7, 7, 2, Align::Left),
    Column::new("QUALITY", 9, 9, 1, Align::Left),
    Column::new("EVAL LOSS", 9, 9, 3, Align::Right),
    Column::new("SIZE", 8, 8, 5, Align::Right),
    Column::new("STATUS", 10, 10, 4, Align::Left),
    Column::new("DATASET", 10, 16, 7, Align::Left),
    Column::new("BASE MODEL", 10, 16, 8, Align::Left),
    Column::new("CREATED", 16, 16, 6, Align::Left),
];

/// What the columns show.
const FIELDS: [Option<Field>; 9] = [
    Some(Field::Name),
    Some(Field::Version),
    Some(Field::Quality),
    Some(Field::EvalLoss),
    Some(Field::Size),
    Some(Field::Status),
    Some(Field::Dataset),
    Some(Field::BaseModel),
    Some(Field::Created),
];

fn table(state: &State, theme: &Theme, frame: &mut Frame, place: Rect, measured: &mut Measured) {
    let list: Vec<&domain::model::Model> = state.rows().collect();
    let table = Table {
        columns: &finder::columns(COLUMNS, FIELDS, state.finder.query.sort),
        source: &Rows { list: &list, state },
        rows: state.browse.top..list.len(),
        stale: state.problem.is_some(),
        place: Some((state.browse.top as u64, list.len() as u64)),
        heading: None,
    };
    let drawn = table.draw(frame.buffer_mut(), place, theme);
    let touch = Touch {
        row: |row| Msg::Models(Do::Row(row)),
        open: |row| Msg::Models(Do::Open(row)),
        scroll: |lines| Msg::Models(Do::Scroll(lines)),
    };
    browse::rows(&drawn, (&state.browse, &PANES), touch, measured);
    finder::headings(&drawn, &FIELDS, measured);
    if let (None, Some(problem)) = (&state.list, &state.problem) {
        browse::broken(problem, drawn.body, theme, frame);
    }
    if state.list.is_some() && list.is_empty() {
        browse::empty(drawn.body, theme, frame, |lines| {
            if state.list.as_ref().is_some_and(Vec::is_empty) {
                lines.heading("No models yet");
                lines.text("A run that is done leaves one: 5 shows the runs.", 0, Token::TextNormal);
            } else if state.finder.is_all() {
                lines.heading("All models are archived");
                lines.text("X shows them.", 0, Token::TextNormal);
            } else {
                finder::nothing(lines);
            }
        });
    }
}

struct Rows<'a> {
    list: &'a [&'a domain::model::Model],
    state: &'a State,
}

impl Source for Rows<'_> {
    fn look(&self, row: usize) -> Look {
        let marked = self.list.get(row).is_some_and(|model| self.state.marks.contains(&model.id));
        Look { selected: row == self.state.browse.at, marked, state: None }
    }

    fn cell(&self, row: usize, column: usize) -> (Cow<'_, str>, Token) {
        let Some(model) = self.list.get(row) else { return ("".into(), Token::TextNormal) };
        let or = |text: Option<String>| text.unwrap_or_else(|| UNKNOWN.to_owned());
        let (cell, tone) = match column {
            0 => return (model.name.as_str().into(), Token::TextNormal),
            1 => return (model.version.as_str().into(), Token::TextMuted),
            2 => match model.quality.rating {
                Some(rating) => (rating.to_string(), Token::TextNormal),
                None => ("unrated".to_owned(), Token::TextMuted),
            },
            3 => (or(model.quality.losses.validation.map(number)), Token::TextNormal),
            4 => (text::bytes(model.bytes()), Token::TextMuted),
            5 => (model.status.to_string(), token(model)),
            6 => return (model.lineage.dataset_name.as_str().into(), Token::TextMuted),
            7 => (or(model.lineage.base_model.as_deref().map(short)), Token::TextMuted),
            _ => (model.created_at.format("%Y-%m-%d %H:%M").to_string(), Token::TextMuted),
        };
        (cell.into(), tone)
    }
}

/// The name without the organisation or the folders before it.
fn short(base: &str) -> String {
    base.rsplit('/').next().unwrap_or(base).to_owned()
}
