//! `jobs watch`, `jobs resume`, `jobs retry`

use crate::context::Context;
use crate::out::{Done, Exit, note};
use clap::Args;
use domain::job::Status;
use domain::run::{Event, Kind};
use engine::jobs::{Heard, Outcome};

/// Follow a run to its end, whoever started it; ctrl-c leaves it alone
#[derive(Debug, Clone, Args)]
pub(crate) struct Follow {
    /// Name or key of the run, or the beginning of its key
    #[arg(value_name = "RUN")]
    run: String,
}

/// Take a run up again from its last checkpoint; without a name every run that nobody follows
#[derive(Debug, Clone, Args)]
pub(crate) struct Resume {
    /// Name or key of the run, or the beginning of its key
    #[arg(value_name = "RUN")]
    run: Option<String>,
}

/// Make a new run like one that failed or was cancelled, and follow it
#[derive(Debug, Clone, Args)]
pub(crate) struct Retry {
    /// Name or key of the run, or the beginning of its key
    #[arg(value_name = "RUN")]
    run: String,
}

pub(crate) async fn run(context: &mut Context, args: Follow) -> Done {
    let engine = context.engine(None).await?;
    let heard = listener(context);
    let outcome =
        engine::jobs::follow(&engine, &args.run, &heard, &context.progress(), &context.cancel).await?;
    followed(context, &outcome)
}

pub(crate) async fn resume(context: &mut Context, args: Resume) -> Done {
    let engine = context.engine(None).await?;
    let heard = listener(context);
    let (progress, cancel) = (context.progress(), context.cancel.clone());
    if let Some(run) = &args.run {
        let outcome = engine::jobs::resume(&engine, run, &heard, &progress, &cancel).await?;
        return followed(context, &outcome);
    }
    let outcomes = engine::jobs::resume_all(&engine, &heard, &progress, &cancel).await?;
    context.meter.wipe();
    if context.json() {
        context.out.json(&outcomes)?;
    } else if outcomes.is_empty() {
        note("There is no run that nobody follows.");
    } else {
        outcomes.iter().try_for_each(|outcome| context.out.prose(sentence(outcome)))?;
    }
    let bad = outcomes.iter().any(|outcome| exit(outcome) == Exit::Failed);
    Ok(if bad { Exit::Failed } else { Exit::Done })
}

pub(crate) async fn retry(context: &mut Context, args: Retry) -> Done {
    let engine = context.engine(None).await?;
    let made = engine::jobs::retry(&engine, &args.run).await?;
    note(format!("Run “{}” ({}) is made.", made.job.name, made.job.id));
    let heard = listener(context);
    let id = made.job.id.to_string();
    let outcome = engine::jobs::follow(&engine, &id, &heard, &context.progress(), &context.cancel).await?;
    followed(context, &outcome)
}

/// Tells the events on stderr, so that stdout holds the result alone.
pub(crate) fn listener(context: &Context) -> Heard {
    if context.json() {
        return Heard::none();
    }
    let (meter, other) = (context.meter.clone(), context.meter.clone());
    let events = Heard::new(move |event| {
        if let Some(line) = said(event) {
            meter.wipe();
            note(line);
        }
    });
    events.words(move |_, text| {
        other.wipe();
        note(text);
    })
}

/// An event as a line; `None`: it is for tools.
pub(super) fn said(event: &Event) -> Option<String> {
    let at = event.at.format("%H:%M:%S");
    let text = match &event.kind {
        Kind::Stage { word, detail, .. } => match detail {
            Some(detail) => format!("{word}: {detail}"),
            None => word.clone(),
        },
        Kind::Resumed { step, .. } => format!("resumed at step {step}"),
        Kind::Checkpoint(checkpoint) => format!("checkpoint at step {}", checkpoint.step),
        Kind::Warning { text, .. } => format!("warning: {text}"),
        Kind::Error(failure) => format!("error ({}): {}", failure.class, failure.cause),
        Kind::Final(last) => format!("{} at step {}", last.outcome, last.step),
        Kind::Log { .. } | Kind::Other(_) => return None,
    };
    Some(format!("{at}  {text}"))
}

/// Says how it ended.
pub(crate) fn followed(context: &mut Context, outcome: &Outcome) -> Done {
    context.meter.wipe();
    if context.json() {
        context.out.json(outcome)?;
    } else {
        context.out.prose(sentence(outcome))?;
    }
    Ok(exit(outcome))
}

fn exit(outcome: &Outcome) -> Exit {
    match outcome {
        Outcome::Over(run) if run.job.status.is(Status::Failed) => Exit::Failed,
        _ => Exit::Done,
    }
}

pub(crate) fn sentence(outcome: &Outcome) -> String {
    let job = &outcome.run().job;
    let name = &job.name;
    match outcome {
        Outcome::Over(_) => match (&job.failure, job.model) {
            (Some(failure), None) if job.status.is(Status::Failed) => {
                format!("“{name}” failed ({}). {}", failure.class, failure.told())
            }
            (_, Some(model)) => format!("“{name}” is {}. Its model is {model}.", job.status),
            _ => format!("“{name}” is {}. No process is left of it.", job.status),
        },
        Outcome::Paused(_) => format!(
            "“{name}” is stopped at step {}. `brightrun jobs resume {}` goes on.",
            job.progress.step, job.id
        ),
        Outcome::Waiting(_) => {
            format!(
                "“{name}” waits: as many runs go on as may at once. `brightrun jobs resume {}` tries again.",
                job.id
            )
        }
        Outcome::Left(_) => {
            format!(
                "“{name}” goes on without this program. `brightrun jobs watch {}` looks at it again.",
                job.id
            )
        }
    }
}
