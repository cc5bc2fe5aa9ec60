//! Where each column of the list lies, in both databases. An index serves a sort only when it is made from the very same
//! expression, so the indexes of Postgres are made from these texts too (`attach`).

use crate::sql::{Bind, Dialect, Sql};
use chrono::DateTime;
use domain::conversation::ConversationRow;
use domain::filter::{Column, Kind};
use domain::page::Cursor;
use serde::{Deserialize, Serialize};

/// First eight characters of the key where a batch has no name, as the list shows it.
pub const BATCH_NAME: &str = "COALESCE(NULLIF(b.name, ''), substr(CAST(b.id AS TEXT), 1, 8))";

/// When it was made; the platform allows none, which counts as the beginning of time.
pub const fn created(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "c.created_at",
        Dialect::Postgres => "COALESCE(c.created_at, '1970-01-01 00:00:00+00'::timestamptz)",
    }
}

/// The value of a column, null where there is none. In Postgres not for batch, which lies in other tables.
pub const fn value(dialect: Dialect, column: Column) -> &'static str {
    use Dialect::{Postgres as P, Sqlite as S};
    match (column, dialect) {
        (Column::Id, _) => "c.conversation_id",
        (Column::Title, S) => "c.title",
        // The platform leaves the key columns empty and keeps the snapshot (formats 2.2).
        (Column::Title, P) => {
            "COALESCE(NULLIF(c.title, ''), NULLIF(c.conversation_name, ''), \
             NULLIF(c.scaffolding_snapshot #>> '{persona,name}', ''), c.conversation_id)"
        }
        (Column::Persona, S) => "c.persona_key",
        (Column::Persona, P) => {
            "COALESCE(NULLIF(c.persona_key, ''), NULLIF(c.scaffolding_snapshot #>> '{persona,persona_key}', ''))"
        }
        (Column::Arc, S) => "c.emotional_arc_key",
        (Column::Arc, P) => {
            "COALESCE(NULLIF(c.emotional_arc_key, ''), NULLIF(c.scaffolding_snapshot #>> '{emotional_arc,arc_key}', ''))"
        }
        (Column::Topic, S) => "c.topic_key",
        (Column::Topic, P) => {
            "COALESCE(NULLIF(c.topic_key, ''), NULLIF(c.scaffolding_snapshot #>> '{training_topic,topic_key}', ''))"
        }
        (Column::Tier, _) => "c.tier",
        (Column::Status, _) => "c.status",
        (Column::Enrichment, S) => "c.enrichment_status",
        (Column::Enrichment, P) => "COALESCE(c.enrichment_status, 'not_started')",
        (Column::Turns, S) => "c.turn_count",
        (Column::Turns, P) => "COALESCE(c.turn_count, 0)",
        (Column::Quality, _) => "c.quality_score",
        (Column::Size, _) => "COALESCE(c.enriched_file_size, c.file_size)",
        (Column::Created, _) => created(dialect),
        (Column::InFiles, S) => "c.brightrun_in_files",
        // The user's files only; a key that is no UUID cannot be in the junction table.
        (Column::InFiles, P) => IN_FILES_POSTGRES,
        (Column::Batch, S) => "c.brightrun_batch",
        (Column::Batch, P) => "NULL",
    }
}

const IN_FILES_POSTGRES: &str = "(SELECT count(*) FROM training_file_conversations m JOIN training_files f ON f.id = m.training_file_id \
     WHERE f.user_id = c.user_id AND m.conversation_id = CASE WHEN c.conversation_id ~ \
     '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' THEN c.conversation_id::uuid END)";

/// What a search looks through in Postgres; SQLite keeps it in a column, in small letters.
pub const SEARCH_POSTGRES: &str = "(COALESCE(c.title, '') || E'\\x1f' || COALESCE(c.conversation_name, '') || E'\\x1f' || c.conversation_id || E'\\x1f' || \
     COALESCE(c.persona_key, '') || E'\\x1f' || COALESCE(c.emotional_arc_key, '') || E'\\x1f' || COALESCE(c.topic_key, '') || E'\\x1f' || \
     COALESCE(c.scaffolding_snapshot #>> '{persona,persona_key}', '') || E'\\x1f' || COALESCE(c.scaffolding_snapshot #>> '{persona,name}', '') || E'\\x1f' || \
     COALESCE(c.scaffolding_snapshot #>> '{emotional_arc,arc_key}', '') || E'\\x1f' || COALESCE(c.scaffolding_snapshot #>> '{emotional_arc,name}', '') || E'\\x1f' || \
     COALESCE(c.scaffolding_snapshot #>> '{training_topic,topic_key}', '') || E'\\x1f' || COALESCE(c.scaffolding_snapshot #>> '{training_topic,name}', ''))";

