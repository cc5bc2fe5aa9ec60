//! An endpoint has one bill for all its workers, which also start, wait and idle: what no job was recorded with is a cost of the day.

use super::days::{Days, after, begins};
use super::{Reconciled, Rows, WHAT};
use crate::engine::from_db;
use crate::runpod::client::from_remote;
use crate::{Engine, Result};
use chrono::{DateTime, Utc};
use domain::cost::{CostKind, CostRecord};
use domain::money::Usd;
use domain::place::Place;
use remote::runpod::{Bucket, RunPod};
use uuid::Uuid;

/// Compares these days: one request for all.
pub(super) async fn queue(
    engine: &Engine,
    client: &RunPod,
    endpoint: &str,
    rows: &Rows,
    days: Days,
    now: DateTime<Utc>,
    done: &mut Reconciled,
) -> Result<()> {
    let bill = client.billing().serverless(days.span(), Bucket::Day, Some(endpoint)).await;
    let bill = bill.map_err(|e| from_remote(&e))?;
    for day in days.each() {
        let (from, to) = (begins(day), begins(after(day)));
        let mine = bill.records.iter();
        let mine = mine.filter(|r| r.serverless_id == endpoint && r.start_time >= from && r.start_time < to);
        let billed: Usd = mine.map(|record| record.total_amount).sum();
        let ended = rows.ended.iter().map(|stored| &stored.rental).filter(|rental| {
            rental.place == Place::RunpodServerless && rental.ended_at.is_some_and(|at| at >= from && at < to)
        });
        let recorded: Usd = ended.filter_map(|rental| rental.recorded).sum();
        let rest = billed - recorded;
        done.compared += 1;
        if rest == Usd::ZERO {
            continue;
        }
        let key =
            Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("runpod-serverless/{endpoint}/{day}").as_bytes());
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
    Ok(())
}
