//! What an endpoint or a volume would be, and what it would cost: asked for before anybody says yes.

use super::client::{client, from_remote};
use super::image::pinned;
use crate::{Engine, Error, Problem, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::money::{PerHour, Usd};
use domain::price::{VOLUMES_AS_OF, volume_month};
use remote::runpod::{GpuType, NewVolume, Offer, Product};
use serde::Serialize;
use std::collections::BTreeSet;

/// Data centres whose volumes have an S3 interface, without which nothing can be brought there (apis.md A4).
const WITH_S3: &[&str] = &[
    "EU-CZ-1", "EU-RO-1", "EUR-IS-1", "EUR-NO-1", "US-CA-2", "US-GA-2", "US-IL-1", "US-KS-2", "US-MD-1",
    "US-MO-1", "US-MO-2", "US-NC-1", "US-NC-2", "US-NE-1", "US-WA-1",
];

/// An endpoint as somebody asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointWish {
    /// What to call it.
    pub name: String,
    /// Image with its tag; `None`: that of pods.
    pub image: Option<String>,
    /// GPUs or pools by any of their names.
    pub gpus: Vec<String>,
    /// GPUs of one worker.
    pub count: u32,
    /// Workers at most.
    pub workers: u32,
    /// GB of a worker's own disk.
    pub disk: u32,
}

impl Default for EndpointWish {
    fn default() -> Self {
        Self { name: "brightrun".to_owned(), image: None, gpus: Vec::new(), count: 1, workers: 1, disk: 50 }
    }
}

/// An endpoint to be made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EndpointPlan {
    /// What to call it.
    pub name: String,
    /// Image with its tag.
    pub image: String,
    /// The tag does not move.
    pub pinned: bool,
    /// Pools of the catalog, e.g. `AMPERE_80`.
    pub pools: Vec<String>,
    /// GPUs of one worker.
    pub count: u32,
    /// Workers at most; none while there is nothing to do.
    pub workers: u32,
    /// GB of a worker's own disk.
    pub disk: u32,
    /// Where; empty: anywhere.
    pub data_centers: Vec<String>,
    /// Network volume that is mounted.
    pub volume: Option<String>,
    /// What its workers may be, cheapest first.
    pub offers: Vec<WorkerPrice>,
    /// When the prices were read.
    pub at: DateTime<Utc>,
    /// Id of one that is there already under this name: it is taken as it is.
    pub already: Option<String>,
}

/// What a worker may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkerPrice {
    /// The GPU.
    pub gpu: String,
    /// Its pool.
    pub pool: String,
    /// GB of memory of one.
    pub memory: Option<u64>,
    /// What one GPU costs while a worker is up; `None`: RunPod does not say.
    pub per_hour: Option<PerHour>,
}

impl EndpointPlan {
    /// What one worker costs at most for an hour; `None`: RunPod does not say.
    pub fn worker_per_hour(&self) -> Option<Usd> {
        let dearest = self.offers.iter().filter_map(|offer| offer.per_hour).max()?;
        Some(dearest.gpus(self.count))
    }

    /// What it costs, in a sentence.
    pub fn price(&self) -> String {
        let most = match self.workers {
            1 => "at most one worker".to_owned(),
            n => format!("at most {n} workers at once"),
        };
        match self.worker_per_hour() {
            Some(price) => format!(
                "It costs nothing while no run works. A worker costs up to {price} an hour (RunPod's price of {}), {most}",
                self.at.date_naive()
            ),
            None => format!(
                "It costs nothing while no run works. What a worker costs RunPod does not say: look at its console; {most}"
            ),
        }
    }
}

