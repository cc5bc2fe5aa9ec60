//! `jobs logs`, `jobs metrics`

use super::follow::said;
use crate::context::Context;
use crate::curves::Curves;
use crate::out::{Done, Exit, Stop, note};
use crate::table::{Cell, Fit, Table};
use clap::Args;
use domain::run::Kind;
use domain::series::number;
use engine::jobs::{Heard, MachineLine};
use engine::watch::Form;
use serde_json::json;
use tokio::sync::mpsc;

/// Print what the worker of a run said
#[derive(Debug, Clone, Args)]
pub(crate) struct Logs {
    /// Name or key of the run, or the beginning of its key
    #[arg(value_name = "RUN")]
    run: String,
    /// Read on until the run has ended
    #[arg(long, short)]
    follow: bool,
    /// Print what its machine itself prints instead, as it comes, until the machine is gone: for runs on runpod-pod
    #[arg(long, conflicts_with = "follow")]
    machine: bool,
}

/// Print the metrics of a run: its newest values, all as CSV or JSON, or a picture of its charts
#[derive(Debug, Clone, Args)]
pub(crate) struct Metrics {
    /// Name or key of the run, or the beginning of its key
    #[arg(value_name = "RUN")]
    run: String,
    /// All values, a row per step
    #[arg(long, conflicts_with_all = ["json", "export"])]
    csv: bool,
    #[command(flatten)]
    curves: Curves,
}

pub(crate) async fn logs(context: &mut Context, args: Logs) -> Done {
    let engine = context.engine(None).await?;
    let (sender, lines) = mpsc::unbounded_channel();
    let json = context.json();
    if args.machine {
        let told = move |line: MachineLine| {
            let text = if json {
                serde_json::to_string(&line).unwrap_or_default()
            } else {
                let at = line.at.map_or_else(|| " ".repeat(8), |at| at.format("%H:%M:%S").to_string());
                let by = if line.system { "RunPod  " } else { "" };
                format!("{at}  {by}{}", crate::text::one_line(&line.text))
            };
            // Who prints is gone only when the program ends.
            drop(sender.send(text));
        };
        let cancel = context.cancel.clone();
        let work = engine::jobs::machine_log(&engine, &args.run, &told, &cancel);
        printed(context, lines, true, work).await?;
        return Ok(Exit::Done);
    }
    let heard = Heard::new(move |event| {
        let text = match &event.kind {
            Kind::Log { text, .. } => Some(text.clone()),
            _ => said(event),
        };
        let Some(text) = text else { return };
        let at = event.at.format("%H:%M:%S").to_string();
        let text = text.strip_prefix(&at).map_or(text.as_str(), str::trim_start);
        // Who prints is gone only when the program ends.
        let tell = |line: String| drop(sender.send(line));
        if json {
            return tell(json!({"at": event.at, "attempt": event.attempt, "text": text}).to_string());
        }
        for (number, line) in text.lines().enumerate() {
            tell(if number == 0 { format!("{at}  {line}") } else { format!("          {line}") });
        }
    });
    let cancel = context.cancel.clone();
    let work = async {
        let heard = heard;
        engine::jobs::log(&engine, &args.run, args.follow, &heard, &cancel).await
    };
    printed(context, lines, args.follow, work).await?;
    Ok(Exit::Done)
}

/// Prints the lines that the work tells, as they come, and those that are left at its end; `at_once`: each is seen when it comes.
async fn printed<T>(
    context: &mut Context,
    mut told: mpsc::UnboundedReceiver<String>,
    at_once: bool,
    work: impl Future<Output = engine::Result<T>>,
) -> Result<T, Stop> {
    let mut work = std::pin::pin!(work);
    let ended = loop {
        tokio::select! {
            biased;
            Some(line) = told.recv() => {
                context.out.line(line)?;
                if at_once {
                    context.out.flush()?;
                }
            }
            ended = &mut work => break ended,
        }
    };
    while let Ok(line) = told.try_recv() {
        context.out.line(line)?;
    }
    Ok(ended?)
}

pub(crate) async fn metrics(context: &mut Context, args: Metrics) -> Done {
    let engine = context.engine(None).await?;
    let (line, watch) = engine::jobs::watch(&engine, &args.run).await?;
    let form = match (args.csv, context.json()) {
        (true, _) => Some(Form::Csv),
        (_, true) => Some(Form::Json),
        _ => None,
    };
    if let Some(form) = args.curves.form().or(form) {
        return args.curves.write(context, watch, form).await;
    }
    let reading = watch.clone();
    let work = move |_, cancel: engine::CancellationToken| reading.read(&cancel);
    context.blocking("Cannot read the metrics", work).await?;
    let mut table = Table::new(&[
        ("metric", Fit::Cut),
        ("newest", Fit::Number),
        ("lowest", Fit::Number),
        ("at step", Fit::Number),
        ("points", Fit::Number),
    ]);
    let runs = watch.runs();
    let metrics = runs[0].metrics();
    for id in metrics.ids() {
        let series = metrics.series(id);
        let lowest = series.lowest();
        let or = |text: Option<Cell>| text.unwrap_or_else(Cell::unknown);
        table.row([
            Cell::text(metrics.name(id)),
            or(series.last().map(|last| Cell::text(number(last.value)))),
            or(lowest.map(|lowest| Cell::text(number(lowest.value)))),
            or(lowest.map(|lowest| Cell::number(lowest.at.step))),
            Cell::number(series.len() as u64),
        ]);
    }
    let empty = metrics.ids().next().is_none();
    drop(runs);
    context.out.table(&table)?;
    if empty {
        context.out.flush()?;
        note(format!("“{}” has logged no metric yet.", line.run.job.name));
    }
    Ok(Exit::Done)
}
