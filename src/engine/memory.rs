//! Small things that a face remembers for its user from one session to the next: columns, order, history.

use crate::engine::from_db;
use crate::{Engine, Result};
use serde_json::Value;

/// What was kept under this name; `None` when there is nothing, or no place for it (a foreign database without our tables).
pub async fn recall(engine: &Engine, name: &str) -> Result<Option<Value>> {
    engine.db().setting(name).await.map_err(from_db("Cannot read what was remembered"))
}

/// Keeps a value under a name, in place of what was there.
pub async fn keep(engine: &Engine, name: &str, value: &Value) -> Result<()> {
    engine.db().set_setting(name, Some(value)).await.map_err(from_db("Cannot remember this"))
}
