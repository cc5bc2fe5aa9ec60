//! One dataset, beside the list or in its place; several side by side.

use super::{ask, list};
use crate::model::conversations::DetailPlace;
use crate::model::datasets::{Ask, DETAIL, Modal};
use crate::model::{Effect, Model, Nav};
use crate::update::shell::modal::{LENGTH, PANE};

/// Shows or hides it beside the list.
pub(super) fn beside(model: &mut Model) -> Vec<Effect> {
    let state = &mut model.datasets;
    state.in_detail = false;
    if state.place == DetailPlace::Beside {
        state.place = DetailPlace::Hidden;
        return Vec::new();
    }
    state.place = DetailPlace::Beside;
    show(model)
}

/// In place of the list, or beside it again.
pub(super) fn zoom(model: &mut Model) -> Vec<Effect> {
    if model.datasets.place == DetailPlace::Full {
        model.datasets.place = DetailPlace::Beside;
        return Vec::new();
    }
    full(model)
}

/// In place of the list.
pub(super) fn full(model: &mut Model) -> Vec<Effect> {
    if model.datasets.row().is_none() {
        return Vec::new();
    }
    model.datasets.place = DetailPlace::Full;
    model.datasets.in_detail = true;
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
        state.scroll = 0;
    }
    vec![ask(model, Ask::Show(id))]
}

/// So many lines up or down.
pub(super) fn scroll(model: &mut Model, lines: i32) -> Vec<Effect> {
    let last = usize::from(model.measured.size_of("datasets.detail.length").height);
    let at = model.datasets.scroll.min(last);
    model.datasets.scroll = list::moved(at, lines).min(last);
    Vec::new()
}

/// A move that is about the detail; `None`: it is about the list.
pub(super) fn nav(model: &mut Model, nav: Nav) -> Option<Vec<Effect>> {
    let page = i32::from(model.measured.size_of(DETAIL).height).max(2) - 1;
    let at = model.datasets.at;
    Some(match (nav, model.datasets.in_detail) {
        (Nav::Enter, _) => full(model),
        (Nav::Next | Nav::Previous, inside) => {
            let place = model.datasets.place;
            model.datasets.in_detail = place == DetailPlace::Full || place == DetailPlace::Beside && !inside;
            Vec::new()
        }
        (Nav::Left, true) => list::to(model, at.saturating_sub(1)),
        (Nav::Right, true) => list::to(model, at + 1),
        (Nav::Up, true) => scroll(model, -1),
        (Nav::Down, true) => scroll(model, 1),
        (Nav::PageUp, true) => scroll(model, -page),
        (Nav::PageDown, true) => scroll(model, page),
        (Nav::Top, true) => scroll(model, i32::MIN),
        (Nav::Bottom, true) => scroll(model, i32::MAX),
        _ => return None,
    })
}

/// Closes it. Whether there was something to close.
pub(super) fn back(model: &mut Model) -> bool {
    let state = &mut model.datasets;
    if state.in_detail {
        state.in_detail = false;
        if state.place == DetailPlace::Full {
            state.place = DetailPlace::Hidden;
        }
        return true;
    }
    std::mem::replace(&mut state.place, DetailPlace::Hidden) != DetailPlace::Hidden
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
