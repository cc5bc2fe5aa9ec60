//! What a filter means, row by row: the reference for every store.

use super::{Cell, Filter, Op, Row, Value};
use std::{borrow::Cow, cmp::Ordering};

/// The row is one of the filter's. Times that move are put in their place before, with [`Filter::at`]; none is equal to one that was not.
///
/// A row without a value matches no comparison but `!=`; [`Filter::Not`] is the plain opposite, so
/// `not (quality > 5)` holds for unmeasured rows. Empty text is no value.
pub fn matches<R: Row>(filter: &Filter<R::Field>, row: &R) -> bool {
    match filter {
        Filter::All => true,
        Filter::Compare(column, op, value) => compare(&row.cell(*column), *op, value),
        Filter::OneOf(column, values) => {
            let cell = row.cell(*column);
            values.iter().any(|value| compare(&cell, Op::Eq, value))
        }
        Filter::Empty(column) => row.cell(*column) == Cell::None,
        Filter::Search(text) => search(text, row),
        Filter::And(parts) => parts.iter().all(|part| matches(part, row)),
        Filter::Or(parts) => parts.iter().any(|part| matches(part, row)),
        Filter::Not(inner) => !matches(inner, row),
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

fn search<R: Row>(text: &str, row: &R) -> bool {
    let places: Vec<_> = row.texts().into_iter().map(folded).collect();
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
