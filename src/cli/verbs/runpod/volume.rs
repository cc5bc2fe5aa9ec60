//! `runpod volume create`

use crate::ask::confirmed;
use crate::context::Context;
use crate::out::{Done, Exit, note};
use clap::{Args, Subcommand};

/// The network volume
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Volume {
    Create(Create),
}

/// Make the network volume; it costs by the month, used or not, and only grows
#[derive(Debug, Clone, Args)]
pub(crate) struct Create {
    /// GB, 10 to 4096
    #[arg(long, value_name = "GB", value_parser = clap::value_parser!(u32).range(10..=4096))]
    size: u32,
    /// Data centre, for ever, e.g. EU-RO-1
    #[arg(long, value_name = "CENTRE")]
    data_center: String,
    /// What to call it
    #[arg(long, value_name = "NAME", default_value = "brightrun")]
    name: String,
    /// Show what would be made and make nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn create(context: &mut Context, args: Create) -> Done {
    let engine = context.engine(None).await?;
    let plan =
        super::asked(context, engine::runpod::plan_volume(&engine, &args.name, args.size, &args.data_center))
            .await?;
    if args.dry_run && context.json() {
        context.out.json(&plan)?;
        return Ok(Exit::Done);
    }
    if !context.json() {
        context.out.line(format!("{}: {} GB in {}", plan.name, plan.gigabytes, plan.data_center))?;
        // Who is asked reads it in the question.
        if plan.already.is_some() || args.dry_run || context.globals.yes {
            context.out.prose(format!("{}.", plan.price()))?;
        }
        context.out.flush()?;
        if !plan.reachable {
            note(format!(
                "Volumes in {} have no S3 interface that is known: keep files in an S3 store (files.url).",
                plan.data_center
            ));
        }
        if let Some(id) = &plan.already {
            note(format!("There is one of this name already ({id}); it is taken as it is."));
        }
    }
    if args.dry_run {
        return Ok(Exit::Done);
    }
    if plan.already.is_none() && !confirmed(context, &format!("{}. Make it?", plan.price())).await? {
        note("Nothing was made.");
        return Ok(Exit::Done);
    }
    let made = super::asked(context, engine::runpod::create_volume(&engine, &plan)).await?;
    super::made(context, &made)?;
    if !context.json() {
        note(format!("and its data centre:  volume_data_center = \"{}\"", plan.data_center));
    }
    Ok(Exit::Done)
}
