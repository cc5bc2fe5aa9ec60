//! `files list`

use crate::context::Context;
use crate::narrow::Narrow;
use crate::out::{Done, Exit, note};
use crate::table::{Cell, Fit, Table};
use clap::Args;

/// List the training files, the newest first
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
    let files = args.narrow.apply(engine::files::list(&engine, args.all).await?, engine.now())?;
    if context.json() {
        context.out.json(&files)?;
        return Ok(Exit::Done);
    }
    let mut table = Table::new(&[
        ("name", Fit::Cut),
        ("id", Fit::Whole),
        ("status", Fit::Whole),
        ("conversations", Fit::Number),
        ("pairs", Fit::Number),
        ("json", Fit::Number),
        ("jsonl", Fit::Number),
        ("updated", Fit::Whole),
    ]);
    for file in &files {
        table.row([
            Cell::text(&file.name),
            Cell::id(file.id),
            Cell::text(file.status),
            Cell::number(file.conversations),
            Cell::number(file.pairs),
            Cell::size(file.json_size),
            Cell::size(file.jsonl_size),
            Cell::time(file.updated, engine.now()),
        ]);
    }
    context.out.table(&table)?;
    if files.is_empty() {
        context.out.flush()?;
        note(args.narrow.nothing(
            "There are no training files yet. `brightrun files create NAME --status approved` makes one.",
        ));
    }
    Ok(Exit::Done)
}
