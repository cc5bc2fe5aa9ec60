//! Making what runs need there: an endpoint, a volume. Both are looked for by name first, and after a lost answer.

use super::client::{client, from_remote};
use crate::{Engine, Error, Result};
use remote::RemoteError;
use remote::runpod::{EndpointGpu, FlashBoot, NewEndpoint, NewVolume, secret_reference};
use serde::Serialize;

/// An endpoint to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointPlan {
    /// What to call it.
    pub name: String,
    /// Image with its tag.
    pub image: String,
    /// Pools of the catalog, e.g. `AMPERE_80`.
    pub pools: Vec<String>,
    /// GPUs of one worker.
    pub gpus: u32,
    /// Workers at most.
    pub workers: u32,
    /// GB of a worker's own disk.
    pub disk: u32,
}

/// Something that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Made {
    /// Its id, for the configuration.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// It was there already, under this name.
    pub already: bool,
    /// The setting that takes the id.
    pub setting: &'static str,
}

/// Makes a queue endpoint, on the configured volume and in its data centre where there is one.
pub async fn create_endpoint(engine: &Engine, plan: &EndpointPlan) -> Result<Made> {
    const WHAT: &str = "Cannot make the endpoint";
    let (client, places) = (client(engine)?, &engine.0.places.runpod);
    let name = plan.name.trim();
    if name.is_empty() || plan.image.trim().is_empty() || plan.pools.is_empty() {
        return Err(Error::usage(WHAT, "name, image and at least one pool of GPUs are needed"));
    }
    let made = |id: String, already| Made { id, name: name.to_owned(), already, setting: "runpod.endpoint" };
    let there = async || -> std::result::Result<Option<String>, RemoteError> {
        let all = client.endpoints().list().await?;
        Ok(all.into_iter().find(|endpoint| endpoint.name == name).map(|endpoint| endpoint.id))
    };
    if let Some(id) = there().await.map_err(|e| from_remote(&e))? {
        return Ok(made(id, true));
    }
    let gpu = EndpointGpu { count: plan.gpus.max(1), ..EndpointGpu::new(plan.pools.clone()) };
    let mut new = NewEndpoint::queue(name, plan.image.trim(), gpu, plan.workers.max(1));
    new.disk = Some(plan.disk);
    new.flashboot = Some(FlashBoot::Off);
    new.network_volumes.extend(places.volume.clone());
    match (&places.volume, &places.volume_data_center) {
        (Some(_), Some(center)) => new.data_center_ids.push(center.clone()),
        _ => new.data_center_ids.clone_from(&places.data_centers),
    }
    if let Some(token) = &places.hub_token {
        let kept = super::client::keep_secret(&client, super::HUB_SECRET, token.clone()).await;
        kept.map_err(|e| from_remote(&e))?;
        new.env = new.env.with("HF_TOKEN", secret_reference(super::HUB_SECRET));
    }
    match client.endpoints().create(&new).await {
        Ok(endpoint) => Ok(made(endpoint.id, false)),
        Err(error) if error.is_uncertain() => match there().await.map_err(|e| from_remote(&e))? {
            Some(id) => Ok(made(id, false)),
            None => Err(from_remote(&error)),
        },
        Err(error) => Err(from_remote(&error)),
    }
}

/// Makes a network volume of this many GB. It costs while it is there, used or not, and only grows.
pub async fn create_volume(engine: &Engine, name: &str, gigabytes: u32, data_center: &str) -> Result<Made> {
    const WHAT: &str = "Cannot make the volume";
    let (client, name) = (client(engine)?, name.trim());
    if name.is_empty() || data_center.trim().is_empty() {
        return Err(Error::usage(WHAT, "name and data centre are needed").next("Write it like EU-RO-1"));
    }
    let made = |id: String, already| Made { id, name: name.to_owned(), already, setting: "runpod.volume" };
    let there = async || -> std::result::Result<Option<String>, RemoteError> {
        let all = client.volumes().list().await?;
        Ok(all.into_iter().find(|volume| volume.name == name).map(|volume| volume.id))
    };
    if let Some(id) = there().await.map_err(|e| from_remote(&e))? {
        return Ok(made(id, true));
    }
    let new = NewVolume {
        name: name.to_owned(),
        size: gigabytes,
        data_center: data_center.trim().to_uppercase(),
        tier: None,
    };
    match client.volumes().create(&new).await {
        Ok(volume) => Ok(made(volume.id, false)),
        Err(error) if error.is_uncertain() => match there().await.map_err(|e| from_remote(&e))? {
            Some(id) => Ok(made(id, false)),
            None => Err(from_remote(&error)),
        },
        Err(error) => Err(from_remote(&error)),
    }
}
