//! Reading one conversation: detail, JSON, copies.

use super::ask;
use crate::model::conversations::{Ask, DetailPlace, Focus, Json, JsonFor, Modal};
use crate::model::walk::FIRST;
use crate::model::{Effect, Model, Nav, Now, Severity};
use domain::dataset::Place;
use engine::conversations::Which;
use std::time::Duration;

/// So long the cursor rests before the conversation under it is read.
const REST: Duration = Duration::from_millis(80);
/// Name of the pane of the JSON.
pub const JSON: &str = "conversations.json";

/// Shows the detail beside the list, or hides it.
pub(super) fn toggle(model: &mut Model) -> Vec<Effect> {
    let reader = &mut model.conversations.reader;
    if reader.place == DetailPlace::Beside {
        reader.place = DetailPlace::Hidden;
        model.conversations.focus = Focus::Table;
        return Vec::new();
    }
    reader.place = DetailPlace::Beside;
    model.conversations.focus = Focus::Table;
    ask_current(model)
}

/// The detail in place of the list.
pub(super) fn full(model: &mut Model) -> Vec<Effect> {
    if model.conversations.row().is_none() {
        return Vec::new();
    }
    model.conversations.reader.place = DetailPlace::Full;
    model.conversations.focus = Focus::Detail;
    ask_current(model)
}

/// One pane alone: the detail, or the list.
pub(super) fn zoom(model: &mut Model) -> Vec<Effect> {
    let state = &mut model.conversations;
    match (state.reader.place, &state.focus) {
        (DetailPlace::Full, _) => {
            state.reader.place = DetailPlace::Beside;
            Vec::new()
        }
        (DetailPlace::Beside, Focus::Table) => {
            state.reader.place = DetailPlace::Hidden;
            Vec::new()
        }
        _ => full(model),
    }
}

/// The cursor is on another row: the detail follows when it rests there.
pub(super) fn follow(model: &mut Model, now: Now) -> Vec<Effect> {
    let state = &mut model.conversations;
    let id = state.row().map(|row| row.id.clone());
    let shown = state.reader.detail.as_ref().map(|detail| &detail.row.id);
    if state.reader.place != DetailPlace::Hidden && id.as_ref() != shown {
        state.reader.due = Some(now.mono + REST);
    }
    Vec::new()
}

/// Asks for the conversation under the cursor, unless it is here.
pub(super) fn ask_current(model: &mut Model) -> Vec<Effect> {
    let state = &mut model.conversations;
    state.reader.due = None;
    let Some(id) = state.row().map(|row| row.id.clone()) else { return Vec::new() };
    let here = state.reader.detail.as_ref().is_some_and(|detail| detail.row.id == id);
    if here && !state.reader.old {
        state.reader.problem = None;
        return Vec::new();
    }
    if !here {
        state.reader.problem = None;
        (state.reader.top, state.reader.jump) = (0, None);
    }
    vec![ask(model, Ask::Show(id))]
}

/// The store may say something else of the conversation that is read: it is asked again, and the old one stays until
/// the answer is here.
pub(super) fn again(model: &mut Model) -> Vec<Effect> {
    let reader = &mut model.conversations.reader;
    reader.old = true;
    if reader.place == DetailPlace::Hidden { Vec::new() } else { ask_current(model) }
}

/// One of these was changed.
pub(super) fn changed(model: &mut Model, ids: &[domain::ids::ConversationId]) -> Vec<Effect> {
    let detail = model.conversations.reader.detail.as_ref();
    if detail.is_some_and(|detail| ids.contains(&detail.row.id)) { again(model) } else { Vec::new() }
}

/// Scrolls the detail; the view stops it at its end.
pub(super) fn scroll(model: &mut Model, lines: i32) -> Vec<Effect> {
    let reader = &mut model.conversations.reader;
    if let Some(jump) = &mut reader.jump
        && std::mem::take(&mut jump.first)
    {
        reader.top = usize::from(model.measured.size_of(FIRST).height);
    }
    let by = usize::try_from(lines.unsigned_abs()).unwrap_or(usize::MAX);
    let last = usize::from(model.measured.size_of(LENGTH).height);
    reader.top = if lines < 0 {
        reader.top.min(last).saturating_sub(by)
    } else {
        reader.top.saturating_add(by).min(last)
    };
    Vec::new()
}

