//! `training_files` and `training_file_conversations` (formats 2.3, 6).

use crate::journal::Hold;
use crate::sql::{Bind, Dialect, Sql, Tx};
use crate::types::{At, Doc, Key};
use crate::{Db, Result, StoreError};
use domain::ids::{ConversationId, TrainingFileId};
use domain::training_file::{FileStatus, QualitySummary, TrainingFileRow};
use uuid::Uuid;

/// A new training file, or a new version of one.
#[derive(Debug, Clone, PartialEq)]
pub struct CommitFile {
    /// The row as it shall be.
    pub row: TrainingFileRow,
    /// Conversations that were not members before, in the order of the file.
    pub new_members: Vec<ConversationId>,
    /// `json_path` and `jsonl_path` that the row must still have. `None`: the file is new.
    pub expected: Option<(String, String)>,
    /// The journal entry that must still be its owner's.
    pub journal: Option<Hold>,
}

#[derive(sqlx::FromRow)]
struct Record {
    id: Key,
    name: String,
    description: Option<String>,
    status: String,
    json_file_path: String,
    jsonl_file_path: String,
    conversations: i64,
    pairs: i64,
    json_size: Option<i64>,
    jsonl_size: Option<i64>,
    avg: Option<f64>,
    min: Option<f64>,
    max: Option<f64>,
    distribution: Option<Doc>,
    created: At,
    updated: At,
}

const SELECT: &str = "SELECT f.id, f.name, f.description, f.status, f.json_file_path, f.jsonl_file_path, \
  CAST(f.conversation_count AS BIGINT) AS conversations, CAST(f.total_training_pairs AS BIGINT) AS pairs, \
  f.json_file_size AS json_size, f.jsonl_file_size AS jsonl_size, CAST(f.avg_quality_score AS DOUBLE PRECISION) AS avg, \
  CAST(f.min_quality_score AS DOUBLE PRECISION) AS min, CAST(f.max_quality_score AS DOUBLE PRECISION) AS max, \
  f.scaffolding_distribution AS distribution, f.created_at AS created, \
  COALESCE(f.last_updated_at, f.created_at) AS updated FROM training_files f WHERE f.user_id = ";

impl From<Record> for TrainingFileRow {
    fn from(r: Record) -> Self {
        let size = |n: Option<i64>| n.and_then(|n| u64::try_from(n).ok());
        Self {
            id: TrainingFileId(r.id.0),
            name: r.name,
            description: r.description,
            status: r.status.parse().unwrap_or(FileStatus::Active),
            json_path: r.json_file_path,
            jsonl_path: r.jsonl_file_path,
            conversations: u32::try_from(r.conversations).unwrap_or(0),
            pairs: u32::try_from(r.pairs).unwrap_or(0),
            json_size: size(r.json_size),
            jsonl_size: size(r.jsonl_size),
            quality: QualitySummary {
                avg: r.avg.unwrap_or(0.0),
                min: r.min.unwrap_or(0.0),
                max: r.max.unwrap_or(0.0),
            },
            distribution: r.distribution.and_then(|d| serde_json::from_value(d.0).ok()).unwrap_or_default(),
            created: r.created.0,
            updated: r.updated.0,
        }
    }
}

impl Db {
    /// The user's training files, newest first.
    pub async fn training_files(&self, include_archived: bool) -> Result<Vec<TrainingFileRow>> {
        let mut sql = self.sql(SELECT);
        sql.bind(self.user.0);
        if !include_archived {
            sql.push(" AND f.status <> 'archived'");
        }
        sql.push(" ORDER BY f.created_at DESC, f.id");
        Ok(self.fetch::<Record>(sql).await?.into_iter().map(Into::into).collect())
    }

    /// One, by name or by key.
    pub async fn training_file(&self, name_or_id: &str) -> Result<Option<TrainingFileRow>> {
        let mut sql = self.sql(SELECT);
        sql.bind(self.user.0).push(" AND f.name = ").bind(name_or_id);
        let mut rows = self.fetch::<Record>(sql).await?;
        if let (true, Ok(id)) = (rows.is_empty(), name_or_id.trim().parse::<Uuid>()) {
            let mut sql = self.sql(SELECT);
            sql.bind(self.user.0).push(" AND f.id = ").bind(id);
            rows = self.fetch::<Record>(sql).await?;
        }
        Ok(rows.into_iter().next().map(Into::into))
    }

