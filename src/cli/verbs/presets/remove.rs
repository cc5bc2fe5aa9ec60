//! `presets remove`

use crate::ask;
use crate::context::Context;
use crate::out::{Done, Exit, note};
use clap::Args;

/// Remove a preset of yours; those of the program stay
#[derive(Debug, Clone, Args)]
pub(crate) struct Remove {
    /// Name of the preset
    #[arg(value_name = "NAME")]
    name: String,
}

pub(crate) async fn run(context: &mut Context, args: Remove) -> Done {
    let engine = context.engine(None).await?;
    if !ask::confirmed(context, &format!("Remove the preset “{}”?", args.name)).await? {
        note("Nothing was removed.");
        return Ok(Exit::Done);
    }
    engine::train::remove_preset(&engine, &args.name)?;
    note(format!("The preset “{}” is removed.", args.name));
    Ok(Exit::Done)
}
