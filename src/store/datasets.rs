//! `datasets`, with what brightrun keeps beside them (training-pipeline 2.1).

use crate::journal::Hold;
use crate::sql::{Bind, Tx};
use crate::types::{At, Doc, Key};
use crate::{Db, Result, StoreError};
use chrono::{DateTime, Utc};
use domain::dataset::report::ROW_KEEPS;
use domain::dataset::{DatasetRow, Severity};
use domain::ids::{DatasetId, TrainingFileId};
use domain::lenient::Word;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct Record {
    id: Key,
    name: String,
    description: Option<String>,
    format: Option<String>,
    status: Option<String>,
    bucket: Option<String>,
    path: String,
    file_name: String,
    file_size: i64,
    pairs: Option<i64>,
    tokens: Option<i64>,
    turns: Option<f64>,
    ready: i64,
    validated: Option<At>,
    created: Option<At>,
    deleted: Option<At>,
    sha256: Option<String>,
    training_file: Option<Key>,
    facts: Option<Doc>,
    report: Option<Doc>,
}

const SELECT: &str = "SELECT d.id, d.name, d.description, d.format, d.status, d.storage_bucket AS bucket, d.storage_path AS path, \
  d.file_name, d.file_size, CAST(d.total_training_pairs AS BIGINT) AS pairs, d.total_tokens AS tokens, \
  CAST(d.avg_turns_per_conversation AS DOUBLE PRECISION) AS turns, \
  CAST(CASE WHEN d.training_ready THEN 1 ELSE 0 END AS BIGINT) AS ready, d.validated_at AS validated, d.created_at AS created, \
  d.deleted_at AS deleted, f.sha256, f.training_file_id AS training_file, f.facts, f.report \
  FROM datasets d LEFT JOIN brightrun_dataset_facts f ON f.dataset_id = d.id WHERE d.user_id = ";

impl From<Record> for DatasetRow {
    fn from(r: Record) -> Self {
        let count = |n: Option<i64>| n.and_then(|n| u64::try_from(n).ok());
        Self {
            id: DatasetId(r.id.0),
            name: r.name,
            description: r.description,
            format: r.format.unwrap_or_default(),
            status: Word::read(r.status.as_deref().unwrap_or_default()),
            bucket: r.bucket.unwrap_or_else(|| crate::files::DATASETS.to_owned()),
            path: r.path,
            file_name: r.file_name,
            file_size: count(Some(r.file_size)).unwrap_or_default(),
            examples: count(r.pairs),
            tokens: count(r.tokens),
            turns_per_conversation: r.turns,
            training_ready: r.ready != 0,
            validated: r.validated.map(|at| at.0),
            created: r.created.map_or(DateTime::UNIX_EPOCH, |at| at.0),
            archived: r.deleted.map(|at| at.0),
            sha256: r.sha256,
            training_file: r.training_file.map(|key| TrainingFileId(key.0)),
            facts: r.facts.and_then(|doc| serde_json::from_value(doc.0).ok()),
            report: r.report.and_then(|doc| serde_json::from_value(doc.0).ok()),
        }
    }
}

impl Db {
    /// The user's datasets, newest first.
    pub async fn datasets(&self, include_archived: bool) -> Result<Vec<DatasetRow>> {
        self.writable()?;
        let mut sql = self.sql(SELECT);
        sql.bind(self.user.0);
        if !include_archived {
            sql.push(" AND d.deleted_at IS NULL");
        }
        sql.push(" ORDER BY d.created_at DESC, d.id");
        Ok(self.fetch::<Record>(sql).await?.into_iter().map(Into::into).collect())
    }

