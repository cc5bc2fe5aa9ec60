//! `jobs show`

use crate::context::Context;
use crate::out::{Done, Exit};
use crate::table::{Cell, Fit, Table};
use crate::text;
use clap::Args;
use domain::numbers::{count, span};

/// Show a run: where it stands, what it measured, what it cost, what came out
#[derive(Debug, Clone, Args)]
pub(crate) struct Show {
    /// Name or key of the run, or the beginning of its key
    #[arg(value_name = "RUN")]
    run: String,
}

pub(crate) async fn run(context: &mut Context, args: Show) -> Done {
    let engine = context.engine(None).await?;
    let detail = engine::jobs::show(&engine, &args.run).await?;
    if context.json() {
        context.out.json(&detail)?;
        return Ok(Exit::Done);
    }
    let (line, run, job) = (&detail.line, &detail.line.run, &detail.line.run.job);
    let mut table = Table::new(&[("field", Fit::Whole), ("value", Fit::Prose)]).headless();
    let mut field = |name: &str, value: Cell| table.row([Cell::text(name), value]);
    let time = |at: Option<chrono::DateTime<chrono::Utc>>| {
        at.map_or_else(Cell::unknown, |at| Cell::text(text::instant(at)))
    };
    field("name", Cell::text(&job.name));
    field("id", Cell::text(job.id));
    field("state", Cell::text(line.word()));
    field("stage", Cell::text(&job.stage));
    if let Some(says) = line.says() {
        field("why", Cell::text(says));
    }
    field("done", Cell::text(format!("{:.1} %", job.progress.percent)));
    field("step", Cell::number(job.progress.step));
    field("steps", job.progress.total_steps.map_or_else(Cell::unknown, Cell::number));
    field(
        "left",
        detail
            .remaining_seconds
            .filter(|_| !run.is_over())
            .map_or_else(Cell::unknown, |s| Cell::text(span(count(s)))),
    );
    field("dataset", Cell::text(&run.dataset_name));
    field("base model", Cell::text(&run.model.name));
    field("preset", Cell::text(&job.preset_id));
    field("worker lives", Cell::text(if line.alive { "yes" } else { "no" }));
    field("followed", Cell::text(if line.followed { "yes" } else { "no" }));
    field("queued", time(Some(job.queued_at)));
    field("started", time(job.started_at));
    field("ended", time(job.completed_at));
    field("attempts", Cell::number(job.attempts + 1));
    if let Some(setback) = job.setback.as_ref().filter(|_| run.setback().is_none()) {
        field("lost before", Cell::text(setback.told()));
    }
    field("retry of", job.retry_of.map_or_else(Cell::unknown, Cell::text));
    field("estimated", job.estimated_cost.map_or_else(Cell::unknown, Cell::text));
    field("cost", Cell::text(job.final_cost.unwrap_or(job.current_cost)));
    field("model", job.model.map_or_else(Cell::unknown, Cell::text));
    field("folder", Cell::text(detail.folder.display()));
    if let Some(failure) = &job.failure {
        field("failure", Cell::text(&failure.class));
        field("cause", Cell::text(&failure.cause));
        field("fix", Cell::text(&failure.fix));
    }
    if let Some(cancel) = &job.cancelling {
        field("cancelled for", Cell::text(&cancel.reason));
        field("notes", Cell::text(cancel.notes.as_deref().unwrap_or_default()));
    }
    for (name, value) in &detail.metrics {
        field(name, Cell::text(value));
    }
    context.out.table(&table)?;
    Ok(Exit::Done)
}
