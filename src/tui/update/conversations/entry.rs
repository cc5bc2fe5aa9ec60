//! The filter line and the search line: what is typed is tried out after a moment; `enter` keeps it, `esc` goes back.

use super::{ask, page};
use crate::model::conversations::{Ask, Entry, Focus, Query};
use crate::model::{Effect, Model, Nav, Now, TextField};
use domain::filter::{
    Candidate, CandidateKind, Completions, Filter, complete as candidates, parse, print, quote,
};
use std::time::Duration;

/// So long nothing is typed before it is tried out.
const PAUSE: Duration = Duration::from_millis(120);
/// Lines of the history.
const HISTORY: usize = 50;

/// Opens the filter line with the filter in it.
pub(super) fn open_filter(model: &mut Model) -> Vec<Effect> {
    let state = &mut model.conversations;
    let text = print(&state.query.filter);
    let text = if text.is_empty() { text } else { format!("{text} ") };
    state.focus = Focus::Filter(Box::new(Entry {
        field: TextField::with(text),
        before: state.query.clone(),
        ..Entry::default()
    }));
    suggest(model)
}

/// Opens the search line with the search in it.
pub(super) fn open_search(model: &mut Model) -> Vec<Effect> {
    let state = &mut model.conversations;
    state.focus = Focus::Search(Box::new(Entry {
        field: TextField::with(state.query.search.clone()),
        before: state.query.clone(),
        ..Entry::default()
    }));
    Vec::new()
}

/// The text is another one.
pub(super) fn changed(model: &mut Model, now: Now) -> Vec<Effect> {
    match &mut model.conversations.focus {
        Focus::Filter(entry) => {
            entry.error = parse(entry.field.text(), now.wall).err();
            entry.past = None;
            entry.due = Some(now.mono + PAUSE);
            suggest(model)
        }
        Focus::Search(entry) => {
            entry.due = Some(now.mono + PAUSE);
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// What could be written at the cursor.
fn suggest(model: &mut Model) -> Vec<Effect> {
    let Focus::Filter(entry) = &mut model.conversations.focus else { return Vec::new() };
    entry.completions = candidates(entry.field.text(), entry.field.cursor());
    entry.candidate = None;
    match entry.completions.needs_values_of.clone() {
        Some((column, prefix)) => vec![ask(model, Ask::Values(column, prefix))],
        None => Vec::new(),
    }
}

/// Values of a column came.
pub(super) fn values(model: &mut Model, column: domain::filter::Column, values: Vec<String>) {
    let Focus::Filter(entry) = &mut model.conversations.focus else { return };
    if entry.completions.needs_values_of.as_ref().is_some_and(|(wanted, _)| *wanted == column) {
        let values = values.into_iter().map(|value| Candidate {
            text: quote(&value),
            note: column.to_string(),
            kind: CandidateKind::Word,
        });
        entry.completions.candidates.extend(values);
    }
}

/// A condition is only begun: its column is being written, or stands there and an operator has to follow. As a filter that
/// would be a search for the column's name.
fn begun(entry: &Entry) -> bool {
    let Completions { replace, candidates, .. } = &entry.completions;
    let typed = entry.field.text().get(replace.clone()).unwrap_or_default().to_ascii_lowercase();
    candidates.iter().any(|candidate| match candidate.kind {
        CandidateKind::Operator => true,
        CandidateKind::Column => !typed.is_empty() && candidate.text.starts_with(&typed),
        CandidateKind::Word | CandidateKind::Keyword => false,
    })
}

/// Asks for what is written, as far as it is a filter.
pub(super) fn try_out(model: &mut Model, now: Now) -> Vec<Effect> {
    if let Focus::Filter(entry) = &model.conversations.focus
        && begun(entry)
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
    let history = &state.history;
    let Focus::Filter(entry) = &mut state.focus else { return Vec::new() };
    let in_history =
        entry.past.is_some() || entry.field.text().trim().is_empty() && entry.candidate.is_none();
    match nav {
        Nav::Up if in_history && !history.is_empty() => {
            let past = entry.past.map_or(0, |past| (past + 1).min(history.len() - 1));
            entry.past = Some(past);
            entry.field.set(history[history.len() - 1 - past].clone());
        }
        Nav::Down if entry.past.is_some() => {
            entry.past = entry.past.and_then(|past| past.checked_sub(1));
            let line = entry.past.map(|past| history[history.len() - 1 - past].clone());
            entry.field.set(line.unwrap_or_default());
        }
        Nav::Up | Nav::Down | Nav::Previous => {
            let len = entry.completions.candidates.len();
            if len > 0 {
                entry.candidate = Some(match (nav, entry.candidate) {
                    (Nav::Down, None) => 0,
                    (Nav::Down, Some(at)) => (at + 1) % len,
                    (_, at) => (at.unwrap_or(0) + len - 1) % len,
                });
            }
            return Vec::new();
        }
        _ => return Vec::new(),
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
    let at = candidate.or(entry.candidate).unwrap_or(0);
    let Some(candidate) = entry.completions.candidates.get(at) else { return Vec::new() };
    let text = format!("{} ", candidate.text);
    entry.field.replace(entry.completions.replace.clone(), &text);
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
        let line = entry.field.text().trim().to_owned();
        state.history.retain(|past| *past != line);
        if !line.is_empty() {
            state.history.push(line);
        }
        let over = state.history.len().saturating_sub(HISTORY);
        state.history.drain(..over);
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
