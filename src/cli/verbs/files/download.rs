//! `files download`

use crate::context::Context;
use crate::out::{Done, Exit, Stop};
use crate::text::bytes;
use clap::{ArgGroup, Args, ValueHint};
use engine::files::{Downloaded, Object};
use std::path::PathBuf;

/// Copy the JSON or the JSONL of a training file to this machine
#[derive(Debug, Clone, Args)]
#[command(group = ArgGroup::new("object").required(true).multiple(false))]
pub(crate) struct Download {
    /// Name or key of the training file
    #[arg(value_name = "NAME")]
    name: String,
    /// The JSON
    #[arg(long, group = "object")]
    json_file: bool,
    /// The JSONL
    #[arg(long, group = "object")]
    jsonl_file: bool,
    /// File or folder
    #[arg(short, long, value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    output: PathBuf,
}

pub(crate) async fn run(context: &mut Context, args: Download) -> Done {
    let engine = context.engine(None).await?;
    let request = engine::files::Download {
        file: args.name,
        object: if args.json_file { Object::Json } else { Object::Jsonl },
        to: args.output,
    };
    let done = engine::files::download(&engine, request, &context.progress(), &context.cancel).await?;
    print(context, &done)
}

/// Says what lies where.
pub(crate) fn print(context: &mut Context, done: &Downloaded) -> Done {
    context.meter.wipe();
    if context.json() {
        context.out.json(done)?;
    } else {
        line(context, done)?;
    }
    Ok(Exit::Done)
}

fn line(context: &mut Context, done: &Downloaded) -> Result<(), Stop> {
    let shown = done.path.display();
    match context.out.width() {
        Some(_) => context.out.line(format!("{shown}  {}", bytes(done.bytes))),
        None => context.out.line(format!("{shown}\t{}", done.bytes)),
    }
}
