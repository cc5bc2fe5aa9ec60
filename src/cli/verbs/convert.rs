//! `convert FILE --to SHAPE -o OUT`

use crate::context::Context;
use crate::out::Done;
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueHint};
use engine::convert::{Request, Target};
use std::path::PathBuf;

/// Write a dataset file in another shape, without a database
#[derive(Debug, Clone, Args)]
pub(crate) struct Convert {
    /// File; its shape is recognised by content
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    input: PathBuf,
    /// Shape
    #[arg(long, value_name = "SHAPE", value_parser = PossibleValuesParser::new(["v4-json", "v4-jsonl", "messages", "sharegpt", "alpaca"]))]
    to: String,
    /// Where to; replaced only when the new file is complete
    #[arg(short, long, value_name = "OUT", value_hint = ValueHint::FilePath)]
    output: PathBuf,
}

pub(crate) async fn run(context: &mut Context, args: Convert) -> Done {
    let request = Request { input: args.input, to: target(&args.to)?, output: args.output };
    let work = move |progress, cancel| engine::convert::run(&request, &progress, &cancel);
    let done = context.blocking("Cannot convert", work).await?;
    super::files::print_download(context, &done)
}

/// The shape of this name; clap has checked it.
pub(crate) fn target(word: &str) -> engine::Result<Target> {
    engine::convert::target(word)
}
