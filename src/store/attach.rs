//! What brightrun adds beside the platform's tables, and adding it. Nothing is dropped, renamed or rewritten, no trigger
//! is set on the platform's tables, and each statement can be run again.

use crate::conversations::columns::{self, BATCH_NAME, SEARCH_POSTGRES};
use crate::db::Backend;
use crate::postgres::Server;
use crate::sql::Dialect;
use crate::{Db, Layout, Result, StoreError, migrate};
use domain::filter::Column;
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;

/// Everything that `attach` would run, in order. Empty: there is nothing left to add.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachPlan {
    /// Each one stands alone and can be run again.
    pub statements: Vec<Statement>,
}

/// One statement and why it is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// As it is run.
    pub sql: String,
    /// In one line.
    pub reason: String,
}

impl Statement {
    fn new(sql: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { sql: sql.into(), reason: reason.into() }
    }

    /// The name after `IF NOT EXISTS`. An index lies in the schema of its table, which its own name may not say.
    fn object(&self) -> String {
        let rest = self.sql.split_once("IF NOT EXISTS ").map_or("", |(_, rest)| rest);
        let name = rest.split([' ', ';', '\n']).next().unwrap_or_default();
        if rest.starts_with(&format!("{name} ON brightrun.")) {
            format!("brightrun.{name}")
        } else {
            name.to_owned()
        }
    }
}

const ADDITIONS: &str = include_str!("../../migrations/postgres/0001_additions.sql");
const TRAINING: &str = include_str!("../../migrations/postgres/0002_training.sql");
const RENTALS: &str = include_str!("../../migrations/postgres/0004_rentals.sql");
const PACE: &str = include_str!("../../migrations/postgres/0005_pace.sql");
const SORTS: [Column; 11] = [
    Column::Created,
    Column::Title,
    Column::Persona,
    Column::Arc,
    Column::Topic,
    Column::Tier,
    Column::Status,
    Column::Enrichment,
    Column::Turns,
    Column::Quality,
    Column::Size,
];

/// Schema and tables. Each block of the files is a comment (the reason) and a statement.
pub fn tables() -> Vec<Statement> {
    [ADDITIONS, TRAINING, RENTALS, PACE]
        .into_iter()
        .flat_map(|file| file.split("\n\n"))
        .filter_map(|block| {
            let (reason, sql): (Vec<&str>, Vec<&str>) =
                block.lines().partition(|line| line.starts_with("--"));
            let sql = sql.join("\n");
            let reason =
                reason.iter().map(|line| line.trim_start_matches(['-', ' '])).collect::<Vec<_>>().join(" ");
            (!sql.trim().is_empty()).then(|| Statement::new(sql.trim().trim_end_matches(';'), reason))
        })
        .collect()
}

/// One index per column that a list can be sorted by, from the expressions that the lists use.
pub fn indexes() -> Vec<Statement> {
    let plain = |text: &str| text.replace("c.", "");
    let created = plain(columns::created(Dialect::Postgres));
    let mut all: Vec<Statement> = SORTS
        .into_iter()
        .map(|column| {
            let key = match column {
                Column::Created => String::new(),
                column => format!("({}), ", plain(&columns::key(Dialect::Postgres, column))),
            };
            Statement::new(
                format!(
                    "CREATE INDEX IF NOT EXISTS brightrun_conversations_{column} ON conversations \
                     (user_id, {key}({created}), conversation_id COLLATE \"C\")"
                ),
                format!("sorting and filtering by {column} without reading all rows; the table cannot be written while it is built"),
            )
        })
        .collect();
    all.push(Statement::new(
        "CREATE INDEX IF NOT EXISTS brightrun_conversations_id ON conversations (user_id, conversation_id COLLATE \"C\")",
        "sorting by id",
    ));
    all.push(Statement::new(
        format!(
            "CREATE INDEX IF NOT EXISTS brightrun_batch_jobs_name ON batch_jobs (user_id, (({}) COLLATE \"C\"))",
            BATCH_NAME.replace("b.", "")
        ),
        "sorting and filtering by batch",
    ));
    all
}

/// The last statement: from now on brightrun writes.
pub fn version() -> Statement {
    Statement::new(
        format!(
            "INSERT INTO brightrun.versions (version) VALUES ({}) ON CONFLICT DO NOTHING",
            migrate::NEWEST
        ),
        "notes in brightrun's own table that all of the above is there",
    )
}

/// What is known of trigram search on the server: schema of the extension, can it be had, is there a schema for extensions.
async fn trigrams(server: &Server) -> Result<(Option<String>, bool, bool)> {
    let mut tx = server.pool.begin().await?;
    let row = sqlx::query_as(
        "SELECT (SELECT n.nspname::text FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm'), \
         EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'), to_regnamespace('extensions') IS NOT NULL",
    )
    .persistent(false)
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(row)
}

