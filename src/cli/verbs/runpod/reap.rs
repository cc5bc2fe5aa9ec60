//! `runpod reap`

use crate::ask::confirmed;
use crate::context::Context;
use crate::out::{Done, Exit, Stop, note, report};
use crate::table::{Cell, Fit, Table};
use crate::text::many;
use clap::Args;
use engine::Engine;
use engine::runpod::{Stray, StrayKind};
use serde::Serialize;

/// Look for pods, jobs and secrets of ours that no run waits for, and end them after a question
///
/// Those of runs that this database does not know are listed and left alone: others may use the account, too.
#[derive(Debug, Clone, Args)]
pub(crate) struct Reap {
    /// Only these, by their id
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Also those of runs that this database does not know
    #[arg(long)]
    unknown: bool,
    /// Only list them
    #[arg(long)]
    dry_run: bool,
}

/// What came of it.
#[derive(Debug, Serialize)]
struct Reaped<'a> {
    found: &'a [Stray],
    ended: Vec<&'a str>,
    failed: Vec<&'a str>,
}

pub(super) async fn run(context: &mut Context, args: Reap) -> Done {
    let engine = context.engine(None).await?;
    let mut strays = super::asked(context, engine::runpod::strays(&engine)).await?;
    if let Some(id) = args.ids.iter().find(|id| strays.iter().all(|stray| stray.id != **id)) {
        let error = engine::Error::not_found(
            "Cannot end what was left at RunPod",
            "nothing of ours that no run waits for has this id",
        );
        return Err(error.on(id).next("Look at the list with `brightrun runpod reap --dry-run`").into());
    }
    strays.retain(|stray| args.ids.is_empty() || args.ids.contains(&stray.id));
    let (mine, foreign): (Vec<&Stray>, Vec<&Stray>) =
        strays.iter().partition(|stray| args.unknown || !stray.unknown || args.ids.contains(&stray.id));
    if !context.json() {
        list(context, &strays, &engine)?;
        if !foreign.is_empty() {
            note(format!(
                "{} of runs that this database does not know stay; --unknown ends them, too.",
                foreign.len()
            ));
        }
    }
    // Whoever reads JSON asks first and says yes then, as with `db attach` (decision 0051).
    let only_looks = args.dry_run || context.json() && !context.globals.yes;
    let done = if mine.is_empty() || only_looks || !confirmed(context, &question(&mine)).await? {
        Reaped { found: &strays, ended: Vec::new(), failed: Vec::new() }
    } else {
        end(context, &engine, &strays, &mine).await
    };
    let failed = !done.failed.is_empty();
    if context.json() {
        context.out.json(&done)?;
    } else if done.ended.is_empty() && !failed {
        note(if strays.is_empty() { "Nothing was left at RunPod." } else { "Nothing was ended." });
    } else {
        note(format!("{} ended, {} could not be ended.", done.ended.len(), done.failed.len()));
    }
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

/// What is ended, and what it costs until then.
fn question(mine: &[&Stray]) -> String {
    let of = |kind| mine.iter().filter(|stray| stray.kind == kind).count() as u64;
    let there = StrayKind::ALL.into_iter().filter(|kind| of(*kind) > 0);
    let parts: Vec<String> = there.map(|kind| many(of(kind), kind.word())).collect();
    format!("{} End {}?", engine::runpod::at_stake(mine.iter().copied()), parts.join(", "))
}

async fn end<'a>(context: &Context, engine: &Engine, found: &'a [Stray], mine: &[&'a Stray]) -> Reaped<'a> {
    let mut done = Reaped { found, ended: Vec::new(), failed: Vec::new() };
    for stray in mine {
        match engine::runpod::end(engine, stray, &context.cancel).await {
            Ok(()) => done.ended.push(&stray.id),
            Err(error) => {
                report(&error, false);
                done.failed.push(&stray.id);
            }
        }
    }
    done
}

fn list(context: &mut Context, strays: &[Stray], engine: &Engine) -> Result<(), Stop> {
    let mut table = Table::new(&[
        ("kind", Fit::Whole),
        ("id", Fit::Whole),
        ("name", Fit::Cut),
        ("state", Fit::Whole),
        ("since", Fit::Whole),
        ("an hour", Fit::Number),
        ("run", Fit::Whole),
    ]);
    for stray in strays {
        table.row([
            Cell::text(stray.kind.word()),
            Cell::text(&stray.id),
            // All begin alike; what tells them apart is left where there is no room for more.
            Cell::key(&stray.name, stray.of()),
            Cell::text(&stray.status),
            stray.since.map_or_else(Cell::unknown, |since| Cell::time(since, engine.now())),
            stray.per_hour.map_or_else(Cell::unknown, Cell::text),
            Cell::text(if stray.unknown { "unknown here" } else { "over" }),
        ]);
    }
    if !strays.is_empty() {
        context.out.table(&table)?;
    }
    context.out.flush()
}
