//! What is rented from a provider for one attempt of a run. It is written down before it is asked for, so that an answer that was lost
//! can be found again: nothing is rented twice for one run, and nothing is forgotten.

#[cfg(test)]
mod tests;

use crate::conversation::{UnknownWord, words};
use crate::cost::CostRecord;
use crate::ids::JobId;
use crate::lenient::Word;
use crate::money::{PerHour, Usd};
use crate::numbers::float;
use crate::place::Place;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// A price that differs by more than this share of the quote, in thousandths, is told.
const TOLERANCE: i64 = 20;

words! {
    /// Where a rental stands.
    RentalState, "rental state" {
        /// It is, was or will be asked for; whether the provider has it, nobody knows yet.
        Claimed = "claimed",
        /// The provider has it, and it may cost money.
        Held = "held",
        /// It is gone; the provider said so.
        Ended = "ended",
        /// It never was.
        Void = "void",
    }
}

/// A base model that is fetched onto the network volume, once for all runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetch {
    /// Name on the model hub: `owner/name`.
    pub model: String,
    /// Branch, tag or commit; `None`: the hub's newest.
    #[serde(default)]
    pub revision: Option<String>,
    /// Somebody wishes that it ends.
    #[serde(default)]
    pub stops: bool,
}

/// What is rented for one attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rental {
    /// Key; the cost record of its end has the same one, so that there is one at most.
    pub id: Uuid,
    /// For which run; where something is fetched, a key of what it is, so that it is fetched once at a time.
    pub job: JobId,
    /// What it fetches; `None`: it trains.
    #[serde(default)]
    pub fetches: Option<Fetch>,
    /// For the how-manieth attempt, from 1.
    pub attempt: u32,
    /// Where.
    pub place: Place,
    /// What it is called there, or how it is told apart there: holds the key of the run.
    pub name: String,
    /// Where it stands.
    pub state: Word<RentalState>,
    /// The provider's id; `None`: not known, or there is none.
    pub external_id: Option<String>,
    /// What it is, e.g. a GPU and its data centre; `None`: nobody said.
    #[serde(default)]
    pub what: Option<String>,
    /// GPUs.
    pub gpus: u32,
    /// Attempts of its worker that had told something before it was claimed: what is told later is its own.
    #[serde(default)]
    pub told_before: u64,
    /// When it was written down, just before it was asked for.
    pub claimed_at: DateTime<Utc>,
    /// First second that is billed, by the provider's times; `None`: it never worked yet.
    #[serde(default)]
    pub since: Option<DateTime<Utc>>,
    /// When it was seen to be gone.
    #[serde(default)]
    pub ended_at: Option<DateTime<Utc>>,
    /// Milliseconds that the provider says that it worked; `None`: it does not say.
    #[serde(default)]
    pub worked_ms: Option<u64>,
    /// Price of one GPU that was read before; `None`: nobody says.
    pub quoted: Option<PerHour>,
    /// Price of one GPU that is really charged; `None`: not read back yet.
    #[serde(default)]
    pub charged: Option<PerHour>,
    /// What its end was recorded with.
    #[serde(default)]
    pub recorded: Option<Usd>,
    /// What the provider's bill says, as often as it was read.
    #[serde(default)]
    pub billed: Option<Usd>,
    /// How it ended, in words.
    #[serde(default)]
    pub why: Option<String>,
}

impl Rental {
    /// It may cost money, or nobody knows whether it does.
    pub fn is_open(&self) -> bool {
        !matches!(self.state.known(), Some(RentalState::Ended | RentalState::Void))
    }

    /// Milliseconds that are billed by now: the provider's own figure where he gives one.
    pub fn billed_ms(&self, now: DateTime<Utc>) -> u64 {
        let by_clock = self.since.map_or(0, |since| {
            let until = self.ended_at.unwrap_or(now);
            u64::try_from((until - since).num_milliseconds()).unwrap_or(0)
        });
        self.worked_ms.unwrap_or(by_clock)
    }

    /// The price of one GPU for an hour: what is charged, else what was quoted.
    pub fn price(&self) -> Option<PerHour> {
        self.charged.or(self.quoted)
    }

    /// What it costs by now; nothing while no price is known.
    pub fn cost(&self, now: DateTime<Utc>) -> Usd {
        self.price().map_or(Usd::ZERO, |price| price.of(self.billed_ms(now), self.gpus))
    }

    /// A sentence when the price that is charged is not the one that was quoted.
    pub fn surprise(&self) -> Option<String> {
        let (quoted, charged) = (self.quoted?, self.charged?);
        let off = (charged.0.as_micros() - quoted.0.as_micros()).abs();
        (off.saturating_mul(1000) > quoted.0.as_micros().saturating_mul(TOLERANCE))
            .then(|| format!("RunPod charges {charged} for a GPU; {quoted} was quoted."))
    }

    /// It is gone. What it cost is its record, `None` when it never worked or nobody knows its price.
    pub fn end(&mut self, why: impl Into<String>, now: DateTime<Utc>) -> Option<CostRecord> {
        self.state = Word::Known(RentalState::Ended);
        self.ended_at = self.ended_at.or(Some(now));
        self.why = Some(why.into());
        let amount = self.cost(now);
        self.recorded = Some(amount);
        (self.billed_ms(now) > 0 && self.price().is_some()).then(|| self.record(amount, "timed", now))
    }

    /// The provider's bill says another amount than was recorded: the difference, as a record of its own.
    pub fn reconcile(&mut self, bill: Usd, now: DateTime<Utc>) -> Option<CostRecord> {
        let known = self.billed.or(self.recorded).unwrap_or(Usd::ZERO);
        self.billed = Some(bill);
        (bill != known).then(|| self.record(bill - known, "bill", now))
    }

    fn record(&self, amount: Usd, by: &str, now: DateTime<Utc>) -> CostRecord {
        let mut details = serde_json::json!({
            "rental": self.id, "provider": "runpod", "place": self.place, "external_id": self.external_id, "what": self.what,
            "gpu_count": self.gpus, "duration_seconds": float(self.billed_ms(now)) / 1000.0,
            "usd_per_hour": self.price(), "quoted_usd_per_hour": self.quoted, "by": by, "exact": amount.exact(),
        });
        if let Some(fetch) = &self.fetches {
            details["base_model"] = fetch.model.as_str().into();
        }
        CostRecord {
            job: self.fetches.is_none().then_some(self.job),
            kind: crate::cost::CostKind::Compute,
            amount,
            details,
            billing_period: self.ended_at.unwrap_or(now).date_naive(),
            recorded_at: now,
        }
    }
}
