//! Conversations by their keys.

use super::record;
use crate::{Db, Result};
use domain::conversation::ConversationRow;
use domain::ids::ConversationId;
use std::collections::{HashMap, HashSet};

/// Keys asked for at once.
const CHUNK: usize = 1_000;

impl Db {
    /// One, by business key or (as formats 2.1 has it) by row key.
    pub async fn conversation(&self, id: &ConversationId) -> Result<Option<ConversationRow>> {
        Ok(self.conversations_by_ids(std::slice::from_ref(id)).await?.into_iter().next())
    }

    /// Those that exist, in the order given, each once. A key is tried as business key first, then as row key (formats 2.1).
    pub async fn conversations_by_ids(&self, ids: &[ConversationId]) -> Result<Vec<ConversationRow>> {
        let mut rows = Vec::with_capacity(ids.len());
        let mut given = HashSet::new();
        for chunk in ids.chunks(CHUNK) {
            for row in self.conversations_chunk(chunk).await? {
                if given.insert(row.id.clone()) {
                    rows.push(row);
                }
            }
        }
        Ok(rows)
    }

    async fn conversations_chunk(&self, ids: &[ConversationId]) -> Result<Vec<ConversationRow>> {
        let keys = ids.iter().map(|id| id.as_str().to_owned()).collect();
        let mut found: HashMap<String, ConversationRow> = HashMap::new();
        for row in self.conversations_where("c.conversation_id", keys).await? {
            found.insert(row.id.as_str().to_owned(), row);
        }
        let rest: Vec<String> = ids
            .iter()
            .filter(|id| !found.contains_key(id.as_str()))
            .filter_map(|id| id.as_uuid().map(|key| key.to_string()))
            .collect();
        if !rest.is_empty() {
            for (key, id) in self.conversations_by_row_keys(rest).await? {
                let row = self.conversations_where("c.conversation_id", vec![id]).await?.into_iter().next();
                found.extend(row.map(|row| (key, row)));
            }
        }
        Ok(ids
            .iter()
            .filter_map(|id| {
                found.get(id.as_str()).or_else(|| found.get(&id.as_uuid()?.to_string())).cloned()
            })
            .collect())
    }

    async fn conversations_where(&self, column: &str, keys: Vec<String>) -> Result<Vec<ConversationRow>> {
        let mut sql = self.sql("SELECT ");
        sql.push(&record::select(self.dialect(), self.additions()))
            .push(" FROM conversations c WHERE c.user_id = ");
        sql.bind(self.user.0).push(" AND ").push(column).push_in(keys);
        Ok(self.fetch::<record::Record>(sql).await?.into_iter().map(Into::into).collect())
    }

    async fn conversations_by_row_keys(&self, keys: Vec<String>) -> Result<Vec<(String, String)>> {
        let mut sql =
            self.sql("SELECT CAST(c.id AS TEXT), c.conversation_id FROM conversations c WHERE c.user_id = ");
        sql.bind(self.user.0).push(" AND c.id");
        match self.dialect() {
            crate::sql::Dialect::Sqlite => sql.push_in(keys),
            crate::sql::Dialect::Postgres => {
                sql.push(" = ANY(CAST(").bind(crate::sql::Bind::Texts(keys)).push(" AS uuid[]))")
            }
        };
        self.fetch(sql).await
    }
}
