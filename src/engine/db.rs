//! The database itself: status, migrations, and the platform's schema beside ours. These verbs work where
//! [`crate::Engine::open`] cannot, so they take the places instead of the engine.

use crate::engine::{from_db, open_db, store_url};
use crate::{Places, Result};
use serde::Serialize;
pub use store::{AttachPlan, Statement};
use store::{Db, Layout, OpenOptions};

/// What kind of database this is and how far its schema is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Status {
    /// `SQLite` or `Postgres`.
    pub kind: String,
    /// Where, without a password.
    pub at: String,
    /// Server or library version.
    pub version: String,
    /// Schema versions that are there.
    pub applied: Vec<String>,
    /// Schema versions that `migrate` would add.
    pub pending: Vec<String>,
    /// The platform's tables are there and are not attached yet: `attach` first.
    pub needs_attach: bool,
    /// Changing rows is possible.
    pub writable: bool,
    /// Whose rows are shown.
    pub user: String,
    /// Search uses an index.
    pub search_index: bool,
    /// Tables and columns that should be there and are not.
    pub missing: Vec<String>,
    /// What the user should know or do, one sentence each.
    pub hints: Vec<String>,
    /// Rows of the user, where they can be counted.
    pub conversations: Option<u64>,
    /// Rows of the user, where they can be counted.
    pub training_files: Option<u64>,
}

/// Without a migration, whose steps are to be told; `create` is for those that write.
async fn open(places: &Places, create: bool) -> Result<Db> {
    let options = OpenOptions { migrate: false, create, ..OpenOptions::default() };
    open_db(places, &store_url(places)?, options).await
}

/// Where the schema stands.
pub async fn status(places: &Places) -> Result<Status> {
    let db = open(places, false).await?;
    let status = db.status().await.map_err(from_db("Cannot read the database"))?;
    let versions = |from: u32, to: u32| (from..=to).map(|v| v.to_string()).collect();
    let conversations = status.is_made().then_some(status.conversations);
    let training_files = db.training_files(true).await.ok().map(|files| files.len() as u64);
    db.close().await;
    Ok(Status {
        kind: status.kind.to_string(),
        at: status.place,
        version: status.server,
        applied: versions(1, status.schema_version),
        pending: versions(status.schema_version + 1, status.newest_version),
        needs_attach: status.layout == Layout::Platform,
        writable: status.writable,
        user: status.user.to_string(),
        search_index: status.search_index,
        missing: status.missing,
        hints: status.hints,
        conversations,
        training_files,
    })
}

/// Brings the schema up to date; answers what was applied.
pub async fn migrate(places: &Places) -> Result<Vec<String>> {
    let db = open(places, true).await?;
    let applied = db.migrate().await.map_err(from_db("Cannot migrate the database"));
    db.close().await;
    applied
}

/// What attaching to the platform's tables would add. Changes nothing.
pub async fn attach_plan(places: &Places) -> Result<AttachPlan> {
    let db = open(places, false).await?;
    let plan = db.attach_plan().await.map_err(from_db("Cannot read the database"));
    db.close().await;
    plan
}

/// Adds exactly what the plan says.
pub async fn attach(places: &Places, plan: &AttachPlan) -> Result<()> {
    let db = open(places, false).await?;
    let attached = db.attach(plan).await.map_err(from_db("Cannot attach to the database"));
    db.close().await;
    attached
}
