//! One statement for both databases: text with `$1` places, values beside it, run on whichever pool is open.

use crate::db::Backend;
use crate::{Db, Result, StoreError};
use chrono::{DateTime, Utc};
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, FromRow, Postgres, Sqlite, Transaction};
use std::fmt::Write;
use uuid::Uuid;

/// Which SQL is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

/// A value to bind. Nulls have a type, because Postgres wants one.
#[derive(Debug, Clone)]
pub enum Bind {
    Text(Option<String>),
    Int(Option<i64>),
    Real(Option<f64>),
    Key(Option<Uuid>),
    At(Option<DateTime<Utc>>),
    Doc(serde_json::Value),
    /// A list: `text[]` in Postgres, a JSON array in SQLite. See [`Sql::push_in`].
    Texts(Vec<String>),
    /// A list of numbers: `bigint[]` in Postgres, a JSON array in SQLite.
    Ints(Vec<i64>),
    Bytes(Vec<u8>),
}

/// A row that both databases can give.
pub trait Record: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A statement under construction.
#[derive(Debug, Clone)]
pub struct Sql {
    pub dialect: Dialect,
    text: String,
    binds: Vec<Bind>,
}

impl Sql {
    pub fn new(dialect: Dialect, text: &str) -> Self {
        let mut sql = Self { dialect, text: String::with_capacity(text.len() + 256), binds: Vec::new() };
        sql.push(text);
        sql
    }

    /// Appends text of our own making, never a value. Our tables are `brightrun_x` in SQLite and live in a schema of
    /// their own in Postgres, where the platform's web interface does not publish them.
    pub fn push(&mut self, text: &str) -> &mut Self {
        match self.dialect {
            Dialect::Sqlite => self.text.push_str(text),
            Dialect::Postgres => self.text.push_str(&text.replace("brightrun_", "brightrun.")),
        }
        self
    }

    /// Appends the place of a value.
    pub fn bind(&mut self, value: impl Into<Bind>) -> &mut Self {
        self.binds.push(value.into());
        // Writing to a string does not fail.
        let _ = write!(self.text, "${}", self.binds.len());
        self
    }

    /// Appends a statement with its values; its places are numbered anew.
    pub fn append(&mut self, other: &Self) -> &mut Self {
        let mut rest = other.text.as_str();
        for (n, value) in other.binds.iter().enumerate() {
            let mark = format!("${}", n + 1);
            let Some((before, after)) = rest.split_once(&mark) else { break };
            self.text.push_str(before);
            self.bind(value.clone());
            rest = after;
        }
        self.text.push_str(rest);
        self
    }

    /// Gives the next of the places `$1`, `$2`, … that the text already names its value.
    pub fn arg(mut self, value: impl Into<Bind>) -> Self {
        self.binds.push(value.into());
        self
    }

    /// Appends ` IN (…)` over a list of texts.
    pub fn push_in(&mut self, list: Vec<String>) -> &mut Self {
        match self.dialect {
            Dialect::Sqlite => {
                self.push(" IN (SELECT value FROM json_each(").bind(Bind::Texts(list)).push("))")
            }
            Dialect::Postgres => self.push(" = ANY(").bind(Bind::Texts(list)).push(")"),
        }
    }

    fn sqlite(self) -> Result<(String, SqliteArguments)> {
        let mut args = SqliteArguments::default();
        for bind in self.binds.into_iter().map(Bind::without_nul) {
            match bind {
                Bind::Text(v) => args.add(v),
                Bind::Int(v) => args.add(v),
                Bind::Real(v) => args.add(v),
                Bind::Key(v) => args.add(v.map(|key| key.to_string())),
                Bind::At(v) => args.add(v.map(|at| at.timestamp_micros())),
                Bind::Doc(v) => args.add(v.to_string()),
                Bind::Texts(v) => args.add(serde_json::Value::from(v).to_string()),
                Bind::Ints(v) => args.add(serde_json::Value::from(v).to_string()),
                Bind::Bytes(v) => args.add(v),
            }
            .map_err(sqlx::Error::Encode)?;
        }
        Ok((self.text, args))
    }

