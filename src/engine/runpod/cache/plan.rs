//! What fetching a base model would be, before anybody says yes.

use super::weights::Weights;
use super::{WHAT, key, open_one, volume, weights};
use crate::runpod::client::{client, from_remote};
use crate::runpod::lacking;
use crate::{Engine, Error, Result};
use chrono::{DateTime, Utc};
use domain::lenient::Word;
use domain::money::{PerHour, Usd};
use domain::numbers::float;
use domain::place::Place;
use remote::runpod::{Availability, Cloud, EndpointGpuSeen, GpuType, Offer, Product};
use serde::Serialize;

/// Hours after which the machine ends by itself. Nobody knows how quick the hub is; 160 GB take half an hour at 100 MB a second.
pub(super) const HOURS: u32 = 6;
/// So many of the cheapest machines are asked for, one after another.
const ASKED: usize = 6;

/// A base model to be fetched.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CachePlan {
    /// Name on the model hub.
    pub model: String,
    /// Branch, tag or commit; `None`: the hub's newest.
    pub revision: Option<String>,
    /// What the weights take, roughly; `None`: the registry does not know the model.
    pub bytes: Option<u64>,
    /// By what it is fetched.
    pub place: Place,
    /// The machines that are asked for, cheapest first; empty: what the endpoint has.
    pub machines: Vec<Machine>,
    /// What an hour costs at most; `None`: RunPod does not say.
    pub per_hour: Option<PerHour>,
    /// The volume.
    pub volume: String,
    /// When the prices were read.
    pub at: DateTime<Utc>,
    /// They are on the volume already.
    pub there: Option<Weights>,
    /// A machine fetches it already: it is looked after, and nothing is rented.
    pub under_way: bool,
}

/// A machine that may fetch it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Machine {
    /// The catalog's id.
    pub gpu: String,
    /// What it costs.
    pub per_hour: PerHour,
}

impl CachePlan {
    /// What it costs, in a sentence.
    pub fn price(&self) -> String {
        let size =
            self.bytes.map_or_else(String::new, |bytes| format!("About {:.0} GB. ", float(bytes) / 1e9));
        let Some(price) = self.per_hour else {
            return format!(
                "{size}What an hour costs RunPod does not say; it ends after {HOURS} hours at the latest"
            );
        };
        let most: Usd = price.of(u64::from(HOURS) * 3_600_000, 1);
        let day = self.at.date_naive();
        format!(
            "{size}It costs up to {price} (RunPod's price of {day}) while it is fetched, {most} at the very most: it ends after {HOURS} hours"
        )
    }
}

/// The model's name on the hub, its revision and its size, as far as the registry knows it.
pub(super) fn named(engine: &Engine, model: &str) -> Result<(String, Option<String>, Option<u64>)> {
    let found = crate::train::catalog::models(engine)?.find(model).cloned();
    let (id, revision, bytes) = match found {
        Some(found) if found.path.is_some() => {
            return Err(
                Error::usage(WHAT, "it lies in a folder of this machine, not on the model hub").on(model)
            );
        }
        Some(found) => (found.id, found.revision, Some(found.parameters.saturating_mul(2))),
        None => (model.trim().to_owned(), None, None),
    };
    let plain =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    match id.split('/').collect::<Vec<_>>().as_slice() {
        [owner, name] if plain(owner) && plain(name) => Ok((id, revision, bytes)),
        _ => Err(Error::usage(WHAT, "that is no name of the model hub")
            .on(format!("“{model}”"))
            .next("Write it as owner/name, e.g. Qwen/Qwen3-8B")),
    }
}

/// Works out what it would be. Nothing is rented. `place`: by what; a pod where there is an image, since it need not have the GPU of
/// a training, else the endpoint.
pub async fn plan_cache(
    engine: &Engine,
    model: &str,
    revision: Option<&str>,
    place: Option<Place>,
) -> Result<CachePlan> {
    let (model, known, bytes) = named(engine, model)?;
    let volume = volume(engine)?;
    let there = weights(engine, &model).await?;
    let wanted = revision.map(str::to_owned).or(known);
    // A branch or a tag may have moved; the worker sees that, and fetches what is new only.
    let there = there.filter(|there| revision.is_none_or(|wanted| there.revision == wanted));
    let place = place.unwrap_or(if engine.0.places.runpod.image.is_some() {
        Place::RunpodPod
    } else {
        Place::RunpodServerless
    });
    let under_way = open_one(engine, key(&volume, &model)).await?.is_some();
    let mut plan = CachePlan {
        model,
        revision: wanted,
        bytes,
        place,
        machines: Vec::new(),
        per_hour: None,
        volume,
        at: engine.0.clock.real(),
        there,
        under_way,
    };
    if plan.there.is_some() || plan.under_way {
        return Ok(plan);
    }
    ready(engine, place)?;
    let client = client(engine)?;
    if place == Place::RunpodPod {
        let offer = Offer { cloud: Some(Cloud::Secure), ..Offer::new(Product::Pod) };
        let catalog = client.catalog().gpus(&offer).await.map_err(|e| from_remote(&e))?;
        plan.machines = cheapest(&catalog, engine.0.places.runpod.volume_data_center.as_deref());
        if plan.machines.is_empty() {
            return Err(Error::failed(WHAT, "RunPod has no machine free in the data centre of the volume")
                .next("Try again later, or take the endpoint with --on runpod-serverless"));
        }
        plan.per_hour = plan.machines.iter().map(|machine| machine.per_hour).max();
    } else if let Some(id) = &engine.0.places.runpod.endpoint {
        let endpoint = client.endpoints().get(id).await.map_err(|e| from_remote(&e))?;
        if !endpoint.network_volumes.contains(&plan.volume) {
            return Err(Error::refused(
                WHAT,
                format!("the endpoint does not mount the volume {}", plan.volume),
            )
            .next("Attach it in RunPod's console, or take a pod: set runpod.image"));
        }
        let catalog =
            client.catalog().gpus(&Offer::new(Product::Serverless)).await.map_err(|e| from_remote(&e))?;
        plan.per_hour = dearest(&catalog, &endpoint.gpu);
    }
    Ok(plan)
}

