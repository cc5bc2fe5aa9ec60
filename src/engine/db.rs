//! The database itself: status, migrations, and the platform's schema beside ours. These verbs work where
//! [`crate::Engine::open`] cannot, so they take the places instead of the engine.

use crate::{Error, Places, Result};
use serde::Serialize;

/// What kind of database this is and how far its schema is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Status {
    /// `SQLite` or `PostgreSQL`.
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
    /// Rows of the user, where they can be counted.
    pub conversations: Option<u64>,
    /// Rows of the user, where they can be counted.
    pub training_files: Option<u64>,
}

/// What attaching would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AttachPlan {
    /// Statements in order, each with its reason. Empty: nothing to do.
    pub statements: Vec<Statement>,
}

/// One statement of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// As it will run.
    pub sql: String,
    /// Why, in one line.
    pub reason: String,
}

/// Where the schema stands.
pub async fn status(places: &Places) -> Result<Status> {
    let _ = places;
    Err(Error::failed("Cannot read the database", "not built yet"))
}

/// Brings the schema up to date; answers what was applied.
pub async fn migrate(places: &Places) -> Result<Vec<String>> {
    let _ = places;
    Err(Error::failed("Cannot migrate the database", "not built yet"))
}

/// What attaching to the platform's tables would add. Changes nothing.
pub async fn attach_plan(places: &Places) -> Result<AttachPlan> {
    let _ = places;
    Err(Error::failed("Cannot read the database", "not built yet"))
}

/// Adds exactly what the plan says.
pub async fn attach(places: &Places, plan: &AttachPlan) -> Result<()> {
    let _ = (places, plan);
    Err(Error::failed("Cannot attach to the database", "not built yet"))
}
