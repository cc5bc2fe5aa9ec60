//! The column chooser.

use crate::model::conversations::{Columns, Modal};
use crate::model::{Effect, Model, Nav};
use domain::filter::Column;

fn chooser(model: &mut Model) -> Option<&mut Columns> {
    match model.modals.last_mut() {
        Some(crate::model::Modal::Conversations(Modal::Columns(columns))) => Some(columns),
        _ => None,
    }
}

/// Opens it: the columns in view in their order, then the others.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let shown = &model.conversations.columns;
    let hidden = Column::ALL.iter().filter(|column| !shown.contains(column));
    let list = shown.iter().map(|c| (*c, true)).chain(hidden.map(|c| (*c, false))).collect();
    model.open(crate::model::Modal::Conversations(Modal::Columns(Columns { list, at: 0 })));
    Vec::new()
}

/// Shows or hides the one under the cursor.
pub(super) fn toggle(model: &mut Model) -> Vec<Effect> {
    if let Some(chooser) = chooser(model)
        && let Some((_, shown)) = chooser.list.get_mut(chooser.at)
    {
        *shown = !*shown;
    }
    Vec::new()
}

/// Moves the one under the cursor.
pub(super) fn shift(model: &mut Model, left: bool) -> Vec<Effect> {
    if let Some(chooser) = chooser(model) {
        let to = if left {
            chooser.at.checked_sub(1)
        } else {
            Some(chooser.at + 1).filter(|to| *to < chooser.list.len())
        };
        if let Some(to) = to {
            chooser.list.swap(chooser.at, to);
            chooser.at = to;
        }
    }
    Vec::new()
}

/// A move; `enter` takes the choice over. At least one column stays.
pub(super) fn nav(model: &mut Model, nav: Nav) -> Vec<Effect> {
    match nav {
        Nav::Left => return shift(model, true),
        Nav::Right => return shift(model, false),
        _ => {}
    }
    let Some(chooser) = chooser(model) else { return Vec::new() };
    if nav == Nav::Enter {
        let columns: Vec<Column> = chooser.list.iter().filter(|(_, shown)| *shown).map(|(c, _)| *c).collect();
        model.conversations.columns = if columns.is_empty() { vec![Column::Title] } else { columns };
        model.close();
    } else if let Some(at) = nav.step(chooser.at, chooser.list.len(), chooser.list.len()) {
        chooser.at = at;
    }
    Vec::new()
}
