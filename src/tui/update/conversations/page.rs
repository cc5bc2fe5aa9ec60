//! Rows in: pages and counts.

use super::{ask, cursor, read};
use crate::model::conversations::{Ask, Land, PAGE, Place, Query, TABLE};
use crate::model::{Effect, Model, Now, Problem};
use domain::conversation::ConversationRow;
use domain::page::{From, Page, PageRequest};

/// Rows in view; at least one.
pub(super) fn height(model: &Model) -> usize {
    usize::from(model.measured.size_of(TABLE).height).max(1)
}

fn request(model: &mut Model, from: From, place: Place) -> Effect {
    let query = &model.conversations.query;
    let request = PageRequest { filter: query.effective(), sort: query.sort, from, limit: PAGE };
    ask(model, Ask::Page { request, place })
}

/// Another query: everything is asked anew, from the top. The old rows stay until the new ones are here.
pub(super) fn changed(model: &mut Model, query: Query) -> Vec<Effect> {
    let state = &mut model.conversations;
    if state.query == query && state.shown.as_ref() == Some(&query) {
        return Vec::new();
    }
    let filter = query.effective();
    let recount = state.query.effective() != filter || state.count.is_none();
    state.query = query;
    state.range = None;
    let mut effects = vec![request(model, From::Start, Place::Replace(Land::Top))];
    if recount {
        model.conversations.count = None;
        effects.push(ask(model, Ask::Count { filter, exact: false }));
    }
    effects
}

/// Asks again for what is in view, and counts.
pub(crate) fn refresh(model: &mut Model) -> Vec<Effect> {
    let state = &model.conversations;
    let top = state.top;
    let (from, land) = match state.row() {
        Some(row) if state.shown.as_ref() == Some(&state.query) => (
            state.window.from(top),
            Land::Row { id: row.id.clone(), first: state.window.first.map(|first| first + top as u64) },
        ),
        _ => (From::Start, Land::Top),
    };
    let filter = state.query.effective();
    let mut effects = vec![
        request(model, from, Place::Replace(land)),
        ask(model, Ask::Count { filter, exact: false }),
        ask(model, Ask::Total),
    ];
    if let Some(filter) = model.conversations.marks.counted().cloned() {
        effects.push(ask(model, Ask::CountMarks(filter)));
    }
    effects.extend(read::again(model));
    effects
}

/// The first page or the last one.
pub(super) fn edge(model: &mut Model, from: From) -> Vec<Effect> {
    let land = if from == From::End { Land::Bottom } else { Land::Top };
    vec![request(model, from, Place::Replace(land))]
}

/// Asks for the next page before the cursor gets there.
pub(super) fn more(model: &mut Model) -> Vec<Effect> {
    let state = &model.conversations;
    if state.shown.as_ref() != Some(&state.query) || model.runs.waits("conversations.page") {
        return Vec::new();
    }
    match state.window.wanted(state.at, height(model)) {
        Some((place, from)) => vec![request(model, from, place)],
        None => Vec::new(),
    }
}

/// A page came.
pub(super) fn came(
    model: &mut Model,
    place: Place,
    result: Result<Page<ConversationRow>, Problem>,
    now: Now,
) -> Vec<Effect> {
    let page = match result {
        Ok(page) => page,
        Err(problem) => {
            let effect = model.shell.report(&problem, now);
            model.conversations.problem = Some(problem);
            return vec![effect];
        }
    };
    let height = height(model);
    let state = &mut model.conversations;
    state.problem = None;
    state.came = Some(now.mono);
    match place {
        Place::Replace(land) => {
            let at = state.at;
            state.window.replace(page, state.count);
            state.shown = Some(state.query.clone());
            let last = state.window.len().saturating_sub(1);
            (state.at, state.top) = match land {
                Land::Top => (0, 0),
                Land::Bottom => (last, state.window.len().saturating_sub(height)),
                Land::Row { id, first } => {
                    state.window.first = state.window.first.or(first);
                    let at = state.window.find(&id).unwrap_or_else(|| at.min(last));
                    (at, 0)
                }
            };
        }
        Place::After => {
            let dropped = state.window.append(page);
            state.at = state.at.saturating_sub(dropped);
            state.top = state.top.saturating_sub(dropped);
        }
        Place::Before => {
            let came = state.window.prepend(page);
            state.at += came;
            state.top += came;
        }
    }
    cursor::keep_in_view(model);
    let mut effects = read::follow(model, now);
    effects.extend(more(model));
    effects
}
