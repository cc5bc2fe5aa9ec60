//! Comparing what was recorded with the provider's bill, which comes up to an hour late. Differences become cost records of their own,
//! each once, so that the books are the bill's.

use super::client::{client, from_remote};
use crate::engine::from_db;
use crate::{Engine, Progress, Result};
use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use domain::cost::{CostKind, CostRecord};
use domain::money::Usd;
use domain::place::Place;
use remote::runpod::{Bucket, RunPod, Span};
use serde::Serialize;
use store::StoredRental;
use uuid::Uuid;

const WHAT: &str = "Cannot compare with the bill";
/// How far the bill lags behind at most.
const LAG: TimeDelta = TimeDelta::hours(2);
/// How many days are looked back.
const BACK: Days = Days::new(40);

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reconciled {
    /// Bills that were read: of pods, and of days of the endpoint.
    pub compared: usize,
    /// Those that came to another amount than was recorded.
    pub corrected: usize,
    /// What was added to the books, or taken away.
    pub difference: Usd,
}

impl Reconciled {
    fn add(&mut self, amount: Usd) {
        self.corrected += 1;
        self.difference += amount;
    }
}

/// From when on is looked. The bill of a day is compared with all that ended on that day, so no day may be begun in its middle.
fn since(now: DateTime<Utc>) -> DateTime<Utc> {
    let day = now.date_naive();
    day.checked_sub_days(BACK).unwrap_or(day).and_time(NaiveTime::MIN).and_utc()
}

/// Compares everything that ended early enough to be on the bill. Stage: `bill`.
pub async fn reconcile(engine: &Engine, progress: &Progress) -> Result<Reconciled> {
    let client = client(engine)?;
    let now = engine.0.clock.real();
    let all = engine.db().rentals_since(since(now)).await.map_err(from_db(WHAT))?;
    let settled = |stored: &&StoredRental| stored.rental.ended_at.is_some_and(|at| at <= now - LAG);
    let mut done = Reconciled::default();
    let pods: Vec<_> = all.iter().filter(|s| s.rental.place == Place::RunpodPod).filter(settled).collect();
    for (n, stored) in (1_u64..).zip(&pods) {
        pod(engine, &client, stored, now, &mut done).await?;
        progress.step("bill", n, Some(pods.len() as u64));
    }
    if let Some(endpoint) = &engine.0.places.runpod.endpoint {
        queue(engine, &client, endpoint, &all, now, &mut done).await?;
    }
    Ok(done)
}

/// A pod has a bill of its own.
async fn pod(
    engine: &Engine,
    client: &RunPod,
    stored: &StoredRental,
    now: DateTime<Utc>,
    done: &mut Reconciled,
) -> Result<()> {
    let rental = &stored.rental;
    let (Some(id), Some(ended)) = (&rental.external_id, rental.ended_at) else { return Ok(()) };
    let span = Span::Between(rental.claimed_at - TimeDelta::hours(1), ended + LAG);
    let bill = client.billing().pods(span, Bucket::Hour, Some(id)).await.map_err(|e| from_remote(&e))?;
    let mine = bill.records.iter().filter(|record| record.pod_id == *id);
    let total: Usd = mine.clone().map(|record| record.total_amount).sum();
    if mine.count() == 0 {
        return Ok(());
    }
    done.compared += 1;
    let mut changed = stored.clone();
    let cost = changed.rental.reconcile(total, now);
    if changed.rental == stored.rental {
        return Ok(());
    }
    if let Some(cost) = &cost {
        done.add(cost.amount);
    }
    let cost = cost.map(|cost| (engine.0.ids.next(), cost));
    engine.db().save_rental(None, &changed, cost).await.map_err(from_db(WHAT))?;
    Ok(())
}

/// An endpoint has one bill for all its workers, which also start, wait and idle: what no job was recorded with is a cost of the day.
async fn queue(
    engine: &Engine,
    client: &RunPod,
    endpoint: &str,
    all: &[StoredRental],
    now: DateTime<Utc>,
    done: &mut Reconciled,
) -> Result<()> {
    let jobs: Vec<_> = all.iter().filter(|s| s.rental.place == Place::RunpodServerless).collect();
    // Workers cost from the first request on. The day on which the list begins may lack some of its jobs.
    let whole = (now - BACK).date_naive().checked_add_days(Days::new(1));
    let Some(first) = jobs.iter().map(|s| s.rental.claimed_at.date_naive()).min() else { return Ok(()) };
    let mut day = whole.map_or(first, |whole| first.max(whole));
    let open = engine.db().open_rentals().await.map_err(from_db(WHAT))?;
    while let Some(next) = day.checked_add_days(Days::new(1)) {
        let (from, to) = (day.and_time(NaiveTime::MIN).and_utc(), next.and_time(NaiveTime::MIN).and_utc());
        // What ended on that day and is not recorded yet would be counted twice.
        let unrecorded = open.iter().any(|s| s.rental.ended_at.is_some_and(|at| at < to));
        if to + LAG > now || unrecorded {
            break;
        }
        let key =
            Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("runpod-serverless/{endpoint}/{day}").as_bytes());
        let bill = client.billing().serverless(Span::Between(from, to), Bucket::Day, Some(endpoint)).await;
        let bill = bill.map_err(|e| from_remote(&e))?;
        let mine = bill
            .records
            .iter()
            .filter(|r| r.serverless_id == endpoint && r.start_time >= from && r.start_time < to);
        let billed: Usd = mine.map(|record| record.total_amount).sum();
        let ended = jobs.iter().filter(|s| s.rental.ended_at.is_some_and(|at| at >= from && at < to));
        let recorded: Usd = ended.filter_map(|s| s.rental.recorded).sum();
        let rest = billed - recorded;
        done.compared += 1;
        if rest != Usd::ZERO {
            let cost = CostRecord {
                job: None,
                kind: CostKind::Compute,
                amount: rest,
                details: serde_json::json!({"provider": "runpod", "endpoint": endpoint, "by": "bill", "billed": billed.exact(),
                    "recorded": recorded.exact(), "exact": rest.exact(), "what": "start, idle time and fees of workers"}),
                billing_period: day,
                recorded_at: now,
            };
            if engine.db().add_cost(key, &cost).await.map_err(from_db(WHAT))? {
                done.add(rest);
            }
        }
        day = next;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_day_is_a_whole_one() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let midnight = at("2026-10-20T00:00:00Z");
        for now in ["2026-11-29T00:00:00Z", "2026-11-29T15:10:00Z", "2026-11-29T23:59:59Z"] {
            assert_eq!(since(at(now)), midnight, "{now}");
        }
    }
}
