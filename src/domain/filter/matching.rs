//! What a filter means, row by row: the reference for every store.

use super::{Column, Filter, Op, Value};
use crate::conversation::ConversationRow;
use chrono::{DateTime, Utc};
use std::{borrow::Cow, cmp::Ordering};

enum Cell<'a> {
    None,
    Text(&'a str),
    Number(f64),
    Time(DateTime<Utc>),
}

/// The row is one of the filter's. Times that move are put in their place before, with [`Filter::at`]; none is equal to one that was not.
///
/// A row without a value matches no comparison but `!=`; [`Filter::Not`] is the plain opposite, so
/// `not (quality > 5)` holds for unmeasured rows. Empty text is no value.
pub fn matches(filter: &Filter, row: &ConversationRow) -> bool {
    match filter {
        Filter::All => true,
        Filter::Compare(column, op, value) => compare(&cell(*column, row), *op, value),
        Filter::OneOf(column, values) => {
            let cell = cell(*column, row);
            values.iter().any(|value| compare(&cell, Op::Eq, value))
        }
        Filter::Empty(column) => matches!(cell(*column, row), Cell::None),
        Filter::Search(text) => search(text, row),
        Filter::And(parts) => parts.iter().all(|part| matches(part, row)),
        Filter::Or(parts) => parts.iter().any(|part| matches(part, row)),
        Filter::Not(inner) => !matches(inner, row),
    }
}

fn cell(column: Column, row: &ConversationRow) -> Cell<'_> {
    let text = |text| if str::is_empty(text) { Cell::None } else { Cell::Text(text) };
    #[expect(clippy::cast_precision_loss, reason = "no file has 2^53 bytes")]
    let bytes = |size| Cell::Number(size as f64);
    match column {
        Column::Id => text(row.id.as_str()),
        Column::Title => text(&row.title),
        Column::Persona => text(&row.scaffolding.persona_key),
        Column::Arc => text(&row.scaffolding.emotional_arc_key),
        Column::Topic => text(&row.scaffolding.training_topic_key),
        Column::Tier => Cell::Text(row.tier.word()),
        Column::Batch => row.batch.as_ref().map_or(Cell::None, |batch| text(&batch.name)),
        Column::Status => Cell::Text(row.status.word()),
        Column::Enrichment => Cell::Text(row.enrichment.word()),
        Column::Turns => Cell::Number(row.turns.into()),
        Column::Quality => row.quality.map_or(Cell::None, Cell::Number),
        Column::Size => row.size.map_or(Cell::None, bytes),
        Column::Created => Cell::Time(row.created),
        Column::InFiles => Cell::Number(row.in_files.into()),
    }
}

fn compare(cell: &Cell, op: Op, value: &Value) -> bool {
    if op == Op::Contains {
        return match (cell, value) {
            (Cell::Text(text), Value::Text(part)) => folded(text).contains(&*folded(part)),
            (_, Value::Text(part)) => part.is_empty(),
            _ => false,
        };
    }
    let order = match (cell, value) {
        (Cell::Text(a), Value::Text(b)) => Some((*a).cmp(b.as_str())),
        (Cell::None, Value::Text(b)) if b.is_empty() => Some(Ordering::Equal),
        (Cell::Number(a), Value::Number(b)) => a.partial_cmp(b),
        (Cell::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        _ => None,
    };
    match op {
        Op::Eq => order == Some(Ordering::Equal),
        Op::Ne => order != Some(Ordering::Equal),
        Op::Lt => order == Some(Ordering::Less),
        Op::Le => order.is_some_and(Ordering::is_le),
        Op::Gt => order == Some(Ordering::Greater),
        Op::Ge => order.is_some_and(Ordering::is_ge),
        Op::Contains => false,
    }
}

fn search(text: &str, row: &ConversationRow) -> bool {
    let places = [row.title.as_str(), row.id.as_str()].into_iter().chain(row.scaffolding.texts());
    let places: Vec<_> = places.map(folded).collect();
    text.split_whitespace().all(|word| {
        let word = folded(word);
        places.iter().any(|place| place.contains(&*word))
    })
}

fn folded(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase()) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.to_lowercase())
    }
}
