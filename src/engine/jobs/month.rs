//! What this month has cost, for the header.

use crate::engine::from_db;
use crate::{Engine, Result};
use domain::budget::PeriodKind;
use domain::money::Usd;
use serde::Serialize;

/// The costs of the budget's period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Month {
    /// Cost records of the period.
    pub spent: Usd,
    /// What runs that go on have cost by now, which no record tells yet.
    pub running: Usd,
    /// The budget.
    pub limit: Usd,
    /// Which month it is for.
    pub period: PeriodKind,
    /// Percent of it by which runs may go over it where they are refused otherwise; `None`: they are not refused.
    pub grace_percent: Option<u8>,
}

impl Default for Month {
    fn default() -> Self {
        let (limit, period) = (Usd::ZERO, PeriodKind::CalendarMonth);
        Self { spent: Usd::ZERO, running: Usd::ZERO, limit, period, grace_percent: None }
    }
}

impl Month {
    /// What the costs are held against: `of $500.00 this month`, with the grace where there is one.
    pub fn of(&self) -> String {
        let grace = match self.grace_percent {
            Some(percent) if percent > 0 => format!(" (+{percent} % grace)"),
            _ => String::new(),
        };
        format!("of {}{grace} {}", self.limit, self.period.said())
    }
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
    let grace_percent = budget.block.then_some(budget.grace_percent);
    Ok(Month { spent, running, limit: budget.limit, period: budget.period, grace_percent })
}
