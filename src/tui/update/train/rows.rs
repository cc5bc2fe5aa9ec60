//! The cursor: over the settings, over the checklist.

use super::{change, launch};
use crate::model::train::{CHECKS, Row, SETTINGS};
use crate::model::{Effect, Model, Nav, Now};

/// The name under which the view says how far the estimate can scroll (as a height).
pub const LENGTH: &str = "train.checks.length";

/// Puts the cursor on a row and the row into view.
pub(super) fn to(model: &mut Model, row: Row) {
    let height = usize::from(model.measured.size_of(SETTINGS).height).max(1);
    let state = &mut model.train;
    let settings = state.settings();
    let at = settings.iter().position(|known| *known == row);
    state.at = if at.is_some() || Row::HEAD.contains(&row) { row } else { Row::Preset };
    let at = at.unwrap_or(0);
    let lowest = (at + 1).saturating_sub(height);
    let last = settings.len().saturating_sub(height);
    state.top = state.top.clamp(lowest, at.max(lowest)).min(last.max(lowest));
}

/// A row was clicked: the cursor goes there; where it is already, that is `enter`.
pub(super) fn click(model: &mut Model, row: Row, now: Now) -> Vec<Effect> {
    let again = model.train.at == row && !model.train.in_checks;
    model.train.in_checks = false;
    if model.train.editing.is_some() {
        return Vec::new();
    }
    if again {
        return change::enter(model, now);
    }
    to(model, row);
    Vec::new()
}

/// The wheel over the settings: the cursor goes along.
pub(super) fn scroll(model: &mut Model, lines: i32) -> Vec<Effect> {
    if model.train.editing.is_some() {
        return Vec::new();
    }
    let nav = if lines < 0 { Nav::Up } else { Nav::Down };
    for _ in 0..lines.unsigned_abs() {
        along(model, nav);
    }
    Vec::new()
}

fn along(model: &mut Model, nav: Nav) {
    let page = usize::from(model.measured.size_of(SETTINGS).height);
    let rows = model.train.rows();
    let at = rows.iter().position(|row| *row == model.train.at).unwrap_or(0);
    if let Some(row) = nav.step(at, rows.len(), page).and_then(|at| rows.get(at)) {
        to(model, *row);
    }
}

/// A move of this screen.
pub(super) fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    if model.train.editing.is_some() {
        return typing(model, nav);
    }
    if !model.train.ready {
        return Vec::new();
    }
    match (nav, model.train.in_checks) {
        (Nav::Next | Nav::Previous, inside) => model.train.in_checks = !inside,
        (Nav::Enter, true) => return launch::accept(model, now),
        (nav, true) => checks(model, nav),
        (Nav::Left, false) => return change::nudge(model, false, now),
        (Nav::Right, false) => return change::nudge(model, true, now),
        (Nav::Enter, false) => return change::enter(model, now),
        (nav, false) => along(model, nav),
    }
    Vec::new()
}

/// A move while a value is being typed: it is taken first, and stays when it cannot be.
fn typing(model: &mut Model, nav: Nav) -> Vec<Effect> {
    match change::take(model) {
        Some(effects) => {
            if nav != Nav::Enter {
                along(model, if nav == Nav::Next { Nav::Down } else { nav });
            }
            effects
        }
        None => Vec::new(),
    }
}

/// Puts the cursor on an item of the checklist.
pub(super) fn to_check(model: &mut Model, at: usize) {
    let state = &mut model.train;
    state.editing = None;
    state.in_checks = true;
    state.check = at.min(state.open_checks().len().saturating_sub(1));
    state.further = 0;
}

/// A move over the checklist; behind its last item the text goes on.
fn checks(model: &mut Model, nav: Nav) {
    let page = usize::from(model.measured.size_of(CHECKS).height).max(2) - 1;
    let room = usize::from(model.measured.size_of(LENGTH).height);
    let len = model.train.open_checks().len();
    let state = &mut model.train;
    match nav {
        Nav::Down if state.check + 1 < len => state.check += 1,
        Nav::Down => state.further = (state.further + 1).min(room),
        Nav::Up if state.further > 0 => state.further -= 1,
        Nav::Up => state.check = state.check.saturating_sub(1),
        Nav::PageDown => state.further = (state.further + page).min(room),
        Nav::PageUp => state.further = state.further.saturating_sub(page),
        Nav::Top => (state.check, state.further) = (0, 0),
        Nav::Bottom => state.further = room,
        _ => {}
    }
}

/// The wheel over estimate and checklist.
pub(super) fn scroll_checks(model: &mut Model, lines: i32) -> Vec<Effect> {
    let room = usize::from(model.measured.size_of(LENGTH).height);
    let by = usize::try_from(lines.unsigned_abs()).unwrap_or(0);
    let further = &mut model.train.further;
    *further = if lines < 0 { further.saturating_sub(by) } else { (*further + by).min(room) };
    Vec::new()
}
