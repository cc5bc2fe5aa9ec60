//! The order of the list.

use super::page;
use crate::model::conversations::{Focus, Query};
use crate::model::{Effect, Model, Nav};
use domain::filter::{Column, Sort};

/// Goes to the headings; on them: takes the one under the cursor.
pub(super) fn pick(model: &mut Model) -> Vec<Effect> {
    let state = &mut model.conversations;
    if let Focus::Heading(at) = state.focus {
        let column = state.columns.get(at).copied();
        return column.map_or_else(Vec::new, |column| by(model, column));
    }
    let at = state.columns.iter().position(|column| *column == state.query.sort.column).unwrap_or(0);
    state.focus = Focus::Heading(at);
    Vec::new()
}

/// A move on the headings.
pub(super) fn nav(model: &mut Model, nav: Nav) -> Vec<Effect> {
    let state = &mut model.conversations;
    let Focus::Heading(at) = &mut state.focus else { return Vec::new() };
    let len = state.columns.len().max(1);
    match nav {
        Nav::Left | Nav::Previous => *at = (*at + len - 1) % len,
        Nav::Right | Nav::Next => *at = (*at + 1) % len,
        Nav::Top => *at = 0,
        Nav::Bottom => *at = len - 1,
        Nav::Enter => return pick(model),
        _ => state.focus = Focus::Table,
    }
    Vec::new()
}

/// By a column: what is best first; the same column again turns round.
pub(super) fn by(model: &mut Model, column: Column) -> Vec<Effect> {
    let state = &mut model.conversations;
    state.focus = Focus::Table;
    if state.query.sort.column == column {
        return turn(model);
    }
    set(model, Sort::natural(column))
}

/// The other way round.
pub(super) fn turn(model: &mut Model) -> Vec<Effect> {
    let sort = model.conversations.query.sort;
    set(model, sort.turned())
}

fn set(model: &mut Model, sort: Sort) -> Vec<Effect> {
    model.conversations.view = None;
    let query = Query { sort, ..model.conversations.query.clone() };
    page::changed(model, query)
}
