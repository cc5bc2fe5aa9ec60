//! The prices of rented machines: those that are known, and those that RunPod says now.

use super::client::{client, from_remote};
use crate::train::catalog;
use crate::{Engine, Error, Result, local};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::money::PerHour;
use domain::place::{Place, Tier};
use domain::price::{Gpu, Price, PriceList};
use remote::runpod::{Cloud, GpuType, Offer, Product};
use serde::Serialize;
use std::fs;

/// A machine and its price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PriceLine {
    /// Where.
    pub place: Place,
    /// Key of the GPU, for `train --gpu`.
    pub gpu: String,
    /// What it is called.
    pub name: String,
    /// GiB of memory of one.
    pub memory: u32,
    /// For one GPU.
    pub usd_per_hour: PerHour,
    /// When somebody looked.
    pub as_of: NaiveDate,
    /// Where that was read.
    pub source: String,
    /// Too long ago.
    pub old: bool,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refreshed {
    /// Prices that were read.
    pub read: usize,
    /// The day.
    pub as_of: NaiveDate,
}

/// All that are known, by place, cheapest first. Nobody is asked.
pub fn prices(engine: &Engine) -> Result<Vec<PriceLine>> {
    let (list, today) = (catalog::prices(engine)?, engine.now().date_naive());
    let places = [Place::RunpodPod, Place::RunpodServerless];
    let of = |place| list.offers(place, Tier::Guaranteed).into_iter().map(move |found| (place, found));
    let line = |(place, (gpu, price)): (Place, (&Gpu, &Price))| PriceLine {
        place,
        gpu: gpu.id.clone(),
        name: gpu.name.clone(),
        memory: gpu.vram_gb,
        usd_per_hour: price.usd_per_hour,
        as_of: price.as_of,
        source: price.source.clone(),
        old: (today - price.as_of).num_days() > domain::price::OLD_AFTER,
    };
    Ok(places.into_iter().flat_map(of).map(line).collect())
}

const WHAT: &str = "Cannot read the prices";

/// Reads the present ones of RunPod's catalog and keeps them in the data folder; the user's own prices stay over them.
pub async fn refresh(engine: &Engine) -> Result<Refreshed> {
    let client = client(engine)?;
    let cloud = if engine.0.places.runpod.community { Cloud::Community } else { Cloud::Secure };
    let offer = Offer { cloud: Some(cloud), ..Offer::new(Product::Pod) };
    let catalog = client.catalog().gpus(&offer).await.map_err(|e| from_remote(&e))?;
    let today = engine.0.clock.real().date_naive();
    let list = listed(&catalog, cloud, &domain::price::builtin(), today);
    if list.prices.is_empty() {
        return Err(Error::failed(WHAT, "RunPod's catalog tells no prices").next("Try again later"));
    }
    let text = toml::to_string(&list).map_err(|e| Error::failed(WHAT, e.to_string()))?;
    let path = catalog::live(engine);
    let part = path.with_extension("part");
    let written = fs::write(&part, text).and_then(|()| fs::rename(&part, &path));
    written.map_err(|e| local::error(WHAT, &path, &e))?;
    Ok(Refreshed { read: list.prices.len(), as_of: today })
}

/// So long prices that were read count as present.
const PRESENT: TimeDelta = TimeDelta::hours(1);

/// Reads the present prices for somebody who configures a training, unless that was done lately. Without a key nobody is asked; what cannot
/// be had is done without: the prices have their dates.
pub(crate) async fn glance_at_prices(engine: &Engine) {
    if engine.0.places.runpod.api_key.is_none() {
        return;
    }
    let now = engine.0.clock.real();
    let read = async {
        // Another program of this user may have read them.
        let there = fs::metadata(catalog::live(engine)).and_then(|meta| meta.modified());
        let there = there.ok().map(DateTime::<Utc>::from).filter(|at| *at <= now && now < *at + PRESENT);
        let at = match there {
            Some(at) => at,
            None => refresh(engine).await.map(|_| now)?,
        };
        Ok(Some(((), at + PRESENT)))
    };
    engine.0.prices_read.or_ask(engine, WHAT, Box::pin(read)).await;
}