    /// What is in it, in the order of the file. Members that the platform added come where it added them.
    pub async fn training_file_members(&self, id: TrainingFileId) -> Result<Vec<ConversationId>> {
        let mut sql = self.sql(
            "SELECT CAST(m.conversation_id AS TEXT) FROM training_file_conversations m \
             JOIN training_files f ON f.id = m.training_file_id ",
        );
        if self.additions() {
            sql.push(
                "LEFT JOIN brightrun_members p ON p.training_file_id = m.training_file_id AND p.conversation_id = m.conversation_id ",
            );
        }
        sql.push("WHERE f.user_id = ").bind(self.user.0).push(" AND f.id = ").bind(id.0).push(" ORDER BY ");
        sql.push(if self.additions() { "p.position NULLS LAST, m.added_at, 1" } else { "m.added_at, 1" });
        let rows: Vec<(String,)> = self.fetch(sql).await?;
        Ok(rows.into_iter().map(|(id,)| ConversationId::new(id)).collect())
    }

    /// The user's training files that hold the conversation, with their names, oldest first.
    pub async fn member_of(&self, id: &ConversationId) -> Result<Vec<(TrainingFileId, String)>> {
        let mut sql = self.sql(
            "SELECT f.id, f.name FROM training_file_conversations m JOIN training_files f ON f.id = m.training_file_id \
             WHERE f.user_id = ",
        );
        sql.bind(self.user.0).push(" AND m.conversation_id = ");
        match self.member_key(id) {
            Some(key) => sql.bind(key),
            None => return Ok(Vec::new()),
        };
        sql.push(" ORDER BY f.created_at, f.id");
        let rows: Vec<(Key, String)> = self.fetch(sql).await?;
        Ok(rows.into_iter().map(|(id, name)| (TrainingFileId(id.0), name)).collect())
    }

    /// Those of some paths in the bucket of training files that training sets or data sets of the platform name, whoever
    /// they belong to: their objects must stay. None in a database of our own.
    pub async fn paths_of_the_platform(&self, paths: &[String]) -> Result<Vec<String>> {
        if !self.platform() {
            return Ok(Vec::new());
        }
        // Who does not see every row must not remove.
        if crate::postgres::hidden(self, &["training_sets", "datasets"]).await?.is_some() {
            return Ok(paths.to_vec());
        }
        let tables = self.sql(
            "SELECT table_name::text, column_name::text FROM information_schema.columns \
             WHERE table_schema = ANY(current_schemas(false)) \
             AND (table_name, column_name) IN (('training_sets', 'jsonl_path'), ('datasets', 'storage_path'))",
        );
        let mut named = Vec::new();
        for (table, column) in self.fetch::<(String, String)>(tables).await? {
            let mut sql = self.sql("SELECT p.path FROM unnest(");
            sql.bind(Bind::Texts(paths.to_vec())).push("::text[]) AS p(path) WHERE EXISTS (SELECT 1 FROM ");
            sql.push(&table)
                .push(" t WHERE t.")
                .push(&column)
                .push(" IN (p.path, 'training-files/' || p.path))");
            match self.fetch::<(String,)>(sql).await {
                Ok(rows) => named.extend(rows.into_iter().map(|(path,)| path)),
                // Who may not look must not remove.
                Err(StoreError::Denied { .. }) => return Ok(paths.to_vec()),
                Err(error) => return Err(error),
            }
        }
        Ok(named)
    }

    /// Row, members and their order in one transaction. A conflict when the name is taken, when the file was changed
    /// since `expected` was read, or when the journal entry is gone; nothing is changed then.
    pub async fn commit_training_file(&self, commit: &CommitFile) -> Result<()> {
        self.writable()?;
        let members = self.member_keys(&commit.new_members)?;
        let mut tx = self.begin().await?;
        if let Some(hold) = &commit.journal {
            self.hold_in(&mut tx, hold).await?;
        }
        match &commit.expected {
            None => self.insert_file(&mut tx, &commit.row).await?,
            Some((json, jsonl)) => self.move_file(&mut tx, &commit.row, json, jsonl).await?,
        }
        self.insert_members(&mut tx, commit, members).await?;
        tx.commit().await
    }

