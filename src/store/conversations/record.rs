//! A row of the list as the database gives it.

use super::columns;
use crate::sql::Dialect;
use crate::types::{At, Key};
use domain::conversation::{BatchRef, ConversationRow, EnrichmentStatus, ReviewStatus, Tier};
use domain::filter::Column;
use domain::ids::{BatchId, ConversationId};
use domain::scaffolding::Scaffolding;

#[derive(sqlx::FromRow)]
pub struct Record {
    conversation_id: String,
    title: String,
    persona_key: Option<String>,
    persona_name: Option<String>,
    arc_key: Option<String>,
    arc_name: Option<String>,
    topic_key: Option<String>,
    topic_name: Option<String>,
    tier: String,
    status: String,
    enrichment: String,
    turns: i64,
    quality: Option<f64>,
    size: Option<i64>,
    created: At,
    in_files: i64,
    truncated: Option<i64>,
    enriched_path: Option<String>,
    raw_path: Option<String>,
    batch_id: Option<Key>,
    batch_name: Option<String>,
}

const FIRST_BATCH: &str = "FROM batch_items i JOIN batch_jobs b ON b.id = i.batch_job_id \
     WHERE i.conversation_id = c.id AND b.user_id = c.user_id ORDER BY i.created_at, i.id LIMIT 1)";

/// What to select from `conversations c`.
pub fn select(dialect: Dialect, additions: bool) -> String {
    let value = |column| columns::value(dialect, column);
    let name = |of: &str| match dialect {
        Dialect::Sqlite => format!("json_extract(c.scaffolding_snapshot, '$.{of}.name')"),
        Dialect::Postgres => format!("(c.scaffolding_snapshot #>> '{{{of},name}}')"),
    };
    let truncated = if additions {
        "(SELECT x.truncated FROM brightrun_imports x WHERE x.user_id = c.user_id AND x.conversation_id = c.conversation_id)"
    } else {
        "CAST(NULL AS BIGINT)"
    };
    let batch = match dialect {
        Dialect::Sqlite => value(Column::Batch).to_owned(),
        Dialect::Postgres => format!("(SELECT {} {FIRST_BATCH}", columns::BATCH_NAME),
    };
    format!(
        "c.conversation_id, {title} AS title, {persona} AS persona_key, {persona_name} AS persona_name, {arc} AS arc_key, \
         {arc_name} AS arc_name, {topic} AS topic_key, {topic_name} AS topic_name, c.tier, c.status, {enrichment} AS enrichment, \
         CAST({turns} AS BIGINT) AS turns, CAST(c.quality_score AS DOUBLE PRECISION) AS quality, CAST({size} AS BIGINT) AS size, \
         {created} AS created, CAST({in_files} AS BIGINT) AS in_files, {truncated} AS truncated, \
         c.enriched_file_path AS enriched_path, COALESCE(c.file_path, c.raw_response_path) AS raw_path, \
         (SELECT b.id {FIRST_BATCH} AS batch_id, {batch} AS batch_name",
        title = value(Column::Title),
        persona = value(Column::Persona),
        persona_name = name("persona"),
        arc = value(Column::Arc),
        arc_name = name("emotional_arc"),
        topic = value(Column::Topic),
        topic_name = name("training_topic"),
        enrichment = value(Column::Enrichment),
        turns = value(Column::Turns),
        size = value(Column::Size),
        created = value(Column::Created),
        in_files = value(Column::InFiles),
        batch = batch,
    )
}

impl From<Record> for ConversationRow {
    fn from(r: Record) -> Self {
        let batch =
            r.batch_id.map(|id| BatchRef { id: BatchId(id.0), name: r.batch_name.unwrap_or_default() });
        Self {
            id: ConversationId::new(r.conversation_id),
            title: r.title,
            scaffolding: Scaffolding {
                persona_key: r.persona_key.unwrap_or_default(),
                persona_name: r.persona_name.unwrap_or_default(),
                emotional_arc_key: r.arc_key.unwrap_or_default(),
                emotional_arc: r.arc_name.unwrap_or_default(),
                training_topic_key: r.topic_key.unwrap_or_default(),
                training_topic: r.topic_name.unwrap_or_default(),
            },
            // A word that this program does not know is shown as the plainest one: the list must not fail for one row.
            tier: r.tier.parse().unwrap_or(Tier::Template),
            status: r.status.parse().unwrap_or(ReviewStatus::None),
            enrichment: r.enrichment.parse().unwrap_or(EnrichmentStatus::NotStarted),
            batch,
            turns: u32::try_from(r.turns).unwrap_or(0),
            quality: r.quality,
            size: r.size.and_then(|size| u64::try_from(size).ok()),
            created: r.created.0,
            in_files: u32::try_from(r.in_files).unwrap_or(u32::MAX),
            truncated: r.truncated.and_then(|n| u32::try_from(n).ok()),
            enriched_path: r.enriched_path.filter(|path| !path.is_empty()),
            raw_path: r.raw_path.filter(|path| !path.is_empty()),
        }
    }
}
