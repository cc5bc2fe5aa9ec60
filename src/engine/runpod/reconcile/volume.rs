//! A network volume costs each day, used or not: its bill is the only record of that (decision 0208).

use super::days::{Days, after, begins};
use super::marks::{VolumePrice, keep_price};
use super::{Reconciled, WHAT};
use crate::engine::from_db;
use crate::runpod::client::from_remote;
use crate::{Engine, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::cost::{CostKind, CostRecord};
use domain::money::{PerHour, Usd};
use domain::price::{VOLUMES_AS_OF, volume_month};
use remote::runpod::{Bucket, RunPod};
use uuid::Uuid;

/// Hours in the month that prices of storage mean.
const MONTH: i64 = 730;

/// Books these days: one request for all, and one for its size where it is on no bill.
pub(super) async fn volume(
    engine: &Engine,
    client: &RunPod,
    volume: &str,
    days: Days,
    now: DateTime<Utc>,
    done: &mut Reconciled,
) -> Result<()> {
    // Two days at least say what it costs.
    let asked = days.and_before();
    let bill = client.billing().volumes(asked.span(), Bucket::Day, Some(volume)).await;
    let bill = bill.map_err(|e| from_remote(&e))?;
    let mut billed = Vec::new();
    for day in asked.each() {
        let (from, to) = (begins(day), begins(after(day)));
        let mine = bill.records.iter();
        let mine =
            mine.filter(|r| r.network_volume_id == volume && r.start_time >= from && r.start_time < to);
        let amount: Usd = mine.map(|record| record.total_amount).sum();
        done.compared += usize::from(day >= days.first);
        if amount == Usd::ZERO {
            continue;
        }
        billed.push((day, amount));
        let key = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("runpod-volume/{volume}/{day}").as_bytes());
        let cost = CostRecord {
            job: None,
            kind: CostKind::Storage,
            amount,
            details: serde_json::json!({"provider": "runpod", "volume": volume, "by": "bill", "billed": amount.exact(),
                "exact": amount.exact(), "what": "network volume"}),
            billing_period: day,
            recorded_at: now,
        };
        if engine.db().add_cost(key, &cost).await.map_err(from_db(WHAT))? {
            done.add(amount);
            done.storage += amount;
        }
    }
    // One whose newest day is on no bill may be gone.
    if let Some(price) = by_bill(volume, &billed).filter(|price| price.as_of == asked.last) {
        return keep_price(engine, Some(&price)).await;
    }
    by_list(engine, client, volume).await
}

/// The newest days of the bill say what it costs: the dearer of two, since the first day of a volume is no whole one.
fn by_bill(volume: &str, billed: &[(NaiveDate, Usd)]) -> Option<VolumePrice> {
    let (as_of, _) = *billed.last()?;
    let day = billed.iter().rev().take(2).map(|(_, amount)| *amount).max()?;
    let micros = day.as_micros();
    Some(VolumePrice {
        id: volume.to_owned(),
        per_hour: PerHour(Usd::micros(micros / 24)),
        per_month: Usd::micros(micros.saturating_mul(MONTH) / 24),
        as_of,
        billed: true,
    })
}

/// Nothing is billed: the price for its size, until the bill says one. What is not known is not said, and what is gone costs nothing.
async fn by_list(engine: &Engine, client: &RunPod, volume: &str) -> Result<()> {
    let price = match client.volumes().get(volume).await {
        Ok(found) => listed(volume, &found),
        Err(error) if error.is_not_found() => None,
        Err(error) => return Err(from_remote(&error)),
    };
    keep_price(engine, price.as_ref()).await
}

/// What the list says of a volume; only standard ones have a price there.
fn listed(id: &str, volume: &remote::runpod::Volume) -> Option<VolumePrice> {
    let fast = volume.tier.as_ref().is_some_and(|tier| !tier.is(remote::runpod::VolumeType::Standard));
    let per_month = volume_month(volume.size.filter(|_| !fast)?);
    Some(VolumePrice {
        id: id.to_owned(),
        per_hour: PerHour(Usd::micros(per_month.as_micros() / MONTH)),
        per_month,
        as_of: VOLUMES_AS_OF,
        billed: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bill_says_what_a_volume_costs_and_its_first_day_is_no_whole_one() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        assert_eq!(by_bill("v", &[]), None);
        let price = by_bill("v", &[(day(19), Usd::cents(3)), (day(20), Usd::cents(24))]).unwrap();
        assert_eq!((price.per_hour.0, price.per_month), (Usd::cents(1), Usd::cents(730)));
        let smaller = by_bill("v", &[(day(19), Usd::cents(24)), (day(20), Usd::cents(3))]).unwrap();
        assert_eq!((smaller.per_hour.0, smaller.as_of), (Usd::cents(1), day(20)));
    }

    #[test]
    fn a_fast_volume_has_no_price_on_the_list() {
        let volume = |value: serde_json::Value| serde_json::from_value(value).unwrap();
        let usual = listed("v", &volume(serde_json::json!({"id": "v", "size": 100, "type": "STANDARD"})));
        assert_eq!(usual.map(|price| price.per_month), Some(Usd::dollars(7)));
        let fast = serde_json::json!({"id": "v", "size": 100, "type": "HIGH_PERFORMANCE"});
        assert_eq!(listed("v", &volume(fast)), None);
        assert_eq!(listed("v", &volume(serde_json::json!({"id": "v"}))), None);
    }
}