    fn postgres(self) -> Result<(String, PgArguments)> {
        let mut args = PgArguments::default();
        for bind in self.binds.into_iter().map(Bind::without_nul) {
            match bind {
                Bind::Text(v) => args.add(v),
                Bind::Int(v) => args.add(v),
                Bind::Real(v) => args.add(v),
                Bind::Key(v) => args.add(v),
                Bind::At(v) => args.add(v),
                Bind::Doc(v) => args.add(v),
                Bind::Texts(v) => args.add(v),
                Bind::Ints(v) => args.add(v),
                Bind::Bytes(v) => args.add(v),
            }
            .map_err(sqlx::Error::Encode)?;
        }
        Ok((self.text, args))
    }
}

impl Bind {
    /// Postgres keeps no NUL character and SQLite's functions stop at it: in rows it is the sign for a character that is none.
    /// A conversation's file keeps its own; without this, one such file would stop a whole import.
    fn without_nul(self) -> Self {
        match self {
            Self::Text(Some(text)) => Self::Text(Some(no_nul(text))),
            Self::Texts(texts) => Self::Texts(texts.into_iter().map(no_nul).collect()),
            Self::Doc(doc) => Self::Doc(no_nul_in(doc)),
            other => other,
        }
    }
}

fn no_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

fn no_nul_in(doc: serde_json::Value) -> serde_json::Value {
    use serde_json::Value as V;
    match doc {
        V::String(text) => V::String(no_nul(text)),
        V::Array(items) => V::Array(items.into_iter().map(no_nul_in).collect()),
        V::Object(map) => V::Object(map.into_iter().map(|(key, v)| (no_nul(key), no_nul_in(v))).collect()),
        other => other,
    }
}

macro_rules! into_bind {
    ($($type:ty => $variant:ident),+ $(,)?) => {$(
        impl From<$type> for Bind { fn from(value: $type) -> Self { Self::$variant(Some(value.into())) } }
        impl From<Option<$type>> for Bind { fn from(value: Option<$type>) -> Self { Self::$variant(value.map(Into::into)) } }
    )+};
}
into_bind!(&str => Text, String => Text, i64 => Int, u32 => Int, f64 => Real, Uuid => Key, DateTime<Utc> => At);

impl From<Vec<i64>> for Bind {
    fn from(value: Vec<i64>) -> Self {
        Self::Ints(value)
    }
}

impl From<serde_json::Value> for Bind {
    fn from(value: serde_json::Value) -> Self {
        Self::Doc(value)
    }
}

/// A transaction. Dropped without [`Tx::commit`], nothing has happened.
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>, Talk),
}

/// What a transaction has to know of its server.
#[derive(Debug, Clone, Copy)]
pub struct Talk {
    /// Statements may stay prepared.
    keep: bool,
    /// There are sets to be kept (`index`).
    sets: bool,
}

impl Tx {
    pub const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(..) => Dialect::Postgres,
        }
    }

    /// There are sets to be kept.
    pub const fn sets(&self) -> bool {
        match self {
            Self::Sqlite(_) => true,
            Self::Postgres(_, talk) => talk.sets,
        }
    }

    pub fn sql(&self, text: &str) -> Sql {
        Sql::new(self.dialect(), text)
    }

    /// One value, or none.
    pub async fn fetch_one<T>(&mut self, sql: Sql) -> Result<Option<T>>
    where
        (T,): Record,
    {
        Ok(self.fetch::<(T,)>(sql).await?.into_iter().next().map(|(value,)| value))
    }

    pub async fn fetch<T: Record>(&mut self, sql: Sql) -> Result<Vec<T>> {
        Ok(match self {
            Self::Sqlite(tx) => {
                let (text, args) = sql.sqlite()?;
                sqlx::query_as_with(AssertSqlSafe(text), args).fetch_all(&mut **tx).await?
            }
            Self::Postgres(tx, talk) => {
                let (text, args) = sql.postgres()?;
                sqlx::query_as_with(AssertSqlSafe(text), args)
                    .persistent(talk.keep)
                    .fetch_all(&mut **tx)
                    .await?
            }
        })
    }

    pub async fn execute(&mut self, sql: Sql) -> Result<u64> {
        Ok(match self {
            Self::Sqlite(tx) => {
                let (text, args) = sql.sqlite()?;
                sqlx::query_with(AssertSqlSafe(text), args).execute(&mut **tx).await?.rows_affected()
            }
            Self::Postgres(tx, talk) => {
                let (text, args) = sql.postgres()?;
                sqlx::query_with(AssertSqlSafe(text), args)
                    .persistent(talk.keep)
                    .execute(&mut **tx)
                    .await?
                    .rows_affected()
            }
        })
    }

    /// What was written counts, and the sets know it.
    pub async fn commit(mut self) -> Result<()> {
        crate::index::fold(&mut self).await?;
        self.end().await
    }

    /// The end where no conversation was written: the sets have nothing to learn. What was written counts.
    pub async fn end(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx, _) => tx.commit().await?,
        }
        Ok(())
    }
}

