//! The list: cursor, marks, order, search.

use super::detail;
use crate::model::conversations::DetailPlace;
use crate::model::datasets::{MOST, PANES, Sort};
use crate::model::{Effect, Model, Nav, Now, Severity};

/// Puts the cursor on a line.
pub(super) fn to(model: &mut Model, row: usize) -> Vec<Effect> {
    let height = PANES.height(&model.measured);
    let state = &mut model.datasets;
    state.browse.to(row, state.shown.len(), height);
    if state.browse.place == DetailPlace::Hidden { Vec::new() } else { detail::show(model) }
}

/// Another order; the cursor stays on its dataset.
pub(super) fn sort(model: &mut Model, sort: Sort, turned: bool) -> Vec<Effect> {
    let state = &mut model.datasets;
    let on = state.row().map(|row| row.id);
    (state.sort, state.turned) = (sort, turned);
    state.arrange(on);
    let at = state.browse.at;
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
    let next = model.datasets.browse.at + 1;
    to(model, next)
}

/// A move while the search has the keyboard.
pub(super) fn searching(model: &mut Model, nav: Nav) -> Vec<Effect> {
    if nav == Nav::Enter {
        model.datasets.searching = false;
        return Vec::new();
    }
    let len = model.datasets.shown.len();
    nav.step(model.datasets.browse.at, len, PANES.height(&model.measured))
        .map_or_else(Vec::new, |row| to(model, row))
}

/// All of them again.
pub(super) fn end_search(model: &mut Model) -> Vec<Effect> {
    let state = &mut model.datasets;
    let on = state.row().map(|row| row.id);
    state.searching = false;
    state.search.set("");
    state.arrange(on);
    let at = state.browse.at;
    to(model, at)
}
