//! What is rented at present, and how fast it costs: by the rows alone, so it can be shown at any time.

use super::reconcile::{VolumePrice, volume_price};
use crate::engine::from_db;
use crate::{Engine, Result};
use domain::money::Usd;
use domain::rental::Rental;
use serde::Serialize;
use std::collections::BTreeMap;

/// Something that may cost money.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RentedLine {
    /// What is rented.
    #[serde(flatten)]
    pub rental: Rental,
    /// What its run is called; `None`: the run is gone.
    pub run: Option<String>,
    /// What it has cost by now.
    pub so_far: Usd,
    /// What an hour of it costs; nothing while it waits, or no price is known.
    pub per_hour: Usd,
}

/// All that is rented.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Rented {
    /// Oldest first.
    pub lines: Vec<RentedLine>,
    /// The network volume, which costs always; `None`: there is none, or nobody has said yet what it costs.
    pub volume: Option<VolumePrice>,
    /// What an hour of all of it costs, with the volume.
    pub per_hour: Usd,
}

/// What is rented now.
pub async fn rented(engine: &Engine) -> Result<Rented> {
    const WHAT: &str = "Cannot read what is rented";
    let open = engine.db().open_rentals().await.map_err(from_db(WHAT))?;
    let runs =
        if open.is_empty() { Vec::new() } else { engine.db().open_runs().await.map_err(from_db(WHAT))? };
    let names: BTreeMap<_, _> =
        runs.into_iter().map(|stored| (stored.run.job.id, stored.run.job.name)).collect();
    let now = engine.0.clock.real();
    let lines: Vec<RentedLine> = open
        .into_iter()
        .map(|stored| {
            let rental = stored.rental;
            let price = rental.price().filter(|_| rental.since.is_some());
            RentedLine {
                run: rental
                    .fetches
                    .as_ref()
                    .map(|fetch| format!("weights of {}", fetch.model))
                    .or_else(|| names.get(&rental.job).cloned()),
                so_far: rental.cost(now),
                per_hour: price.map_or(Usd::ZERO, |price| price.gpus(rental.gpus)),
                rental,
            }
        })
        .collect();
    let volume = volume_price(engine).await?;
    let machines: Usd = lines.iter().map(|line| line.per_hour).sum();
    let per_hour = machines + volume.as_ref().map_or(Usd::ZERO, |volume| volume.per_hour.0);
    Ok(Rented { lines, volume, per_hour })
}
