//! Deleting by name (R5.05; training-pipeline 7 no. 38).

use super::{Model, ModelStatus};

/// What keeps a model from being deleted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongName {
    /// The typed name is another one.
    #[error("type the exact name `{name}` to delete it")]
    Name {
        /// The right one.
        name: String,
    },
    /// It is in use.
    #[error("{name} is in production; store or archive it first")]
    InUse {
        /// Which.
        name: String,
    },
}

/// Checks what was typed to delete a model: its exact name, character for character; blanks around it do not count.
///
/// # Errors
/// The name is another one, or the model is in use.
pub fn confirm_delete(model: &Model, typed: &str) -> Result<(), WrongName> {
    if model.status.is(ModelStatus::Production) {
        return Err(WrongName::InUse { name: model.name.clone() });
    }
    if typed.trim() == model.name.trim() && !model.name.trim().is_empty() {
        Ok(())
    } else {
        Err(WrongName::Name { name: model.name.clone() })
    }
}