/// As it is sorted and compared: text by its bytes, whatever the locale of the server.
pub fn key(dialect: Dialect, column: Column) -> String {
    let value = value(dialect, column);
    let text = matches!(column.kind(), Kind::Text | Kind::Word);
    if dialect == Dialect::Postgres && text { format!("({value}) COLLATE \"C\"") } else { value.to_owned() }
}

/// The business key, as it breaks ties.
pub const fn id(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "c.conversation_id",
        Dialect::Postgres => "c.conversation_id COLLATE \"C\"",
    }
}

/// Rows can be without a value.
pub const fn nullable(column: Column) -> bool {
    matches!(
        column,
        Column::Persona | Column::Arc | Column::Topic | Column::Batch | Column::Quality | Column::Size
    )
}

/// The place of a row in a sorted list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    pub value: Option<Key>,
    pub created: i64,
    pub id: String,
}

/// A sort value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Key {
    Int(i64),
    Real(f64),
    Text(String),
}

impl Place {
    pub fn of(row: &ConversationRow, column: Column) -> Self {
        let text = |text: &str| (!text.is_empty()).then(|| Key::Text(text.to_owned()));
        let value = match column {
            Column::Id | Column::Created => None,
            Column::Title => text(&row.title),
            Column::Persona => text(&row.scaffolding.persona_key),
            Column::Arc => text(&row.scaffolding.emotional_arc_key),
            Column::Topic => text(&row.scaffolding.training_topic_key),
            Column::Tier => text(row.tier.word()),
            Column::Batch => row.batch.as_ref().and_then(|batch| text(&batch.name)),
            Column::Status => text(row.status.word()),
            Column::Enrichment => text(row.enrichment.word()),
            Column::Turns => Some(Key::Int(row.turns.into())),
            Column::Quality => row.quality.map(Key::Real),
            Column::Size => row.size.and_then(|size| i64::try_from(size).ok()).map(Key::Int),
            Column::InFiles => Some(Key::Int(row.in_files.into())),
        };
        Self { value, created: row.created.timestamp_micros(), id: row.id.as_str().to_owned() }
    }

    pub fn cursor(&self) -> Cursor {
        // Plain numbers and texts always become JSON.
        Cursor(serde_json::to_string(self).unwrap_or_default())
    }

    pub fn read(cursor: &Cursor) -> Option<Self> {
        serde_json::from_str(&cursor.0).ok()
    }

    /// The values of the sort columns, in their order.
    pub fn push(&self, sql: &mut Sql, column: Column, with_value: bool) {
        let value = self.value.as_ref().filter(|_| with_value);
        match (value, column) {
            (Some(Key::Int(n)), Column::Quality) => {
                #[expect(clippy::cast_precision_loss, reason = "quality goes from 0 to 10")]
                push_quality(sql, *n as f64);
            }
            (Some(Key::Real(x)), _) => push_quality(sql, *x),
            (Some(Key::Int(n)), _) => {
                sql.bind(*n);
            }
            (Some(Key::Text(text)), _) => {
                sql.bind(text.as_str());
            }
            (None, _) => {}
        }
        if value.is_some() {
            sql.push(", ");
        }
        if column != Column::Id {
            sql.bind(Bind::At(DateTime::from_timestamp_micros(self.created))).push(", ");
        }
        sql.bind(self.id.as_str());
    }
}

/// `numeric` against `numeric`: as float4 or float8, 9.9 is not 9.9 (peers 3.4).
pub fn push_quality(sql: &mut Sql, value: f64) {
    sql.bind(value);
    if sql.dialect == Dialect::Postgres {
        sql.push("::float8::numeric");
    }
}
