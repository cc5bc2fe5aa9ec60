//! `models download`, `models report`

use crate::context::Context;
use crate::out::{Done, Exit};
use crate::text::{bytes, many};
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// Copy the files of a model to this machine; each is held to its digest, and what is whole already is not copied again
#[derive(Debug, Clone, Args)]
pub(crate) struct Download {
    /// Name or key of the model, or the beginning of its key
    #[arg(value_name = "MODEL")]
    model: String,
    /// Folder in which a folder for the model is made
    #[arg(short, long, value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    output: PathBuf,
}

/// Write a report of a model with its curves: Markdown, or HTML in one file
#[derive(Debug, Clone, Args)]
pub(crate) struct Report {
    /// Name or key of the model, or the beginning of its key
    #[arg(value_name = "MODEL")]
    model: String,
    /// File to write; HTML where it ends with .html
    #[arg(short, long, value_name = "FILE", default_value = "report.md", value_hint = ValueHint::FilePath)]
    output: PathBuf,
}

pub(crate) async fn download(context: &mut Context, args: Download) -> Done {
    let engine = context.engine(None).await?;
    let (progress, cancel) = (context.progress(), context.cancel.clone());
    let done =
        Box::pin(engine::models::download(&engine, &args.model, &args.output, &progress, &cancel)).await?;
    context.meter.wipe();
    if context.json() {
        context.out.json(&done)?;
    } else {
        let copied = many(done.copied, "file");
        let line = format!(
            "{}  {copied} copied, {} there already, {}",
            done.path.display(),
            done.kept,
            bytes(done.bytes)
        );
        context.out.line(line)?;
    }
    Ok(Exit::Done)
}

pub(crate) async fn report(context: &mut Context, args: Report) -> Done {
    let engine = context.engine(None).await?;
    let done = engine::models::report(&engine, &args.model, &args.output).await?;
    if context.json() {
        context.out.json(&done)?;
    } else {
        for path in std::iter::once(&done.path).chain(&done.beside) {
            context.out.line(path.display())?;
        }
    }
    Ok(Exit::Done)
}
