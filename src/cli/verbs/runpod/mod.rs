//! `runpod check|endpoint|volume|cache|image|prices|rented|reap|reconcile`

mod cache;
mod check;
mod endpoint;
mod image;
mod prices;
mod reap;
mod reconcile;
mod rented;
mod volume;

use crate::context::Context;
use crate::out::{Done, Stop, note};
use clap::Subcommand;
use engine::runpod::Made;

/// Set up machines that are rented at RunPod, and see what they cost
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Runpod {
    Check(check::Check),
    /// The queue endpoint on which runs of the place runpod-serverless work
    #[command(subcommand)]
    Endpoint(endpoint::Endpoint),
    /// The network volume that holds base models and what travels with runs
    #[command(subcommand)]
    Volume(volume::Volume),
    Cache(cache::Cache),
    Image(image::Image),
    Prices(prices::Prices),
    Rented(rented::Rented),
    Reap(reap::Reap),
    Reconcile(reconcile::Reconcile),
}

pub(crate) async fn run(context: &mut Context, verb: Runpod) -> Done {
    match verb {
        Runpod::Check(args) => check::run(context, &args).await,
        Runpod::Endpoint(endpoint::Endpoint::Create(args)) => endpoint::create(context, args).await,
        Runpod::Volume(volume::Volume::Create(args)) => volume::create(context, args).await,
        Runpod::Cache(args) => Box::pin(cache::run(context, args)).await,
        Runpod::Image(args) => image::run(context, &args).await,
        Runpod::Prices(args) => prices::run(context, &args).await,
        Runpod::Rented(args) => rented::run(context, &args).await,
        Runpod::Reap(args) => reap::run(context, args).await,
        Runpod::Reconcile(args) => reconcile::run(context, &args).await,
    }
}

/// Waits for RunPod, and says so: where the network is away that takes a while.
async fn asked<T>(context: &Context, answer: impl Future<Output = T>) -> T {
    context.progress().step("asking RunPod …", 0, None);
    let answer = answer.await;
    context.meter.wipe();
    answer
}

/// Says what was made, and which setting takes its id.
fn made(context: &mut Context, made: &Made) -> Result<(), Stop> {
    if context.json() {
        return context.out.json(made);
    }
    let word = if made.already { "was there already" } else { "is made" };
    context.out.line(format!("{} {word}: {}", made.name, made.id))?;
    context.out.flush()?;
    let (table, key) = made.setting.split_once('.').unwrap_or(("runpod", made.setting));
    note(format!("Put it into the config file, below [{table}]:  {key} = \"{}\"", made.id));
    Ok(())
}
