//! The JSON column `training_jobs.gpu_config`: machine and price, so that history stays right when prices change
//! (training-pipeline 1.3.4, 7 no. 30).

use crate::money::{PerHour, Usd};
use crate::place::{Place, Tier};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where a run works, on what, and for how much.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GpuConfig {
    /// Key of the GPU, or the platform's word for it.
    #[serde(rename = "type")]
    pub gpu: String,
    /// How many; at least 1.
    pub count: u32,
    /// Of one, when the job was made; `None`: the row does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usd_per_hour: Option<PerHour>,
    /// The day of that price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_as_of: Option<NaiveDate>,
    /// Where; `None`: the row is the platform's, which knew one place only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// On which terms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
}

fn read<T: serde::de::DeserializeOwned>(value: Option<&Value>) -> Option<T> {
    value.and_then(|v| serde_json::from_value(v.clone()).ok())
}

impl GpuConfig {
    /// Reads a row with either spelling: `{type, count}` or `{gpu_type, num_gpus, cost_per_gpu_hour}`. What is missing
    /// or no value is left open; it never fails.
    pub fn from_row(row: &Value) -> Self {
        let find = |names: [&str; 2]| names.iter().find_map(|n| row.get(n).filter(|v| !v.is_null()));
        Self {
            gpu: read(find(["type", "gpu_type"])).unwrap_or_else(|| "unknown".to_owned()),
            count: read(find(["count", "num_gpus"])).unwrap_or(1).max(1),
            usd_per_hour: read(find(["usd_per_hour", "cost_per_gpu_hour"]))
                .filter(|p: &PerHour| p.0 >= Usd::ZERO),
            price_as_of: read(row.get("price_as_of")),
            place: read(row.get("place")),
            tier: read(row.get("tier")),
        }
    }

    /// The row.
    pub fn to_row(&self) -> Value {
        serde_json::to_value(self).unwrap_or(Value::Null)
    }
}
