//! A database opened for one user.

use crate::postgres::Server;
use crate::sqlite::Lite;
use crate::{Result, StoreError, StoreUrl};
use domain::ids::UserId;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// A database opened for one user. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pub(crate) backend: Backend,
    pub(crate) user: UserId,
}

/// The two pools.
#[derive(Clone)]
pub(crate) enum Backend {
    Sqlite(Lite),
    Postgres(Server),
}

/// Which program keeps the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DbKind {
    /// A file on this machine.
    Sqlite,
    /// A server.
    Postgres,
}

impl fmt::Display for DbKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "Postgres",
        })
    }
}

/// How to open.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// Whose rows: key or e-mail address. Needed beside the platform's tables; one's own database has a user without a name.
    pub user: Option<String>,
    /// How long to wait for a server.
    pub connect_timeout: Duration,
    /// How long to wait for another program's write to a SQLite file.
    pub busy_timeout: Duration,
    /// Make our own tables, or bring them up to date, while opening. Foreign tables are never touched by this.
    pub migrate: bool,
    /// Make a SQLite file that is not there. Otherwise it is taken as empty, and stays away.
    pub create: bool,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            user: None,
            connect_timeout: Duration::from_secs(5),
            busy_timeout: Duration::from_secs(5),
            migrate: true,
            create: true,
        }
    }
}

impl Db {
    /// Opens the database. SQLite: the file and its folder are made when missing. Postgres: an empty database gets our
    /// tables; beside the platform's tables nothing is changed (see [`Db::attach_plan`]).
    pub async fn open(url: &StoreUrl, options: OpenOptions) -> Result<Self> {
        let opened = match url {
            StoreUrl::Sqlite(path) => crate::sqlite::open(path, &options).await,
            StoreUrl::Postgres(server) => crate::postgres::open(server, &options).await,
        };
        opened.map_err(|error| error.at(&url.to_string()))
    }

    /// Which program keeps the rows.
    pub const fn kind(&self) -> DbKind {
        match self.backend {
            Backend::Sqlite(_) => DbKind::Sqlite,
            Backend::Postgres(_) => DbKind::Postgres,
        }
    }

    /// Whose rows these are.
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// Brings our own tables up to date; names what was done.
    pub async fn migrate(&self) -> Result<Vec<String>> {
        match &self.backend {
            Backend::Sqlite(lite) => crate::migrate::sqlite(&lite.write).await,
            Backend::Postgres(server) => crate::postgres::migrate(server).await,
        }
    }

    /// Lets go of the files and connections; waits until the last statement is done.
    pub async fn close(&self) {
        match &self.backend {
            Backend::Sqlite(lite) => {
                lite.read.close().await;
                lite.write.close().await;
            }
            Backend::Postgres(server) => server.pool.close().await,
        }
    }

    /// There are sets of rows per value (`index`).
    pub(crate) fn sets(&self) -> bool {
        match &self.backend {
            Backend::Sqlite(_) => true,
            Backend::Postgres(server) => server.sets(),
        }
    }

    pub(crate) const fn lately(&self) -> &crate::index::Lately {
        match &self.backend {
            Backend::Sqlite(lite) => &lite.lately,
            Backend::Postgres(server) => &server.lately,
        }
    }

    /// Rows that a migration or another program left for the sets. A file that cannot be written now can still be read.
    pub(crate) async fn bring_up_to_date(&self) -> Result<()> {
        let waiting = self.sql("SELECT CAST(EXISTS (SELECT 1 FROM brightrun_changes) AS TEXT) AS n");
        let waiting = self.fetch_one::<String>(waiting).await?;
        if waiting.is_some_and(|n| n == "1" || n == "true") {
            self.begin().await?.commit().await?;
        }
        Ok(())
    }

    /// Refuses where only reading is possible.
    pub(crate) fn writable(&self) -> Result<()> {
        match &self.backend {
            Backend::Sqlite(_) => Ok(()),
            Backend::Postgres(server) if server.additions() => Ok(()),
            Backend::Postgres(_) => Err(StoreError::NotAttached),
        }
    }

    /// Our own tables are there.
    pub(crate) fn additions(&self) -> bool {
        match &self.backend {
            Backend::Sqlite(_) => true,
            Backend::Postgres(server) => server.additions(),
        }
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Db").field("kind", &self.kind()).field("user", &self.user).finish_non_exhaustive()
    }
}
