//! Reviews.

use super::compile;
use crate::sql::Dialect;
use crate::{Db, Result};
use chrono::{DateTime, Utc};
use domain::conversation::{Review, ReviewStatus};
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
}

fn texts(ids: &[ConversationId]) -> Vec<String> {
    ids.iter().map(|id| id.as_str().to_owned()).collect()
}
