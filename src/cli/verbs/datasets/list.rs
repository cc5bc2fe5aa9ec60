//! `datasets list`

use crate::context::Context;
use crate::narrow::Narrow;
use crate::out::{Done, Exit, note};
use crate::table::{Cell, Fit, Table};
use clap::Args;

/// List the datasets, the newest first
#[derive(Debug, Clone, Args)]
pub(crate) struct List {
    /// Archived ones too
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    narrow: Narrow,
}

pub(crate) async fn run(context: &mut Context, args: List) -> Done {
    let engine = context.engine(None).await?;
    let datasets = args.narrow.apply(engine::datasets::list(&engine, args.all).await?, engine.now())?;
    if context.json() {
        context.out.json(&datasets)?;
        return Ok(Exit::Done);
    }
    let mut table = Table::new(&[
        ("name", Fit::Cut),
        ("id", Fit::Whole),
        ("status", Fit::Whole),
        ("format", Fit::Spare),
        ("examples", Fit::Number),
        ("tokens", Fit::SpareNumber),
        ("size", Fit::Number),
        ("created", Fit::Whole),
    ]);
    for dataset in &datasets {
        table.row([
            Cell::text(&dataset.name),
            Cell::id(dataset.id),
            Cell::text(dataset.state()),
            Cell::text(&dataset.format),
            dataset.examples.map_or_else(Cell::unknown, Cell::number),
            dataset.tokens.map_or_else(Cell::unknown, Cell::number),
            Cell::size(Some(dataset.file_size)),
            Cell::time(dataset.created, engine.now()),
        ]);
    }
    context.out.table(&table)?;
    if datasets.is_empty() {
        context.out.flush()?;
        note(
            args.narrow
                .nothing("There are no datasets yet. `brightrun datasets add FILE|TRAINING-FILE` makes one."),
        );
    }
    Ok(Exit::Done)
}
