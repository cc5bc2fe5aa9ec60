//! What a run has cost, and what it will have cost (R4.11–R4.13; training-pipeline 4.9 no. 21, 7 no. 40).

mod record;
#[cfg(test)]
mod tests;

pub use record::{CostKind, CostRecord};

use crate::money::{PerHour, Range, Usd};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What is billed for a run, and since when. Waiting in a queue is not billed: the clock starts when the machine works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meter {
    /// Of one GPU; the price that was quoted when the job was made.
    pub usd_per_hour: PerHour,
    /// GPUs.
    pub gpus: u32,
    /// Paid besides, e.g. for storage.
    pub fixed: Usd,
    /// Milliseconds that earlier attempts were billed for.
    pub earlier_ms: u64,
    /// When the machine began to work; `None`: not yet.
    pub since: Option<DateTime<Utc>>,
    /// When it stopped; `None`: it works.
    pub until: Option<DateTime<Utc>>,
}

impl Meter {
    /// Milliseconds that are billed by now. A clock that went backwards adds nothing.
    pub fn billed_ms(&self, now: DateTime<Utc>) -> u64 {
        let Some(since) = self.since else { return self.earlier_ms };
        let until = self.until.unwrap_or(now);
        self.earlier_ms.saturating_add(u64::try_from((until - since).num_milliseconds()).unwrap_or(0))
    }

    /// What that costs.
    pub fn so_far(&self, now: DateTime<Utc>) -> Usd {
        self.usd_per_hour.of(self.billed_ms(now), self.gpus) + self.fixed
    }

    /// What it will cost if it goes on for this long; `None` when nobody knows how long.
    pub fn projected(&self, now: DateTime<Utc>, remaining_seconds: Option<u64>) -> Option<Usd> {
        if self.until.is_some() {
            return Some(self.so_far(now));
        }
        remaining_seconds.map(|s| self.so_far(now) + self.usd_per_hour.seconds(s, self.gpus))
    }

    /// The same against what was estimated.
    pub fn against(
        &self,
        now: DateTime<Utc>,
        remaining_seconds: Option<u64>,
        estimate: Option<Range>,
    ) -> Tracker {
        Tracker::new(self.so_far(now), self.projected(now, remaining_seconds), estimate)
    }
}

/// How a cost stands to its estimate. Colours go by the upper end (training-pipeline 7 no. 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// There is no estimate to hold it against.
    Unknown,
    /// Under 80 %.
    Within,
    /// 80 to 100 %.
    Near,
    /// More than 100 %.
    Over,
    /// More than 120 %: think about cancelling.
    FarOver,
}

impl Level {
    /// What there is to say about it, by what a run costs (`now`) or will have cost; `None`: nothing.
    pub const fn said(self, now: bool) -> Option<&'static str> {
        match (self, now) {
            (Self::Unknown | Self::Within | Self::Near, _) => None,
            (Self::Over, true) => Some("It costs more than was estimated."),
            (Self::Over, false) => Some("It will cost more than was estimated."),
            (Self::FarOver, true) => {
                Some("It costs more than 120 % of its estimate: consider cancelling it.")
            }
            (Self::FarOver, false) => {
                Some("It will cost more than 120 % of its estimate: consider cancelling it.")
            }
        }
    }
}

/// Cost against estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracker {
    /// By now.
    pub so_far: Usd,
    /// In the end, if it goes on like this.
    pub projected: Option<Usd>,
    /// What was estimated.
    pub estimate: Option<Range>,
    /// Percent of the lower end.
    pub of_low: Option<i64>,
    /// Percent of the upper end.
    pub of_high: Option<i64>,
    /// By what it costs now.
    pub level: Level,
    /// By what it will cost.
    pub ahead: Level,
}

impl Tracker {
    /// Holds a cost against its estimate.
    pub fn new(so_far: Usd, projected: Option<Usd>, estimate: Option<Range>) -> Self {
        let percent = |cost: Usd, end: fn(Range) -> Usd| cost.percent_of(end(estimate?));
        let level =
            |cost: Usd| match estimate {
                None => Level::Unknown,
                Some(Range { high, .. }) if cost <= high => {
                    if cost.percent_of(high).is_some_and(|p| p >= 80) { Level::Near } else { Level::Within }
                }
                Some(Range { high, .. }) if cost > high.per_mille(1200) => Level::FarOver,
                Some(_) => Level::Over,
            };
        Self {
            so_far,
            projected,
            estimate,
            of_low: percent(so_far, |r| r.low),
            of_high: percent(so_far, |r| r.high),
            level: level(so_far),
            ahead: projected.map_or(Level::Unknown, level),
        }
    }

    /// What there is to say: by what it costs now, or by what it will cost where that is worse.
    pub fn said(&self) -> Option<&'static str> {
        if self.ahead > self.level && self.ahead >= Level::Over {
            self.ahead.said(false)
        } else {
            self.level.said(true)
        }
    }

    /// `49 % of low / 40 % of high`; empty without an estimate that costs anything.
    pub fn words(&self) -> String {
        match (self.of_low, self.of_high) {
            (Some(low), Some(high)) if low == high => format!("{high} % of the estimate"),
            (Some(low), Some(high)) => format!("{low} % of low / {high} % of high"),
            (None, Some(high)) => format!("{high} % of high"),
            _ => String::new(),
        }
    }
}
