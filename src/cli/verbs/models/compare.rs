//! `models compare`

use crate::context::Context;
use crate::out::{Done, Exit, note};
use crate::table::{Cell, Fit, Table};
use clap::Args;
use domain::model::Line;

/// Set models side by side: what was measured, and the settings in which they differ
#[derive(Debug, Clone, Args)]
pub(crate) struct Compare {
    /// Names or keys of the models, or the beginnings of their keys; of one alone: with the other versions of its dataset
    #[arg(required = true, num_args = 1..=4, value_name = "MODEL")]
    models: Vec<String>,
}

pub(super) async fn run(context: &mut Context, args: Compare) -> Done {
    const COLUMNS: [&str; 4] = ["first", "second", "third", "fourth"];
    let engine = context.engine(None).await?;
    let done = engine::models::compare(&engine, &args.models, COLUMNS.len()).await?;
    if context.json() {
        context.out.json(&done)?;
        return Ok(Exit::Done);
    }
    let columns: Vec<(&'static str, Fit)> = [("", Fit::Whole)]
        .into_iter()
        .chain(COLUMNS.into_iter().take(done.models.len()).map(|name| (name, Fit::Cut)))
        .collect();
    let mut table = Table::new(&columns).headless();
    let mut row = |label: &str, values: &mut dyn Iterator<Item = String>| {
        table.row([Cell::text(label)].into_iter().chain(values.map(Cell::text)).collect::<Vec<_>>());
    };
    // Names of one dataset begin alike, and are cut at their end: the version has a line of its own.
    let named = || done.models.iter().map(|name| name.rsplit_once(' ').unwrap_or((name, "")));
    row("model", &mut named().map(|(name, _)| name.to_owned()));
    row("version", &mut named().map(|(_, version)| version.to_owned()));
    let marked = |line: &Line| {
        let best = line.best;
        let values = line.values.clone().into_iter().enumerate();
        values.map(move |(at, value)| if best == Some(at) { format!("{value} (best)") } else { value })
    };
    for line in done.lines.iter().chain(&done.settings) {
        row(&line.label, &mut marked(line));
    }
    context.out.table(&table)?;
    if done.settings.is_empty() {
        context.out.flush()?;
        note("All settings are the same.");
    }
    Ok(Exit::Done)
}