/// The name under which the view says how far the detail can scroll (as a height).
pub const LENGTH: &str = "conversations.detail.length";

/// Which of the two there is to be shown first.
fn which(model: &Model) -> Option<Which> {
    let row = model.conversations.row()?;
    match (&row.enriched_path, &row.raw_path) {
        (Some(path), _) if !path.is_empty() => Some(Which::Enriched),
        (_, Some(path)) if !path.is_empty() => Some(Which::Raw),
        _ => Some(Which::Enriched),
    }
}

/// Shows the JSON.
pub(super) fn json(model: &mut Model, seek: Option<Place>) -> Vec<Effect> {
    let (Some(row), Some(which)) = (model.conversations.row(), which(model)) else { return Vec::new() };
    let id = row.id.clone();
    let view = Json { id: id.clone(), which, lines: None, top: 0, seek };
    model.open(crate::model::Modal::Conversations(Modal::Json(view)));
    vec![ask(model, Ask::Json(id, which, JsonFor::View))]
}

/// The other of the two.
pub(super) fn json_other(model: &mut Model) -> Vec<Effect> {
    let Some(crate::model::Modal::Conversations(Modal::Json(json))) = model.modals.last_mut() else {
        return Vec::new();
    };
    json.which = if json.which == Which::Raw { Which::Enriched } else { Which::Raw };
    (json.lines, json.top, json.seek) = (None, 0, None);
    let question = Ask::Json(json.id.clone(), json.which, JsonFor::View);
    vec![ask(model, question)]
}

/// A move in the JSON.
pub(super) fn json_nav(model: &mut Model, nav: Nav) -> Vec<Effect> {
    let height = usize::from(model.measured.size_of(JSON).height).max(1);
    let Some(crate::model::Modal::Conversations(Modal::Json(json))) = model.modals.last_mut() else {
        return Vec::new();
    };
    match nav {
        Nav::Enter => {
            model.close();
        }
        Nav::Left | Nav::Right | Nav::Next | Nav::Previous => return json_other(model),
        _ => {
            let lines = json.lines.as_ref().and_then(|lines| lines.as_ref().ok()).map_or(0, Vec::len);
            let tops = lines.saturating_sub(height) + 1;
            if let Some(top) = nav.step(json.top, tops, height) {
                json.top = top;
            }
        }
    }
    Vec::new()
}

/// The JSON in another program.
pub(super) fn outside(model: &mut Model, with: JsonFor) -> Vec<Effect> {
    let open = match model.modals.last() {
        Some(crate::model::Modal::Conversations(Modal::Json(json))) => Some((json.id.clone(), json.which)),
        _ => None,
    };
    let here = model.conversations.row().map(|row| row.id.clone()).zip(which(model));
    match open.or(here) {
        Some((id, which)) => vec![ask(model, Ask::Json(id, which, with))],
        None => Vec::new(),
    }
}

/// Copies the key.
pub(super) fn copy(model: &mut Model, now: Now) -> Vec<Effect> {
    let Some(row) = model.conversations.row() else { return Vec::new() };
    let id = row.id.to_string();
    let note = model.shell.say(Severity::Info, format!("Copied {id}"), now);
    vec![Effect::Copy(id), note]
}

/// Copies the row.
pub(super) fn copy_json(model: &mut Model, now: Now) -> Vec<Effect> {
    let Some(row) = model.conversations.row() else { return Vec::new() };
    let json = serde_json::to_string_pretty(row).unwrap_or_default();
    let note = model.shell.say(Severity::Info, format!("Copied {} as JSON", row.id.short()), now);
    vec![Effect::Copy(json), note]
}
