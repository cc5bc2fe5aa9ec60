//! A key that does nothing says so: what means the same everywhere, and why it means nothing here.

use crate::keys::Combo;
use crate::keys::combo::chord_text;
use crate::model::{Effect, Model, Now, Phase};

/// The keys that mean the same on all screens (screens.md), and what is said where they mean nothing.
const EVERYWHERE: &[(&[&str], &str)] = &[
    (&["/"], "there is nothing to search here"),
    (&["f"], "there is nothing to filter here"),
    (&["F"], "there are no saved views here"),
    (&["s", "S"], "there is nothing to sort here"),
    (&["space", "v", "a", "A"], "there is nothing to mark here"),
    (&["c"], "there are no columns to choose here"),
    (&["n"], "nothing new can be made here"),
    (&["e", "E"], "there is nothing to edit here"),
    (&["x"], "there is nothing to delete or cancel here"),
    (&["o"], "there is nothing to export here"),
    (&["d"], "there are no details here"),
    (&["z"], "there is one pane only"),
    (&["y", "Y"], "there is nothing to copy here"),
    (&["r"], "there is nothing to ask for again here"),
];

/// Says that these keys do nothing, and what to do instead.
pub(super) fn said(model: &mut Model, pressed: &[Combo], now: Now) -> Vec<Effect> {
    if !matches!(model.shell.phase, Phase::Ready(_) | Phase::Alone) {
        return Vec::new();
    }
    let keys = chord_text(pressed);
    let instead = if model.modals.is_empty() { "? shows the keys" } else { "esc closes this" };
    let meant = EVERYWHERE.iter().find(|(known, _)| known.contains(&keys.as_str())).map(|(_, why)| *why);
    let why = meant.unwrap_or("it does nothing here");
    model.shell.hint(format!("{keys}: {why}; {instead}"), now);
    Vec::new()
}