impl Db {
    pub(crate) const fn dialect(&self) -> Dialect {
        match self.backend {
            Backend::Sqlite(_) => Dialect::Sqlite,
            Backend::Postgres(_) => Dialect::Postgres,
        }
    }

    pub(crate) fn sql(&self, text: &str) -> Sql {
        Sql::new(self.dialect(), text)
    }

    /// A writing transaction.
    pub(crate) async fn begin(&self) -> Result<Tx> {
        let begun = match &self.backend {
            // IMMEDIATE: waits for the other writer here, not in the middle, where waiting could not help any more.
            Backend::Sqlite(lite) => lite.write.begin_with("BEGIN IMMEDIATE").await.map(Tx::Sqlite),
            Backend::Postgres(server) => {
                let talk = Talk { keep: server.pooler.is_none(), sets: server.sets() };
                server.pool.begin().await.map(|tx| Tx::Postgres(tx, talk))
            }
        };
        begun.map_err(|error| self.placed(error.into()))
    }

    /// A reading transaction: all that is read in it, rows and sets, is of one moment.
    pub(crate) async fn snapshot(&self) -> Result<Tx> {
        let begun = match &self.backend {
            Backend::Sqlite(lite) => lite.read.begin().await.map(Tx::Sqlite),
            Backend::Postgres(server) => {
                let talk = Talk { keep: server.pooler.is_none(), sets: server.sets() };
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                server.pool.begin_with(begin).await.map(|tx| Tx::Postgres(tx, talk))
            }
        };
        begun.map_err(|error| self.placed(error.into()))
    }

    /// Reads.
    pub(crate) async fn fetch<T: Record>(&self, sql: Sql) -> Result<Vec<T>> {
        let rows = match &self.backend {
            Backend::Sqlite(lite) => {
                let (text, args) = sql.sqlite()?;
                sqlx::query_as_with(AssertSqlSafe(text), args).fetch_all(&lite.read).await
            }
            // Through a transaction pooler a statement outside a transaction can run somebody else's (apis C4).
            Backend::Postgres(server) if server.pooler.is_some() => {
                let mut tx = self.begin().await?;
                let rows = tx.fetch(sql).await?;
                tx.end().await?;
                return Ok(rows);
            }
            Backend::Postgres(server) => {
                let (text, args) = sql.postgres()?;
                sqlx::query_as_with(AssertSqlSafe(text), args).fetch_all(&server.pool).await
            }
        };
        rows.map_err(|error| self.placed(error.into()))
    }

    fn placed(&self, error: StoreError) -> StoreError {
        match &self.backend {
            Backend::Sqlite(lite) => error.at(&lite.place()),
            Backend::Postgres(server) => error.at(&server.place),
        }
    }

    /// One value, or none.
    pub(crate) async fn fetch_one<T>(&self, sql: Sql) -> Result<Option<T>>
    where
        (T,): Record,
    {
        Ok(self.fetch::<(T,)>(sql).await?.into_iter().next().map(|(value,)| value))
    }

    /// One writing statement in its own transaction.
    pub(crate) async fn execute(&self, sql: Sql) -> Result<u64> {
        self.writable()?;
        let mut tx = self.begin().await?;
        let rows = tx.execute(sql).await?;
        tx.commit().await?;
        Ok(rows)
    }
}
