//! The row that a cost leaves.

use crate::conversation::{UnknownWord, words};
use crate::ids::JobId;
use crate::lenient::Word;
use crate::money::Usd;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// What was paid for (training-pipeline 7 no. 39).
    CostKind, "cost type" {
        /// Time on a machine.
        Compute = "compute",
        /// Keeping files.
        Storage = "storage",
        /// Moving files.
        Transfer = "transfer",
        /// Calls of a model.
        Api = "api",
    }
}

impl CostKind {
    /// Reads a row's word, the platform's older ones too.
    pub fn read(word: &str) -> Word<Self> {
        match word {
            "training_compute" | "COMPUTE" => Word::Known(Self::Compute),
            "STORAGE" => Word::Known(Self::Storage),
            "DATA_TRANSFER" | "data_transfer" => Word::Known(Self::Transfer),
            "API_CALLS" | "api_calls" => Word::Known(Self::Api),
            other => Word::read(other),
        }
    }
}

/// One cost, as `cost_records` keeps it. There is one for every end of a run that was billed, not only for good ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CostRecord {
    /// Of which run; `None`: of none.
    pub job: Option<JobId>,
    /// For what.
    pub kind: CostKind,
    /// How much. The column keeps cents; the millionths are in the details, so that sums stay right.
    pub amount: Usd,
    /// What it is made of.
    pub details: serde_json::Value,
    /// The day it counts for, UTC.
    pub billing_period: NaiveDate,
    /// When it was written down.
    pub recorded_at: DateTime<Utc>,
}

impl CostRecord {
    /// The record of a run's time on its machine. `None` when the machine never worked.
    pub fn compute(job: JobId, meter: &super::Meter, gpu: &str, now: DateTime<Utc>) -> Option<Self> {
        let ms = meter.billed_ms(now);
        if ms == 0 {
            return None;
        }
        let amount = meter.so_far(now);
        let details = serde_json::json!({
            "gpu_type": gpu,
            "gpu_count": meter.gpus,
            "duration_seconds": crate::numbers::float(ms) / 1000.0,
            "usd_per_hour": meter.usd_per_hour,
            "exact": amount.exact(),
        });
        let day = meter.until.unwrap_or(now).date_naive();
        Some(Self {
            job: Some(job),
            kind: CostKind::Compute,
            amount,
            details,
            billing_period: day,
            recorded_at: now,
        })
    }
}
