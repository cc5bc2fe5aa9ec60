//! `runpod endpoint create`

use crate::ask::confirmed;
use crate::context::Context;
use crate::out::{Done, Exit, Stop, note};
use crate::table::{Cell, Fit, Table};
use clap::{Args, Subcommand};
use engine::runpod::{EndpointPlan, EndpointWish};

/// The queue endpoint
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Endpoint {
    Create(Create),
}

/// Make the endpoint; says first what it would be and what it costs
///
/// It lies on the configured volume and in its data centre, and has no workers while there is nothing to do. One that is there under
/// this name is taken as it is.
#[derive(Debug, Clone, Args)]
pub(crate) struct Create {
    /// GPU of its workers, e.g. a100-80, or a pool, e.g. `AMPERE_80`; can be given several times
    #[arg(long = "gpu", value_name = "GPU")]
    gpus: Vec<String>,
    /// What to call it
    #[arg(long, value_name = "NAME", default_value = "brightrun")]
    name: String,
    /// Image with its tag  [default: runpod.image]
    #[arg(long, value_name = "IMAGE")]
    image: Option<String>,
    /// GPUs of one worker
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=8))]
    count: u32,
    /// Workers at most
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    workers: u32,
    /// GB of a worker's own disk
    #[arg(long, value_name = "GB", default_value_t = 50, value_parser = clap::value_parser!(u32).range(10..=2000))]
    disk: u32,
    /// Show what would be made and make nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn create(context: &mut Context, args: Create) -> Done {
    let engine = context.engine(None).await?;
    let Create { gpus, name, image, count, workers, disk, dry_run } = args;
    let wish = EndpointWish { name, image, gpus, count, workers, disk };
    let plan = super::asked(context, engine::runpod::plan_endpoint(&engine, &wish)).await?;
    if dry_run && context.json() {
        context.out.json(&plan)?;
        return Ok(Exit::Done);
    }
    if !context.json() {
        show(context, &plan, dry_run)?;
    }
    if dry_run {
        return Ok(Exit::Done);
    }
    if plan.already.is_none() && !confirmed(context, &format!("{}. Make it?", plan.price())).await? {
        note("Nothing was made.");
        return Ok(Exit::Done);
    }
    let made = super::asked(context, engine::runpod::create_endpoint(&engine, &plan)).await?;
    super::made(context, &made)?;
    Ok(Exit::Done)
}

fn show(context: &mut Context, plan: &EndpointPlan, dry_run: bool) -> Result<(), Stop> {
    let mut table = Table::new(&[("field", Fit::Whole), ("value", Fit::Whole)]).headless();
    let mut field = |name: &str, value: String| table.row([Cell::text(name), Cell::text(value)]);
    field("name", plan.name.clone());
    field("image", plan.image.clone());
    field("pools", plan.pools.join(", "));
    field("GPUs of a worker", plan.count.to_string());
    field("workers", format!("0 to {}", plan.workers));
    field("disk", format!("{} GB", plan.disk));
    let anywhere = plan.data_centers.is_empty();
    field("data centres", if anywhere { "any".to_owned() } else { plan.data_centers.join(", ") });
    field("volume", plan.volume.clone().unwrap_or_else(|| "none".to_owned()));
    for offer in &plan.offers {
        let price = offer.per_hour.map_or_else(|| "price not told".to_owned(), |price| price.to_string());
        field("may be", format!("{} ({}) at {price}, {}", offer.gpu, offer.pool, plan.at.date_naive()));
    }
    context.out.table(&table)?;
    // Who is asked reads it in the question.
    if plan.already.is_some() || dry_run || context.globals.yes {
        context.out.prose(format!("{}.", plan.price()))?;
    }
    context.out.flush()?;
    if !plan.pinned {
        note("The image has no fixed tag: it may be another worker tomorrow.");
    }
    if let Some(id) = &plan.already {
        note(format!("There is one of this name already ({id}); it is taken as it is."));
    }
    Ok(())
}
