//! What is free to rent, and at what price.

use super::{Due, World};
use crate::money::Micros;
use crate::settings::Gpu;
use std::collections::BTreeMap;

/// Free GPUs per kind and data centre, and what they cost now.
#[derive(Debug, Clone)]
pub(crate) struct Market {
    pub(crate) free: BTreeMap<(String, String), u32>,
    first: BTreeMap<(String, String), u32>,
    /// Millionths of the first price.
    swing: BTreeMap<String, i64>,
}

impl Market {
    pub(crate) fn new(gpus: &[Gpu]) -> Self {
        let free: BTreeMap<_, _> = gpus
            .iter()
            .flat_map(|gpu| gpu.free.iter().map(|(place, n)| ((gpu.id.clone(), place.clone()), *n)))
            .collect();
        Self { first: free.clone(), free, swing: BTreeMap::new() }
    }

    pub(crate) fn free(&self, gpu: &str, place: &str) -> u32 {
        self.free.get(&(gpu.to_owned(), place.to_owned())).copied().unwrap_or(0)
    }

    /// Takes so many from the first of these places that has them; no places: anywhere.
    pub(crate) fn take(&mut self, gpu: &str, places: &[String], count: u32) -> Option<String> {
        let fits = |(kind, place): &(String, String), free: u32| {
            kind == gpu && free >= count && (places.is_empty() || places.contains(place))
        };
        let (key, free) =
            self.free.iter_mut().filter(|(key, free)| fits(key, **free)).max_by_key(|(_, free)| **free)?;
        *free -= count;
        Some(key.1.clone())
    }

    /// Takes from this one place, where a stopped pod's host stands.
    pub(crate) fn retake(&mut self, gpu: &str, place: &str, count: u32) -> bool {
        self.take(gpu, std::slice::from_ref(&place.to_owned()), count).is_some()
    }

    pub(crate) fn give(&mut self, gpu: &str, place: &str, count: u32) {
        *self.free.entry((gpu.to_owned(), place.to_owned())).or_default() += count;
    }

    pub(crate) fn price(&self, gpu: &Gpu, first: Micros) -> Micros {
        first + first * self.swing.get(&gpu.id).copied().unwrap_or(0) / 1_000_000
    }
}

impl World {
    pub(crate) fn market_moves(&mut self) {
        if self.settings.market == 0 {
            return;
        }
        self.later(self.settings.market, Due::Market);
        let keys: Vec<_> = self.market.free.keys().cloned().collect();
        for key in keys {
            let most = self.market.first.get(&key).copied().unwrap_or(0) * 2;
            let free = self.market.free.entry(key).or_default();
            match self.chance.below(4) {
                0 => *free = free.saturating_sub(1),
                1 => *free = (*free + 1).min(most.max(*free)),
                _ => {}
            }
        }
        let most = i64::from(self.settings.price_swing_ppm);
        if most > 0 {
            for gpu in &self.settings.gpus {
                let step = most / 10 * (self.chance.below(3).cast_signed() - 1);
                let swing = self.market.swing.entry(gpu.id.clone()).or_default();
                *swing = (*swing + step).clamp(-most, most);
            }
        }
    }

    /// So many are free there from now on; other people may change it again (see [`crate::Settings::market`]).
    pub fn set_free(&mut self, gpu: &str, place: &str, count: u32) {
        self.market.free.insert((gpu.to_owned(), place.to_owned()), count);
    }

    /// So many are free there now.
    pub fn free(&self, gpu: &str, place: &str) -> u32 {
        self.market.free(gpu, place)
    }
}
