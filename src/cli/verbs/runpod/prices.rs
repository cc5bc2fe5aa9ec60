//! `runpod prices`

use crate::context::Context;
use crate::out::{Done, Exit, note};
use crate::table::{Cell, Fit, Table};
use crate::text::many;
use clap::Args;

/// List what machines cost there, and when that was read
#[derive(Debug, Clone, Args)]
pub(crate) struct Prices {
    /// Read the present ones of RunPod's catalog first, and keep them
    #[arg(long)]
    refresh: bool,
}

pub(super) async fn run(context: &mut Context, args: &Prices) -> Done {
    let engine = context.engine(None).await?;
    if args.refresh {
        let read = super::asked(context, engine::runpod::refresh(&engine)).await?;
        note(format!("Read {} of {}.", many(read.read as u64, "price"), read.as_of));
    }
    let prices = engine::runpod::prices(&engine)?;
    if context.json() {
        context.out.json(&prices)?;
        return Ok(Exit::Done);
    }
    let mut table = Table::new(&[
        ("place", Fit::Whole),
        ("gpu", Fit::Whole),
        ("name", Fit::Cut),
        ("GiB", Fit::Number),
        ("an hour", Fit::Number),
        ("as of", Fit::Whole),
        ("source", Fit::Spare),
    ]);
    for line in &prices {
        table.row([
            Cell::text(line.place),
            Cell::text(&line.gpu),
            Cell::text(&line.name),
            Cell::number(line.memory),
            Cell::text(line.usd_per_hour.0),
            Cell::text(line.as_of),
            Cell::text(&line.source),
        ]);
    }
    context.out.table(&table)?;
    if prices.iter().any(|line| line.old) {
        context.out.flush()?;
        note("Some are old: --refresh reads the present ones.");
    }
    Ok(Exit::Done)
}
