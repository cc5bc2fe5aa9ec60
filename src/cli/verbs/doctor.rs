//! `doctor`

use crate::context::Context;
use crate::out::{Done, Exit, Stop, note};
use crate::table::{Cell, Fit, Table};
use crate::terminal;
use clap::Args;
use engine::doctor::{Line, State, Terminal};

/// Test everything that brightrun stands on, and say what to do
#[derive(Debug, Clone, Args)]
pub(crate) struct Doctor {}

pub(crate) async fn run(context: &mut Context, _: Doctor) -> Done {
    let terminal =
        Terminal { stdin: terminal::stdin_is(), stdout: terminal::stdout_is(), size: terminal::size() };
    let mut report = engine::doctor::run(&context.sources, terminal).await;
    if let Ok(loaded) = &context.settings {
        report.add((context.looks)(&loaded.config));
    }
    if context.json() {
        context.out.json(&report)?;
    } else {
        print(context, &report.lines)?;
    }
    Ok(if report.failed { Exit::Failed } else { Exit::Done })
}

/// What was tried, line by line, and a count of it.
pub(crate) fn print(context: &mut Context, lines: &[Line]) -> Result<(), Stop> {
    let mut table =
        Table::new(&[("state", Fit::Whole), ("area", Fit::Whole), ("what", Fit::Prose)]).headless();
    for line in lines {
        let what =
            if line.next.is_empty() { line.what.clone() } else { format!("{}. {}.", line.what, line.next) };
        table.row([Cell::text(line.state.word()), Cell::text(line.area), Cell::text(what)]);
    }
    context.out.table(&table)?;
    context.out.flush()?;
    let count = |state: State| lines.iter().filter(|line| line.state == state).count();
    note(format!(
        "{} ok, {} to look at, {} failed",
        count(State::Ok),
        count(State::Warn),
        count(State::Fail)
    ));
    Ok(())
}
