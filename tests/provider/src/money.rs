//! Money in whole millionths of a dollar; nothing here is ever a float.
//!
//! A rate times a time is kept as an exact fraction and rounded down once, when somebody asks. A bucket of a bill is the difference of two such sums, so that
//! the buckets of a thing always add up to its total, however they are cut.

use crate::clock::{HOUR, Ms};

/// Millionths of a US dollar.
pub type Micros = i64;

/// Hours in the month by which storage is priced.
pub const MONTH_HOURS: i128 = 730;

/// A price per time: millionths of a dollar per 730 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rate(i128);

impl Rate {
    /// From a price per hour.
    pub const fn per_hour(micros: Micros) -> Self {
        Self(micros as i128 * MONTH_HOURS)
    }

    /// From a price per gigabyte and month of 730 hours.
    pub const fn per_month(micros_per_gb: Micros, gigabytes: i64) -> Self {
        Self(micros_per_gb as i128 * gigabytes as i128)
    }
}

/// Divides a sum of rate × milliseconds down to millionths.
const PARTS: i128 = MONTH_HOURS * HOUR as i128;

/// What one thing costs in the course of time.
#[derive(Debug, Clone, Default)]
pub struct Meter {
    stretches: Vec<Stretch>,
}

#[derive(Debug, Clone, Copy)]
struct Stretch {
    from: Ms,
    to: Option<Ms>,
    rate: Rate,
}

impl Meter {
    /// From now on it costs `rate`; what ran before ends.
    pub fn set(&mut self, at: Ms, rate: Rate) {
        self.stop(at);
        if rate != Rate::default() {
            self.stretches.push(Stretch { from: at, to: None, rate });
        }
    }

    /// From now on it costs nothing.
    pub fn stop(&mut self, at: Ms) {
        if let Some(last) = self.stretches.last_mut()
            && last.to.is_none()
        {
            last.to = Some(at.max(last.from));
        }
    }

    /// The rate that runs now.
    pub fn rate(&self) -> Rate {
        self.stretches.last().filter(|last| last.to.is_none()).map_or(Rate::default(), |last| last.rate)
    }

    /// All that it has cost up to `until`, rounded down once.
    pub fn total(&self, until: Ms) -> Micros {
        let parts: i128 = self
            .stretches
            .iter()
            .map(|s| s.rate.0 * i128::from((s.to.unwrap_or(until).min(until) - s.from).max(0)))
            .sum();
        Micros::try_from(parts / PARTS).unwrap_or(Micros::MAX)
    }

    /// What it cost from `from` to `to`: the difference of two totals.
    pub fn between(&self, from: Ms, to: Ms) -> Micros {
        self.total(to) - self.total(from)
    }

    /// Milliseconds for which it cost anything, up to `until`.
    pub fn running(&self, until: Ms) -> Ms {
        self.stretches.iter().map(|s| (s.to.unwrap_or(until).min(until) - s.from).max(0)).sum()
    }

    /// First and last moment at which it cost anything; the last is `None` while it runs.
    pub fn life(&self) -> Option<(Ms, Option<Ms>)> {
        Some((self.stretches.first()?.from, self.stretches.last()?.to))
    }
}

/// How long `micros` last at the sum of these rates, milliseconds; `None` where nothing is burnt.
pub fn lasts(micros: Micros, rates: impl Iterator<Item = Rate>) -> Option<Ms> {
    let burn: i128 = rates.map(|rate| rate.0).sum();
    (burn > 0).then(|| Ms::try_from(i128::from(micros.max(0)) * PARTS / burn).unwrap_or(Ms::MAX / 4))
}

/// The sum of rates as millionths per hour, rounded down.
pub fn per_hour(rates: impl Iterator<Item = Rate>) -> Micros {
    Micros::try_from(rates.map(|rate| rate.0).sum::<i128>() / MONTH_HOURS).unwrap_or(Micros::MAX)
}

/// A sum as a JSON number of dollars. The nearest double to six decimals prints as those six decimals, so nothing is lost on the way.
#[expect(clippy::cast_precision_loss, reason = "sums of a simulation stay far below 2^53 millionths")]
pub fn dollars(micros: Micros) -> serde_json::Value {
    serde_json::json!(micros as f64 / 1e6)
}
