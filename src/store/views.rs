//! Saved views: a filter, a sort and columns under a name.

use crate::types::Doc;
use crate::{Db, Result, StoreError};
use domain::filter::View;
use domain::ids::ViewId;

impl Db {
    /// All of the user's, by name. One that this version cannot read is left out, not lost.
    pub async fn views(&self) -> Result<Vec<View>> {
        if !self.additions() {
            return Ok(Vec::new());
        }
        let sql =
            self.sql("SELECT body FROM brightrun_views WHERE user_id = $1 ORDER BY name").arg(self.user.0);
        let rows: Vec<(Doc,)> = self.fetch(sql).await?;
        Ok(rows.into_iter().filter_map(|(body,)| serde_json::from_value(body.0).ok()).collect())
    }

    /// Keeps it; replaces the one with the same key. A name that another view has is a conflict.
    pub async fn save_view(&self, view: &View) -> Result<()> {
        self.writable()?;
        let mut tx = self.begin().await?;
        let taken = tx
            .sql(
                "SELECT CAST(1 AS BIGINT) FROM brightrun_views WHERE user_id = $1 AND name = $2 AND id <> $3",
            )
            .arg(self.user.0)
            .arg(view.name.as_str())
            .arg(view.id.0);
        if !tx.fetch::<(i64,)>(taken).await?.is_empty() {
            return Err(StoreError::conflict(format!(
                "there is a view named {} already. Choose another name",
                view.name
            )));
        }
        let body = serde_json::to_value(view).map_err(|error| StoreError::Other(error.to_string()))?;
        let sql = tx
            .sql(
                "INSERT INTO brightrun_views AS v (id, user_id, name, body) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body WHERE v.user_id = excluded.user_id",
            )
            .arg(view.id.0)
            .arg(self.user.0)
            .arg(view.name.as_str())
            .arg(body);
        tx.execute(sql).await?;
        tx.commit().await
    }

    /// Forgets it; nothing happens when there is none.
    pub async fn delete_view(&self, id: ViewId) -> Result<()> {
        let sql =
            self.sql("DELETE FROM brightrun_views WHERE user_id = $1 AND id = $2").arg(self.user.0).arg(id.0);
        self.execute(sql).await.map(|_| ())
    }
}
