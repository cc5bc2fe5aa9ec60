//! Saved views.

use super::{ask, page};
use crate::model::conversations::{Ask, Modal, Msg, Query, Views};
use crate::model::{Confirm, Effect, Model, Nav, Prompt, ScreenId, TextField};
use domain::filter::View;
use domain::ids::ViewId;

/// Tag of the prompt for a name.
pub(super) const PROMPT: &str = "conversations.view";

pub(super) fn list(model: &mut Model) -> Option<&mut Views> {
    match model.modals.last_mut() {
        Some(crate::model::Modal::Conversations(Modal::Views(views))) => Some(views),
        _ => None,
    }
}

fn selected(model: &mut Model) -> Option<View> {
    let views = list(model)?;
    views.views.as_ref()?.as_ref().ok()?.get(views.at).cloned()
}

/// Opens the list.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    model.open(crate::model::Modal::Conversations(Modal::Views(Views::default())));
    vec![ask(model, Ask::Views)]
}

/// A move; `enter` uses the view.
pub(super) fn nav(model: &mut Model, nav: Nav) -> Vec<Effect> {
    let Some(views) = list(model) else { return Vec::new() };
    if nav == Nav::Enter {
        let at = views.at;
        return apply(model, at);
    }
    let len = views.views.as_ref().and_then(|v| v.as_ref().ok()).map_or(0, Vec::len);
    if let Some(at) = nav.step(views.at, len, len) {
        views.at = at;
    }
    Vec::new()
}

/// Uses a view.
pub(super) fn apply(model: &mut Model, at: usize) -> Vec<Effect> {
    if let Some(views) = list(model) {
        views.at = at;
    }
    let Some(view) = selected(model) else { return Vec::new() };
    model.close();
    let state = &mut model.conversations;
    if !view.columns.is_empty() {
        state.columns = view.columns;
    }
    state.view = Some(view.name);
    page::changed(model, Query { filter: view.filter, search: String::new(), sort: view.sort })
}

/// Asks for a name.
pub(super) fn ask_name(model: &mut Model) -> Vec<Effect> {
    let name = model.conversations.view.clone().unwrap_or_default();
    model.open(crate::model::Modal::Prompt(Prompt {
        to: ScreenId::Conversations,
        tag: PROMPT,
        title: "Save this view".to_owned(),
        hint: "A name. Filter, search, order and columns are saved with it".to_owned(),
        field: TextField::with(name),
        problem: None,
    }));
    Vec::new()
}

/// The name was written.
pub(super) fn named(model: &mut Model, name: &str) -> Result<Vec<Effect>, String> {
    let name = name.trim();
    if name.is_empty() {
        return Err("Write a name".to_owned());
    }
    let known = match list(model).map(|list| &list.views) {
        Some(None) => return Err("The views are still being read: try again in a moment".to_owned()),
        Some(Some(Ok(views))) => views.iter().any(|view| view.name == name),
        // They cannot be read: then the store says what it makes of it.
        _ => false,
    };
    let state = &mut model.conversations;
    let view = View {
        id: ViewId(uuid::Uuid::nil()),
        name: name.to_owned(),
        filter: state.query.effective(),
        sort: state.query.sort,
        columns: state.columns.clone(),
    };
    let view = Box::new(view);
    if known {
        let title = format!("Replace the view {name}?");
        let yes = crate::model::Msg::Conversations(Msg::ReplaceView(view));
        let body = ["There is one of that name: its filter, order and columns would be these."];
        model.open(crate::model::Modal::Confirm(Confirm::new(title, "Replace", yes).body(body)));
        return Ok(Vec::new());
    }
    Ok(vec![ask(model, Ask::SaveView { name: name.to_owned(), view })])
}

/// Asks whether to delete.
pub(super) fn ask_delete(model: &mut Model) -> Vec<Effect> {
    if let Some(view) = selected(model) {
        let title = format!("Delete the view {}?", view.name);
        let yes = crate::model::Msg::Conversations(Msg::DeleteView(view.id));
        let body = ["The conversations stay as they are."];
        model.open(crate::model::Modal::Confirm(Confirm::new(title, "Delete", yes).body(body)));
    }
    Vec::new()
}
