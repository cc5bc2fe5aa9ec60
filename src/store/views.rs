//! Saved views: a filter, a sort and columns under a name.

use crate::{Db, Result};
use domain::filter::View;
use domain::ids::ViewId;

impl Db {
    /// All of the user's, by name.
    pub async fn views(&self) -> Result<Vec<View>> {
        todo!()
    }

    /// Keeps it; replaces the one with the same key. A name that another view has is a conflict.
    pub async fn save_view(&self, view: &View) -> Result<()> {
        let _ = view;
        todo!()
    }

    /// Forgets it; nothing happens when there is none.
    pub async fn delete_view(&self, id: ViewId) -> Result<()> {
        let _ = id;
        todo!()
    }
}
