//! `jobs list`

use crate::context::Context;
use crate::narrow::Narrow;
use crate::out::{Done, Exit, note};
use crate::table::{Cell, Fit, Table};
use clap::Args;

/// List the runs, the newest first
#[derive(Debug, Clone, Args)]
pub(crate) struct List {
    /// Only those that have not ended
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    narrow: Narrow,
    /// As CSV, with the columns of a list of jobs
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

pub(crate) async fn run(context: &mut Context, args: List) -> Done {
    let engine = context.engine(None).await?;
    let mut jobs = engine::jobs::list(&engine).await?;
    jobs.retain(|line| !args.open || !line.run.is_over());
    let jobs = args.narrow.apply(jobs, engine.now())?;
    if args.csv {
        let mut text = Vec::new();
        engine::jobs::csv(&jobs, &mut text)
            .map_err(|error| engine::Error::failed("Cannot write the list", error.to_string()))?;
        context.out.raw(&text)?;
        return Ok(Exit::Done);
    }
    if context.json() {
        context.out.json(&jobs)?;
        return Ok(Exit::Done);
    }
    let mut table = Table::new(&[
        ("name", Fit::Cut),
        ("id", Fit::Whole),
        ("state", Fit::Whole),
        ("stage", Fit::Spare),
        ("done", Fit::Whole),
        ("step", Fit::SpareNumber),
        ("cost", Fit::Whole),
        ("queued", Fit::Whole),
    ]);
    for line in &jobs {
        let job = &line.run.job;
        let id = job.id.to_string();
        table.row([
            Cell::text(&job.name),
            Cell::key(&id, id.get(..8).unwrap_or(&id)),
            Cell::text(line.word()),
            Cell::text(&job.stage),
            Cell::text(format!("{:.0} %", job.progress.percent)),
            Cell::number(job.progress.step),
            Cell::text(job.final_cost.unwrap_or(job.current_cost)),
            Cell::time(job.queued_at, engine.now()),
        ]);
    }
    context.out.table(&table)?;
    context.out.flush()?;
    if jobs.is_empty() {
        note(args.narrow.nothing("There are no runs yet. `brightrun train DATASET` starts one."));
    }
    let left = jobs.iter().filter(|line| !line.run.is_over() && !line.run.paused && !line.followed).count();
    if left > 0 {
        note(format!("Nobody follows {left} of them. `brightrun jobs resume` takes them up."));
    }
    for line in &jobs {
        if let Some(says) = line.says() {
            note(format!("“{}”: {says}", line.run.job.name));
        }
    }
    Ok(Exit::Done)
}
