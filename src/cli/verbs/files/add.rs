//! `files add`

use super::source::{SourceArgs, print};
use crate::context::{At, Context};
use crate::out::{Done, Exit};
use clap::Args;

/// Add conversations to a training file; what is in it stays byte for byte
#[derive(Debug, Clone, Args)]
pub(crate) struct Add {
    /// Name or key of the training file
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    at: At,
    #[command(flatten)]
    source: SourceArgs,
}

pub(crate) async fn run(context: &mut Context, args: Add) -> Done {
    args.source.verify("Cannot add to the training file")?;
    let engine = context.engine(args.at.at).await?;
    let request = engine::files::Add {
        file: args.name,
        source: args.source.source(&engine).await?,
        skip_damaged: args.source.skip_damaged,
    };
    let written = engine::files::add(&engine, request, &context.progress(), &context.cancel).await?;
    context.meter.wipe();
    print(context, &written)?;
    Ok(Exit::Done)
}
