//! Which base model a training is for.

use super::configure::WHAT;
use super::machine::{self, Machine};
use super::types::Request;
use super::{catalog, folder_model};
use crate::{Engine, Error, Result};
use domain::base_model::{BaseModel, Registry};
use domain::dataset::DatasetRow;
use domain::hyperparameters::Hyperparameters;
use domain::memory::{Fit, memory};
use domain::place::Place;
use std::path::Path;

/// The one that was named, else one that suits the place.
pub(super) async fn model(
    engine: &Engine,
    request: &Request,
    dataset: &DatasetRow,
    values: &Hyperparameters,
) -> Result<BaseModel> {
    if request.base_model.is_none() && is_here(request) {
        let registry = catalog::models(engine)?;
        if let Some(model) = default_model(&registry, &machine::look().await, values, longest(dataset)) {
            return Ok(model.clone());
        }
    }
    base_model(engine, request.base_model.as_deref())
}

/// What the registry's default is called, where another model was taken because that does not fit this machine.
pub(super) fn passed_over(engine: &Engine, request: &Request, taken: &BaseModel) -> Result<Option<String>> {
    if request.base_model.is_some() || !is_here(request) {
        return Ok(None);
    }
    let registry = catalog::models(engine)?;
    Ok(registry.default().filter(|default| default.id != taken.id).map(|default| default.name.clone()))
}

fn is_here(request: &Request) -> bool {
    request.place.unwrap_or(Place::Local) == Place::Local
}

/// Tokens of the longest example, where somebody counted.
pub(super) fn longest(dataset: &DatasetRow) -> Option<u64> {
    dataset.facts.as_ref().and_then(|facts| facts.tokens.max).map(u64::from)
}

/// The model of a training for this machine that names none: the registry's default where it fits, else the largest of the smaller ones
/// that does, and where none does the smallest: least has to be changed for it. `None`: the registry is empty.
pub(super) fn default_model<'a>(
    registry: &'a Registry,
    here: &Machine,
    values: &Hyperparameters,
    longest: Option<u64>,
) -> Option<&'a BaseModel> {
    let default = registry.default()?;
    let fits = |model: &&BaseModel| {
        let needed = memory(model, values, longest, here.cuda);
        model.unfit().is_none() && matches!(needed.fit(here.memory), Fit::Fits | Fit::Unknown)
    };
    if fits(&default) {
        return Some(default);
    }
    let smaller = || {
        let open = registry.models.iter().filter(|model| model.unfit().is_none() && !model.gated);
        open.filter(|model| model.parameters < default.parameters)
    };
    let largest = smaller().filter(fits).max_by_key(|model| model.parameters);
    largest.or_else(|| smaller().min_by_key(|model| model.parameters)).or(Some(default))
}

pub(crate) fn base_model(engine: &Engine, wanted: Option<&str>) -> Result<BaseModel> {
    let registry = catalog::models(engine)?;
    let found = match wanted {
        None => registry.default().cloned(),
        Some(name) => match registry.find(name) {
            Some(found) => Some(found.clone()),
            None if Path::new(name).is_dir() => Some(folder_model::read(Path::new(name))?),
            None => None,
        },
    };
    let Some(model) = found else {
        let name = wanted.unwrap_or_default();
        if name.starts_with(['/', '.', '~']) {
            return Err(Error::usage(WHAT, "there is no such folder")
                .on(name)
                .next("Name the folder that holds config.json, or a model of the registry"));
        }
        let known: Vec<&str> = registry.models.iter().map(|model| model.id.as_str()).collect();
        return Err(Error::usage(
            WHAT,
            format!("the base model is not known; known are {}", known.join(", ")),
        )
        .on(name)
        .next("Name one of them, a folder that holds a model, or add it to base-models.toml"));
    };
    match model.unfit() {
        Some(why) => Err(Error::refused(WHAT, why)),
        None => Ok(model),
    }
}