/// The catalog as a price list: GPUs that we know keep their key; the cheapest of several that count as one is its price.
fn listed(catalog: &[GpuType], cloud: Cloud, known: &PriceList, today: NaiveDate) -> PriceList {
    let mut list = PriceList::default();
    for gpu in catalog.iter().filter(|gpu| gpu.manufacturer != "AMD") {
        let pod = gpu.pod_price(cloud);
        let worker = gpu.price.serverless.filter(|price| *price > PerHour::default() && gpu.pool.is_some());
        let Some(id) = key(gpu, known, &mut list, pod.is_some() || worker.is_some()) else { continue };
        for (place, price) in [(Place::RunpodPod, pod), (Place::RunpodServerless, worker)] {
            let Some(usd_per_hour) = price else { continue };
            let same = |known: &&mut Price| known.gpu == id && known.place == place;
            match list.prices.iter_mut().find(same) {
                Some(there) => there.usd_per_hour = there.usd_per_hour.min(usd_per_hour),
                None => list.prices.push(Price {
                    gpu: id.clone(),
                    place,
                    tier: Tier::Guaranteed,
                    usd_per_hour,
                    as_of: today,
                    source: "RunPod catalog".to_owned(),
                }),
            }
        }
    }
    list
}

/// What a price list calls a GPU of the catalog.
pub(super) fn known_as<'a>(list: &'a PriceList, gpu: &GpuType) -> Option<&'a Gpu> {
    list.gpu(&gpu.id).or_else(|| list.gpu(&gpu.name))
}

/// The key of a GPU; one that nobody knew is added.
fn key(gpu: &GpuType, known: &PriceList, list: &mut PriceList, priced: bool) -> Option<String> {
    let found = [known, &*list].into_iter().find_map(|list| known_as(list, gpu));
    if let Some(found) = found {
        return Some(found.id.clone());
    }
    let memory = gpu.memory.and_then(|gb| u32::try_from(gb).ok()).filter(|gb| *gb > 0 && priced)?;
    let name = if gpu.name.is_empty() { gpu.id.clone() } else { gpu.name.clone() };
    let id: String = name.to_lowercase().split_whitespace().collect::<Vec<_>>().join("-");
    list.gpus.push(Gpu {
        id: id.clone(),
        name,
        aliases: vec![gpu.id.clone()],
        vram_gb: memory,
        bf16_tflops: None,
    });
    Some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::money::Usd;
    use serde_json::json;

    #[test]
    fn the_catalog_becomes_a_list_that_can_be_read_again() {
        let catalog: Vec<GpuType> = serde_json::from_value(json!([
            {"id": "NVIDIA A100 80GB PCIe", "name": "A100 PCIe", "pool": "AMPERE_80", "memory": 80, "secure": true,
             "price": {"secure": 1.44, "serverless": 2.72}},
            {"id": "NVIDIA A100-SXM4-80GB", "name": "A100 SXM", "pool": "AMPERE_80", "memory": 80, "secure": true,
             "price": {"secure": 1.49, "serverless": 2.72}},
            {"id": "NVIDIA NEW 1", "name": "New One", "memory": 96, "secure": true, "price": {"secure": 3, "serverless": 5}},
            {"id": "AMD Instinct", "manufacturer": "AMD", "memory": 192, "secure": true, "price": {"secure": 1}},
            {"id": "NVIDIA L4", "name": "L4", "memory": 24, "secure": false, "price": {"secure": 0}}
        ]))
        .unwrap();
        let (known, day) = (domain::price::builtin(), NaiveDate::from_ymd_opt(2026, 11, 28).unwrap());
        let list = listed(&catalog, Cloud::Secure, &known, day);
        let shown: Vec<_> = list.prices.iter().map(|p| (p.gpu.as_str(), p.place, p.usd_per_hour.0)).collect();
        assert_eq!(
            shown,
            [
                ("a100-80", Place::RunpodPod, Usd::cents(144)),
                ("a100-80", Place::RunpodServerless, Usd::cents(272)),
                ("new-one", Place::RunpodPod, Usd::dollars(3)),
            ]
        );
        let text = toml::to_string(&list).unwrap();
        let again = domain::price::read(&text, &known).unwrap();
        assert_eq!(again, list);
        assert!(known.with(again).gpu("NVIDIA NEW 1").is_some());
    }
}
