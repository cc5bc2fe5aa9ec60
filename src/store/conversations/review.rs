//! What changes on rows that are there: review, enrichment, checks.

use super::compile;
use crate::sql::{Bind, Dialect};
use crate::{Db, Result, StoreError};
use chrono::{DateTime, Utc};
use domain::conversation::{EnrichmentStatus, Review, ReviewStatus};
use domain::filter::Filter;
use domain::ids::ConversationId;
use domain::selection::Selection;

impl Db {
    /// Sets the review of all selected in one transaction; returns how many there are. An empty note keeps the earlier one.
    pub async fn set_review(&self, selection: &Selection, review: &Review, at: DateTime<Utc>) -> Result<u64> {
        self.writable()?;
        let mut tx = self.begin().await?;
        let mut sql = self.sql("UPDATE conversations SET status = ");
        sql.bind(review.status.word())
            .push(", reviewed_by = ")
            .bind(self.user.0)
            .push(", reviewed_at = ")
            .bind(at);
        sql.push(", updated_at = ").bind(at);
        if !review.note.is_empty() {
            sql.push(", review_notes = ").bind(review.note.as_str());
        }
        if review.status == ReviewStatus::Approved && self.dialect() == Dialect::Postgres && self.platform() {
            sql.push(", approved_by = ").bind(self.user.0).push(", approved_at = ").bind(at);
        }
        sql.push(" WHERE id IN (SELECT c.id FROM conversations c WHERE ");
        match selection {
            Selection::Ids(ids) => {
                compile::push_scope(&mut sql, self.user.0, &Filter::All, &[]);
                sql.push(" AND c.conversation_id").push_in(texts(ids));
            }
            Selection::Matching { filter, except, .. } => {
                compile::push_scope(&mut sql, self.user.0, filter, &texts(except));
            }
        }
        sql.push(")");
        let changed = tx.execute(sql).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// The note of the last review.
    pub async fn review_note(&self, id: &ConversationId) -> Result<Option<String>> {
        let sql = self
            .sql("SELECT review_notes FROM conversations WHERE user_id = $1 AND conversation_id = $2")
            .arg(self.user.0)
            .arg(id.as_str());
        Ok(self.fetch_one::<Option<String>>(sql).await?.flatten().filter(|note| !note.is_empty()))
    }

    /// Remembers how many turns end in the middle of a sentence.
    pub async fn set_truncated(&self, id: &ConversationId, turns: u32) -> Result<()> {
        let sql = self
            .sql(
                "INSERT INTO brightrun_imports AS x (user_id, conversation_id, truncated) VALUES ($1, $2, $3) \
                 ON CONFLICT (user_id, conversation_id) DO UPDATE SET truncated = excluded.truncated",
            )
            .arg(self.user.0)
            .arg(id.as_str())
            .arg(turns);
        self.execute(sql).await.map(|_| ())
    }

    /// Moves the enrichment on; `enriched` is the object's key and size.
    pub async fn set_enrichment(
        &self,
        id: &ConversationId,
        status: EnrichmentStatus,
        enriched: Option<(&str, u64)>,
        at: DateTime<Utc>,
    ) -> Result<()> {
        let mut sql = self.sql("UPDATE conversations SET enrichment_status = ");
        sql.bind(status.word()).push(", updated_at = ").bind(at);
        if let Some((path, size)) = enriched {
            sql.push(", enriched_file_path = ").bind(path).push(", enriched_file_size = ");
            sql.bind(i64::try_from(size).unwrap_or(i64::MAX))
                .push(", enriched_at = ")
                .bind(Bind::At(Some(at)));
        }
        sql.push(" WHERE user_id = ").bind(self.user.0).push(" AND conversation_id = ").bind(id.as_str());
        match self.execute(sql).await? {
            0 => Err(StoreError::NotFound { what: format!("conversation {id}") }),
            _ => Ok(()),
        }
    }
}

fn texts(ids: &[ConversationId]) -> Vec<String> {
    ids.iter().map(|id| id.as_str().to_owned()).collect()
}
