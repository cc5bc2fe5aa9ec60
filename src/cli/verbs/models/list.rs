//! `models list`

use crate::context::Context;
use crate::narrow::Narrow;
use crate::out::{Done, Exit, note};
use crate::table::{Cell, Fit, Table};
use clap::Args;

/// List the models, the newest first
#[derive(Debug, Clone, Args)]
pub(crate) struct List {
    #[command(flatten)]
    narrow: Narrow,
}

pub(crate) async fn run(context: &mut Context, args: &List) -> Done {
    let engine = context.engine(None).await?;
    let models = args.narrow.apply(engine::models::list(&engine).await?, engine.now())?;
    if context.json() {
        context.out.json(&models)?;
        return Ok(Exit::Done);
    }
    let mut table = Table::new(&[
        ("name", Fit::Cut),
        ("version", Fit::Whole),
        ("id", Fit::Whole),
        ("status", Fit::Whole),
        ("quality", Fit::Spare),
        ("size", Fit::Number),
        ("created", Fit::Whole),
    ]);
    for model in &models {
        let quality = model.quality.rating.map_or_else(|| "unrated".to_owned(), |rating| rating.to_string());
        table.row([
            Cell::text(&model.name),
            Cell::text(&model.version),
            Cell::id(model.id),
            Cell::text(&model.status),
            Cell::text(quality),
            Cell::size(Some(model.bytes())),
            Cell::time(model.created_at, engine.now()),
        ]);
    }
    context.out.table(&table)?;
    if models.is_empty() {
        context.out.flush()?;
        note(args.narrow.nothing("There are no models yet. `brightrun train DATASET` makes one."));
    }
    Ok(Exit::Done)
}
