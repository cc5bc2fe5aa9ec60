//! The models screen.

mod detail;
mod modals;
#[cfg(test)]
mod tests;

use crate::model::conversations::DetailPlace;
use crate::model::models::{Modal, Msg as Do, State, TABLE};
use crate::model::{Hit, Measured, Model, Msg, On};
use crate::text::{self, Align};
use crate::theme::{Theme, Token};
use crate::view::area;
use crate::widgets::table::{Column, Look, Source, Table};
use crate::widgets::{Lines, put, rule};
use domain::model::ModelStatus;
use domain::numbers::UNKNOWN;
use domain::series::number;
use ratatui::{Frame, layout::Rect};
use std::borrow::Cow;

/// From this width on the detail stands beside the list, else below it.
const BESIDE: u16 = 99;

/// Draws the screen into this area.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame, place: Rect) -> Measured {
    let mut measured = Measured::default();
    let state = &model.models;
    if place.height < 2 {
        return measured;
    }
    put(frame.buffer_mut(), place, 1, 0, &head(state), theme.style(Token::TextMuted));
    let body = Rect { y: place.y + 1, height: place.height - 1, ..place };
    match state.place {
        DetailPlace::Hidden => table(state, theme, frame, body, &mut measured),
        DetailPlace::Full => detail::draw(state, theme, frame, body, &mut measured),
        DetailPlace::Beside if body.width >= BESIDE => {
            let list = body.width / 2;
            table(state, theme, frame, Rect { width: list, ..body }, &mut measured);
            let right = Rect { x: body.x + list + 1, width: body.width - list - 1, ..body };
            detail::draw(state, theme, frame, right, &mut measured);
        }
        DetailPlace::Beside => {
            let list = body.height / 3;
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
    match (&state.list, &state.problem) {
        (_, Some(problem)) => format!("✗ {problem} This list is older; r tries again."),
        (None, None) => "Reading the models …".to_owned(),
        (Some(list), None) => {
            let hidden = list.len() - state.rows().count();
            let more = if hidden > 0 { format!(", {hidden} archived ones not shown") } else { String::new() };
            format!("{}{more}", text::many(state.rows().count() as u64, "model"))
        }
    }
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

fn table(state: &State, theme: &Theme, frame: &mut Frame, place: Rect, measured: &mut Measured) {
    let list: Vec<&domain::model::Model> = state.rows().collect();
    let table = Table {
        columns: &COLUMNS,
        source: &Rows { list: &list, at: state.at },
        rows: state.top..list.len(),
        stale: state.problem.is_some(),
        place: Some((state.top as u64, list.len() as u64)),
        heading: None,
    };
    let drawn = table.draw(frame.buffer_mut(), place, theme);
    measured.pane(TABLE, area(drawn.body));
    measured.wheel(area(drawn.body), Msg::Models(Do::Scroll(-3)), Msg::Models(Do::Scroll(3)));
    for (row, line) in drawn.rows {
        let on = On {
            click: Some(Msg::Models(Do::Row(row))),
            double: Some(Msg::Models(Do::Open(row))),
            ..On::default()
        };
        measured.hits.push(Hit { area: area(line), on });
        if row == state.at && !state.in_detail {
            measured.cursor = Some((line.x, line.y));
        }
    }
    if state.list.is_some() && list.is_empty() {
        let mut lines = Lines::new(usize::from(drawn.body.width.saturating_sub(6)));
        if state.list.as_ref().is_some_and(Vec::is_empty) {
            lines.heading("No models yet");
            lines.text("A run that is done leaves one: 5 shows the runs.", 0, Token::TextNormal);
        } else {
            lines.heading("All models are archived");
            lines.text("a shows them.", 0, Token::TextNormal);
        }
        let inside = Rect {
            x: drawn.body.x + 4.min(drawn.body.width),
            width: drawn.body.width.saturating_sub(6),
            ..drawn.body
        };
        lines.draw(frame.buffer_mut(), inside, 0, theme);
    }
}

struct Rows<'a> {
    list: &'a [&'a domain::model::Model],
    at: usize,
}

impl Source for Rows<'_> {
    fn look(&self, row: usize) -> Look {
        Look { selected: row == self.at, marked: false, state: None }
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
