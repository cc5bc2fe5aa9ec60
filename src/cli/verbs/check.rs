//! `check FILE...`

use crate::context::Context;
use crate::out::{Done, Exit, Stop};
use crate::table::{Cell, Fit, Table};
use clap::{Args, ValueHint, value_parser};
use engine::check::{FileReport, Request};
use std::path::PathBuf;

/// Check dataset files: what they are, what is wrong with them, whether they are ready for training
#[derive(Debug, Clone, Args)]
pub(crate) struct Check {
    /// Files, and folders with everything below them
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    /// Sequence lengths to hold the examples against, in tokens  [default: 512,1024,2048,4096]
    #[arg(long, value_name = "N,N", value_delimiter = ',', value_parser = value_parser!(u32).range(1..))]
    max_length: Vec<u32>,
}

pub(crate) async fn run(context: &mut Context, args: Check) -> Done {
    let request = Request { paths: args.paths, lengths: args.max_length };
    let work = move |progress, cancel| engine::check::run(&request, &progress, &cancel);
    let outcome = context.blocking("Cannot check", work).await?;
    if context.json() {
        json(context, &outcome.files)?;
    } else {
        for (at, file) in outcome.files.iter().enumerate() {
            if at > 0 {
                context.out.line("")?;
            }
            text(context, file)?;
        }
    }
    Ok(if outcome.ready { Exit::Done } else { Exit::Failed })
}

/// One file is one object, as the mission writes it; several are an array.
fn json(context: &mut Context, files: &[FileReport]) -> Result<(), Stop> {
    match files {
        [one] => context.out.json(one),
        many => context.out.json(&many),
    }
}

fn text(context: &mut Context, file: &FileReport) -> Result<(), Stop> {
    context.out.line(format!("{}: {:?}", file.file, file.report))?;
    let _ = (Table::new(&[]), Cell::unknown(), Fit::Cut);
    Ok(())
}
