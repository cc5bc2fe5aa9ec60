//! The list.

use crate::model::conversations::{Focus, Msg as Do, State, TABLE};
use crate::model::{Hit, Measured, Model, Msg, On};
use crate::text::{self, Align};
use crate::theme::{Theme, Token};
use crate::view::area;
use crate::widgets::table::{Column as Spec, Look, Source, Table};
use crate::widgets::{Lines, put};
use domain::conversation::{ConversationRow, EnrichmentStatus, ReviewStatus, Tier};
use domain::filter::{Column, Direction};
use ratatui::{Frame, layout::Rect};
use std::borrow::Cow;

/// Rows that a notch of the wheel moves.
const NOTCH: i32 = 3;

/// Draws it. Answers whether the column that it is sorted by is in view.
pub(super) fn draw(
    model: &Model,
    theme: &Theme,
    frame: &mut Frame,
    place: Rect,
    measured: &mut Measured,
) -> bool {
    let state = &model.conversations;
    let warned = state.problem.is_some() && place.height > 3;
    let banner = u16::from(warned);
    let list = Rect { y: place.y + banner, height: place.height - banner, ..place };
    let columns: Vec<Spec> = state.columns.iter().map(|column| spec(*column, state)).chain([NOTE]).collect();
    let rows = Rows { state, range: state.range_rows() };
    let first = state.window.first.map(|first| first + state.top as u64);
    let table = Table {
        columns: &columns,
        source: &rows,
        rows: state.top..state.window.len(),
        stale: state.stale(),
        place: first.zip(state.count.map(domain::page::Count::value)),
        heading: match state.focus {
            Focus::Heading(at) => Some(at),
            _ => None,
        },
    };
    let drawn = table.draw(frame.buffer_mut(), list, theme);
    measured.pane(TABLE, area(drawn.body));
    let mut order_in_view = false;
    for (index, heading) in drawn.headings {
        if let Some(column) = state.columns.get(index) {
            order_in_view |= *column == state.query.sort.column;
            measured.click(area(heading), Msg::Conversations(Do::SortBy(*column)));
        }
    }
    measured.wheel(
        area(drawn.body),
        Msg::Conversations(Do::Scroll(-NOTCH)),
        Msg::Conversations(Do::Scroll(NOTCH)),
    );
    for (row, line) in drawn.rows {
        let on = On {
            click: Some(Msg::Conversations(Do::Row(row))),
            double: Some(Msg::Conversations(Do::Open(row))),
            ..On::default()
        };
        measured.hits.push(Hit { area: area(line), on });
        if row == state.at && matches!(state.focus, Focus::Table) {
            measured.cursor = Some((line.x, line.y));
        }
    }
    if state.window.is_empty() {
        empty(model, theme, frame, drawn.body);
    }
    if let Some(problem) = state.problem.as_ref().filter(|_| warned) {
        let age = match (state.came, model.now) {
            (Some(came), Some(now)) => format!("rows {} old, ", text::age(now.mono.duration_since(came))),
            _ => String::new(),
        };
        let line = format!("{} {age}r tries again · {problem}", theme.glyph(Token::StatusFail));
        put(frame.buffer_mut(), place, 1, 0, &line, theme.style(Token::StatusFail));
    }
    order_in_view
}

/// No row: why, and what to do.
fn empty(model: &Model, theme: &Theme, frame: &mut Frame, place: Rect) {
    let state = &model.conversations;
    let mut lines = Lines::new(usize::from(place.width.saturating_sub(6)));
    if state.shown.is_none() {
        if state.problem.is_none() {
            lines.text("Reading the conversations …", 0, Token::TextMuted);
        }
    } else if state.query.effective() == domain::filter::Filter::All {
        lines.heading("No conversations yet");
        lines.text(
            "i imports files or a folder; the overview (1) can load our examples.",
            0,
            Token::TextNormal,
        );
    } else {
        lines.heading("Nothing matches");
        lines.text(
            "backspace shows everything again, f changes the filter, / the search.",
            0,
            Token::TextNormal,
        );
    }
    let inside = Rect { x: place.x + 4.min(place.width), width: place.width.saturating_sub(6), ..place };
    let down = u16::from(inside.height > 2);
    let inside = Rect { y: inside.y + down, height: inside.height - down, ..inside };
    lines.draw(frame.buffer_mut(), inside, 0, theme);
}

