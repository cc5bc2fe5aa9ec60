//! The list: cursor, marks, order, search.

use super::detail;
use crate::model::conversations::DetailPlace;
use crate::model::datasets::{MOST, Sort, TABLE};
use crate::model::{Effect, Model, Nav, Now, Severity};

/// So many lines further, never before the first.
pub(super) fn moved(at: usize, by: i32) -> usize {
    let lines = usize::try_from(by.unsigned_abs()).unwrap_or(usize::MAX);
    if by < 0 { at.saturating_sub(lines) } else { at.saturating_add(lines) }
}

pub(super) fn height(model: &Model) -> usize {
    usize::from(model.measured.size_of(TABLE).height).max(1)
}

/// Puts the cursor on a line.
pub(super) fn to(model: &mut Model, row: usize) -> Vec<Effect> {
    let height = height(model);
    let state = &mut model.datasets;
    let len = state.shown.len();
    state.at = row.min(len.saturating_sub(1));
    let lowest = (state.at + 1).saturating_sub(height);
    state.top = state.top.clamp(lowest, state.at.max(lowest)).min(len.saturating_sub(height).max(lowest));
    if state.place == DetailPlace::Hidden { Vec::new() } else { detail::show(model) }
}

/// Another order; the cursor stays on its dataset.
pub(super) fn sort(model: &mut Model, sort: Sort, turned: bool) -> Vec<Effect> {
    let state = &mut model.datasets;
    let on = state.row().map(|row| row.id);
    (state.sort, state.turned) = (sort, turned);
    state.arrange(on);
    let at = state.at;
    to(model, at)
}

/// Marks, or takes the mark away, and goes on to the next line.
pub(super) fn mark(model: &mut Model, now: Now) -> Vec<Effect> {
    let state = &mut model.datasets;
    let Some(id) = state.row().map(|row| row.id) else { return Vec::new() };
    if let Some(at) = state.marks.iter().position(|marked| *marked == id) {
        state.marks.remove(at);
    } else if state.marks.len() >= MOST {
        return vec![model.shell.say(Severity::Info, "Four are marked; more cannot be compared", now)];
    } else {
        state.marks.push(id);
    }
    let next = model.datasets.at + 1;
    to(model, next)
}

/// A move while the search has the keyboard.
pub(super) fn searching(model: &mut Model, nav: Nav) -> Vec<Effect> {
    if nav == Nav::Enter {
        model.datasets.searching = false;
        return Vec::new();
    }
    let len = model.datasets.shown.len();
    nav.step(model.datasets.at, len, height(model)).map_or_else(Vec::new, |row| to(model, row))
}

/// All of them again.
pub(super) fn end_search(model: &mut Model) -> Vec<Effect> {
    let state = &mut model.datasets;
    let on = state.row().map(|row| row.id);
    state.searching = false;
    state.search.set("");
    state.arrange(on);
    let at = state.at;
    to(model, at)
}
