//! `aggregate INPUT... --name NAME -o DIR`

use super::files::skipped;
use crate::context::{At, Context};
use crate::out::{Done, Exit};
use crate::table::{Cell, Fit, Table};
use clap::{Args, ValueHint};
use engine::aggregate::Request;
use std::path::PathBuf;

/// Make a training file of enriched and full files, without a database
#[derive(Debug, Clone, Args)]
pub(crate) struct Aggregate {
    /// Enriched and full files, or folders, in the order of the file
    #[arg(required = true, value_name = "INPUT", value_hint = ValueHint::AnyPath)]
    inputs: Vec<PathBuf>,
    /// Name of the training file; with --into it keeps its own
    #[arg(long, value_name = "NAME", required_unless_present = "into")]
    name: Option<String>,
    /// Folder for training.json and training.jsonl; made when missing
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output: PathBuf,
    /// Begin with this full file, keep its name, created date and profile, and append the inputs
    #[arg(long, value_name = "FULL.json", value_hint = ValueHint::FilePath)]
    into: Option<PathBuf>,
    /// A JSON object, or a file to take `consultant_profile` from
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    profile: Option<PathBuf>,
    /// Model that the file is meant for; without it the configured one
    #[arg(long, value_name = "NAME")]
    target_model: Option<String>,
    /// Leave damaged turns out
    #[arg(long)]
    skip_damaged: bool,
    #[command(flatten)]
    at: At,
}

pub(crate) async fn run(context: &mut Context, args: Aggregate) -> Done {
    let config = &context.loaded()?.config;
    let request = Request {
        inputs: args.inputs,
        name: args.name.unwrap_or_default(),
        out: args.output,
        into: args.into,
        profile: args.profile,
        default_profile: config.profile()?,
        target_model: args.target_model.unwrap_or_else(|| config.training_file.target_model.clone()),
        at: args.at.or_now(),
        skip_damaged: args.skip_damaged,
    };
    let work = move |progress, cancel| engine::aggregate::run(&request, &progress, &cancel);
    let outcome = context.blocking("Cannot aggregate", work).await?;
    if context.json() {
        context.out.json(&outcome)?;
        return Ok(Exit::Done);
    }
    let mut table = Table::new(&[("field", Fit::Whole), ("value", Fit::Whole)]).headless();
    let mut field = |name: &str, value: Cell| table.row([Cell::text(name), value]);
    field("JSON", Cell::text(outcome.json.display()));
    field("JSON size", Cell::size(Some(outcome.json_bytes)));
    field("JSONL", Cell::text(outcome.jsonl.display()));
    field("JSONL size", Cell::size(Some(outcome.jsonl_bytes)));
    field("conversations", Cell::number(outcome.conversations));
    field("pairs", Cell::number(outcome.pairs));
    field("lines", Cell::number(outcome.lines));
    context.out.table(&table)?;
    context.out.flush()?;
    skipped(&outcome.skipped);
    Ok(Exit::Done)
}
