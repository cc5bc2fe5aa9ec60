//! `jobs stop`, `jobs cancel`

use crate::ask;
use crate::context::Context;
use crate::out::{Done, Exit, note};
use clap::Args;
use domain::job::{CancelReason, Run, Status};

/// Stop a run with a checkpoint, so that it can be resumed; comes back when its process is gone
#[derive(Debug, Clone, Args)]
pub(crate) struct Stop {
    /// Name or key of the run, or the beginning of its key
    #[arg(value_name = "RUN")]
    run: String,
}

/// End a run for good; comes back when its process is gone
#[derive(Debug, Clone, Args)]
pub(crate) struct Cancel {
    /// Name or key of the run, or the beginning of its key
    #[arg(value_name = "RUN")]
    run: String,
    /// Why: `cost_concern`, `poor_performance`, `wrong_config`, `no_longer_needed`, other
    #[arg(long, value_name = "REASON", default_value = "other")]
    reason: CancelReason,
    /// More about it
    #[arg(long, value_name = "TEXT", default_value = "")]
    notes: String,
}

pub(crate) async fn stop(context: &mut Context, args: Stop) -> Done {
    let engine = context.engine(None).await?;
    let run = engine::jobs::stop(&engine, &args.run, &context.progress(), &context.cancel).await?;
    say(context, &run)
}

pub(crate) async fn cancel(context: &mut Context, args: Cancel) -> Done {
    let engine = context.engine(None).await?;
    // Which one it is comes before the question.
    let job = engine::jobs::show(&engine, &args.run).await?.line.run.job;
    if !ask::confirmed(context, &format!("Cancel the run “{}”?", job.name)).await? {
        note("Nothing was changed.");
        return Ok(Exit::Done);
    }
    let why = (args.reason, args.notes.as_str());
    let run =
        engine::jobs::cancel(&engine, &job.id.to_string(), why, &context.progress(), &context.cancel).await?;
    say(context, &run)
}

fn say(context: &mut Context, run: &Run) -> Done {
    context.meter.wipe();
    if context.json() {
        context.out.json(run)?;
        return Ok(Exit::Done);
    }
    let (name, step) = (&run.job.name, run.job.progress.step);
    let line = match run.job.status.known() {
        Some(Status::Queued) => format!("“{name}” is stopped at step {step}; its process is gone."),
        Some(Status::Cancelled) => format!("“{name}” is cancelled; no process is left of it."),
        _ => format!("“{name}” had ended before: it is {}.", run.job.status),
    };
    context.out.prose(line)?;
    Ok(Exit::Done)
}
