//! A machine that is rented, as the price list knows it.

use super::configure::WHAT;
use super::machine::Machine;
use crate::{Engine, Error, Result};
use domain::base_model::BaseModel;
use domain::hyperparameters::Hyperparameters;
use domain::memory::memory;
use domain::place::{Place, Tier};
use domain::price::{Gpu, PriceList, Quote};

/// Why a place cannot be trained in: a clause; `None`: it can.
pub(super) fn unusable(engine: &Engine, place: Place) -> Option<String> {
    let missing = crate::runpod::missing(&engine.0.places, place);
    (!missing.is_empty()).then(|| missing.join("; "))
}

/// The GPU that was asked for, else the cheapest one that holds the training, else the largest. With its price.
pub(super) fn machine(
    prices: &PriceList,
    place: Place,
    (wanted, count): (Option<&str>, u32),
    (model, values, longest): (&BaseModel, &Hyperparameters, Option<u64>),
) -> Result<(Machine, String, Quote)> {
    let offers: Vec<&Gpu> = prices.offers(place, Tier::Guaranteed).into_iter().map(|(gpu, _)| gpu).collect();
    let known = || offers.iter().map(|gpu| gpu.id.as_str()).collect::<Vec<_>>().join(", ");
    let gpu = if let Some(name) = wanted {
        offers.iter().find(|gpu| gpu.is_called(name)).copied().ok_or_else(|| {
            Error::usage(WHAT, format!("{place} offers no such GPU; it offers {}", known()))
                .on(name)
                .next("Take one of them, or add its price to prices.toml")
        })?
    } else {
        let needed = memory(model, values, longest, true).expected;
        let fits = offers.iter().find(|gpu| gpu.memory() >= needed);
        let largest = offers.iter().max_by_key(|gpu| gpu.memory());
        fits.or(largest).copied().ok_or_else(|| {
            Error::usage(WHAT, format!("the price list has no GPU for {place}"))
                .next("Add one to prices.toml")
        })?
    };
    let quote = prices.quote(&gpu.id, place, Tier::Guaranteed).ok_or_else(|| {
        Error::usage(WHAT, "the price list has no price for it").on(&gpu.name).next("Add it to prices.toml")
    })?;
    let machine =
        Machine { name: gpu.name.clone(), count: count.max(1), cuda: true, memory: Some(gpu.memory()) };
    Ok((machine, gpu.id.clone(), quote))
}

/// A base model in a folder of this machine is nowhere else; experiments bring their own.
pub(super) fn reachable(model: &BaseModel, place: Place, any_value: bool) -> Result<()> {
    match &model.path {
        Some(path) if place != Place::Local && !any_value => Err(Error::refused(
            WHAT,
            format!("{place} cannot reach a base model in a folder of this machine"),
        )
        .on(path)
        .next("Take a base model by its name on the hub")),
        _ => Ok(()),
    }
}
