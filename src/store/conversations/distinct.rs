//! Values of a column, for completion.

use super::columns;
use crate::sql::Dialect;
use crate::{Db, Result};
use domain::filter::{Column, Kind};

impl Db {
    /// Values of a text column that begin with `prefix`, in order. Other columns have nothing to complete.
    pub async fn distinct(&self, column: Column, prefix: &str, limit: u32) -> Result<Vec<String>> {
        if !matches!(column.kind(), Kind::Text | Kind::Word) {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        let mut after: Option<String> = None;
        // One index seek per value: a million rows have few different ones.
        while found.len() < limit as usize {
            let Some(next) = self.next_value(column, prefix, after.as_deref()).await? else { break };
            if !next.starts_with(prefix) {
                break;
            }
            found.push(next.clone());
            after = Some(next);
        }
        Ok(found)
    }

    async fn next_value(&self, column: Column, prefix: &str, after: Option<&str>) -> Result<Option<String>> {
        let (key, table, user) = if column == Column::Batch {
            let key = match self.dialect() {
                Dialect::Sqlite => columns::BATCH_NAME.to_owned(),
                Dialect::Postgres => format!("({}) COLLATE \"C\"", columns::BATCH_NAME),
            };
            (key, "batch_jobs b", "b.user_id = ")
        } else {
            let user = if self.dialect() == Dialect::Sqlite { "+c.user_id = " } else { "c.user_id = " };
            (columns::key(self.dialect(), column), "conversations c", user)
        };
        let mut sql = self.sql("SELECT ");
        sql.push(&key).push(" AS v FROM ").push(table).push(" WHERE ").push(user).bind(self.user.0);
        sql.push(" AND ").push(&key);
        match after {
            Some(after) => sql.push(" > ").bind(after),
            None => sql.push(" >= ").bind(prefix),
        };
        sql.push(" ORDER BY 1 LIMIT 1");
        self.fetch_one(sql).await
    }
}
