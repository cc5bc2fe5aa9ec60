//! Our own tables, version by version. The texts lie in `migrations/`; each version is one transaction.

use crate::postgres::Server;
use crate::{Result, StoreError, attach};
use sqlx::{AssertSqlSafe, PgConnection, SqlitePool};

/// The version of our tables beside the platform's that this program knows.
pub const NEWEST: u32 = 5;
/// The version of a Postgres database of our own.
pub const NEWEST_OWN: u32 = 5;
/// Since then such a database has sets of rows per value.
pub const SETS: u32 = 3;
/// The version of a SQLite file that this program knows.
pub const NEWEST_SQLITE: u32 = 7;
/// What our own tables in Postgres say of themselves.
pub const MARK: &str = "made by brightrun";
/// "BRUN": what a file of ours says of itself in SQLite's header.
const APPLICATION: i64 = 0x4252_554e;

const SQLITE: [(u32, &str); 7] = [
    (1, include_str!("../../migrations/sqlite/0001_tables.sql")),
    (2, include_str!("../../migrations/sqlite/0002_sets.sql")),
    (3, include_str!("../../migrations/sqlite/0003_training.sql")),
    (4, include_str!("../../migrations/sqlite/0004_batches.sql")),
    (5, include_str!("../../migrations/sqlite/0005_batch_of_a_row.sql")),
    (6, include_str!("../../migrations/sqlite/0006_rentals.sql")),
    (NEWEST_SQLITE, include_str!("../../migrations/sqlite/0007_pace.sql")),
];
const POSTGRES_TABLES: &str = include_str!("../../migrations/postgres/0001_tables.sql");
const POSTGRES_SETS: &str = include_str!("../../migrations/postgres/0003_sets.sql");

/// The database was written by a newer program.
pub fn newer(version: u32, newest: u32) -> StoreError {
    StoreError::schema(format!(
        "the database has version {version}, this brightrun knows version {newest}. Update brightrun, or name another database"
    ))
}

/// Is the file ours, and not too new?
pub async fn check_sqlite(pool: &SqlitePool) -> Result<u32> {
    let (application, version, tables): (i64, i64, i64) = sqlx::query_as(
        "SELECT (SELECT application_id FROM pragma_application_id()), (SELECT user_version FROM pragma_user_version()), \
         (SELECT count(*) FROM sqlite_schema)",
    )
    .fetch_one(pool)
    .await?;
    let version = u32::try_from(version).unwrap_or(u32::MAX);
    if tables > 0 && application != APPLICATION {
        return Err(StoreError::schema(
            "the file is a SQLite database of another program. Name another file with --db",
        ));
    }
    if application == APPLICATION && version > NEWEST_SQLITE {
        return Err(newer(version, NEWEST_SQLITE));
    }
    Ok(if tables == 0 { 0 } else { version })
}

pub async fn sqlite(pool: &SqlitePool) -> Result<Vec<String>> {
    let mut done = Vec::new();
    for (version, text) in SQLITE {
        if version <= check_sqlite(pool).await? {
            continue;
        }
        let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
        // Another process may have done it while this one waited.
        let (there,): (i64,) =
            sqlx::query_as("SELECT user_version FROM pragma_user_version()").fetch_one(&mut *tx).await?;
        if there >= i64::from(version) {
            continue;
        }
        sqlx::raw_sql(text).execute(&mut *tx).await?;
        let mark = format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {version}");
        sqlx::raw_sql(AssertSqlSafe(mark)).execute(&mut *tx).await?;
        tx.commit().await?;
        done.push(format!("made the tables of version {version}"));
    }
    Ok(done)
}

/// 0: nothing of ours is there.
pub async fn postgres_version(connection: &mut PgConnection) -> Result<u32> {
    let (there,): (bool,) = sqlx::query_as("SELECT to_regclass('brightrun.versions') IS NOT NULL")
        .persistent(false)
        .fetch_one(&mut *connection)
        .await?;
    if !there {
        return Ok(0);
    }
    let (version,): (i64,) =
        sqlx::query_as("SELECT COALESCE(max(version), 0)::bigint FROM brightrun.versions")
            .persistent(false)
            .fetch_one(&mut *connection)
            .await?;
    Ok(u32::try_from(version).unwrap_or(u32::MAX))
}

/// An own database: all tables in one transaction. Its lock ends with it, so it also works through a pooler.
pub async fn postgres(server: &Server) -> Result<Vec<String>> {
    let mut tx = server.pool.begin().await?;
    sqlx::raw_sql("SELECT pg_advisory_xact_lock(7166210338471093)").execute(&mut *tx).await?;
    let before = postgres_version(&mut tx).await?;
    if before >= NEWEST_OWN {
        return Ok(Vec::new());
    }
    if before == 0 {
        sqlx::raw_sql(POSTGRES_TABLES).execute(&mut *tx).await?;
        sqlx::raw_sql(AssertSqlSafe(format!("COMMENT ON TABLE conversations IS '{MARK}'")))
            .execute(&mut *tx)
            .await?;
    }
    for statement in attach::tables() {
        sqlx::raw_sql(AssertSqlSafe(statement.sql)).execute(&mut *tx).await?;
    }
    for statement in attach::indexes() {
        sqlx::raw_sql(AssertSqlSafe(statement.sql)).execute(&mut *tx).await?;
    }
    if before < SETS {
        sqlx::raw_sql(POSTGRES_SETS).execute(&mut *tx).await?;
    }
    let mark = format!("INSERT INTO brightrun.versions (version) VALUES ({NEWEST_OWN})");
    sqlx::raw_sql(AssertSqlSafe(mark)).execute(&mut *tx).await?;
    tx.commit().await?;
    // Search works without, only slower: no reason to fail.
    let mut done = vec![format!("made the tables of version {NEWEST_OWN}")];
    match attach::make_search_index(server).await {
        Ok(()) => done.push("made the search index".to_owned()),
        Err(error) => tracing::warn!(%error, "no search index"),
    }
    Ok(done)
}
