//! `runpod rented`

use crate::context::Context;
use crate::out::{Done, Exit, note};
use crate::table::{Cell, Fit, Table};
use clap::Args;
use domain::rental::RentalState;

/// List what is rented for runs now: since when, at what price, what it has cost
#[derive(Debug, Clone, Args)]
pub(crate) struct Rented {}

pub(super) async fn run(context: &mut Context, _: &Rented) -> Done {
    let engine = context.engine(None).await?;
    let rented = engine::runpod::rented(&engine).await?;
    if context.json() {
        context.out.json(&rented)?;
        return Ok(Exit::Done);
    }
    let mut table = Table::new(&[
        ("run", Fit::Cut),
        ("place", Fit::Whole),
        ("what", Fit::Spare),
        ("id", Fit::Whole),
        ("state", Fit::Whole),
        ("since", Fit::Whole),
        ("an hour", Fit::Number),
        ("so far", Fit::Number),
    ]);
    for line in &rented.lines {
        let rental = &line.rental;
        let state = match rental.state.known() {
            Some(RentalState::Claimed) => "asked for".to_owned(),
            Some(RentalState::Held) if rental.since.is_none() => "starts".to_owned(),
            _ => rental.state.to_string(),
        };
        let maybe = |text: Option<&String>| text.map_or_else(Cell::unknown, Cell::text);
        table.row([
            line.run.as_ref().map_or_else(|| Cell::text(rental.job), Cell::text),
            Cell::text(rental.place),
            maybe(rental.what.as_ref()),
            maybe(rental.external_id.as_ref()),
            Cell::text(state),
            rental.since.map_or_else(Cell::unknown, |since| Cell::time(since, engine.now())),
            Cell::text(line.per_hour),
            Cell::text(line.so_far),
        ]);
    }
    context.out.table(&table)?;
    context.out.flush()?;
    if let Some(volume) = &rented.volume {
        note(format!("{}.", volume.sentence()));
    }
    if rented.lines.is_empty() {
        note("No machine is rented. `brightrun runpod reap` looks for what was left at RunPod.");
    } else {
        note(format!("All together cost {} an hour now.", rented.per_hour));
    }
    Ok(Exit::Done)
}
