//! `files create`

use super::source::{SourceArgs, print};
use crate::context::{At, Context};
use crate::out::{Done, Exit};
use clap::Args;

/// Make a training file, JSON and JSONL, of conversations
#[derive(Debug, Clone, Args)]
pub(crate) struct Create {
    /// Name of the training file
    #[arg(value_name = "NAME")]
    name: String,
    /// What it is for; not written into the file
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    #[command(flatten)]
    at: At,
    #[command(flatten)]
    source: SourceArgs,
}

pub(crate) async fn run(context: &mut Context, args: Create) -> Done {
    args.source.verify("Cannot create the training file")?;
    let engine = context.engine(args.at.at).await?;
    let request = engine::files::Create {
        name: args.name,
        description: args.description,
        source: args.source.source(&engine).await?,
        skip_damaged: args.source.skip_damaged,
    };
    let written = engine::files::create(&engine, request, &context.progress(), &context.cancel).await?;
    context.meter.wipe();
    print(context, &written)?;
    Ok(Exit::Done)
}
