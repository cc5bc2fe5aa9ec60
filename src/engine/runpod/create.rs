//! Making what runs need there: an endpoint, a volume. Both are looked for by name first, and after a lost answer.

use super::client::{client, from_remote};
use super::plan::{EndpointPlan, VolumePlan};
use crate::{Engine, Result};
use remote::RemoteError;
use remote::runpod::{EndpointGpu, FlashBoot, NewEndpoint, NewVolume, secret_reference};
use serde::Serialize;

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
    let (client, places) = (client(engine)?, &engine.0.places.runpod);
    let name = plan.name.as_str();
    let made = |id: String, already| Made { id, name: name.to_owned(), already, setting: "runpod.endpoint" };
    let there = async || -> std::result::Result<Option<String>, RemoteError> {
        let all = client.endpoints().list().await?;
        Ok(all.into_iter().find(|endpoint| endpoint.name == name).map(|endpoint| endpoint.id))
    };
    if let Some(id) = there().await.map_err(|e| from_remote(&e))? {
        return Ok(made(id, true));
    }
    let gpu = EndpointGpu { count: plan.count, ..EndpointGpu::new(plan.pools.clone()) };
    let mut new = NewEndpoint::queue(name, &plan.image, gpu, plan.workers);
    new.disk = Some(plan.disk);
    new.flashboot = Some(FlashBoot::Off);
    new.network_volumes.extend(plan.volume.clone());
    new.data_center_ids.clone_from(&plan.data_centers);
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

/// Makes a network volume. It costs while it is there, used or not, and only grows.
pub async fn create_volume(engine: &Engine, plan: &VolumePlan) -> Result<Made> {
    let (client, name) = (client(engine)?, plan.name.as_str());
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
        size: plan.gigabytes,
        data_center: plan.data_center.clone(),
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
