//! The budget's levels: each is told once in a period, whoever tells it.

use super::month;
use crate::engine::from_db;
use crate::{Engine, Result};
use domain::budget::Alert;

const WHAT: &str = "Cannot remember what was told about the budget";
/// Where the keys of what was told are kept.
const TOLD: &str = "budget.told";
/// So many are remembered: those of more than a year.
const KEPT: usize = 64;

/// The highest level that was reached and not told yet, with what runs that go on have cost by now; the lower ones count as told.
pub async fn alert(engine: &Engine) -> Result<Option<Alert>> {
    let month = month(engine).await?;
    let budget = &engine.0.places.training.budget;
    let due = budget.alerts(month.spent + month.running, &budget.period.at(engine.now()));
    if due.is_empty() {
        return Ok(None);
    }
    let told = engine.db().setting(TOLD).await.map_err(from_db(WHAT))?;
    let mut told: Vec<String> = told.and_then(|told| serde_json::from_value(told).ok()).unwrap_or_default();
    let fresh: Vec<Alert> = due.into_iter().filter(|alert| !told.contains(&alert.key)).collect();
    if fresh.is_empty() {
        return Ok(None);
    }
    told.extend(fresh.iter().map(|alert| alert.key.clone()));
    told.drain(..told.len().saturating_sub(KEPT));
    engine.db().set_setting(TOLD, Some(&told.into())).await.map_err(from_db(WHAT))?;
    Ok(fresh.into_iter().max_by_key(|alert| alert.level))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use domain::cost::{CostKind, CostRecord};
    use domain::money::Usd;
    use uuid::Uuid;

    async fn spend(engine: &Engine, key: u128, dollars: i64) {
        let cost = CostRecord {
            job: None,
            kind: CostKind::Compute,
            amount: Usd::dollars(dollars),
            details: serde_json::json!({}),
            billing_period: engine.now().date_naive(),
            recorded_at: engine.now(),
        };
        engine.db().add_cost(Uuid::from_u128(key), &cost).await.unwrap();
    }

    #[tokio::test]
    async fn a_level_is_told_once_whoever_looks() {
        let dir = tempfile::tempdir().unwrap();
        let engine = testing::engine(dir.path()).await;
        let level = async |engine: &Engine| alert(engine).await.unwrap().map(|alert| alert.level);
        assert_eq!(level(&engine).await, None);
        spend(&engine, 1, 410).await;
        assert_eq!(level(&engine).await, Some(80));
        assert_eq!(level(&engine).await, None);
        let other = testing::engine(dir.path()).await;
        assert_eq!(level(&other).await, None, "it was told already");
        spend(&engine, 2, 95).await;
        assert_eq!(level(&other).await, Some(100), "one of two that were reached at once");
        assert_eq!(level(&engine).await, None);
    }
}
