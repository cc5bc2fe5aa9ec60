//! Small things to remember per user (last view, what was dismissed): a key and a JSON value.

use crate::types::Doc;
use crate::{Db, Result};

impl Db {
    /// What is kept under the key.
    pub async fn setting(&self, key: &str) -> Result<Option<serde_json::Value>> {
        if !self.additions() {
            return Ok(None);
        }
        let sql = self.sql("SELECT value FROM brightrun_settings WHERE user_id = $1 AND key = $2");
        Ok(self.fetch_one::<Doc>(sql.arg(self.user.0).arg(key)).await?.map(|value| value.0))
    }

    /// Keeps it; `None` forgets it.
    pub async fn set_setting(&self, key: &str, value: Option<&serde_json::Value>) -> Result<()> {
        let sql = match value {
            Some(value) => self
                .sql(
                    "INSERT INTO brightrun_settings (user_id, key, value) VALUES ($1, $2, $3) \
                     ON CONFLICT (user_id, key) DO UPDATE SET value = excluded.value",
                )
                .arg(self.user.0)
                .arg(key)
                .arg(value.clone()),
            None => self
                .sql("DELETE FROM brightrun_settings WHERE user_id = $1 AND key = $2")
                .arg(self.user.0)
                .arg(key),
        };
        self.execute(sql).await.map(|_| ())
    }
}