    /// One, by name or by key. Names are not unique: one that was not put away is found first, then the newest.
    pub async fn dataset(&self, name_or_id: &str) -> Result<Option<DatasetRow>> {
        self.writable()?;
        let mut sql = self.sql(SELECT);
        sql.bind(self.user.0);
        if let Ok(id) = name_or_id.trim().parse::<Uuid>() {
            sql.push(" AND d.id = ").bind(id);
        } else {
            sql.push(" AND d.name = ").bind(name_or_id.trim());
            sql.push(" ORDER BY CASE WHEN d.deleted_at IS NULL THEN 0 ELSE 1 END, d.created_at DESC LIMIT 1");
        }
        Ok(self.fetch::<Record>(sql).await?.into_iter().next().map(Into::into))
    }

    /// The newest one with these bytes that was not put away.
    pub async fn dataset_of(&self, sha256: &str) -> Result<Option<DatasetRow>> {
        self.writable()?;
        let mut sql = self.sql(SELECT);
        sql.bind(self.user.0);
        sql.push(" AND d.deleted_at IS NULL AND f.sha256 = ").bind(sha256);
        sql.push(" ORDER BY d.created_at DESC, d.id LIMIT 1");
        Ok(self.fetch::<Record>(sql).await?.into_iter().next().map(Into::into))
    }

    /// Another name or description. A conflict when the name is taken.
    pub async fn describe_dataset(
        &self,
        id: DatasetId,
        name: &str,
        description: Option<&str>,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.writable()?;
        let mut tx = self.begin().await?;
        let taken = tx
            .sql("SELECT CAST(1 AS BIGINT) FROM datasets WHERE user_id = $1 AND name = $2 AND deleted_at IS NULL AND id <> $3")
            .arg(self.user.0)
            .arg(name)
            .arg(id.0);
        if !tx.fetch::<(i64,)>(taken).await?.is_empty() {
            return Err(StoreError::conflict(format!(
                "there is a dataset named {name} already. Choose another name"
            )));
        }
        let sql = tx
            .sql("UPDATE datasets SET name = $3, description = $4, updated_at = $5 WHERE user_id = $1 AND id = $2")
            .arg(self.user.0)
            .arg(id.0)
            .arg(name)
            .arg(description.map(str::to_owned))
            .arg(at);
        if tx.execute(sql).await? == 0 {
            return Err(StoreError::NotFound { what: format!("dataset {id}") });
        }
        tx.commit().await
    }

    /// A new dataset, checked, in one transaction. A conflict when the name is taken or the journal entry is gone.
    pub async fn commit_dataset(&self, row: &DatasetRow, hold: &Hold) -> Result<()> {
        self.writable()?;
        let mut tx = self.begin().await?;
        self.hold_in(&mut tx, hold).await?;
        let taken = tx
            .sql("SELECT CAST(1 AS BIGINT) FROM datasets WHERE user_id = $1 AND name = $2 AND deleted_at IS NULL")
            .arg(self.user.0)
            .arg(row.name.as_str());
        if !tx.fetch::<(i64,)>(taken).await?.is_empty() {
            return Err(StoreError::conflict(format!(
                "there is a dataset named {} already. Choose another name",
                row.name
            )));
        }
        let mut sql = tx.sql(
            "INSERT INTO datasets (id, user_id, created_by, name, description, storage_bucket, storage_path, file_name, file_size, \
             created_at, updated_at, format, status, total_training_pairs, total_tokens, avg_turns_per_conversation, validated_at, \
             validation_errors, training_ready) VALUES (",
        );
        sql.bind(row.id.0).push(", ").bind(self.user.0).push(", ").bind(self.user.0);
        let texts = [&row.bucket, &row.path, &row.file_name];
        sql.push(", ").bind(row.name.as_str()).push(", ").bind(row.description.clone());
        for text in texts {
            sql.push(", ").bind(text.as_str());
        }
        sql.push(", ").bind(whole(Some(row.file_size)));
        sql.push(", ").bind(row.created).push(", ").bind(row.created);
        for value in judged(row) {
            sql.push(", ").bind(value);
        }
        sql.push(if row.training_ready { ", TRUE)" } else { ", FALSE)" });
        tx.execute(sql).await?;
        self.insert_facts(&mut tx, row).await?;
        tx.commit().await
    }

