//! What brightrun would add beside the platform's tables, and adding it.

use crate::{Db, Result};
use serde::{Deserialize, Serialize};

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

impl Db {
    /// What is missing. Nothing is changed.
    pub async fn attach_plan(&self) -> Result<AttachPlan> {
        todo!()
    }

    /// Adds what the plan names: only `CREATE … IF NOT EXISTS`. Indexes on many rows take a while.
    pub async fn attach(&self, plan: &AttachPlan) -> Result<()> {
        let _ = plan;
        todo!()
    }
}
