//! The filter line and the search line: what is typed is tried out after a moment; `enter` keeps it, `esc` goes back.

use super::{ask, page};
use crate::model::conversations::{Ask, Entry, Focus, Query};
use crate::model::entry::remember;
use crate::model::{Effect, Model, Nav, Now};
use domain::filter::{Filter, parse};
use std::time::Duration;

/// So long nothing is typed before it is tried out.
const PAUSE: Duration = Duration::from_millis(120);

/// Opens the filter line with the filter in it.
pub(super) fn open_filter(model: &mut Model) -> Vec<Effect> {
    let state = &mut model.conversations;
    state.focus = Focus::Filter(Box::new(Entry::filter(&state.query)));
    values_wanted(model)
}

/// Opens the search line with the search in it.
pub(super) fn open_search(model: &mut Model) -> Vec<Effect> {
    let state = &mut model.conversations;
    state.focus = Focus::Search(Box::new(Entry::search(&state.query)));
    Vec::new()
}

/// The text is another one.
pub(super) fn changed(model: &mut Model, now: Now) -> Vec<Effect> {
    match &mut model.conversations.focus {
        Focus::Filter(entry) => {
            entry.changed(now.wall);
            entry.due = Some(now.mono + PAUSE);
            values_wanted(model)
        }
        Focus::Search(entry) => {
            entry.due = Some(now.mono + PAUSE);
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Asks for the values that fit at the cursor.
fn values_wanted(model: &mut Model) -> Vec<Effect> {
    let Focus::Filter(entry) = &model.conversations.focus else { return Vec::new() };
    match entry.completions.needs_values_of.clone() {
        Some((column, prefix)) => vec![ask(model, Ask::Values(column, prefix))],
        None => Vec::new(),
    }
}

/// Values of a column came.
pub(super) fn values(model: &mut Model, column: domain::filter::Column, values: Vec<String>) {
    if let Focus::Filter(entry) = &mut model.conversations.focus {
        entry.offer(column, values);
    }
}

/// Asks for what is written, as far as it is a filter.
pub(super) fn try_out(model: &mut Model, now: Now) -> Vec<Effect> {
    if let Focus::Filter(entry) = &model.conversations.focus
        && entry.begun()
    {
        return Vec::new();
    }
    match query(model, now) {
        Some(query) => page::changed(model, query),
        None => Vec::new(),
    }
}

fn query(model: &Model, now: Now) -> Option<Query> {
    let current = &model.conversations.query;
    match &model.conversations.focus {
        Focus::Filter(entry) => {
            let filter = parse(entry.field.text(), now.wall).ok()?;
            Some(Query { filter, ..current.clone() })
        }
        Focus::Search(entry) => {
            Some(Query { search: entry.field.text().trim().to_owned(), ..current.clone() })
        }
        _ => None,
    }
}

/// A move: through the candidates, and through the history where nothing is written.
pub(super) fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    match nav {
        Nav::Enter => return accept(model, now),
        Nav::Next => return complete(model, None, now),
        _ => {}
    }
    let state = &mut model.conversations;
    let Focus::Filter(entry) = &mut state.focus else { return Vec::new() };
    if !entry.step(nav, &state.history) {
        return Vec::new();
    }
    let past = entry.past;
    let effects = changed(model, now);
    if let Focus::Filter(entry) = &mut model.conversations.focus {
        entry.past = past;
    }
    effects
}

/// Writes a candidate: this one, else the one that was stepped to, else the first.
pub(super) fn complete(model: &mut Model, candidate: Option<usize>, now: Now) -> Vec<Effect> {
    let Focus::Filter(entry) = &mut model.conversations.focus else { return Vec::new() };
    if !entry.complete(candidate) {
        return Vec::new();
    }
    changed(model, now)
}

/// `enter`: a candidate that was stepped to is written; else the line is kept, unless it is no filter.
fn accept(model: &mut Model, now: Now) -> Vec<Effect> {
    if let Focus::Filter(entry) = &mut model.conversations.focus {
        if entry.candidate.is_some() {
            return complete(model, None, now);
        }
        entry.error = parse(entry.field.text(), now.wall).err();
        if entry.error.is_some() {
            return Vec::new();
        }
    }
    let Some(query) = query(model, now) else { return Vec::new() };
    let state = &mut model.conversations;
    if let Focus::Filter(entry) = &state.focus {
        remember(&mut state.history, entry.field.text());
    }
    state.focus = Focus::Table;
    state.view = None;
    page::changed(model, query)
}

/// `esc`: as it was before.
pub(super) fn cancel(model: &mut Model) -> Vec<Effect> {
    let state = &mut model.conversations;
    let before = match &state.focus {
        Focus::Filter(entry) | Focus::Search(entry) => entry.before.clone(),
        _ => return Vec::new(),
    };
    state.focus = Focus::Table;
    page::changed(model, before)
}

/// Takes a pill away.
pub(super) fn drop_pill(model: &mut Model, index: usize) -> Vec<Effect> {
    model.conversations.view = None;
    let query = model.conversations.query.clone();
    let filter = query.filter.without(index);
    page::changed(model, Query { filter, ..query })
}

/// Takes filter and search away.
pub(super) fn clear(model: &mut Model) -> Vec<Effect> {
    model.conversations.view = None;
    let sort = model.conversations.query.sort;
    page::changed(model, Query { filter: Filter::All, search: String::new(), sort })
}
