//! `convert FILE --to SHAPE -o OUT`

use crate::context::Context;
use crate::out::Done;
use chrono::{DateTime, Utc};
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueHint};
use engine::convert::{Head, Request, Target};
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
    /// Name of the training file; without it what FILE says, else its own name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// A JSON object, or a file to take `consultant_profile` from; without it the configured one
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    profile: Option<PathBuf>,
    /// Write this time (RFC 3339); without it what FILE says, else when it was written
    #[arg(long, value_name = "RFC3339", value_parser = crate::context::instant)]
    at: Option<DateTime<Utc>>,
}

pub(crate) async fn run(context: &mut Context, args: Convert) -> Done {
    let default_profile = context.loaded()?.config.profile()?;
    let head = Head { name: args.name, at: args.at, profile: args.profile, default_profile };
    let request = Request { input: args.input, to: target(&args.to)?, output: args.output, head };
    let work = move |progress, cancel| engine::convert::run(&request, &progress, &cancel);
    let done = context.blocking("Cannot convert", work).await?;
    super::files::print_download(context, &done)
}

/// The shape of this name; clap has checked it.
pub(crate) fn target(word: &str) -> engine::Result<Target> {
    engine::convert::target(word)
}