async fn search_statements(server: &Server) -> Result<Vec<Statement>> {
    let (installed, available, extensions) = trigrams(server).await?;
    let schema = match (&installed, available) {
        (Some(schema), _) => schema.clone(),
        (None, true) if extensions => "extensions".to_owned(),
        (None, true) => "public".to_owned(),
        (None, false) => return Ok(Vec::new()),
    };
    let mut all = Vec::new();
    if installed.is_none() {
        all.push(Statement::new(
            format!("CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA {schema}"),
            "search by parts of words; without the right to add it, search reads the rows",
        ));
    }
    all.push(Statement::new(
        format!(
            "CREATE INDEX IF NOT EXISTS brightrun_conversations_search ON conversations USING gin ({} {schema}.gin_trgm_ops)",
            SEARCH_POSTGRES.replace("c.", "")
        ),
        "search in titles, keys and names; about 20 s per million rows, the table cannot be written meanwhile",
    ));
    Ok(all)
}

/// Extension and index, where the server has them and allows them.
pub async fn make_search_index(server: &Server) -> Result<()> {
    for statement in search_statements(server).await? {
        run_what_may_fail(server, &statement).await?;
    }
    // The sets know the words of a search; this finds the parts of keys.
    if let (Some(schema), ..) = trigrams(server).await? {
        let keys = format!(
            "CREATE INDEX IF NOT EXISTS brightrun_conversations_keys ON conversations USING gin (conversation_id {schema}.gin_trgm_ops)"
        );
        run_what_may_fail(server, &Statement::new(keys, "search in keys")).await?;
    }
    Ok(())
}

/// Search works without its index, only slower: whatever a server has against it is no reason to stop. A refused extension
/// makes the index fail in its turn, with the name of a schema or a class that is not there.
async fn run_what_may_fail(server: &Server, statement: &Statement) -> Result<()> {
    match run(server, statement).await {
        Err(why) if !why.is_transient() && statement.sql.contains("trgm") => {
            tracing::warn!(%why, "no search index");
            Ok(())
        }
        other => other,
    }
}

async fn run(server: &Server, statement: &Statement) -> Result<()> {
    let mut tx = server.pool.begin().await?;
    sqlx::raw_sql(AssertSqlSafe(statement.sql.clone())).execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}

/// Tables, schemas and indexes that are there, as their statements name them.
async fn present(server: &Server, wanted: &[Statement]) -> Result<Vec<bool>> {
    let names: Vec<String> = wanted.iter().map(Statement::object).collect();
    let mut tx = server.pool.begin().await?;
    let there: Vec<(bool,)> = sqlx::query_as(
        "SELECT to_regclass(n) IS NOT NULL OR (n = 'brightrun' AND to_regnamespace(n) IS NOT NULL) \
         FROM unnest($1::text[]) WITH ORDINALITY u(n, i) ORDER BY i",
    )
    .bind(names)
    .persistent(false)
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(there.into_iter().map(|(there,)| there).collect())
}

/// What is missing.
pub async fn plan(server: &Server) -> Result<AttachPlan> {
    let mut wanted = tables();
    wanted.extend(indexes());
    wanted.extend(search_statements(server).await?);
    let there = present(server, &wanted).await?;
    let mut statements: Vec<Statement> =
        wanted.into_iter().zip(there).filter(|(_, there)| !there).map(|(statement, _)| statement).collect();
    let mut tx = server.pool.begin().await?;
    if migrate::postgres_version(&mut tx).await? < migrate::NEWEST {
        statements.push(version());
    }
    tx.commit().await?;
    Ok(AttachPlan { statements })
}

impl Db {
    /// What is missing beside the platform's tables. Nothing is changed. Empty for a database of our own.
    pub async fn attach_plan(&self) -> Result<AttachPlan> {
        match &self.backend {
            Backend::Postgres(server) if server.layout() != Layout::Own => plan(server).await,
            _ => Ok(AttachPlan::default()),
        }
    }

    /// Adds what the plan names. A server that does not allow the search index gets everything else. Interrupted, it can
    /// be run again.
    pub async fn attach(&self, plan: &AttachPlan) -> Result<()> {
        let Backend::Postgres(server) = &self.backend else { return Ok(()) };
        let known = self.attach_plan().await?;
        if let Some(odd) = plan.statements.iter().find(|statement| !known.statements.contains(statement)) {
            return Err(StoreError::conflict(format!(
                "the database has changed since this plan was made (`{}` is not needed any more). Look at `brightrun db attach` again",
                odd.object()
            )));
        }
        for statement in &plan.statements {
            run_what_may_fail(server, statement).await?;
        }
        let mut tx = server.pool.begin().await?;
        if migrate::postgres_version(&mut tx).await? > 0 && server.layout() == Layout::Platform {
            server.set_layout(Layout::Attached);
        }
        Ok(tx.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beside the platform's tables nothing else may ever be run.
    #[test]
    fn only_creates_and_each_with_a_reason() {
        let all: Vec<Statement> = tables().into_iter().chain(indexes()).collect();
        assert_eq!(all.len(), 36);
        for Statement { sql, reason } in all {
            assert!(sql.starts_with("CREATE ") && sql.contains(" IF NOT EXISTS "), "{sql}");
            assert!(!sql.contains(';') && !reason.is_empty(), "{sql}");
        }
        assert!(version().sql.starts_with("INSERT INTO brightrun.versions "));
    }
}