/// What the row's state says in words, in a last column of its own.
const NOTE: Spec = Spec {
    title: "",
    min: 16,
    ideal: 17,
    grow: 0,
    priority: 9,
    align: Align::Left,
    lead: false,
    sorted: None,
};

/// Heading, widths and importance of a column.
fn spec(column: Column, state: &State) -> Spec {
    let (title, min, ideal, grow, priority, align) = match column {
        Column::Id => ("ID", 8, 8, 0, 2, Align::Left),
        Column::Title => ("TITLE", 18, 54, 4, 0, Align::Left),
        Column::Persona => ("PERSONA", 19, 19, 0, 5, Align::Left),
        Column::Arc => ("ARC", 14, 24, 1, 6, Align::Left),
        Column::Topic => ("TOPIC", 13, 27, 1, 8, Align::Left),
        Column::Tier => ("TIER", 9, 9, 0, 13, Align::Left),
        Column::Batch => ("BATCH", 8, 14, 1, 7, Align::Left),
        Column::Status => ("STATUS", 9, 9, 0, 1, Align::Left),
        Column::Enrichment => ("ENRICHED", 9, 11, 0, 3, Align::Left),
        Column::Turns => ("TURNS", 7, 7, 0, 4, Align::Right),
        Column::Quality => ("QUALITY", 9, 9, 0, 12, Align::Right),
        Column::Size => ("SIZE", 8, 8, 0, 11, Align::Right),
        Column::Created => ("CREATED", 10, 10, 0, 10, Align::Left),
        Column::InFiles => ("FILES", 7, 7, 0, 14, Align::Right),
    };
    let lead = matches!(column, Column::Id | Column::Title);
    let sort = state.query.sort;
    let sorted = (sort.column == column).then_some(sort.direction == Direction::Descending);
    Spec { title, min, ideal, grow, priority, align, lead, sorted }
}

struct Rows<'a> {
    state: &'a State,
    range: Option<std::ops::RangeInclusive<usize>>,
}

impl Source for Rows<'_> {
    fn look(&self, at: usize) -> Look {
        let Some(row) = self.state.window.row(at) else { return Look::default() };
        let in_range = self.range.as_ref().is_some_and(|range| range.contains(&at));
        Look {
            selected: at == self.state.at,
            marked: in_range || self.state.marks.contains(row),
            state: trouble(row).map(|(token, _)| token),
        }
    }

    fn cell(&self, at: usize, column: usize) -> (Cow<'_, str>, Token) {
        let Some(row) = self.state.window.row(at) else { return ("".into(), Token::TextNormal) };
        match self.state.columns.get(column) {
            Some(column) => cell(row, *column),
            None => trouble(row).map_or(("".into(), Token::TextNormal), |(token, note)| (note, token)),
        }
    }
}

/// What is wrong with a row, if something is.
fn trouble(row: &ConversationRow) -> Option<(Token, Cow<'static, str>)> {
    if row.unfit().is_some() {
        let note = match row.enrichment {
            EnrichmentStatus::Completed => "no enriched file",
            EnrichmentStatus::ValidationFailed | EnrichmentStatus::NormalizationFailed => "enrichment failed",
            _ => "not enriched",
        };
        return Some((Token::StatusFail, note.into()));
    }
    match row.truncated {
        Some(turns) if turns > 0 => {
            let s = if turns == 1 { "" } else { "s" };
            Some((Token::StatusWarn, format!("{turns} turn{s} cut off").into()))
        }
        _ => None,
    }
}

