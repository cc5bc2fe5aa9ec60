//! `batch_jobs`, as far as conversations name them (formats 6). A conversation's batch is only ever found through its item.

use crate::{Db, Result};
use chrono::{DateTime, Utc};
use domain::conversation::BatchRef;
use domain::ids::BatchId;

impl Db {
    /// Makes sure that there is a batch of this name and returns it: the user's newest one of the name, else a new one with `id`.
    pub async fn ensure_batch(&self, id: BatchId, name: &str, at: DateTime<Utc>) -> Result<BatchRef> {
        let _ = (id, name, at);
        todo!()
    }

    /// The user's batches, newest first.
    pub async fn batches(&self) -> Result<Vec<BatchRef>> {
        todo!()
    }
}
