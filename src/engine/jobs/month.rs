//! What this month has cost, for the header.

use crate::engine::from_db;
use crate::{Engine, Result};
use domain::money::Usd;
use serde::Serialize;

/// The costs of the budget's period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Month {
    /// Cost records of the period.
    pub spent: Usd,
    /// What runs that go on have cost by now, which no record tells yet.
    pub running: Usd,
    /// The budget.
    pub limit: Usd,
}

/// The costs by now.
pub async fn month(engine: &Engine) -> Result<Month> {
    const WHAT: &str = "Cannot read the costs";
    let budget = &engine.0.places.training.budget;
    let period = budget.period.at(engine.now());
    let spent = engine.db().spent(period.from, period.to).await.map_err(from_db(WHAT))?;
    let open = engine.db().open_runs().await.map_err(from_db(WHAT))?;
    // Machines that were given back have records already.
    let runs: Usd =
        open.iter().map(|stored| (stored.run.job.current_cost - stored.run.job.paid).or_zero()).sum();
    let now = engine.0.clock.real();
    let rented = engine.db().open_rentals().await.map_err(from_db(WHAT))?;
    let fetching: Usd = rented
        .iter()
        .filter(|stored| stored.rental.fetches.is_some())
        .map(|stored| stored.rental.cost(now))
        .sum();
    let running = runs + fetching;
    Ok(Month { spent, running, limit: budget.limit })
}
