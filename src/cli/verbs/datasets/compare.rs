//! `datasets compare`

use crate::context::Context;
use crate::out::{Done, Exit, note};
use crate::table::{Cell, Fit, Table};
use clap::{Args, value_parser};

/// Set two to four datasets side by side
#[derive(Debug, Clone, Args)]
pub(crate) struct Compare {
    /// Names or keys of the datasets
    #[arg(required = true, num_args = 2..=4, value_name = "NAME")]
    names: Vec<String>,
    /// Sequence length to look at, in tokens
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..))]
    max_length: Option<u32>,
}

pub(crate) async fn run(context: &mut Context, args: Compare) -> Done {
    const COLUMNS: [&str; 4] = ["first", "second", "third", "fourth"];
    let engine = context.engine(None).await?;
    let done = engine::datasets::compare(&engine, &args.names, args.max_length).await?;
    if context.json() {
        context.out.json(&done)?;
        return Ok(Exit::Done);
    }
    let columns: Vec<(&'static str, Fit)> = [("differs", Fit::Whole), ("", Fit::Cut)]
        .into_iter()
        .chain(COLUMNS.into_iter().take(done.names.len()).map(|name| (name, Fit::Cut)))
        .collect();
    let mut table = Table::new(&columns).headless();
    let names = done.names.iter().map(Cell::text);
    table.row([Cell::blank(), Cell::text("name")].into_iter().chain(names).collect::<Vec<_>>());
    for line in done.lines.iter().chain(&done.scaffolding) {
        let differs = if line.differs { Cell::key("differs", "≠") } else { Cell::blank() };
        let values = line.values.iter().map(Cell::text);
        table.row([differs, Cell::text(&line.label)].into_iter().chain(values).collect::<Vec<_>>());
    }
    context.out.table(&table)?;
    if done.mixed_methods {
        context.out.flush()?;
        note("Tokens were counted in different ways, so their numbers cannot be compared.");
    }
    Ok(Exit::Done)
}