/// Everything that the place needs is set. Where the files of runs lie does not matter: nothing of a run travels.
fn ready(engine: &Engine, place: Place) -> Result<()> {
    if place == Place::Local {
        return Err(Error::usage(WHAT, "only a machine at RunPod can reach the volume")
            .next("Take runpod-pod or runpod-serverless"));
    }
    let lacks = lacking(&engine.0.places, place);
    let lack =
        lacks.iter().find(|lack| lack.is_key || lack.set.contains("endpoint") || lack.set.contains("image"));
    lack.map_or(Ok(()), |lack| Err(Error::refused(WHAT, lack.what.clone()).next(lack.next())))
}

/// What an hour of a worker costs at most; `None`: the catalog does not say.
fn dearest(catalog: &[GpuType], workers: &EndpointGpuSeen) -> Option<PerHour> {
    catalog.iter().filter(|gpu| workers.takes(gpu)).filter_map(|gpu| gpu.price.serverless).max()
}

/// The cheapest machines in the data centre of the volume; those that are said to be gone come last, since the catalog lags.
fn cheapest(catalog: &[GpuType], center: Option<&str>) -> Vec<Machine> {
    let gone = |word: Option<&Word<Availability>>| word.and_then(Word::known) == Some(Availability::None);
    let there = |gpu: &GpuType| {
        let mine = |id: &str| center.is_none_or(|center| center.eq_ignore_ascii_case(id));
        gpu.data_centers.iter().find(|place| mine(&place.id)).map(|place| gone(place.availability.as_ref()))
    };
    let mut found: Vec<(bool, PerHour, &GpuType)> = catalog
        .iter()
        .filter(|gpu| gpu.manufacturer != "AMD")
        .filter_map(|gpu| Some((there(gpu)?, gpu.pod_price(Cloud::Secure)?, gpu)))
        .collect();
    found.sort_by(|a, b| (a.0, a.1, &a.2.id).cmp(&(b.0, b.1, &b.2.id)));
    let machine = |(_, per_hour, gpu): (bool, PerHour, &GpuType)| Machine { gpu: gpu.id.clone(), per_hour };
    found.into_iter().take(ASKED).map(machine).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_cheapest_machines_beside_the_volume_are_asked_for() {
        let gpu = |id: &str, price: f64, center: &str, availability: &str| -> GpuType {
            serde_json::from_value(json!({"id": id, "secure": true, "price": {"secure": price},
                "dataCenters": [{"id": center, "availability": availability}]}))
            .unwrap()
        };
        let catalog = [
            gpu("dear", 4.0, "EU-RO-1", "HIGH"),
            gpu("gone", 0.1, "EU-RO-1", "NONE"),
            gpu("cheap", 0.2, "EU-RO-1", "LOW"),
            gpu("elsewhere", 0.1, "US-CA-2", "HIGH"),
        ];
        let names = |center| cheapest(&catalog, center).into_iter().map(|m| m.gpu).collect::<Vec<_>>();
        assert_eq!(names(Some("eu-ro-1")), ["cheap", "dear", "gone"]);
        assert_eq!(names(Some("XX-1")), [""; 0]);
    }

    #[test]
    fn a_worker_costs_at_most_what_the_dearest_gpu_costs_that_the_endpoint_takes() {
        let catalog: Vec<GpuType> = serde_json::from_value(json!([
            {"id": "NVIDIA L4", "pool": "ADA_24", "price": {"serverless": 0.7}},
            {"id": "NVIDIA GeForce RTX 4090", "pool": "ADA_24", "price": {"serverless": 1.1}},
            {"id": "NVIDIA H200", "pool": "HOPPER_141", "price": {"serverless": 5.0}}
        ]))
        .unwrap();
        let of = |workers: serde_json::Value| dearest(&catalog, &serde_json::from_value(workers).unwrap());
        let all = of(json!({"pools": ["ADA_24"]})).unwrap();
        let without = json!({"pools": ["ADA_24"], "excludedTypes": ["NVIDIA GeForce RTX 4090"]});
        assert_eq!(of(without), catalog[0].price.serverless);
        assert_eq!(Some(all), catalog[1].price.serverless);
        assert_eq!(of(json!({"pools": ["OTHER"]})), None);
    }
}
