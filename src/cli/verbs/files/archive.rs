//! `files archive`

use crate::context::{At, Context};
use crate::out::{Done, Exit};
use clap::Args;

/// Put a training file away; nothing is deleted
#[derive(Debug, Clone, Args)]
pub(crate) struct Archive {
    /// Name or key of the training file
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
    let file = engine::files::archive(&engine, &args.name, !args.undo).await?;
    if context.json() {
        context.out.json(&file)?;
    } else {
        context.out.line(format!("{} is {}", file.name, file.status))?;
    }
    Ok(Exit::Done)
}
