//! `check FILE...`

use crate::context::Context;
use crate::out::{Done, Exit, Stop};
use crate::table::{Cell, Fit, Table};
use crate::text::{many, thousands};
use clap::{Args, ValueHint, value_parser};
use domain::dataset::{Finding, Place, Shape};
use domain::sentence::sentence;
use engine::check::{FileReport, Request};
use std::path::PathBuf;

/// Places of a finding in the text.
const PLACES: usize = 3;

/// Check dataset files: what they are, what is wrong with them, whether they are ready for training
#[derive(Debug, Clone, Args)]
pub(crate) struct Check {
    /// Files, and folders with everything below them
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    lengths: Lengths,
}

/// What a dataset is held against.
#[derive(Debug, Clone, Args)]
pub(crate) struct Lengths {
    /// Sequence lengths to hold the examples against, in tokens  [default: 512,1024,2048,4096]
    #[arg(long, value_name = "N,N", value_delimiter = ',', value_parser = value_parser!(u32).range(1..))]
    pub max_length: Vec<u32>,
}

pub(crate) async fn run(context: &mut Context, args: Check) -> Done {
    let request = Request { paths: args.paths, lengths: args.lengths.max_length };
    let work = move |progress, cancel| engine::check::run(&request, &progress, &cancel);
    let outcome = context.blocking("Cannot check", work).await?;
    print(context, &outcome.files)
}

/// Says what was found; fails when a file is not ready for training.
pub(crate) fn print(context: &mut Context, files: &[FileReport]) -> Done {
    if context.json() {
        json(context, files)?;
    } else {
        for (at, file) in files.iter().enumerate() {
            if at > 0 {
                context.out.line("")?;
            }
            text(context, file)?;
        }
    }
    let ready = files.iter().all(|file| file.report().is_some_and(|report| report.ready));
    Ok(if ready { Exit::Done } else { Exit::Failed })
}

/// One file is one object, as the mission writes it; several are an array.
fn json(context: &mut Context, files: &[FileReport]) -> Result<(), Stop> {
    match files {
        [one] => context.out.json(one),
        many => context.out.json(&many),
    }
}

fn text(context: &mut Context, file: &FileReport) -> Result<(), Stop> {
    let report = match file {
        FileReport::Checked(report) => report,
        FileReport::Failed { file, error } => {
            context.out.line(format!("{file}  cannot be checked"))?;
            return context.out.prose(format!("  {}", sentence(error)));
        }
    };
    let ready = if report.ready { "ready for training" } else { "not ready for training" };
    let shape = report.shape.map_or("no shape", Shape::word);
    context.out.line(format!("{}  {shape}, {ready}", report.file))?;
    context.out.line(format!(
        "  {}, {}, {} of them trainable, about {}",
        many(report.conversations, "conversation"),
        many(report.pairs, "pair"),
        thousands(report.trainable_pairs),
        many(report.tokens.total, "token"),
    ))?;
    if context.out.width().is_some() {
        return report.findings.iter().try_for_each(|finding| lines(context, finding));
    }
    let mut table = Table::new(&[
        ("severity", Fit::Whole),
        ("code", Fit::Whole),
        ("count", Fit::Number),
        ("message", Fit::Whole),
        ("where", Fit::Whole),
    ]);
    for finding in &report.findings {
        table.row([
            Cell::text(finding.severity),
            Cell::text(finding.code),
            Cell::number(finding.count),
            Cell::text(&finding.message),
            Cell::text(first_places(finding)),
        ]);
    }
    if report.findings.is_empty() { Ok(()) } else { context.out.table(&table) }
}

/// A finding for people: a sentence, and below it where.
fn lines(context: &mut Context, finding: &Finding) -> Result<(), Stop> {
    context.out.hanging(format!("  {:8}  {:20}  {}", finding.severity, finding.code, finding.message), 34)?;
    match first_places(finding).as_str() {
        "" => Ok(()),
        places => context.out.line(format!("  {:32}{places}", "")),
    }
}

/// `line 3; line 7; …`: the first places; all of them come with `--json`.
fn first_places(finding: &Finding) -> String {
    let shown = finding.places.iter().take(PLACES).map(place).filter(|place| !place.is_empty());
    let shown = shown.collect::<Vec<_>>().join("; ");
    if finding.places.len() > PLACES { format!("{shown}; …") } else { shown }
}

fn place(place: &Place) -> String {
    let parts = [
        place.line.map(|line| format!("line {line}")),
        place.conversation.as_deref().map(|id| format!("conversation {}", id.get(..8).unwrap_or(id))),
        place.turn.map(|turn| format!("turn {turn}")),
        place.what.clone(),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
