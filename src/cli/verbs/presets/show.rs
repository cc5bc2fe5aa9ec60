//! `presets show`

use crate::context::Context;
use crate::out::{Done, Exit};
use crate::table::{Cell, Fit, Table};
use clap::Args;
use domain::hyperparameters::Field;
use engine::Error;

/// Show every setting of a preset
#[derive(Debug, Clone, Args)]
pub(crate) struct Show {
    /// Name of the preset
    #[arg(value_name = "NAME")]
    name: String,
}

pub(crate) async fn run(context: &mut Context, args: Show) -> Done {
    let engine = context.engine(None).await?;
    let known = engine::train::presets(&engine)?.into_iter().find(|preset| preset.name == args.name);
    let Some(known) = known else {
        let error = Error::not_found("Cannot show the preset", "there is none of this name");
        return Err(error
            .on(format!("“{}”", args.name))
            .next("See them with `brightrun presets list`")
            .into());
    };
    if context.json() {
        context.out.json(&known)?;
        return Ok(Exit::Done);
    }
    let file =
        known.file.map_or_else(|| "comes with brightrun".to_owned(), |path| path.display().to_string());
    context.out.line(format!("{}  {file}", known.preset.title))?;
    let mut table = Table::new(&[("setting", Fit::Whole), ("value", Fit::Prose)]).headless();
    for field in Field::ALL {
        table.row([Cell::text(field), Cell::text(known.preset.hyperparameters.text(*field))]);
    }
    context.out.table(&table)?;
    Ok(Exit::Done)
}
