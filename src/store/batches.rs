//! `batch_jobs`, as far as conversations name them (formats 6). A conversation's batch is only ever found through its item.

use crate::conversations::columns::BATCH_NAME;
use crate::types::Key;
use crate::{Db, Result};
use chrono::{DateTime, Utc};
use domain::conversation::BatchRef;
use domain::ids::BatchId;

impl Db {
    /// Makes sure that there is a batch of this name and returns it: the user's newest one of the name, else a new one with `id`.
    pub async fn ensure_batch(&self, id: BatchId, name: &str, at: DateTime<Utc>) -> Result<BatchRef> {
        self.writable()?;
        let mut tx = self.begin().await?;
        let sql = tx
            .sql("SELECT id FROM batch_jobs WHERE user_id = $1 AND name = $2 ORDER BY created_at DESC, id LIMIT 1")
            .arg(self.user.0)
            .arg(name);
        if let Some((key,)) = tx.fetch::<(Key,)>(sql).await?.into_iter().next() {
            return Ok(BatchRef { id: BatchId(key.0), name: name.to_owned() });
        }
        let sql = tx
            .sql(
                "INSERT INTO batch_jobs (id, user_id, created_by, job_type, name, status, created_at, updated_at) \
                 VALUES ($1, $2, $2, 'generation', $3, 'completed', $4, $4)",
            )
            .arg(id.0)
            .arg(self.user.0)
            .arg(name)
            .arg(at);
        tx.execute(sql).await?;
        tx.commit().await?;
        Ok(BatchRef { id, name: name.to_owned() })
    }

    /// The user's batches, newest first.
    pub async fn batches(&self) -> Result<Vec<BatchRef>> {
        let mut sql = self.sql("SELECT b.id, ");
        sql.push(BATCH_NAME).push(" FROM batch_jobs b WHERE b.user_id = ").bind(self.user.0);
        sql.push(" ORDER BY b.created_at DESC, b.id");
        let rows: Vec<(Key, String)> = self.fetch(sql).await?;
        Ok(rows.into_iter().map(|(id, name)| BatchRef { id: BatchId(id.0), name }).collect())
    }
}
