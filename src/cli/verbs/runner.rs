//! `runner`

use crate::context::Context;
use crate::out::{Done, Exit};
use clap::Args;
use domain::run::Kind;
use engine::jobs::{Heard, News, Outcome};
use engine::runpod::Stray;
use tokio::sync::mpsc;

/// Start and follow the runs of this machine until it is interrupted: what the dashboard does while it is open
///
/// Takes queued runs, as many at once as `training.queue_limit` says, and takes over runs whose follower died. Prints a line per event,
/// with --json an object. Ctrl-c and SIGTERM end the runner; workers go on, and the next runner takes them over.
#[derive(Debug, Clone, Args)]
pub(crate) struct Runner {}

/// What is printed.
enum Line {
    News(News),
    Said(String),
}

pub(crate) async fn run(context: &mut Context, _: &Runner) -> Done {
    let engine = context.engine(None).await?;
    let (sender, mut lines) = mpsc::unbounded_channel();
    let (news, said) = (sender.clone(), sender);
    // Who prints is gone only when the program ends.
    let told = move |line| drop(news.send(Line::News(line)));
    let heard = if context.json() { Heard::none() } else { listener(said) };
    let cancel = context.cancel.clone();
    let work = engine::jobs::runner(&engine, true, &heard, &told, &cancel);
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            biased;
            Some(line) = lines.recv() => print(context, line)?,
            () = &mut work => break,
        }
    }
    while let Ok(line) = lines.try_recv() {
        print(context, line)?;
    }
    Ok(Exit::Done)
}

/// Checkpoints, warnings and errors of the runs in hand; their stages are no news to a log of many runs.
fn listener(said: mpsc::UnboundedSender<Line>) -> Heard {
    let words = said.clone();
    let events = Heard::new(move |event| {
        let text = match &event.kind {
            Kind::Checkpoint(checkpoint) => format!("checkpoint at step {}", checkpoint.step),
            Kind::Warning { text, .. } => format!("warning: {}", text.lines().next().unwrap_or_default()),
            Kind::Error(failure) => format!("error ({}): {}", failure.class, failure.cause),
            _ => return,
        };
        drop(said.send(Line::Said(text)));
    });
    events.words(move |run, text| drop(words.send(Line::Said(format!("“{run}”: {text}")))))
}

fn print(context: &mut Context, line: Line) -> Result<(), crate::out::Stop> {
    match line {
        // How the runs stand is for screens; why one was let go of is told as trouble.
        Line::News(News::Open { .. } | News::LetGo { .. }) => return Ok(()),
        Line::News(news) if context.json() => {
            context.out.line(serde_json::to_string(&news).map_err(std::io::Error::from)?)?;
        }
        Line::News(news) => context.out.line(sentence(&news))?,
        Line::Said(text) => context.out.line(format!("  {text}"))?,
    }
    context.out.flush()
}

/// What nobody looks after, and what can be done.
fn left(strays: &[Stray]) -> String {
    let (foreign, mine): (Vec<Stray>, Vec<Stray>) = strays.iter().cloned().partition(|stray| stray.unknown);
    if mine.is_empty() {
        return format!("At RunPod, of runs that this database does not know: {}", Stray::sum(&foreign));
    }
    format!("Left at RunPod without a run: {}. End it with `brightrun runpod reap`", Stray::sum(&mine))
}

fn sentence(news: &News) -> String {
    match news {
        News::Runs { runs, .. } | News::Changed { runs, .. } => {
            let open: Vec<_> = runs.iter().filter(|line| !line.run.is_over()).collect();
            let paused = open.iter().filter(|line| line.run.paused).count();
            let paused = if paused > 0 { format!(", {paused} stopped") } else { String::new() };
            format!("{} to do{paused}", crate::text::many((open.len()) as u64, "run"))
        }
        News::Open { .. } | News::LetGo { .. } => String::new(),
        News::Took { name, goes_on: true, .. } => format!("“{name}” is taken over"),
        News::Took { name, .. } => format!("“{name}” is taken"),
        News::Ended(outcome) => match outcome.as_ref() {
            Outcome::Waiting(run) => format!("“{}” waits", run.job.name),
            outcome => super::jobs::sentence(outcome),
        },
        News::Budget(alert) => format!("Budget: {}", alert.message),
        News::Billed(done) => format!("RunPod's bill: {}", done.sentence()),
        News::Strays { strays } if strays.is_empty() => "Nothing is left at RunPod without a run".to_owned(),
        News::Strays { strays } => left(strays),
        News::Account { error } => error.to_string(),
        News::Trouble { name, error, .. } if name.is_empty() => error.to_string(),
        News::Trouble { name, error, .. } => format!("“{name}”: {error}"),
    }
}
