//! How many match.

use super::compile;
use crate::sql::Dialect;
use crate::{Db, Result};
use domain::filter::Filter;
use domain::page::Count;

/// Above this guess of the planner the guess is the answer, when a guess is wanted.
const GUESS_FROM: u64 = 20_000;

impl Db {
    /// How many match. `exact: false` may answer with the planner's guess.
    pub async fn conversations_count(&self, filter: &Filter, exact: bool) -> Result<Count> {
        if let Some(n) = self.planned_count(filter).await? {
            return Ok(Count::Exact(u64::try_from(n).unwrap_or(0)));
        }
        if !exact && self.dialect() == Dialect::Postgres {
            let guess = self.conversations_guess(filter).await?;
            if guess > GUESS_FROM {
                return Ok(Count::Estimate(guess));
            }
        }
        let mut sql = self.sql("SELECT count(*) FROM conversations c WHERE ");
        compile::push_scope(&mut sql, self.user.0, filter, &[]);
        let n: i64 = self.fetch_one(sql).await?.unwrap_or(0);
        Ok(Count::Exact(u64::try_from(n).unwrap_or(0)))
    }

    async fn conversations_guess(&self, filter: &Filter) -> Result<u64> {
        let mut sql = self.sql("EXPLAIN (FORMAT JSON) SELECT 1 FROM conversations c WHERE ");
        compile::push_scope(&mut sql, self.user.0, filter, &[]);
        let plan: Option<crate::types::Doc> = self.fetch_one(sql).await?;
        let rows = plan
            .as_ref()
            .and_then(|plan| plan.0.pointer("/0/Plan/Plan Rows"))
            .and_then(serde_json::Value::as_u64);
        Ok(rows.unwrap_or(0))
    }
}
