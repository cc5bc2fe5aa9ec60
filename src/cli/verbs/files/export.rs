//! `files export`

use crate::context::Context;
use crate::out::Done;
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// Write a training file in another shape: messages, sharegpt, alpaca
#[derive(Debug, Clone, Args)]
pub(crate) struct Export {
    /// Name or key of the training file
    #[arg(value_name = "NAME")]
    name: String,
    /// Shape
    #[arg(long, value_name = "SHAPE", value_parser = PossibleValuesParser::new(["messages", "sharegpt", "alpaca"]))]
    to: String,
    /// File or folder
    #[arg(short, long, value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    output: PathBuf,
}

pub(crate) async fn run(context: &mut Context, args: Export) -> Done {
    let request = engine::files::Export {
        file: args.name,
        format: crate::verbs::convert::target(&args.to)?,
        to: args.output,
    };
    let engine = context.engine(None).await?;
    let done = engine::files::export(&engine, request, &context.progress(), &context.cancel).await?;
    super::download::print(context, &done)
}
