//! `datasets archive`

use crate::context::{At, Context};
use crate::out::{Done, Exit};
use clap::Args;

/// Put a dataset away; nothing is deleted, and no run can be made from it
#[derive(Debug, Clone, Args)]
pub(crate) struct Archive {
    /// Name or key of the dataset
    #[arg(value_name = "NAME")]
    name: String,
    /// Take it out again
    #[arg(long)]
    undo: bool,
    #[command(flatten)]
    at: At,
}

pub(crate) async fn run(context: &mut Context, args: Archive) -> Done {
    let engine = context.engine(args.at.at).await?;
    let dataset = engine::datasets::archive(&engine, &args.name, !args.undo).await?;
    if context.json() {
        context.out.json(&dataset)?;
    } else {
        context.out.line(format!("{} is {}", dataset.name, dataset.state()))?;
    }
    Ok(Exit::Done)
}
