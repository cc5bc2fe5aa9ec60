//! The catalogue: one list per screen, in one registry.

pub mod conversations;
pub mod datasets;
pub mod field;
pub mod files;
pub mod finder;
pub mod modal;
pub mod models;
pub mod monitor;
pub mod overview;
pub mod settings;
pub mod shell;
pub mod train;
pub mod trainings;

use crate::keys::{ActionSpec, Scope};
use crate::model::{Msg, Nav};

const LISTS: &[&[ActionSpec]] = &[
    shell::ACTIONS,
    modal::ACTIONS,
    field::ACTIONS,
    finder::ACTIONS,
    overview::ACTIONS,
    conversations::ACTIONS,
    files::ACTIONS,
    datasets::ACTIONS,
    train::ACTIONS,
    trainings::ACTIONS,
    models::ACTIONS,
    settings::ACTIONS,
    monitor::ACTIONS,
];

/// All actions.
pub fn all() -> impl Iterator<Item = &'static ActionSpec> {
    LISTS.iter().flat_map(|list| list.iter())
}

/// An action by its id.
pub fn find(id: &str) -> Option<&'static ActionSpec> {
    all().find(|action| action.id == id)
}

/// What `enter` means among the findings of a screen: a line for hints and help.
const fn walk_show(id: &'static str, pane: &'static str) -> ActionSpec {
    let doc = "Goes to the place that the finding under the cursor speaks of.";
    ActionSpec::new(id, Scope::Pane(pane), "Show the place", doc, || Msg::Nav(Nav::Enter))
        .keys(&["enter"])
        .hint(0, "show the place")
}

/// What `esc` means there.
const fn walk_leave(id: &'static str, pane: &'static str) -> ActionSpec {
    let doc = "Goes back to the finding that led here, and from the findings to where one came from.";
    ActionSpec::new(id, Scope::Pane(pane), "Back to where one came from", doc, || Msg::Nav(Nav::Close))
        .keys(&["esc"])
        .hint(1, "back")
}
