//! Moving in the list.

use super::{entry, findings, page, read, sort};
use crate::model::conversations::{DETAIL, DetailPlace, Focus};
use crate::model::{Effect, Model, Nav, Now};
use domain::page::From;

/// A move.
pub(super) fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    match model.conversations.focus {
        Focus::Filter(_) | Focus::Search(_) => return entry::nav(model, nav, now),
        Focus::Heading(_) => return sort::nav(model, nav),
        Focus::Findings(walk) => return findings::nav(model, walk, nav),
        Focus::Detail => {
            if let Some(effects) = in_detail(model, nav, now) {
                return effects;
            }
        }
        Focus::Table => {}
    }
    if findings::tabbed(model, nav) {
        return Vec::new();
    }
    match nav {
        Nav::Enter => return read::full(model),
        Nav::Next | Nav::Previous => {
            let state = &mut model.conversations;
            state.reader.jump = None;
            if state.reader.place == DetailPlace::Beside {
                state.focus = if state.focus == Focus::Detail { Focus::Table } else { Focus::Detail };
            }
            return Vec::new();
        }
        Nav::Top if model.conversations.window.more_before => return page::edge(model, From::Start),
        Nav::Bottom if model.conversations.window.more_after => return page::edge(model, From::End),
        _ => {}
    }
    let state = &model.conversations;
    match nav.step(state.at, state.window.len(), page::height(model)) {
        Some(row) => to(model, row, now),
        None => Vec::new(),
    }
}

/// The detail has the keyboard: up and down scroll it, left and right go to the conversations beside it.
fn in_detail(model: &mut Model, nav: Nav, now: Now) -> Option<Vec<Effect>> {
    let height = i32::from(model.measured.size_of(DETAIL).height).max(2);
    let lines = match nav {
        Nav::Up => -1,
        Nav::Down => 1,
        Nav::PageUp => 1 - height,
        Nav::PageDown => height - 1,
        Nav::Top => i32::MIN,
        Nav::Bottom => i32::MAX,
        Nav::Left => return Some(to(model, model.conversations.at.saturating_sub(1), now)),
        Nav::Right => return Some(to(model, model.conversations.at + 1, now)),
        Nav::Enter => return Some(read::full(model)),
        Nav::Next | Nav::Previous | Nav::Close => return None,
    };
    Some(read::scroll(model, lines))
}

/// To a row of the window.
pub(super) fn to(model: &mut Model, row: usize, now: Now) -> Vec<Effect> {
    let state = &mut model.conversations;
    let row = row.min(state.window.len().saturating_sub(1));
    if row == state.at {
        return page::more(model);
    }
    state.at = row;
    if let Focus::Findings(_) = state.focus {
        let beside = state.reader.place == DetailPlace::Beside;
        state.focus = if beside { Focus::Table } else { Focus::Detail };
    }
    keep_in_view(model);
    let mut effects = read::follow(model, now);
    effects.extend(page::more(model));
    effects
}

/// The wheel: the rows move, and the cursor with them only as far as it must.
pub(super) fn scroll(model: &mut Model, rows: i32, now: Now) -> Vec<Effect> {
    let height = page::height(model);
    let state = &mut model.conversations;
    let last = state.window.len().saturating_sub(height);
    let by = usize::try_from(rows.unsigned_abs()).unwrap_or(usize::MAX);
    state.top = if rows < 0 { state.top.saturating_sub(by) } else { state.top.saturating_add(by).min(last) };
    let row = state
        .at
        .clamp(state.top, (state.top + height - 1).min(state.window.len().saturating_sub(1)).max(state.top));
    to(model, row, now)
}

/// The cursor is one of the rows in view.
pub(super) fn keep_in_view(model: &mut Model) {
    let height = page::height(model);
    let state = &mut model.conversations;
    state.at = state.at.min(state.window.len().saturating_sub(1));
    let last = state.window.len().saturating_sub(height);
    let lowest = (state.at + 1).saturating_sub(height);
    state.top = state.top.clamp(lowest, state.at.max(lowest)).min(last.max(lowest));
}
