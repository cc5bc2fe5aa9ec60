//! A machine that is rented, as the price list knows it.

use super::catalog;
use super::configure::WHAT;
use super::machine::Machine;
use crate::runpod::Pools;
use crate::{Engine, Error, Problem, Result};
use domain::base_model::BaseModel;
use domain::configuration::{Check, Configuration, Mark};
use domain::hyperparameters::Hyperparameters;
use domain::memory::memory;
use domain::numbers::{float, many};
use domain::place::{Place, Tier};
use domain::price::{Gpu, PriceList, Quote};

/// Refuses a place that is not set up: everything that is missing, in one list.
pub(super) fn ready(engine: &Engine, place: Place) -> Result<()> {
    let lacks = crate::runpod::lacking(&engine.0.places, place);
    if lacks.is_empty() {
        return Ok(());
    }
    let why = match lacks.len() {
        1 => format!("{place} is not set up: one thing is missing"),
        n => format!("{place} is not set up: {n} things are missing"),
    };
    let problems = lacks.into_iter().map(|lack| Problem { why: format!("set {}", lack.set), on: lack.what });
    Err(Error::usage(WHAT, why)
        .next("Set what is named below, then look with `brightrun runpod check`; or take --on local")
        .problems(problems.collect()))
}

/// The GPU that was asked for, else the cheapest one that holds the training, else the largest. With its price. Of an endpoint only those that
/// it has are taken without being asked for.
pub(super) fn machine(
    prices: &PriceList,
    place: Place,
    (wanted, count): (Option<&str>, Option<u32>),
    (model, values, longest): (&BaseModel, &Hyperparameters, Option<u64>),
    pools: Option<&Pools>,
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
        let has = |gpu: &&&Gpu| pools.is_none_or(|pools| pools.gpus.contains(&gpu.id));
        // One that the list has no price for there is no reason to offer none at all.
        let any = !offers.iter().any(|gpu| has(&gpu));
        let here = || offers.iter().filter(|gpu| any || has(gpu));
        let fits = here().find(|gpu| gpu.memory() >= needed);
        let largest = here().max_by_key(|gpu| gpu.memory());
        fits.or(largest).copied().ok_or_else(|| {
            Error::usage(WHAT, format!("the price list has no GPU for {place}"))
                .next("Add one to prices.toml")
        })?
    };
    let quote = prices.quote(&gpu.id, place, Tier::Guaranteed).ok_or_else(|| {
        Error::usage(WHAT, "the price list has no price for it").on(&gpu.name).next("Add it to prices.toml")
    })?;
    let count = count.or(pools.map(|pools| pools.count)).unwrap_or(1).max(1);
    let machine = Machine { name: gpu.name.clone(), count, cuda: true, memory: Some(gpu.memory()) };
    Ok((machine, gpu.id.clone(), quote))
}

/// What there is to say about the price of a rented machine: where it is another one than was written down, and where nobody could be
/// asked for the present one.
pub(super) fn price_remark(engine: &Engine, place: Place, gpu: &str, used: &Quote) -> Result<Option<String>> {
    if place == Place::Local {
        return Ok(None);
    }
    let of = |list: PriceList| list.quote(gpu, place, Tier::Guaranteed);
    let (told, written) = (of(catalog::told_prices(engine)?), of(catalog::written_prices(engine)?));
    let day = |quote: &Quote| quote.as_of.map_or_else(String::new, |day| format!(" of {day}"));
    let remark = match (told, written) {
        (Some(told), Some(written)) if told.usd_per_hour != written.usd_per_hour => {
            let (now, before) = (told.usd_per_hour, written.usd_per_hour);
            if used.usd_per_hour == now {
                format!("RunPod's catalog{} says {now}; the list{} said {before}.", day(&told), day(&written))
            } else {
                format!(
                    "{before} is the price of prices.toml{}; RunPod's catalog{} says {now}.",
                    day(&written),
                    day(&told)
                )
            }
        }
        _ if engine.0.places.runpod.api_key.is_some()
            && used.age(engine.0.clock.real().date_naive()).is_some_and(|days| days > 1) =>
        {
            format!("RunPod did not say what it costs now; this price is{}.", day(used))
        }
        _ => return Ok(None),
    };
    Ok(Some(remark))
}

/// The endpoint has other GPUs than the one that was asked for, or another number of them: what was worked out does not hold there.
pub(super) fn elsewhere(pools: &Pools, (machine, gpu): (&Machine, &str)) -> Option<Check> {
    let known = pools.gpus.iter().any(|had| had == gpu);
    if known && machine.count == pools.count {
        return None;
    }
    let has = format!("{} ({})", pools.gpus.join(", "), pools.names.join(", "));
    let text = if known {
        format!(
            "A worker of the endpoint has {}, not {}: time, memory and cost are worked out for the wrong number. Take --gpus {}.",
            many(u64::from(pools.count), "GPU"),
            machine.count,
            pools.count
        )
    } else {
        format!(
            "The endpoint has {has} and no {}: time, memory and cost are worked out for a GPU that the run will not get. Take one of its own, or another endpoint.",
            machine.name
        )
    };
    // A run is begun with one process for each GPU that it was configured for.
    let mark = if machine.count > pools.count { Mark::Stop } else { Mark::Accept };
    Some(Check { name: "endpoint".to_owned(), mark, text })
}

/// Whether the weights are on the network volume already, for a place that has one; `None`: nobody knows. It stops nothing: what is not
/// there is fetched by the run itself, while its GPU waits.
pub(super) async fn weights(
    engine: &Engine,
    configuration: &Configuration,
    model: &BaseModel,
) -> (Option<bool>, Option<Check>) {
    let places = &engine.0.places.runpod;
    if configuration.place == Place::Local || places.volume.is_none() || model.path.is_some() {
        return (None, None);
    }
    let gb = |bytes: u64| float(bytes) / 1e9;
    let (known, text) = match crate::runpod::glance(engine, &model.id).await {
        Ok(Some(there)) => {
            (Some(true), format!("The weights are on the network volume ({:.1} GB).", gb(there.bytes)))
        }
        Ok(None) => {
            let text = format!(
                "The weights (about {:.1} GB) are not on the network volume yet: the run fetches them while its GPU waits. \
                 It is cheaper to fetch them first: `brightrun runpod cache {}`.",
                gb(model.parameters.saturating_mul(2)),
                model.id
            );
            (Some(false), text)
        }
        Err(error) => {
            (None, format!("Whether the weights are on the network volume is not known: {}.", error.why))
        }
    };
    (known, Some(Check { name: "weights".to_owned(), mark: Mark::Good, text }))
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
