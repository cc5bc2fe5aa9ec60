//! What was compared already, and what the network volume costs: kept with the user's small settings.

use super::WHAT;
use crate::engine::from_db;
use crate::{Engine, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::money::{PerHour, Usd};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const KEY: &str = "runpod.bill";
const VOLUME: &str = "runpod.volume";

/// What was compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Marks {
    /// Pods that ended before have been asked about.
    pods: Option<DateTime<Utc>>,
    /// The last day that was compared, for each endpoint and volume.
    days: BTreeMap<String, NaiveDate>,
}

impl Marks {
    pub async fn read(engine: &Engine) -> Result<Self> {
        let kept = engine.db().setting(KEY).await.map_err(from_db(WHAT))?;
        // What cannot be read is compared again; that adds nothing.
        Ok(kept.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default())
    }
    pub async fn write(&self, engine: &Engine) -> Result<()> {
        let value = serde_json::to_value(self).unwrap_or_default();
        engine.db().set_setting(KEY, Some(&value)).await.map_err(from_db(WHAT))
    }
    pub fn pods_until(&self) -> Option<DateTime<Utc>> {
        self.pods
    }
    pub fn pods(&mut self, until: DateTime<Utc>) {
        self.pods = self.pods.max(Some(until));
    }
    pub fn last_day(&self, owner: &str) -> Option<NaiveDate> {
        self.days.get(owner).copied()
    }
    pub fn days(&mut self, owner: &str, last: NaiveDate) {
        let known = self.days.entry(owner.to_owned()).or_insert(last);
        *known = last.max(*known);
    }
}

/// What the network volume costs, used or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumePrice {
    /// Its id.
    pub id: String,
    /// For an hour.
    pub per_hour: PerHour,
    /// For a month of 730 hours.
    pub per_month: Usd,
    /// The day that the bill says it of, or on which somebody looked at the list of prices.
    pub as_of: NaiveDate,
    /// The bill says it; otherwise it is the price of the list for its size.
    pub billed: bool,
}

impl VolumePrice {
    /// What it costs, with the day of the price.
    pub fn sentence(&self) -> String {
        let by = if self.billed { "bill" } else { "price" };
        format!(
            "network volume {} · {} a month, used or not ({by} of {})",
            self.id, self.per_month, self.as_of
        )
    }
}

/// What is known of the configured volume's price without asking anybody.
pub(in crate::runpod) async fn volume_price(engine: &Engine) -> Result<Option<VolumePrice>> {
    let Some(id) = &engine.0.places.runpod.volume else { return Ok(None) };
    let kept = engine.db().setting(VOLUME).await.map_err(from_db("Cannot read what the volume costs"))?;
    let price: Option<VolumePrice> = kept.and_then(|value| serde_json::from_value(value).ok());
    Ok(price.filter(|price| price.id == *id))
}

/// Keeps it; `None` forgets it.
pub(super) async fn keep_price(engine: &Engine, price: Option<&VolumePrice>) -> Result<()> {
    let value = price.and_then(|price| serde_json::to_value(price).ok());
    engine.db().set_setting(VOLUME, value.as_ref()).await.map_err(from_db(WHAT))
}
