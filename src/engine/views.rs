//! Saved views.

use crate::{Engine, Error, Result};
use domain::filter::View;
use domain::ids::ViewId;

/// All of them, by name.
pub async fn list(engine: &Engine) -> Result<Vec<View>> {
    let _ = engine;
    Err(Error::failed("Cannot read the views", "not built yet"))
}

/// Keeps a view; one of the same name is replaced.
pub async fn save(engine: &Engine, view: &View) -> Result<()> {
    let _ = (engine, view);
    Err(Error::failed("Cannot save the view", "not built yet"))
}

/// Forgets a view; a missing one is fine.
pub async fn delete(engine: &Engine, id: ViewId) -> Result<()> {
    let _ = (engine, id);
    Err(Error::failed("Cannot delete the view", "not built yet"))
}

/// A fresh key for a view.
pub fn new_id(engine: &Engine) -> ViewId {
    ViewId(engine.0.ids.next())
}
