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

use crate::keys::ActionSpec;

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