    /// Puts it away, or takes it out again. `last_updated_at` says when it was appended to, and stays.
    pub async fn archive_training_file(
        &self,
        id: TrainingFileId,
        archived: bool,
        at: chrono::DateTime<chrono::Utc>,
    ) -> Result<()> {
        let status = if archived { FileStatus::Archived } else { FileStatus::Active };
        let sql = self
            .sql("UPDATE training_files SET status = $3, updated_at = $4 WHERE user_id = $1 AND id = $2")
            .arg(self.user.0)
            .arg(id.0)
            .arg(status.word())
            .arg(at);
        match self.execute(sql).await? {
            0 => Err(StoreError::NotFound { what: format!("training file {id}") }),
            _ => Ok(()),
        }
    }

    async fn insert_file(&self, tx: &mut Tx, row: &TrainingFileRow) -> Result<()> {
        let mut sql = tx.sql(
            "INSERT INTO training_files (id, user_id, created_by, name, description, status, json_file_path, jsonl_file_path, \
             conversation_count, total_training_pairs, json_file_size, jsonl_file_size, avg_quality_score, min_quality_score, \
             max_quality_score, scaffolding_distribution, created_at, last_updated_at, updated_at) VALUES (",
        );
        sql.bind(row.id.0)
            .push(", ")
            .bind(self.user.0)
            .push(", ")
            .bind(self.user.0)
            .push(", ")
            .bind(row.name.as_str());
        sql.push(", ").bind(row.description.clone());
        for value in values(row)? {
            sql.push(", ").bind(value);
        }
        sql.push(", ").bind(row.created).push(", ").bind(row.updated).push(", ").bind(row.updated);
        // The name is unique over all users, whose files this one must not see: so no name is looked up.
        sql.push(") ON CONFLICT (name) DO NOTHING");
        if tx.execute(sql).await? == 0 {
            return Err(StoreError::conflict(format!("the name {} is taken. Choose another name", row.name)));
        }
        Ok(())
    }

    async fn move_file(&self, tx: &mut Tx, row: &TrainingFileRow, json: &str, jsonl: &str) -> Result<()> {
        // Status and description are not written: somebody may have archived it while it was built.
        const COLUMNS: [&str; 10] = [
            "json_file_path",
            "jsonl_file_path",
            "conversation_count",
            "total_training_pairs",
            "json_file_size",
            "jsonl_file_size",
            "avg_quality_score",
            "min_quality_score",
            "max_quality_score",
            "scaffolding_distribution",
        ];
        let mut sql = tx.sql("UPDATE training_files SET ");
        for (column, value) in COLUMNS.into_iter().zip(values(row)?.into_iter().skip(1)) {
            sql.push(column).push(" = ").bind(value).push(", ");
        }
        sql.push("last_updated_at = ").bind(row.updated).push(", updated_at = ").bind(row.updated);
        self.push_mine(&mut sql, row.id);
        sql.push(" AND json_file_path = ").bind(json).push(" AND jsonl_file_path = ").bind(jsonl);
        if tx.execute(sql).await? > 0 {
            return Ok(());
        }
        let mut sql = tx.sql("SELECT name FROM training_files");
        self.push_mine(&mut sql, row.id);
        Err(match tx.fetch::<(String,)>(sql).await?.into_iter().next() {
            Some((name,)) => StoreError::conflict(format!(
                "the training file {name} was changed by someone else meanwhile, so it was left as it is. Try again"
            )),
            None => StoreError::NotFound { what: format!("training file {}", row.name) },
        })
    }

    fn push_mine(&self, sql: &mut Sql, id: TrainingFileId) {
        sql.push(" WHERE user_id = ").bind(self.user.0).push(" AND id = ").bind(id.0);
    }

