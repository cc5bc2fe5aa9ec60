//! Saved views.

use crate::engine::from_db;
use crate::{Engine, Error, Result};
use domain::filter::View;
use domain::ids::ViewId;

/// All of them, by name.
pub async fn list(engine: &Engine) -> Result<Vec<View>> {
    engine.db().views().await.map_err(from_db("Cannot read the views"))
}

/// Keeps a view; one of the same name is replaced.
pub async fn save(engine: &Engine, view: &View) -> Result<()> {
    const WHAT: &str = "Cannot save the view";
    if view.name.trim().is_empty() {
        return Err(Error::usage(WHAT, "it has no name").next("Give it one"));
    }
    engine.db().save_view(view).await.map_err(from_db(WHAT))
}

/// Forgets a view; a missing one is fine.
pub async fn delete(engine: &Engine, id: ViewId) -> Result<()> {
    engine.db().delete_view(id).await.map_err(from_db("Cannot delete the view"))
}

/// A fresh key for a view.
pub fn new_id(engine: &Engine) -> ViewId {
    ViewId(engine.0.ids.next())
}
