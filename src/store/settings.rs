//! Small things to remember per user (last view, what was dismissed): a key and a JSON value.

use crate::{Db, Result};

impl Db {
    /// What is kept under the key.
    pub async fn setting(&self, key: &str) -> Result<Option<serde_json::Value>> {
        let _ = key;
        todo!()
    }

    /// Keeps it; `None` forgets it.
    pub async fn set_setting(&self, key: &str, value: Option<&serde_json::Value>) -> Result<()> {
        let _ = (key, value);
        todo!()
    }
}
