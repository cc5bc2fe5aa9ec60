//! `watch PATH…`

use crate::context::Context;
use crate::curves::Curves;
use crate::out::{Done, Exit, Stop};
use clap::{Args, ValueHint};
use domain::series::{Axis, number};
use engine::Error;
use engine::watch::{Request, Run, Standing, Watch as Runs};
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use tokio::sync::mpsc;

/// Watch trainings live: our runs, `trainer_state.json`, `TensorBoard` events, `.wandb`, CSV, JSON lines
///
/// On a terminal it opens the monitor. Elsewhere, and with --json, it prints a line per change and ends with the runs: 0 done, 1 failed or lost.
#[derive(Debug, Clone, Args)]
pub(crate) struct Watch {
    /// Run directories, folders and files; their kind is recognised by content
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    /// Show what is there as if it happened now, SPEED times as fast
    #[arg(long, value_name = "SPEED")]
    replay: Option<f64>,
    #[command(flatten)]
    curves: Curves,
}

impl Watch {
    /// What is to be watched.
    pub fn request(&self) -> Request {
        Request { paths: self.paths.clone(), replay: self.replay }
    }

    /// The horizontal axis.
    pub fn axis(&self) -> Axis {
        self.curves.axis()
    }

    /// Nothing is to be seen: the curves are written.
    pub fn is_export(&self) -> bool {
        self.curves.form().is_some()
    }
}

pub(crate) async fn run(context: &mut Context, args: Watch) -> Done {
    let request = args.request();
    let watch = context.blocking("Cannot watch", move |_, _| Runs::open(&request)).await?;
    match args.curves.form() {
        Some(form) => args.curves.write(context, watch, form).await,
        None => follow(context, watch).await,
    }
}

/// A line per change, until all runs are over.
async fn follow(context: &mut Context, watch: Runs) -> Done {
    let (sender, mut changes) = mpsc::unbounded_channel();
    let cancel = context.cancel.clone();
    let tell = || sender.send(()).is_ok();
    let mut said = Vec::new();
    let print = async {
        while changes.recv().await.is_some() {
            lines(context, &watch, &mut said)?;
            if watch.runs().iter().all(|run| run.loading().is_none() && run.standing().is_over()) {
                break;
            }
        }
        Ok::<(), Stop>(())
    };
    tokio::select! {
        () = watch.follow(&cancel, tell) => return Err(Error::interrupted("Watching").into()),
        printed = print => printed?,
    }
    let good = watch.runs().iter().all(|run| run.standing().is_good());
    Ok(if good { Exit::Done } else { Exit::Failed })
}

/// What was said of a run: its state and its newest values.
type Said = (Standing, Vec<Option<u64>>);

fn lines(context: &mut Context, watch: &Runs, said: &mut Vec<Option<Said>>) -> Result<(), Stop> {
    let mut out = Vec::new();
    {
        let runs = watch.runs();
        said.resize(runs.len(), None);
        for (run, said) in runs.iter().zip(said).filter(|(run, _)| run.loading().is_none()) {
            let steps =
                run.metrics().ids().map(|id| run.series(id).last().map(|last| last.at.step)).collect();
            let now = (run.standing().clone(), steps);
            if said.as_ref() != Some(&now) {
                out.push(if context.json() { object(run).to_string() } else { text(run) });
                *said = Some(now);
            }
        }
    }
    for line in out {
        context.out.line(line)?;
    }
    context.out.flush()
}

/// `run  running  step 850/2,000  loss 0.342  eval_loss 0.358`
fn text(run: &Run) -> String {
    let summary = run.summary();
    let mut parts = vec![run.name.clone(), run.standing().word().to_owned()];
    parts.extend(summary.stage.filter(|_| !run.standing().is_over()));
    let all = summary.total.map_or_else(String::new, |total| format!("/{total}"));
    parts.extend(summary.step.map(|step| format!("step {step}{all}")));
    for id in run.metrics().ids().take(12) {
        if let Some(last) = run.series(id).last() {
            parts.push(format!("{} {}", run.metrics().name(id), number(last.value)));
        }
    }
    parts.extend(run.standing().sentence());
    parts.join("  ")
}

/// The same for programs; what is not finite is a text, as in the worker's events.
fn object(run: &Run) -> Value {
    let summary = run.summary();
    let value = |value: f64| match value {
        _ if value.is_nan() => json!("nan"),
        f64::INFINITY => json!("inf"),
        f64::NEG_INFINITY => json!("-inf"),
        _ => json!(value),
    };
    let newest = run
        .metrics()
        .ids()
        .filter_map(|id| Some((run.metrics().name(id).to_owned(), value(run.series(id).last()?.value))));
    json!({
        "run": run.name,
        "path": run.path,
        "state": run.standing().word(),
        "says": run.standing().sentence(),
        "stage": summary.stage,
        "percent": summary.percent,
        "step": summary.step,
        "total_steps": summary.total,
        "epoch": summary.epoch,
        "elapsed_seconds": summary.elapsed,
        "remaining_seconds": summary.eta.map(|eta| eta.seconds),
        "metrics": newest.collect::<Map<String, Value>>(),
    })
}
