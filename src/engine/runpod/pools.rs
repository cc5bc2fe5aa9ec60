//! The GPUs that the endpoint has: a training there gets one of them, whatever was asked for.

use super::client::{client, from_remote};
use super::prices::known_as;
use crate::train::catalog;
use crate::{Engine, Result};
use chrono::TimeDelta;
use domain::price::PriceList;
use remote::runpod::{EndpointGpuSeen, GpuType, Offer, Product};

/// What the workers of the endpoint have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pools {
    /// What the catalog calls them.
    pub names: Vec<String>,
    /// Keys of their GPUs in the price list.
    pub gpus: Vec<String>,
    /// GPUs of one worker.
    pub count: u32,
}

/// So long an answer counts.
const PRESENT: TimeDelta = TimeDelta::minutes(5);

/// Asks, unless that was done lately. `None`: nobody knows; nothing is stopped by that.
pub(crate) async fn glance_at_pools(engine: &Engine) -> Option<Pools> {
    let runpod = &engine.0.places.runpod;
    let id = runpod.endpoint.as_deref().filter(|_| runpod.api_key.is_some())?;
    let until = engine.0.clock.real() + PRESENT;
    let read = async { Ok(read(engine, id).await?.map(|pools| (pools, until))) };
    engine.0.pools.or_ask(engine, "Cannot read the GPUs of the endpoint", Box::pin(read)).await
}

async fn read(engine: &Engine, id: &str) -> Result<Option<Pools>> {
    let client = client(engine)?;
    let endpoint = client.endpoints().get(id).await.map_err(|e| from_remote(&e))?;
    if endpoint.gpu.pools.is_empty() {
        return Ok(None);
    }
    let gpus = client.catalog().gpus(&Offer::new(Product::Serverless)).await.map_err(|e| from_remote(&e))?;
    Ok(pools(endpoint.gpu, &gpus, &catalog::prices(engine)?))
}

/// `None`: the price list knows none of them.
fn pools(seen: EndpointGpuSeen, catalog: &[GpuType], prices: &PriceList) -> Option<Pools> {
    let key = |gpu: &GpuType| known_as(prices, gpu).map(|gpu| gpu.id.clone());
    let mut gpus: Vec<String> = catalog.iter().filter(|gpu| seen.takes(gpu)).filter_map(key).collect();
    gpus.sort();
    gpus.dedup();
    let count = seen.count.and_then(|count| u32::try_from(count).ok()).unwrap_or(1).max(1);
    (!gpus.is_empty()).then_some(Pools { names: seen.pools, gpus, count })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_gpus_of_the_pools_have_the_keys_of_the_price_list() {
        let catalog: Vec<GpuType> = serde_json::from_value(json!([
            {"id": "NVIDIA GeForce RTX 4090", "name": "RTX 4090", "pool": "ADA_24"},
            {"id": "NVIDIA L4", "name": "L4", "pool": "ADA_24"},
            {"id": "NVIDIA A100 80GB PCIe", "name": "A100 PCIe", "pool": "AMPERE_80"},
            {"id": "NVIDIA A100-SXM4-80GB", "name": "A100 SXM", "pool": "AMPERE_80"},
            {"id": "nobody's", "name": "nobody's", "pool": "OTHER"}
        ]))
        .unwrap();
        let of = |seen: serde_json::Value| {
            pools(serde_json::from_value(seen).unwrap(), &catalog, &domain::price::builtin())
        };
        let both = of(json!({"pools": ["ADA_24", "AMPERE_80"], "excludedTypes": ["NVIDIA L4"], "count": 2}))
            .unwrap();
        assert_eq!((both.gpus, both.count), (vec!["a100-80".to_owned(), "rtx-4090".to_owned()], 2));
        assert_eq!(of(json!({"pools": ["ADA_24"]})).unwrap().count, 1);
        assert_eq!(of(json!({"pools": ["OTHER"]})), None, "nobody knows");
    }
}
