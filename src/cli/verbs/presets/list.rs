//! `presets list`

use crate::context::Context;
use crate::out::{Done, Exit};
use crate::table::{Cell, Fit, Table};
use clap::Args;
use domain::hyperparameters::Field;

/// List the presets: those of the program, then yours
#[derive(Debug, Clone, Args)]
pub(crate) struct List {}

pub(crate) async fn run(context: &mut Context, _args: List) -> Done {
    let engine = context.engine(None).await?;
    let known = engine::train::presets(&engine)?;
    if context.json() {
        context.out.json(&known)?;
        return Ok(Exit::Done);
    }
    let mut table = Table::new(&[
        ("name", Fit::Whole),
        ("rank", Fit::Number),
        ("learning_rate", Fit::Number),
        ("epochs", Fit::Number),
        ("batch_size", Fit::Number),
        ("based on", Fit::Spare),
        ("from", Fit::Whole),
        ("about", Fit::Cut),
    ]);
    for preset in &known {
        let value = |field| Cell::text(preset.preset.hyperparameters.text(field));
        table.row([
            Cell::text(&preset.name),
            value(Field::Rank),
            value(Field::LearningRate),
            value(Field::Epochs),
            value(Field::BatchSize),
            Cell::text(preset.preset.based_on.as_deref().unwrap_or_default()),
            Cell::text(if preset.file.is_some() { "you" } else { "brightrun" }),
            Cell::text(&preset.preset.about),
        ]);
    }
    context.out.table(&table)?;
    Ok(Exit::Done)
}
