//! What GPUs cost: a dated list in a file (training-pipeline 1.3.4, 7 no. 6). No price is shown without its date.

mod file;
mod storage;
#[cfg(test)]
mod tests;

pub use file::{BadList, builtin, read};
pub use storage::{VOLUMES_AS_OF, volume_month};

use crate::money::{PerHour, Usd};
use crate::place::{Place, Tier};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Days after which a price is shown as old.
pub const OLD_AFTER: i64 = 30;

/// A kind of GPU.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gpu {
    /// Short key, e.g. `a100-80`.
    pub id: String,
    /// What to call it.
    pub name: String,
    /// Other spellings: of providers, of the platform's rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Memory of one, GiB.
    pub vram_gb: u32,
    /// Dense bfloat16 arithmetic of one by its data sheet, teraflops; `None` when nobody says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bf16_tflops: Option<f64>,
}

impl Gpu {
    /// Memory of one, bytes.
    pub const fn memory(&self) -> u64 {
        (self.vram_gb as u64) << 30
    }

    /// Whether somebody calls it this: letters and digits count, their case and what parts them do not.
    pub fn is_called(&self, name: &str) -> bool {
        let wanted = folded(name);
        !wanted.is_empty()
            && std::iter::once(&self.id)
                .chain(std::iter::once(&self.name))
                .chain(&self.aliases)
                .any(|known| folded(known) == wanted)
    }
}

fn folded(name: &str) -> String {
    let bare: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    bare.strip_prefix("nvidia").map(str::to_owned).unwrap_or(bare)
}

/// A price of one GPU for one hour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Key of the GPU.
    pub gpu: String,
    /// Where.
    pub place: Place,
    /// On which terms.
    #[serde(default = "guaranteed")]
    pub tier: Tier,
    /// For one GPU.
    pub usd_per_hour: PerHour,
    /// The day on which somebody looked.
    pub as_of: NaiveDate,
    /// Where that was read.
    pub source: String,
}

const fn guaranteed() -> Tier {
    Tier::Guaranteed
}

/// What an estimate and a job remember of a price, so that history stays right when the list changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// For one GPU.
    pub usd_per_hour: PerHour,
    /// When that was true; `None`: it does not age, as this machine's nothing.
    pub as_of: Option<NaiveDate>,
    /// Where that was read.
    pub source: String,
}

impl Quote {
    /// What an hour on this machine costs: nothing, or what the user says that it does.
    pub fn local(rate: Option<PerHour>) -> Self {
        let source =
            if rate.is_some() { "the rate of this machine in the configuration" } else { "this machine" };
        Self { usd_per_hour: rate.unwrap_or_default(), as_of: None, source: source.to_owned() }
    }

    /// The price of one GPU, where this is that of a machine of which a run takes so many: it costs the same whatever the run takes.
    #[must_use]
    pub fn for_each_of(self, gpus: u32) -> Self {
        let share = self.usd_per_hour.0.as_micros() / i64::from(gpus.max(1));
        Self { usd_per_hour: PerHour(Usd::micros(share)), ..self }
    }

    /// Days since somebody looked; 0 when the date lies ahead.
    pub fn age(&self, today: NaiveDate) -> Option<i64> {
        self.as_of.map(|day| (today - day).num_days().max(0))
    }

    /// Older than [`OLD_AFTER`] days.
    pub fn is_old(&self, today: NaiveDate) -> bool {
        self.age(today).is_some_and(|days| days > OLD_AFTER)
    }
}

/// GPUs and their prices.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceList {
    /// In the order in which they are offered.
    #[serde(default, rename = "gpu")]
    pub gpus: Vec<Gpu>,
    /// At most one for a GPU, place and tier.
    #[serde(default, rename = "price")]
    pub prices: Vec<Price>,
}

impl PriceList {
    /// The GPU that somebody calls this.
    pub fn gpu(&self, name: &str) -> Option<&Gpu> {
        self.gpus.iter().find(|g| g.is_called(name))
    }

    /// The price of a GPU, by any of its names. `None`: nobody says, and so no cost can be estimated. This machine is
    /// never listed; see [`Quote::local`].
    pub fn quote(&self, gpu: &str, place: Place, tier: Tier) -> Option<Quote> {
        let id = self.gpu(gpu).map_or(gpu, |g| &g.id);
        let found = self.prices.iter().find(|p| p.gpu == id && p.place == place && p.tier == tier)?;
        Some(Quote {
            usd_per_hour: found.usd_per_hour,
            as_of: Some(found.as_of),
            source: found.source.clone(),
        })
    }

    /// The GPUs that can be had in a place, cheapest first.
    pub fn offers(&self, place: Place, tier: Tier) -> Vec<(&Gpu, &Price)> {
        let mut found: Vec<_> = self
            .prices
            .iter()
            .filter(|p| p.place == place && p.tier == tier)
            .filter_map(|p| Some((self.gpus.iter().find(|g| g.id == p.gpu)?, p)))
            .collect();
        found.sort_by_key(|(_, price)| price.usd_per_hour);
        found
    }

    /// This list with another one laid over it: its GPUs and prices replace those with the same key.
    #[must_use]
    pub fn with(mut self, over: Self) -> Self {
        for gpu in over.gpus {
            match self.gpus.iter_mut().find(|g| g.id == gpu.id) {
                Some(old) => *old = gpu,
                None => self.gpus.push(gpu),
            }
        }
        for price in over.prices {
            let same = |p: &Price| p.gpu == price.gpu && p.place == price.place && p.tier == price.tier;
            match self.prices.iter_mut().find(|p| same(p)) {
                Some(old) => *old = price,
                None => self.prices.push(price),
            }
        }
        self
    }
}
