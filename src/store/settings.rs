//! Small things to remember per user (last view, what was dismissed): a key and a JSON value.

use crate::sql::Dialect;
use crate::types::Doc;
use crate::{Db, Result};
use chrono::{DateTime, Utc};

impl Db {
    /// What is kept under the key.
    pub async fn setting(&self, key: &str) -> Result<Option<serde_json::Value>> {
        if !self.additions() {
            return Ok(None);
        }
        let sql = self.sql("SELECT value FROM brightrun_settings WHERE user_id = $1 AND key = $2");
        Ok(self.fetch_one::<Doc>(sql.arg(self.user.0).arg(key)).await?.map(|value| value.0))
    }

    /// Adds texts to the list that is kept under the key, unless `sign`, one of them, stands there already. `true`: they were added. It is one
    /// statement: of several programs that do so at the same time one is told `true`.
    pub async fn add_to_setting(&self, key: &str, texts: &[String], sign: &str) -> Result<bool> {
        // What another program made of the value is taken as an empty list.
        let text = match self.dialect() {
            Dialect::Sqlite => {
                "INSERT INTO brightrun_settings AS s (user_id, key, value) VALUES ($1, $2, $3) \
                 ON CONFLICT (user_id, key) DO UPDATE SET value = (SELECT json_group_array(value) FROM \
                 (SELECT value FROM json_each(s.value) WHERE type = 'text' UNION SELECT value FROM json_each(excluded.value))) \
                 WHERE NOT EXISTS (SELECT 1 FROM json_each(s.value) WHERE value = $4)"
            }
            Dialect::Postgres => {
                "INSERT INTO brightrun_settings AS s (user_id, key, value) VALUES ($1, $2, $3) \
                 ON CONFLICT (user_id, key) DO UPDATE SET value = (SELECT jsonb_agg(DISTINCT e) FROM jsonb_array_elements(\
                 CASE WHEN jsonb_typeof(s.value) = 'array' THEN s.value || excluded.value ELSE excluded.value END) e) \
                 WHERE NOT s.value @> to_jsonb(CAST($4 AS text))"
            }
        };
        let sql = self.sql(text).arg(self.user.0).arg(key).arg(serde_json::Value::from(texts)).arg(sign);
        Ok(self.execute(sql).await? > 0)
    }

    /// Takes a turn at something that only one program is to do at a time, until `until`. `false`: somebody has it still. It is one statement: of
    /// several programs that ask at the same time one is told `true`. What a program that died had not done is done at the next turn.
    pub async fn take_turn(&self, key: &str, now: DateTime<Utc>, until: DateTime<Utc>) -> Result<bool> {
        self.writable()?;
        // Milliseconds since 1970; what another program made of the value is taken as a turn that is over.
        let held = match self.dialect() {
            Dialect::Sqlite => "json_type(s.value) = 'integer' AND json_extract(s.value, '$') > $4",
            Dialect::Postgres => {
                "CASE WHEN jsonb_typeof(s.value) = 'number' THEN CAST(s.value #>> '{}' AS numeric) > $4 ELSE false END"
            }
        };
        let text = format!(
            "INSERT INTO brightrun_settings AS s (user_id, key, value) VALUES ($1, $2, $3) \
             ON CONFLICT (user_id, key) DO UPDATE SET value = excluded.value WHERE NOT ({held})"
        );
        let until = serde_json::Value::from(until.timestamp_millis());
        let sql = self.sql(&text).arg(self.user.0).arg(key).arg(until).arg(now.timestamp_millis());
        Ok(self.execute(sql).await? > 0)
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
