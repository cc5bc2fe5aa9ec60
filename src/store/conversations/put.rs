//! Import: a conversation is inserted, recognised, or replaced.

use crate::journal::Hold;
use crate::sql::{Dialect, Tx};
use crate::{Db, Result, StoreError};
use chrono::{DateTime, SecondsFormat, Utc};
use domain::conversation::{EnrichmentStatus, ReviewStatus, Tier};
use domain::ids::{BatchId, ConversationId};
use domain::scaffolding::Scaffolding;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// A conversation as it comes in by import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewConversation {
    /// Business key.
    pub id: ConversationId,
    /// What to call it; empty: persona's name, else the key.
    pub title: String,
    /// Keys and names; empty where unknown.
    pub scaffolding: Scaffolding,
    /// Where the arc starts.
    pub starting_emotion: Option<String>,
    /// Where it ends.
    pub ending_emotion: Option<String>,
    /// Kind of template.
    pub tier: Tier,
    /// Review; a replaced conversation keeps the one it has.
    pub status: ReviewStatus,
    /// Enrichment.
    pub enrichment: EnrichmentStatus,
    /// Turns of both roles.
    pub turns: u32,
    /// 0 to 10, kept to one decimal as the platform does; anything else is unmeasured.
    pub quality: Option<f64>,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// Key of the raw or parsed object.
    pub raw_path: Option<String>,
    /// Its bytes.
    pub raw_size: Option<u64>,
    /// Key of the enriched object.
    pub enriched_path: Option<String>,
    /// Its bytes.
    pub enriched_size: Option<u64>,
    /// Hash of the content (hex), by which a second import is recognised.
    pub content_hash: String,
    /// Turns that end in the middle of a sentence; `None`: not checked.
    pub truncated: Option<u32>,
    /// The batch it belongs to ([`Db::ensure_batch`]); `None` leaves what is there.
    pub batch: Option<BatchId>,
}

/// What became of a conversation that was put.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PutOutcome {
    /// It was not there.
    Inserted,
    /// It was there with the same content; nothing was written.
    Same,
    /// It was there with other content, which is replaced; review and notes stay.
    Replaced,
}

/// Rows written by one statement.
const CHUNK: usize = 500;

impl Db {
    /// Keeps them in one transaction; the answers are in the same order. The same key twice: the later one replaces.
    /// A conflict when their objects were noted in the journal and the entry is no longer its owner's.
    pub async fn put_conversations(
        &self,
        new: &[NewConversation],
        journal: Option<&Hold>,
    ) -> Result<Vec<PutOutcome>> {
        self.writable()?;
        let mut tx = self.begin().await?;
        if let Some(hold) = journal {
            self.hold_in(&mut tx, hold).await?;
        }
        let mut outcomes = Vec::with_capacity(new.len());
        for chunk in new.chunks(CHUNK) {
            self.put_chunk(&mut tx, chunk, &mut outcomes).await?;
        }
        tx.commit().await?;
        Ok(outcomes)
    }

    /// Content hashes of those that are there: to recognise a second import before anything is uploaded.
    pub async fn content_hashes(&self, ids: &[ConversationId]) -> Result<Vec<(ConversationId, String)>> {
        if !self.additions() {
            return Ok(Vec::new());
        }
        let mut all = Vec::new();
        for chunk in ids.chunks(1_000) {
            let mut sql = self.sql(
                "SELECT x.conversation_id, x.content_hash FROM brightrun_imports x \
                 JOIN conversations c ON c.conversation_id = x.conversation_id AND c.user_id = x.user_id \
                 WHERE x.content_hash IS NOT NULL AND x.user_id = ",
            );
            sql.bind(self.user.0).push(" AND x.conversation_id");
            sql.push_in(chunk.iter().map(|id| id.as_str().to_owned()).collect());
            let rows: Vec<(String, String)> = self.fetch(sql).await?;
            all.extend(rows.into_iter().map(|(id, hash)| (ConversationId::new(id), hash)));
        }
        Ok(all)
    }

