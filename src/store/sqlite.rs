//! Opening a SQLite file: one writer, a few readers.

use crate::db::Backend;
use crate::index::Lately;
use crate::{Db, OpenOptions, Result, StoreError};
use domain::ids::UserId;
use futures::future::BoxFuture;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, SqliteConnection, SqlitePool};
use std::path::{Path, PathBuf};

/// The pools of one file.
#[derive(Clone)]
pub struct Lite {
    pub read: SqlitePool,
    pub write: SqlitePool,
    pub path: PathBuf,
    pub lately: Lately,
}

impl Lite {
    /// As the user would name it.
    pub fn place(&self) -> String {
        format!("sqlite:{}", self.path.display())
    }
}

pub async fn open(path: &Path, options: &OpenOptions) -> Result<Db> {
    if path.is_dir() {
        return Err(wrong(path, "is a folder. Name a file in it, e.g. with --db sqlite:FOLDER/brightrun.db"));
    }
    // Who only looks makes no file: an empty database in memory answers for it.
    let absent = !options.create && !path.exists();
    if let Some(folder) = path.parent().filter(|folder| !absent && !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| folder_error(folder, &error))?;
    }
    let connect = if absent { SqliteConnectOptions::new().in_memory(true) } else { file(path) };
    let connect = connect
        .foreign_keys(true)
        .busy_timeout(options.busy_timeout)
        .pragma("cache_size", "-4096")
        .pragma("mmap_size", "0")
        .pragma("temp_store", "memory");
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .after_release(|connection, _| sound(connection))
        .connect_with(connect.clone())
        .await?;
    crate::migrate::check_sqlite(&write).await?;
    if options.migrate {
        crate::migrate::sqlite(&write).await?;
    }
    let read =
        SqlitePoolOptions::new().max_connections(2).connect_lazy_with(connect.pragma("query_only", "on"));
    let lite = Lite { read, write, path: path.to_owned(), lately: Lately::default() };
    let db = Db { backend: Backend::Sqlite(lite), user: UserId::LOCAL };
    if options.migrate {
        db.bring_up_to_date().await?;
    }
    Ok(db)
}

fn file(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL: after a commit the old objects of a training file are removed, so a commit must survive a power cut.
        .synchronous(SqliteSynchronous::Full)
}

/// On a full disk SQLite itself undoes the transaction, which the driver does not expect: it would count it as open for ever.
fn sound(connection: &mut SqliteConnection) -> BoxFuture<'_, sqlx::Result<bool>> {
    Box::pin(async move {
        connection.ping().await?;
        Ok(!connection.is_in_transaction())
    })
}

fn folder_error(folder: &Path, error: &std::io::Error) -> StoreError {
    use std::io::ErrorKind as K;
    match error.kind() {
        K::PermissionDenied | K::ReadOnlyFilesystem => {
            StoreError::ReadOnly { what: folder.display().to_string() }
        }
        K::StorageFull | K::QuotaExceeded => StoreError::Full,
        K::AlreadyExists | K::NotADirectory => wrong(
            folder,
            "cannot be a folder, because a part of it is a file. Name another place with --db or --data-dir",
        ),
        _ => StoreError::Other(format!(
            "the folder {} cannot be made: {error}. Name another place with --db or --data-dir",
            folder.display()
        )),
    }
}

fn wrong(path: &Path, why: &str) -> StoreError {
    StoreError::schema(format!("{} {why}", path.display()))
}
