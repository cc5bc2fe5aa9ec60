//! Marking: one, a range, what is in view, all that match, and the other way round.

use super::{ask, cursor, page};
use crate::model::conversations::Ask;
use crate::model::{Effect, Model, Now, Severity};
use domain::page::Count;

/// The row under the cursor; the cursor goes on.
pub(super) fn toggle(model: &mut Model, now: Now) -> Vec<Effect> {
    let state = &mut model.conversations;
    let Some(row) = state.window.row(state.at) else { return Vec::new() };
    let marked = state.marks.contains(row);
    state.marks.set(row, !marked);
    let next = state.at + 1;
    if next < state.window.len() { cursor::to(model, next, now) } else { Vec::new() }
}

/// Begins a range at the row under the cursor; the second time marks all from there to here.
pub(super) fn range(model: &mut Model, now: Now) -> Vec<Effect> {
    let state = &mut model.conversations;
    let Some(from) = state.range.take() else {
        state.range = state.row().map(|row| row.id.clone());
        return Vec::new();
    };
    let Some(from) = state.window.find(&from) else {
        let text =
            "The range began on a row that is no longer loaded: begin again, or mark all that match with A";
        return vec![model.shell.say(Severity::Warn, text, now)];
    };
    for at in from.min(state.at)..=from.max(state.at) {
        if let Some(row) = state.window.row(at) {
            state.marks.set(row, true);
        }
    }
    Vec::new()
}

/// The rows in view; when all of them are marked already their marks go.
pub(super) fn page(model: &mut Model) -> Vec<Effect> {
    let height = page::height(model);
    let state = &mut model.conversations;
    let rows = state.top..(state.top + height).min(state.window.len());
    let marked = rows.clone().filter_map(|at| state.window.row(at)).all(|row| state.marks.contains(row));
    for row in rows.filter_map(|at| state.window.row(at)) {
        state.marks.set(row, !marked);
    }
    Vec::new()
}

/// All that match; again: none.
pub(super) fn all(model: &mut Model, now: Now) -> Vec<Effect> {
    let state = &mut model.conversations;
    let filter = state.query.effective();
    if state.marks.counted() == Some(&filter) {
        state.marks.clear();
        return Vec::new();
    }
    if state.count == Some(Count::Exact(0)) {
        return vec![model.shell.say(
            Severity::Info,
            "There is nothing to mark: no conversation matches",
            now,
        )];
    }
    state.marks.all(filter, state.query.sort, state.count);
    recount(model)
}

/// What is not marked.
pub(super) fn invert(model: &mut Model) -> Vec<Effect> {
    let state = &mut model.conversations;
    state.marks.invert(state.query.effective(), state.query.sort, state.count);
    recount(model)
}

fn recount(model: &mut Model) -> Vec<Effect> {
    match model.conversations.marks.counted().cloned() {
        Some(filter) => vec![ask(model, Ask::CountMarks(filter))],
        None => Vec::new(),
    }
}