    async fn put_chunk(
        &self,
        tx: &mut Tx,
        chunk: &[NewConversation],
        outcomes: &mut Vec<PutOutcome>,
    ) -> Result<()> {
        let mut known = self.known(tx, chunk).await?;
        let mut write: Vec<&NewConversation> = Vec::new();
        for new in chunk {
            let outcome = match known.insert(new.id.as_str().to_owned(), Some(new.content_hash.clone())) {
                None => PutOutcome::Inserted,
                Some(Some(hash)) if hash == new.content_hash => PutOutcome::Same,
                Some(_) => PutOutcome::Replaced,
            };
            if outcome != PutOutcome::Same {
                write.retain(|earlier| earlier.id != new.id);
                write.push(new);
            }
            outcomes.push(outcome);
        }
        if write.is_empty() {
            return Ok(());
        }
        let rows: Vec<Value> = write.iter().map(|new| self.document(new)).collect();
        let wanted = rows.len() as u64;
        let rows = Value::Array(rows);
        let sql = tx.sql(self.by_dialect(PUT_SQLITE, PUT_POSTGRES)).arg(rows.clone()).arg(self.user.0);
        let written = tx.execute(sql).await?;
        if written < wanted {
            return Err(StoreError::conflict(
                "a conversation with the same key belongs to another user of this database; nothing was imported",
            ));
        }
        tx.execute(tx.sql(self.by_dialect(SIDE_SQLITE, SIDE_POSTGRES)).arg(rows).arg(self.user.0)).await?;
        let items = write.iter().filter_map(|new| {
            let topic = &new.scaffolding.training_topic;
            Some(self.batch_item(new.batch?, &new.id, topic, new.tier, new.created))
        });
        self.put_batch_items(tx, items.collect()).await
    }

    /// Key → content hash of those that are there.
    async fn known(&self, tx: &mut Tx, chunk: &[NewConversation]) -> Result<HashMap<String, Option<String>>> {
        let mut sql = tx.sql(
            "SELECT c.conversation_id, x.content_hash FROM conversations c LEFT JOIN brightrun_imports x \
             ON x.conversation_id = c.conversation_id AND x.user_id = c.user_id WHERE c.user_id = ",
        );
        sql.bind(self.user.0).push(" AND c.conversation_id");
        sql.push_in(chunk.iter().map(|new| new.id.as_str().to_owned()).collect());
        let rows: Vec<(String, Option<String>)> = tx.fetch(sql).await?;
        Ok(rows.into_iter().collect())
    }

    pub(crate) fn by_dialect(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self.dialect() {
            Dialect::Sqlite => sqlite,
            Dialect::Postgres => postgres,
        }
    }

    /// As JSON carries a time into a statement.
    pub(crate) fn time(&self, at: DateTime<Utc>) -> Value {
        match self.dialect() {
            Dialect::Sqlite => at.timestamp_micros().into(),
            Dialect::Postgres => at.to_rfc3339_opts(SecondsFormat::Micros, true).into(),
        }
    }

