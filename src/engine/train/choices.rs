//! What a configuration can be made of: presets, base models, places with their prices.

use super::base::default_model;
use super::machine;
use super::{KnownPreset, catalog, presets};
use crate::{Engine, Result};
use domain::base_model::BaseModel;
use domain::hyperparameters::Hyperparameters;
use domain::place::{Place, Tier};
use domain::price::Quote;
use serde::Serialize;

/// A machine that could be trained on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Offer {
    /// Where.
    pub place: Place,
    /// On which terms.
    pub tier: Tier,
    /// Key of the GPU.
    pub gpu: String,
    /// What it is called.
    pub name: String,
    /// Its memory, bytes; `None`: nobody says.
    pub memory: Option<u64>,
    /// What an hour costs, and when that was true.
    pub quote: Quote,
    /// What is missing before it can be chosen, each as a clause with the settings that mend it; empty: it can.
    pub unusable: Vec<String>,
}

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Choices {
    /// Presets, those of the program first.
    pub presets: Vec<KnownPreset>,
    /// Base models that can be trained on conversations, as the registry orders them.
    pub models: Vec<BaseModel>,
    /// Id of the model that a new configuration for this machine begins with, as far as that can be said without its dataset.
    pub model: Option<String>,
    /// This machine first, then the others by place and price.
    pub offers: Vec<Offer>,
}

/// Everything that can be chosen.
pub async fn choices(engine: &Engine) -> Result<Choices> {
    let registry = catalog::models(engine)?;
    crate::runpod::glance_at_prices(engine).await;
    let prices = catalog::prices(engine)?;
    let here = machine::look().await;
    let gpu = prices.gpu(&here.name).map_or_else(|| here.name.to_lowercase(), |gpu| gpu.id.clone());
    let values = Hyperparameters::default();
    let model = default_model(&registry, &here, &values, None);
    let model = model.map(|model| model.id.clone());
    let mut offers = vec![Offer {
        place: Place::Local,
        tier: Tier::Guaranteed,
        gpu,
        name: here.name,
        memory: here.memory,
        quote: Quote::local(engine.0.places.training.usd_per_hour),
        unusable: Vec::new(),
    }];
    for place in Place::ALL.iter().copied().filter(|place| *place != Place::Local) {
        for tier in Tier::ALL.iter().copied() {
            offers.extend(prices.offers(place, tier).into_iter().filter_map(|(gpu, _)| {
                Some(Offer {
                    place,
                    tier,
                    gpu: gpu.id.clone(),
                    name: gpu.name.clone(),
                    memory: Some(gpu.memory()),
                    quote: prices.quote(&gpu.id, place, tier)?,
                    unusable: crate::runpod::missing(&engine.0.places, place),
                })
            }));
        }
    }
    Ok(Choices {
        presets: presets(engine)?,
        model,
        models: registry.models.into_iter().filter(|model| model.unfit().is_none()).collect(),
        offers,
    })
}
