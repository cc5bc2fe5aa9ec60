//! `conversations export`

use crate::context::Context;
use crate::filters::{Filters, require_one_way};
use crate::out::{Done, Exit, note};
use crate::text::{bytes, many};
use clap::{Args, ValueHint};
use engine::conversations::Which;
use std::path::PathBuf;

/// Copy conversations to a folder, one file each: their enriched files, or the raw ones
#[derive(Debug, Clone, Args)]
pub(crate) struct Export {
    /// Keys of conversations
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// The files as they were generated
    #[arg(long, conflicts_with = "enriched")]
    raw: bool,
    /// The files as they go into a training file (usual)
    #[arg(long)]
    enriched: bool,
    /// Folder; made when missing
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output: PathBuf,
    #[command(flatten)]
    filters: Filters,
}

pub(crate) async fn run(context: &mut Context, args: Export) -> Done {
    require_one_way("Cannot export", &args.ids, &args.filters)?;
    let engine = context.engine(None).await?;
    let request = engine::conversations::Export {
        selection: args.filters.selection(&args.ids, &engine).await?,
        which: if args.raw { Which::Raw } else { Which::Enriched },
        to: args.output,
    };
    let done = engine::conversations::export(&engine, request, &context.progress(), &context.cancel).await?;
    context.meter.wipe();
    if context.json() {
        context.out.json(&done)?;
    } else {
        let to = done.to.display();
        context.out.line(format!("{}, {}, in {to}", many(done.files, "file"), bytes(done.bytes)))?;
        context.out.flush()?;
        done.missing.iter().for_each(|id| note(format!("{id}: it has no such file")));
    }
    Ok(if done.missing.is_empty() { Exit::Done } else { Exit::Failed })
}