    fn document(&self, new: &NewConversation) -> Value {
        let s = &new.scaffolding;
        let title = [&new.title, &s.persona_name].into_iter().find(|text| !text.is_empty());
        let title = clean(title.map_or(new.id.as_str(), String::as_str));
        // Postgres has room for 100 characters; a longer key is found in the snapshot.
        let limit = if self.dialect() == Dialect::Sqlite { usize::MAX } else { 100 };
        let key = |text: &str| (!text.is_empty() && text.chars().count() <= limit).then(|| clean(text));
        let search = [title.as_str(), new.id.as_str()].into_iter().chain(s.texts());
        let search: Vec<String> = search.map(str::to_lowercase).collect();
        json!({
            "row": Uuid::new_v5(&self.user.0, new.id.as_str().as_bytes()).to_string(),
            "id": new.id.as_str(),
            "title": title,
            "tier": new.tier.word(),
            "status": new.status.word(),
            "enrichment": new.enrichment.word(),
            "quality": new.quality.filter(|q| (0.0..=10.0).contains(q)).map(|q| (q * 10.0).round() / 10.0),
            "turns": new.turns,
            "persona": key(&s.persona_key),
            "arc": key(&s.emotional_arc_key),
            "topic": key(&s.training_topic_key),
            "snapshot": snapshot(new),
            "starting": new.starting_emotion.as_deref().and_then(key),
            "ending": new.ending_emotion.as_deref().and_then(key),
            "raw_path": new.raw_path,
            "raw_size": new.raw_size,
            "enriched_path": new.enriched_path,
            "enriched_size": new.enriched_size,
            "created": self.time(new.created),
            "search": search.join("\u{1f}"),
            "hash": new.content_hash,
            "truncated": new.truncated,
        })
    }
}

