//! One dataset, beside the list or in its place; several side by side.

use super::ask;
use crate::model::datasets::{Ask, Modal};
use crate::model::{Effect, Model, Nav};
use crate::update::shell::modal::{LENGTH, PANE};

/// Shows or hides it beside the list.
pub(super) fn beside(model: &mut Model) -> Vec<Effect> {
    if model.datasets.browse.beside() { show(model) } else { Vec::new() }
}

/// In place of the list, or beside it again.
pub(super) fn zoom(model: &mut Model) -> Vec<Effect> {
    if model.datasets.browse.shrink() { Vec::new() } else { full(model) }
}

/// In place of the list.
pub(super) fn full(model: &mut Model) -> Vec<Effect> {
    if model.datasets.row().is_none() {
        return Vec::new();
    }
    model.datasets.browse.full();
    show(model)
}

/// Asks for the dataset under the cursor, unless it is here.
pub(super) fn show(model: &mut Model) -> Vec<Effect> {
    let state = &mut model.datasets;
    let Some(row) = state.row() else { return Vec::new() };
    let id = row.id;
    if state.detail.as_ref().is_some_and(|detail| detail.dataset == *row) {
        return Vec::new();
    }
    if state.detail.as_ref().is_none_or(|detail| detail.dataset.id != id) {
        state.browse.scroll = 0;
    }
    vec![ask(model, Ask::Show(id))]
}

/// A move in the comparison.
pub(super) fn compared(model: &mut Model, nav: Nav) -> Vec<Effect> {
    let page = usize::from(model.measured.size_of(PANE).height);
    let len = usize::from(model.measured.size_of(LENGTH).height) + 1;
    if nav == Nav::Enter {
        model.close();
    } else if let Some(crate::model::Modal::Datasets(Modal::Compare { top, .. })) = model.modals.last_mut()
        && let Some(to) = nav.step((*top).min(len - 1), len, page)
    {
        *top = to;
    }
    Vec::new()
}
