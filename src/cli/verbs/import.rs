//! `import PATH...`

use crate::context::{At, Context};
use crate::out::{Done, Exit, note};
use crate::table::{Cell, Fit, Table};
use crate::text::many;
use clap::{Args, ValueHint};
use engine::Engine;
use engine::import::{FileResult, Outcome, Request};
use std::path::PathBuf;

/// Take conversations in: raw, enriched, full or v4 JSONL, recognised by content
#[derive(Debug, Clone, Args)]
pub(crate) struct Import {
    /// Files, and folders with everything below them
    #[arg(required_unless_present = "examples", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    /// The example conversations that come with brightrun; a second time changes nothing
    #[arg(long, conflicts_with_all = ["paths", "batch", "at"])]
    examples: bool,
    /// Batch that the conversations belong to; made when there is none of that name
    #[arg(long, value_name = "NAME")]
    batch: Option<String>,
    #[command(flatten)]
    at: At,
}

pub(crate) async fn run(context: &mut Context, args: Import) -> Done {
    let engine = context.engine(args.at.at).await?;
    if args.examples {
        return examples(context, &engine).await;
    }
    let request = Request { paths: args.paths, batch: args.batch };
    let outcome = engine::import::run(&engine, request, &context.progress(), &context.cancel).await?;
    context.meter.wipe();
    if context.json() {
        context.out.json(&outcome)?;
    } else {
        text(context, &outcome)?;
    }
    Ok(if outcome.failed > 0 { Exit::Failed } else { Exit::Done })
}

async fn examples(context: &mut Context, engine: &Engine) -> Done {
    let done = engine::examples::load(engine, &context.progress(), &context.cancel).await?;
    context.meter.wipe();
    if context.json() {
        context.out.json(&done)?;
    } else {
        let (conversations, batches) =
            (many(done.conversations, "example conversation"), many(done.batches, "batch"));
        context.out.line(format!("{conversations} in {batches}, {} new", done.new))?;
    }
    Ok(Exit::Done)
}

fn text(context: &mut Context, outcome: &Outcome) -> Result<(), crate::out::Stop> {
    let mut table = Table::new(&[
        ("file", Fit::Cut),
        ("kind", Fit::Whole),
        ("new", Fit::Number),
        ("same", Fit::Number),
        ("replaced", Fit::Number),
        ("findings", Fit::Cut),
    ]);
    for file in &outcome.files {
        table.row([
            Cell::text(&file.path),
            file.kind.as_ref().map_or_else(Cell::unknown, Cell::text),
            Cell::number(file.tally.new),
            Cell::number(file.tally.same),
            Cell::number(file.tally.replaced),
            Cell::text(findings(file)),
        ]);
    }
    if !outcome.files.is_empty() {
        context.out.table(&table)?;
    }
    context.out.flush()?;
    for file in &outcome.files {
        for sentence in file.error.iter().chain(&file.note) {
            note(format!("{}: {sentence}", file.path));
        }
    }
    let total = outcome.total;
    note(format!(
        "{} from {}: {} new, {} the same, {} replaced.",
        many(total.conversations(), "conversation"),
        many(outcome.files.len() as u64, "file"),
        total.new,
        total.same,
        total.replaced
    ));
    if outcome.failed > 0 {
        note(format!("{} left out; the reasons are above.", many(outcome.failed, "file")));
    }
    Ok(())
}

/// What matters of the findings, each code once with its highest count: `2 truncated_turn, 1 mojibake`.
fn findings(file: &FileResult) -> String {
    let mut shown: Vec<(String, u64)> = Vec::new();
    for finding in file.findings.iter().filter(|finding| finding.severity != "info") {
        let code = finding.code.clone();
        match shown.iter_mut().find(|(known, _)| *known == code) {
            Some((_, count)) => *count = finding.count.max(*count),
            None => shown.push((code, finding.count)),
        }
    }
    shown.iter().map(|(code, count)| format!("{count} {code}")).collect::<Vec<_>>().join(", ")
}
