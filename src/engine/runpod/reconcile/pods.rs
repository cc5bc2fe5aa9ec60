//! A pod has a bill of its own.

use super::{LAG, Reconciled, WHAT};
use crate::engine::from_db;
use crate::runpod::client::from_remote;
use crate::{Engine, Result};
use chrono::{DateTime, TimeDelta, Utc};
use domain::money::Usd;
use remote::runpod::{Bucket, RunPod, Span};
use store::{StoreError, StoredRental};

/// Compares one.
pub(super) async fn pod(
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
    let mut changed = stored.clone();
    let cost = changed.rental.reconcile(total, now);
    if changed.rental != stored.rental {
        let record = cost.clone().map(|cost| (engine.0.ids.next(), cost));
        match engine.db().save_rental(None, &changed, record).await {
            Ok(_) => {}
            // Another program compares it at this moment, by the same bill.
            Err(StoreError::Conflict { .. }) => return Ok(()),
            Err(error) => return Err(from_db(WHAT)(error)),
        }
    }
    done.compared += 1;
    if let Some(cost) = &cost {
        done.add(cost.amount);
    }
    Ok(())
}
