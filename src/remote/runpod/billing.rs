//! What was charged (apis.md A2). It comes up to an hour late: live cost is counted from price and time and compared with this later.

use super::rest::Rest;
use super::tolerant::or_default;
use crate::error::Result;
use crate::http::Call;
use chrono::{DateTime, SecondsFormat, Utc};
use domain::conversation::{UnknownWord, words};
use domain::money::Usd;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// How long one record of a bill is.
    Bucket, "bucket" {
        /// An hour.
        Hour = "hour",
        /// A day.
        Day = "day",
        /// A week.
        Week = "week",
        /// A month.
        Month = "month",
        /// A year.
        Year = "year",
    }
}

/// Which time. RunPod widens it to whole records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// From the first up to, not including, the second.
    Between(DateTime<Utc>, DateTime<Utc>),
    /// The last records, with the one that goes on now.
    Last(u32),
}

/// A bill.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Bill<R> {
    /// Its records.
    pub records: Vec<R>,
}

/// What a pod cost in one record's time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodBill {
    /// From when.
    pub start_time: DateTime<Utc>,
    /// Until when.
    pub end_time: DateTime<Utc>,
    /// Which pod.
    #[serde(default, deserialize_with = "or_default")]
    pub pod_id: String,
    /// All together.
    pub total_amount: Usd,
    /// For its GPUs.
    #[serde(default, deserialize_with = "or_default")]
    pub gpu_amount: Usd,
    /// For its processors.
    #[serde(default, deserialize_with = "or_default")]
    pub cpu_amount: Usd,
    /// For its disks.
    #[serde(default, deserialize_with = "or_default")]
    pub disk_amount: Usd,
}

/// What an endpoint cost in one record's time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerlessBill {
    /// From when.
    pub start_time: DateTime<Utc>,
    /// Until when.
    pub end_time: DateTime<Utc>,
    /// Which endpoint.
    #[serde(default, deserialize_with = "or_default")]
    pub serverless_id: String,
    /// All together.
    pub total_amount: Usd,
    /// For GPUs.
    #[serde(default, deserialize_with = "or_default")]
    pub gpu_amount: Usd,
    /// For processors.
    #[serde(default, deserialize_with = "or_default")]
    pub cpu_amount: Usd,
    /// For disks.
    #[serde(default, deserialize_with = "or_default")]
    pub disk_amount: Usd,
    /// RunPod's fee.
    #[serde(default, deserialize_with = "or_default")]
    pub fee_amount: Usd,
}

/// What a network volume cost in one record's time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VolumeBill {
    /// From when.
    pub start_time: DateTime<Utc>,
    /// Until when.
    pub end_time: DateTime<Utc>,
    /// Which volume.
    #[serde(default, deserialize_with = "or_default")]
    pub network_volume_id: String,
    /// All together.
    pub total_amount: Usd,
    /// For standard storage.
    #[serde(default, deserialize_with = "or_default")]
    pub standard_amount: Usd,
    /// For fast storage.
    #[serde(default, deserialize_with = "or_default")]
    pub high_performance_amount: Usd,
}

/// What was charged.
#[derive(Debug, Clone, Copy)]
pub struct Billing<'a>(pub(super) &'a Rest);

impl Billing<'_> {
    /// What pods cost; of one pod, or one record for each.
    pub async fn pods(&self, span: Span, bucket: Bucket, pod: Option<&str>) -> Result<Bill<PodBill>> {
        let call =
            span.ask(self.0.call("read the bill of the pods", Method::GET, &["billing", "pods"])?, bucket);
        self.0.http.json(&asked(call, "podId", pod)).await
    }
    /// What endpoints cost; of one, or one record for each. `billing/endpoints` is another product.
    pub async fn serverless(
        &self,
        span: Span,
        bucket: Bucket,
        endpoint: Option<&str>,
    ) -> Result<Bill<ServerlessBill>> {
        let call = span.ask(
            self.0.call("read the bill of the endpoints", Method::GET, &["billing", "serverless"])?,
            bucket,
        );
        self.0.http.json(&asked(call, "serverlessId", endpoint)).await
    }
    /// What network volumes cost; of one, or one record for each.
    pub async fn volumes(
        &self,
        span: Span,
        bucket: Bucket,
        volume: Option<&str>,
    ) -> Result<Bill<VolumeBill>> {
        let call = span.ask(
            self.0.call("read the bill of the volumes", Method::GET, &["billing", "network-volumes"])?,
            bucket,
        );
        self.0.http.json(&asked(call, "networkVolumeId", volume)).await
    }
}

impl Span {
    fn ask(self, call: Call<'static>, bucket: Bucket) -> Call<'static> {
        let time = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
        let call = call.query("bucketSize", bucket.word());
        match self {
            Self::Between(from, to) => call.query("startTime", &time(from)).query("endTime", &time(to)),
            Self::Last(count) => call.query("lastN", &count.max(1).to_string()),
        }
    }
}

fn asked(call: Call<'static>, name: &str, id: Option<&str>) -> Call<'static> {
    if let Some(id) = id { call.query(name, id) } else { call }
}
