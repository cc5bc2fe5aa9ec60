//! A configuration as text.

use crate::context::Context;
use crate::out::Stop;
use crate::table::{Cell, Fit, Table};
use crate::text::thousands;
use domain::configuration::Mark;
use domain::hyperparameters::Field;
use domain::numbers::{gib, span};
use engine::train::Configured;

/// Everything that is known, in the order in which somebody decides.
pub(super) fn configured(context: &mut Context, done: &Configured) -> Result<(), Stop> {
    head(context, done)?;
    settings(context, done)?;
    memory(context, done)?;
    estimate(context, done)?;
    checklist(context, done)
}

fn head(context: &mut Context, done: &Configured) -> Result<(), Stop> {
    let mut table = Table::new(&[("field", Fit::Whole), ("value", Fit::Prose)]).headless();
    let mut field = |name: &str, value: Cell| table.row([Cell::text(name), value]);
    field("name", Cell::text(&done.configuration.name));
    field("dataset", Cell::text(&done.dataset.name));
    field("examples", done.dataset.examples.map_or_else(Cell::unknown, Cell::number));
    field("base model", Cell::text(&done.model.name));
    field("parameters", Cell::number(done.model.parameters));
    field("preset", Cell::text(&done.preset));
    field("place", Cell::text(done.configuration.place));
    field("machine", Cell::text(&done.machine));
    if let Some(steps) = done.steps {
        field(
            "steps",
            Cell::text(format!("{} ({} in each epoch)", thousands(steps.total), thousands(steps.per_epoch))),
        );
        field("held out", Cell::number(steps.held_out));
    }
    context.out.table(&table)
}

fn settings(context: &mut Context, done: &Configured) -> Result<(), Stop> {
    let mut table = Table::new(&[("setting", Fit::Whole), ("value", Fit::Cut), ("wrong", Fit::Prose)]);
    for field in Field::ALL {
        let wrong = done.problems.iter().filter(|problem| problem.field == *field);
        let wrong = wrong.map(|problem| problem.what.clone()).collect::<Vec<_>>().join("; ");
        table.row([
            Cell::text(field),
            Cell::text(done.configuration.hyperparameters.text(*field)),
            Cell::text(wrong),
        ]);
    }
    context.out.line("")?;
    context.out.table(&table)
}

fn memory(context: &mut Context, done: &Configured) -> Result<(), Stop> {
    let mut table = Table::new(&[("memory", Fit::Whole), ("expected", Fit::Number)]);
    for (part, bytes) in &done.memory.parts {
        table.row([Cell::text(part.word()), Cell::text(gib(*bytes))]);
    }
    context.out.line("")?;
    context.out.table(&table)?;
    context.out.line(done.memory.sentence(done.memory_there))?;
    match domain::memory::advice_words(&done.advice) {
        Some(words) => context.out.prose(format!("  {words}")),
        None => Ok(()),
    }
}

fn estimate(context: &mut Context, done: &Configured) -> Result<(), Stop> {
    let estimate = &done.estimate;
    context.out.line("")?;
    let time = estimate.time_words().unwrap_or_else(|| "unknown".to_owned());
    context.out.line(format!("time   {time}"))?;
    for (phase, seconds) in &estimate.phases {
        context.out.line(format!("  {:10}  {}", phase.word(), span(*seconds)))?;
    }
    let cost = estimate.cost.map_or_else(|| "unknown".to_owned(), |cost| cost.to_string());
    context.out.line(format!("cost   {cost}"))?;
    for part in &estimate.cost_parts {
        context.out.line(format!("  {:10}  {}, {} %", part.name, part.amount, part.percent))?;
    }
    for reason in &estimate.reasons {
        context.out.prose(format!("  {reason}"))?;
    }
    done.past_estimates.map_or(Ok(()), |past| context.out.prose(format!("  {}", past.words())))
}

fn checklist(context: &mut Context, done: &Configured) -> Result<(), Stop> {
    context.out.line("")?;
    for check in &done.checklist.0 {
        let mark = match check.mark {
            Mark::Good => "ok",
            Mark::Note => "note",
            Mark::Accept => "accept",
            Mark::Stop => "stops",
        };
        context.out.hanging(format!("{mark:6}  {:8}  {}", check.name, check.text), 18)?;
    }
    Ok(())
}
