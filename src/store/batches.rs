//! `batch_jobs`, as far as conversations name them (formats 6). A conversation's batch is only ever found through its item.

use crate::sql::Tx;
use crate::types::Key;
use crate::{Db, Result};
use chrono::{DateTime, Utc};
use domain::conversation::{BatchRef, ConversationRow, Tier};
use domain::ids::{BatchId, ConversationId};
use serde_json::{Value, json};
use uuid::Uuid;

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

    /// Puts conversations that are there into a batch. Those that are in it already stay as they are.
    pub async fn join_batch(&self, batch: BatchId, rows: &[&ConversationRow]) -> Result<()> {
        let others = rows.iter().filter(|row| row.batch.as_ref().is_none_or(|b| b.id != batch));
        let items: Vec<Value> = others
            .map(|row| {
                self.batch_item(batch, &row.id, &row.scaffolding.training_topic, row.tier, row.created)
            })
            .collect();
        if items.is_empty() {
            return Ok(());
        }
        self.writable()?;
        let mut tx = self.begin().await?;
        self.put_batch_items(&mut tx, items).await?;
        tx.commit().await
    }

    /// One conversation's place in a batch, as [`Db::put_batch_items`] takes it.
    pub(crate) fn batch_item(
        &self,
        batch: BatchId,
        id: &ConversationId,
        topic: &str,
        tier: Tier,
        created: DateTime<Utc>,
    ) -> Value {
        json!({
            "item": Uuid::new_v5(&batch.0, id.as_str().as_bytes()).to_string(),
            "batch": batch.0.to_string(),
            "conversation": id.as_str(),
            "topic": if topic.is_empty() { "Conversation" } else { topic },
            "tier": tier.word(),
            "created": self.time(created),
        })
    }

    pub(crate) async fn put_batch_items(&self, tx: &mut Tx, items: Vec<Value>) -> Result<()> {
        if items.is_empty() {
            return Ok(());
        }
        let items = Value::Array(items);
        let (clear, insert) = (
            self.by_dialect(UNBATCH_SQLITE, UNBATCH_POSTGRES),
            self.by_dialect(BATCH_SQLITE, BATCH_POSTGRES),
        );
        tx.execute(tx.sql(clear).arg(items.clone()).arg(self.user.0)).await?;
        tx.execute(tx.sql(insert).arg(items.clone()).arg(self.user.0)).await?;
        if self.platform() {
            tx.execute(tx.sql(COUNT_POSTGRES).arg(items).arg(self.user.0)).await?;
        }
        Ok(())
    }
}

// A conversation is in one batch: the newest import that names one decides.
const UNBATCH_SQLITE: &str = "DELETE FROM batch_items WHERE conversation_id IN (SELECT c.id FROM json_each($1) v \
  JOIN conversations c ON c.conversation_id = v.value->>'conversation' AND c.user_id = $2)";

const UNBATCH_POSTGRES: &str = "UPDATE batch_items SET conversation_id = NULL WHERE conversation_id IN (SELECT c.id \
  FROM jsonb_to_recordset($1) AS v (conversation text) JOIN conversations c ON c.conversation_id = v.conversation AND c.user_id = $2)";

const BATCH_SQLITE: &str = "INSERT INTO batch_items (id, batch_job_id, position, topic, tier, status, conversation_id, created_at, updated_at) \
SELECT v.value->>'item', v.value->>'batch', \
  (SELECT IFNULL(max(o.position), 0) FROM batch_items o WHERE o.batch_job_id = v.value->>'batch') + v.key + 1, \
  v.value->>'topic', v.value->>'tier', 'completed', c.id, v.value->>'created', v.value->>'created' \
FROM json_each($1) v JOIN conversations c ON c.conversation_id = v.value->>'conversation' AND c.user_id = $2 \
WHERE EXISTS (SELECT 1 FROM batch_jobs b WHERE b.id = v.value->>'batch' AND b.user_id = $2)";

// The platform shows a batch by these numbers.
const COUNT_POSTGRES: &str = "UPDATE batch_jobs b SET total_items = b.total_items + v.n, completed_items = COALESCE(b.completed_items, 0) + v.n, \
  successful_items = COALESCE(b.successful_items, 0) + v.n FROM (SELECT r.batch, count(*) AS n \
  FROM jsonb_to_recordset($1) AS r (batch uuid) GROUP BY r.batch) v WHERE b.id = v.batch AND b.user_id = $2";

const BATCH_POSTGRES: &str = "INSERT INTO batch_items (batch_job_id, position, topic, tier, status, conversation_id) \
SELECT v.batch, (SELECT COALESCE(max(o.position), 0) FROM batch_items o WHERE o.batch_job_id = v.batch) + row_number() OVER (), \
  v.topic, v.tier, 'completed', c.id \
FROM jsonb_to_recordset($1) AS v (batch uuid, conversation text, topic text, tier text) \
JOIN conversations c ON c.conversation_id = v.conversation AND c.user_id = $2 \
WHERE EXISTS (SELECT 1 FROM batch_jobs b WHERE b.id = v.batch AND b.user_id = $2)";
