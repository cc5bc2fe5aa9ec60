//! What was opened: for `db status`, the environment badge and `doctor`.

use crate::{Db, DbKind, Result};
use domain::ids::UserId;
use serde::{Deserialize, Serialize};

/// Whose tables these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Made by brightrun.
    Own,
    /// The platform's, with our additions.
    Attached,
    /// The platform's, as it is: reading works, writing needs `brightrun db attach`.
    Platform,
}

/// The state of the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DbStatus {
    /// Which program keeps it.
    pub kind: DbKind,
    /// File or server, without the password.
    pub place: String,
    /// Version of the server or the library.
    pub server: String,
    /// Whose tables.
    pub layout: Layout,
    /// Version of our tables; 0 when there are none.
    pub schema_version: u32,
    /// Version that this program knows.
    pub newest_version: u32,
    /// Whose rows are shown.
    pub user: UserId,
    /// Changing rows is possible.
    pub writable: bool,
    /// Search uses a trigram index; otherwise it reads the rows.
    pub search_index: bool,
    /// Tables and columns that the platform's database should have and does not.
    pub missing: Vec<String>,
    /// What the user should know or do, one sentence each.
    pub hints: Vec<String>,
    /// Conversations of the user, as estimated by the database.
    pub conversations: u64,
}

impl Db {
    /// Asks the database how it is.
    pub async fn status(&self) -> Result<DbStatus> {
        todo!()
    }
}