    /// Members that the platform added have no place yet; new ones come behind them.
    async fn place_members_of_the_platform(&self, tx: &mut Tx, id: TrainingFileId) -> Result<()> {
        if !self.platform() {
            return Ok(());
        }
        let sql = tx.sql(
            "INSERT INTO brightrun_members (training_file_id, conversation_id, position) SELECT $1, m.conversation_id, \
             (SELECT COALESCE(max(position), -1) FROM brightrun_members WHERE training_file_id = $1) + \
             row_number() OVER (ORDER BY m.added_at, m.conversation_id) FROM training_file_conversations m \
             WHERE m.training_file_id = $1 AND NOT EXISTS (SELECT 1 FROM brightrun_members p \
             WHERE p.training_file_id = $1 AND p.conversation_id = m.conversation_id)",
        );
        tx.execute(sql.arg(id.0)).await.map(|_| ())
    }

    async fn insert_members(&self, tx: &mut Tx, commit: &CommitFile, members: Vec<String>) -> Result<()> {
        if members.is_empty() {
            return Ok(());
        }
        let (list, cast) = match self.dialect() {
            Dialect::Sqlite => ("json_each($2) v", "v.value, v.key"),
            Dialect::Postgres => {
                ("unnest($2::text[]) WITH ORDINALITY v (value, key)", "v.value::uuid, v.key")
            }
        };
        self.place_members_of_the_platform(tx, commit.row.id).await?;
        let id = cast.split(',').next().unwrap_or(cast);
        let members = Bind::Texts(members);
        let sql = tx
            .sql(&format!(
                "INSERT INTO training_file_conversations (training_file_id, conversation_id, added_at, added_by) \
                 SELECT $1, {id}, $3, $4 FROM {list} WHERE TRUE ON CONFLICT DO NOTHING"
            ))
            .arg(commit.row.id.0)
            .arg(members.clone())
            .arg(commit.row.updated)
            .arg(self.user.0);
        let wanted = commit.new_members.len() as u64;
        if tx.execute(sql).await? < wanted {
            return Err(StoreError::conflict(
                "a conversation is already in this training file; nothing was changed",
            ));
        }
        let sql = tx
            .sql(&format!(
                "INSERT INTO brightrun_members (training_file_id, conversation_id, position) SELECT $1, {cast} + \
                 (SELECT COALESCE(max(position) + 1, 0) FROM brightrun_members WHERE training_file_id = $1) \
                 FROM {list} WHERE TRUE ON CONFLICT DO NOTHING"
            ))
            .arg(commit.row.id.0)
            .arg(members);
        tx.execute(sql).await.map(|_| ())
    }

    /// As the junction table holds it: a UUID in Postgres.
    fn member_key(&self, id: &ConversationId) -> Option<Bind> {
        match self.dialect() {
            Dialect::Sqlite => Some(id.as_str().into()),
            Dialect::Postgres => id.as_uuid().map(Into::into),
        }
    }

    fn member_keys(&self, ids: &[ConversationId]) -> Result<Vec<String>> {
        ids.iter()
            .map(|id| match self.dialect() {
                Dialect::Postgres if id.as_uuid().is_none() => Err(StoreError::conflict(format!(
                    "the conversation {id} has no UUID as its key, and the platform's table of members holds nothing else. \
                     Leave it out, or build the file with `brightrun aggregate`"
                ))),
                _ => Ok(id.as_str().to_owned()),
            })
            .collect()
    }
}

/// From status to distribution, in the order of both statements.
fn values(row: &TrainingFileRow) -> Result<[Bind; 11]> {
    let size = |n: Option<u64>| Bind::Int(n.and_then(|n| i64::try_from(n).ok()));
    // numeric(3,2) ends at 9.99; a perfect 10 would fail the whole commit (formats 6).
    let score = |x: f64| Bind::Real(x.is_finite().then(|| ((x * 100.0).round() / 100.0).clamp(-9.99, 9.99)));
    let distribution =
        serde_json::to_value(&row.distribution).map_err(|error| StoreError::Other(error.to_string()))?;
    Ok([
        row.status.word().into(),
        row.json_path.as_str().into(),
        row.jsonl_path.as_str().into(),
        row.conversations.into(),
        row.pairs.into(),
        size(row.json_size),
        size(row.jsonl_size),
        score(row.quality.avg),
        score(row.quality.min),
        score(row.quality.max),
        distribution.into(),
    ])
}