/// Works out what the endpoint would be. Nothing is made.
pub async fn plan_endpoint(engine: &Engine, wish: &EndpointWish) -> Result<EndpointPlan> {
    const WHAT: &str = "Cannot make the endpoint";
    let (client, places) = (client(engine)?, &engine.0.places.runpod);
    let name = wish.name.trim().to_owned();
    if name.is_empty() {
        return Err(Error::usage(WHAT, "it has no name"));
    }
    let Some(image) = wish.image.clone().or_else(|| places.image.clone()) else {
        return Err(Error::usage(WHAT, "no image is named")
            .next("Set runpod.image, or give --image; `brightrun runpod image` says how one is made"));
    };
    let offer = Offer { count: wish.count.max(1), ..Offer::new(Product::Serverless) };
    let catalog = client.catalog().gpus(&offer).await.map_err(|e| from_remote(&e))?;
    let known = crate::train::catalog::prices(engine)?;
    let called = |gpu: &GpuType, name: &str| {
        let other =
            known.gpu(name).is_some_and(|known| known.is_called(&gpu.id) || known.is_called(&gpu.name));
        let pool = gpu.pool.as_deref().is_some_and(|pool| pool.eq_ignore_ascii_case(name));
        pool || other || gpu.id.eq_ignore_ascii_case(name) || gpu.name.eq_ignore_ascii_case(name)
    };
    let mut pools = BTreeSet::new();
    let mut wrong = Vec::new();
    for name in &wish.gpus {
        let found: Vec<_> =
            catalog.iter().filter(|gpu| called(gpu, name)).filter_map(|gpu| gpu.pool.clone()).collect();
        if found.is_empty() {
            wrong.push(Problem { on: name.clone(), why: "no worker has such a GPU".to_owned() });
        }
        pools.extend(found);
    }
    if pools.is_empty() || !wrong.is_empty() {
        let why = if wish.gpus.is_empty() { "no GPU is named" } else { "a GPU is not offered" };
        wrong.extend(offers(&catalog, |_| true).into_iter().map(|offer| Problem {
            on: format!("{} ({})", offer.gpu, offer.pool),
            why: offer.per_hour.map_or_else(|| "price not told".to_owned(), |price| price.to_string()),
        }));
        return Err(Error::usage(WHAT, why).next("Name one of those below, or its pool").problems(wrong));
    }
    let there = client.endpoints().list().await.map_err(|e| from_remote(&e))?;
    let data_centers = match (&places.volume, &places.volume_data_center) {
        (Some(_), Some(center)) => vec![center.clone()],
        _ => places.data_centers.clone(),
    };
    Ok(EndpointPlan {
        already: there.into_iter().find(|endpoint| endpoint.name == name).map(|endpoint| endpoint.id),
        name,
        pinned: pinned(&image).is_some(),
        image: image.trim().to_owned(),
        offers: offers(&catalog, |pool| pools.contains(pool)),
        pools: pools.into_iter().collect(),
        count: wish.count.max(1),
        workers: wish.workers.max(1),
        disk: wish.disk,
        data_centers,
        volume: places.volume.clone(),
        at: engine.0.clock.real(),
    })
}

/// What workers can be, cheapest first; RunPod writes 0 for what it does not offer.
fn offers(catalog: &[GpuType], wanted: impl Fn(&str) -> bool) -> Vec<WorkerPrice> {
    let mut offers: Vec<WorkerPrice> = catalog
        .iter()
        .filter_map(|gpu| {
            let pool = gpu.pool.clone().filter(|pool| wanted(pool))?;
            let per_hour = gpu.price.serverless.filter(|price| *price > PerHour::default());
            Some(WorkerPrice { gpu: gpu.name.clone(), pool, memory: gpu.memory, per_hour })
        })
        .collect();
    offers.sort_by(|a, b| {
        (a.per_hour.is_none(), a.per_hour, &a.gpu).cmp(&(b.per_hour.is_none(), b.per_hour, &b.gpu))
    });
    offers
}

/// A volume to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VolumePlan {
    /// What to call it.
    pub name: String,
    /// How large; it only grows.
    pub gigabytes: u32,
    /// Where; for ever.
    pub data_center: String,
    /// What it costs for a month, used or not.
    pub per_month: Usd,
    /// When somebody looked at that price.
    pub as_of: NaiveDate,
    /// It has an S3 interface, so that data can be brought there.
    pub reachable: bool,
    /// Id of one that is there already under this name: it is taken as it is.
    pub already: Option<String>,
}

impl VolumePlan {
    /// What it costs, in a sentence.
    pub fn price(&self) -> String {
        format!("It costs {} a month, used or not (price of {})", self.per_month, self.as_of)
    }
}

/// Works out what the volume would be. Nothing is made.
pub async fn plan_volume(
    engine: &Engine,
    name: &str,
    gigabytes: u32,
    data_center: &str,
) -> Result<VolumePlan> {
    const WHAT: &str = "Cannot make the volume";
    let client = client(engine)?;
    let (name, data_center) = (name.trim().to_owned(), data_center.trim().to_uppercase());
    if name.is_empty() {
        return Err(Error::usage(WHAT, "it has no name"));
    }
    NewVolume::fits(gigabytes).map_err(|why| Error::usage(WHAT, why).on(gigabytes))?;
    let centers = client.catalog().data_centers().await.map_err(|e| from_remote(&e))?;
    let with = centers.iter().filter(|center| !center.network_volume_types.is_empty());
    let offered: Vec<&str> = with.map(|center| center.id.as_str()).collect();
    // A catalog that tells of no volumes anywhere is one that does not tell.
    if !offered.is_empty() && !offered.iter().any(|center| center.eq_ignore_ascii_case(&data_center)) {
        return Err(Error::usage(WHAT, format!("there are volumes in {}", offered.join(", ")))
            .on(data_center)
            .next("Name one of them"));
    }
    let there = client.volumes().list().await.map_err(|e| from_remote(&e))?;
    Ok(VolumePlan {
        already: there.into_iter().find(|volume| volume.name == name).map(|volume| volume.id),
        per_month: volume_month(u64::from(gigabytes)),
        as_of: VOLUMES_AS_OF,
        reachable: WITH_S3.contains(&data_center.as_str()),
        name,
        gigabytes,
        data_center,
    })
}
