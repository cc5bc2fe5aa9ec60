//! From time to money.

use super::{Duration, Phase, Plan};
use crate::money::{Range, Usd};
use crate::place::Tier;
use crate::price::Quote;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// On which terms a run is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The price of one GPU for an hour; `None`: nobody says.
    pub quote: Option<Quote>,
    /// Whether the machine may go away.
    pub tier: Tier,
    /// Paid besides for keeping files.
    pub storage: Usd,
    /// Today, for the age of the price.
    pub today: NaiveDate,
}

/// A part of the cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostPart {
    /// `start`, `training`, `evaluation`, `finish`, `storage` or `reserve`.
    pub name: String,
    /// How much.
    pub amount: Usd,
    /// Whole percent of all parts; 0 when they cost nothing together.
    pub percent: i64,
}

impl Terms {
    /// The cost's range and the parts of its middle.
    pub(super) fn cost(
        &self,
        plan: &Plan,
        seconds: Option<Duration>,
        phases: &[(Phase, u64)],
        reasons: &mut Vec<String>,
    ) -> (Option<Range>, Vec<CostPart>) {
        let Some(quote) = &self.quote else {
            reasons.push(format!("Nobody says what {} costs in {}.", plan.gpu, plan.place));
            return (None, Vec::new());
        };
        if quote.is_old(self.today) {
            let days = quote.age(self.today).unwrap_or_default();
            reasons.push(format!("The price is {days} days old ({}).", quote.source));
        }
        let Some(seconds) = seconds else {
            // What costs nothing costs nothing, however long it takes.
            let free = quote.usd_per_hour.0 == Usd::ZERO && self.storage == Usd::ZERO;
            return (free.then(|| Range::new(Usd::ZERO, Usd::ZERO)), Vec::new());
        };
        let gpus = plan.gpus.max(1);
        let reserve = |compute: Usd| match self.tier {
            Tier::Interruptible => compute.per_mille(50),
            Tier::Guaranteed => Usd::ZERO,
        };
        if self.tier == Tier::Interruptible {
            reasons.push("The machine may go away: 5 % are added for what is computed again.".to_owned());
        }
        let all = |s: u64| {
            let compute = quote.usd_per_hour.seconds(s, gpus);
            compute + reserve(compute) + self.storage
        };
        let mut parts: Vec<(&str, Usd)> =
            phases.iter().map(|(phase, s)| (phase.word(), quote.usd_per_hour.seconds(*s, gpus))).collect();
        let compute: Usd = parts.iter().map(|(_, amount)| *amount).sum();
        parts.push(("storage", self.storage));
        parts.push(("reserve", reserve(compute)));
        let total: Usd = parts.iter().map(|(_, amount)| *amount).sum();
        let part = |(name, amount): (&str, Usd)| CostPart {
            name: name.to_owned(),
            amount,
            percent: amount.percent_of(total).unwrap_or(0),
        };
        let parts = parts.into_iter().filter(|(_, amount)| *amount > Usd::ZERO).map(part).collect();
        (Some(Range::new(all(seconds.low), all(seconds.high))), parts)
    }
}

impl Phase {
    /// Its name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Training => "training",
            Self::Evaluation => "evaluation",
            Self::Finish => "finish",
        }
    }
}