/// Postgres text cannot hold U+0000.
fn clean(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// What aggregation on the platform relies on (formats 4.2), as far as an import knows it.
fn snapshot(new: &NewConversation) -> Value {
    let s = &new.scaffolding;
    json!({
        "persona": { "name": clean(&s.persona_name), "persona_key": clean(&s.persona_key) },
        "emotional_arc": {
            "name": clean(&s.emotional_arc),
            "arc_key": clean(&s.emotional_arc_key),
            "starting_emotion": new.starting_emotion.as_deref().map(clean),
            "ending_emotion": new.ending_emotion.as_deref().map(clean),
        },
        "training_topic": { "name": clean(&s.training_topic), "topic_key": clean(&s.training_topic_key) },
        "scaffolding_version": "1.0",
    })
}

const PUT_SQLITE: &str = "INSERT INTO conversations (id, conversation_id, user_id, created_by, title, tier, status, enrichment_status, \
  quality_score, turn_count, persona_key, emotional_arc_key, topic_key, scaffolding_snapshot, starting_emotion, ending_emotion, \
  file_path, file_size, enriched_file_path, enriched_file_size, enriched_at, created_at, updated_at, brightrun_search) \
SELECT v.value->>'row', v.value->>'id', $2, $2, v.value->>'title', v.value->>'tier', v.value->>'status', v.value->>'enrichment', \
  CAST(v.value->>'quality' AS REAL), v.value->>'turns', v.value->>'persona', v.value->>'arc', v.value->>'topic', v.value->'snapshot', \
  v.value->>'starting', v.value->>'ending', v.value->>'raw_path', v.value->>'raw_size', v.value->>'enriched_path', \
  v.value->>'enriched_size', CASE WHEN v.value->>'enriched_path' IS NOT NULL THEN v.value->>'created' END, \
  v.value->>'created', v.value->>'created', v.value->>'search' \
FROM json_each($1) v WHERE TRUE \
ON CONFLICT (conversation_id) DO UPDATE SET title = excluded.title, tier = excluded.tier, \
  enrichment_status = excluded.enrichment_status, quality_score = excluded.quality_score, turn_count = excluded.turn_count, \
  persona_key = excluded.persona_key, emotional_arc_key = excluded.emotional_arc_key, topic_key = excluded.topic_key, \
  scaffolding_snapshot = excluded.scaffolding_snapshot, starting_emotion = excluded.starting_emotion, \
  ending_emotion = excluded.ending_emotion, file_path = excluded.file_path, file_size = excluded.file_size, \
  enriched_file_path = excluded.enriched_file_path, enriched_file_size = excluded.enriched_file_size, \
  enriched_at = excluded.enriched_at, created_at = excluded.created_at, updated_at = excluded.updated_at, \
  brightrun_search = excluded.brightrun_search WHERE conversations.user_id = excluded.user_id";

// What the platform knows beyond an import (prompt, baseline) stays in the snapshot, and what it knows where the file is
// silent; a row that came in by import says what its file says.
const PUT_POSTGRES: &str = "INSERT INTO conversations (conversation_id, user_id, created_by, title, tier, status, enrichment_status, \
  quality_score, turn_count, persona_key, emotional_arc_key, topic_key, scaffolding_snapshot, starting_emotion, ending_emotion, \
  file_path, file_size, enriched_file_path, enriched_file_size, enriched_at, created_at, updated_at) \
SELECT v.id, $2, $2, v.title, v.tier, v.status, v.enrichment, v.quality, v.turns, v.persona, v.arc, v.topic, v.snapshot, v.starting, \
  v.ending, v.raw_path, v.raw_size, v.enriched_path, v.enriched_size, CASE WHEN v.enriched_path IS NOT NULL THEN v.created END, \
  v.created, v.created \
FROM jsonb_to_recordset($1) AS v (id text, title text, tier text, status text, enrichment text, quality numeric, turns integer, \
  persona text, arc text, topic text, snapshot jsonb, starting text, ending text, raw_path text, raw_size bigint, \
  enriched_path text, enriched_size bigint, created timestamptz) \
ON CONFLICT (conversation_id) DO UPDATE SET title = excluded.title, tier = excluded.tier, \
  enrichment_status = excluded.enrichment_status, quality_score = excluded.quality_score, turn_count = excluded.turn_count, \
  persona_key = excluded.persona_key, emotional_arc_key = excluded.emotional_arc_key, topic_key = excluded.topic_key, \
  scaffolding_snapshot = (SELECT jsonb_object_agg(COALESCE(o.key, n.key), CASE \
    WHEN jsonb_typeof(o.value) = 'object' AND jsonb_typeof(n.value) = 'object' THEN o.value || COALESCE((SELECT \
      jsonb_object_agg(e.key, e.value) FROM jsonb_each(n.value) e WHERE e.value NOT IN ('\"\"', 'null') OR EXISTS (\
      SELECT 1 FROM brightrun_imports x WHERE x.user_id = conversations.user_id \
      AND x.conversation_id = conversations.conversation_id AND x.content_hash IS NOT NULL)), '{}') \
    ELSE COALESCE(n.value, o.value) END) \
    FROM jsonb_each(CASE WHEN jsonb_typeof(conversations.scaffolding_snapshot) = 'object' \
      THEN conversations.scaffolding_snapshot ELSE '{}' END) o FULL JOIN jsonb_each(excluded.scaffolding_snapshot) n ON n.key = o.key), \
  starting_emotion = excluded.starting_emotion, \
  ending_emotion = excluded.ending_emotion, file_path = excluded.file_path, file_size = excluded.file_size, \
  enriched_file_path = excluded.enriched_file_path, enriched_file_size = excluded.enriched_file_size, \
  enriched_at = excluded.enriched_at, created_at = excluded.created_at, updated_at = excluded.updated_at \
  WHERE conversations.user_id = excluded.user_id";

const SIDE_SQLITE: &str = "INSERT INTO brightrun_imports (user_id, conversation_id, content_hash, truncated) \
SELECT $2, v.value->>'id', v.value->>'hash', v.value->>'truncated' FROM json_each($1) v WHERE TRUE \
ON CONFLICT (user_id, conversation_id) DO UPDATE SET content_hash = excluded.content_hash, truncated = excluded.truncated";

const SIDE_POSTGRES: &str = "INSERT INTO brightrun_imports (user_id, conversation_id, content_hash, truncated) \
SELECT $2, v.id, v.hash, v.truncated FROM jsonb_to_recordset($1) AS v (id text, hash text, truncated bigint) \
ON CONFLICT (user_id, conversation_id) DO UPDATE SET content_hash = excluded.content_hash, truncated = excluded.truncated";
