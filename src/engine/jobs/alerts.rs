//! The budget's levels: each is told once in a period, whoever tells it.

use super::month;
use crate::engine::from_db;
use crate::{Engine, Result};
use domain::budget::Alert;
use domain::money::Usd;

const WHAT: &str = "Cannot remember what was told about the budget";
/// Where the keys of what was told are kept.
const TOLD: &str = "budget.told";

/// A level is reached by these costs; nobody has to be asked what was told while none is.
pub(super) fn is_due(engine: &Engine, costs: Usd) -> bool {
    !reached(engine, costs).is_empty()
}

fn reached(engine: &Engine, costs: Usd) -> Vec<Alert> {
    let budget = &engine.0.places.training.budget;
    budget.alerts(costs, &budget.period.at(engine.now()))
}

/// The highest level that was reached and not told yet, with what runs that go on have cost by now; the lower ones count as told. Of several
/// programs that ask at the same time one tells it.
pub async fn alert(engine: &Engine) -> Result<Option<Alert>> {
    let month = month(engine).await?;
    let due = reached(engine, month.spent + month.running);
    let keys: Vec<String> = due.iter().map(|alert| alert.key.clone()).collect();
    let Some(highest) = due.into_iter().max_by_key(|alert| alert.level) else { return Ok(None) };
    let fresh = engine.db().add_to_setting(TOLD, &keys, &highest.key).await.map_err(from_db(WHAT))?;
    Ok(fresh.then_some(highest))
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

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn of_many_programs_one_tells_it() {
        let dir = tempfile::tempdir().unwrap();
        let first = testing::engine(dir.path()).await;
        let mut engines = Vec::new();
        for _ in 0..6 {
            engines.push(testing::engine(dir.path()).await);
        }
        // What an earlier version told stands as a list, too.
        first.db().set_setting(TOLD, Some(&serde_json::json!(["budget/earlier/80"]))).await.unwrap();
        for (n, dollars) in [(1, 410), (2, 95)] {
            spend(&first, n, dollars).await;
            let asked = futures::future::join_all(engines.iter().map(alert)).await;
            assert_eq!(asked.into_iter().filter(|told| told.as_ref().unwrap().is_some()).count(), 1);
        }
        let told = first.db().setting(TOLD).await.unwrap().unwrap();
        assert_eq!(told.as_array().unwrap().len(), 4, "one earlier, three of this month: {told}");
    }
}