/// A key, or `–` where it is unknown.
fn known(text: &str) -> (Cow<'_, str>, Token) {
    if text.is_empty() { ("–".into(), Token::TextMuted) } else { (text.into(), Token::TextNormal) }
}

/// A key of the scaffolding as words, an arc with an arrow: `shame→acceptance`. The detail has the key itself.
fn words(key: &str) -> (Cow<'_, str>, Token) {
    let (text, token) = known(key);
    if key.contains('_') {
        (key.replace("_to_", "→").replace('_', " ").into(), token)
    } else {
        (text, token)
    }
}

/// The text of a cell.
fn cell(row: &ConversationRow, column: Column) -> (Cow<'_, str>, Token) {
    match column {
        Column::Id => (row.id.short().into(), Token::TextMuted),
        Column::Title => (row.title.as_str().into(), Token::TextNormal),
        Column::Persona => words(&row.scaffolding.persona_key),
        Column::Arc => words(&row.scaffolding.emotional_arc_key),
        Column::Topic => words(&row.scaffolding.training_topic_key),
        Column::Tier => {
            let token = if row.tier == Tier::EdgeCase { Token::StatusWarn } else { Token::TextMuted };
            (row.tier.word().into(), token)
        }
        Column::Batch => known(row.batch.as_ref().map_or("", |batch| batch.name.as_str())),
        Column::Status => (status_word(row.status).into(), status_token(row.status)),
        Column::Enrichment => (enrichment_word(row.enrichment).into(), enrichment_token(row.enrichment)),
        Column::Turns => (row.turns.to_string().into(), Token::TextNormal),
        Column::Quality => match row.quality {
            Some(quality) => (format!("{quality:.1}").into(), Token::TextNormal),
            None => ("–".into(), Token::TextMuted),
        },
        Column::Size => match row.size {
            Some(size) => (text::bytes(size).into(), Token::TextMuted),
            None => ("–".into(), Token::TextMuted),
        },
        Column::Created => (row.created.format("%Y-%m-%d").to_string().into(), Token::TextMuted),
        Column::InFiles => match row.in_files {
            0 => ("–".into(), Token::TextMuted),
            files => (files.to_string().into(), Token::TextNormal),
        },
    }
}

/// The review in words that fit into a column.
pub(super) const fn status_word(status: ReviewStatus) -> &'static str {
    match status {
        ReviewStatus::PendingReview => "pending",
        ReviewStatus::NeedsRevision => "revise",
        other => other.word(),
    }
}

/// What the review means.
pub(super) const fn status_token(status: ReviewStatus) -> Token {
    match status {
        ReviewStatus::Approved => Token::StatusOk,
        ReviewStatus::Rejected | ReviewStatus::Failed => Token::StatusFail,
        ReviewStatus::NeedsRevision => Token::StatusWarn,
        _ => Token::TextMuted,
    }
}

/// The enrichment in words that fit into a column.
const fn enrichment_word(enrichment: EnrichmentStatus) -> &'static str {
    match enrichment {
        EnrichmentStatus::Completed => "✓ yes",
        EnrichmentStatus::InProgress => "● running",
        EnrichmentStatus::ValidationFailed => "✗ invalid",
        EnrichmentStatus::NormalizationFailed => "✗ broken",
        EnrichmentStatus::NotStarted => "○ no",
        EnrichmentStatus::Validated => "○ validated",
        EnrichmentStatus::Enriched => "○ unstored",
    }
}

/// What the enrichment means.
pub(super) const fn enrichment_token(enrichment: EnrichmentStatus) -> Token {
    match enrichment {
        EnrichmentStatus::Completed => Token::StatusOk,
        EnrichmentStatus::InProgress => Token::StatusRun,
        EnrichmentStatus::ValidationFailed | EnrichmentStatus::NormalizationFailed => Token::StatusFail,
        _ => Token::StatusQueued,
    }
}