    /// What a later check found.
    pub async fn judge_dataset(&self, row: &DatasetRow, at: DateTime<Utc>) -> Result<()> {
        const COLUMNS: [&str; 7] = [
            "format",
            "status",
            "total_training_pairs",
            "total_tokens",
            "avg_turns_per_conversation",
            "validated_at",
            "validation_errors",
        ];
        self.writable()?;
        let mut tx = self.begin().await?;
        let mut sql = tx.sql("UPDATE datasets SET ");
        for (column, value) in COLUMNS.into_iter().zip(judged(row)) {
            sql.push(column).push(" = ").bind(value).push(", ");
        }
        sql.push(if row.training_ready { "training_ready = TRUE" } else { "training_ready = FALSE" });
        sql.push(", updated_at = ").bind(at);
        sql.push(" WHERE user_id = ").bind(self.user.0).push(" AND id = ").bind(row.id.0);
        if tx.execute(sql).await? == 0 {
            return Err(StoreError::NotFound { what: format!("dataset {}", row.name) });
        }
        self.insert_facts(&mut tx, row).await?;
        tx.commit().await
    }

    /// Puts it away, or takes it out again.
    pub async fn archive_dataset(&self, id: DatasetId, archived: bool, at: DateTime<Utc>) -> Result<()> {
        let sql = self
            .sql("UPDATE datasets SET deleted_at = $3, updated_at = $4 WHERE user_id = $1 AND id = $2")
            .arg(self.user.0)
            .arg(id.0)
            .arg(archived.then_some(at))
            .arg(at);
        match self.execute(sql).await? {
            0 => Err(StoreError::NotFound { what: format!("dataset {id}") }),
            _ => Ok(()),
        }
    }

    async fn insert_facts(&self, tx: &mut Tx, row: &DatasetRow) -> Result<()> {
        let json = |value: serde_json::Result<serde_json::Value>| {
            value.map_err(|error| StoreError::Other(error.to_string()))
        };
        let sql = tx
            .sql(
                "INSERT INTO brightrun_dataset_facts (dataset_id, user_id, sha256, training_file_id, facts, report) \
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (dataset_id) DO UPDATE SET sha256 = excluded.sha256, \
                 facts = excluded.facts, report = excluded.report",
            )
            .arg(row.id.0)
            .arg(self.user.0)
            .arg(row.sha256.clone().unwrap_or_default())
            .arg(row.training_file.map(|id| id.0))
            .arg(json(serde_json::to_value(&row.facts))?)
            .arg(json(serde_json::to_value(&row.report))?);
        tx.execute(sql).await.map(|_| ())
    }
}

fn whole(number: Option<u64>) -> Bind {
    Bind::Int(number.and_then(|n| i64::try_from(n).ok()))
}

/// From format to errors, in the order of both statements.
fn judged(row: &DatasetRow) -> [Bind; 7] {
    // The platform's column is an `integer`.
    let examples = row.examples.map(|n| n.min(u64::from(i32::MAX.unsigned_abs())));
    let turns = row.turns_per_conversation.filter(|n| n.is_finite()).map(|n| n.clamp(0.0, 99_999_999.0));
    [
        row.format.as_str().into(),
        row.status.to_string().into(),
        whole(examples),
        whole(row.tokens),
        turns.into(),
        row.validated.into(),
        errors(row).into(),
    ]
}

/// The platform's list of errors: its own words where it has some, else the critical findings (R2.07).
fn errors(row: &DatasetRow) -> serde_json::Value {
    let Some(report) = &row.report else { return serde_json::Value::Array(Vec::new()) };
    let critical = report.findings.iter().filter(|f| f.severity == Severity::Critical).take(ROW_KEEPS);
    let entry = |f: &domain::dataset::Finding| {
        let line = f.places.first().and_then(|place| place.line).unwrap_or(0);
        serde_json::json!({"line": line, "error": f.message, "suggestion": "Run `brightrun datasets check` for all places."})
    };
    serde_json::Value::Array(critical.map(entry).collect())
}
