//! `db status|migrate|attach`

use crate::ask::confirmed;
use crate::context::Context;
use crate::out::{Done, Exit, note};
use crate::table::{Cell, Fit, Table};
use crate::text::many;
use clap::Subcommand;
use engine::db::{AttachPlan, Status};
use serde::Serialize;

/// The database: its state, its schema, the platform's tables beside ours
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Db {
    /// Say what the database is and how far its schema is
    Status,
    /// Bring the schema up to date
    Migrate,
    /// Add what brightrun needs to the platform's database; shows it and asks first
    Attach,
}

#[derive(Serialize)]
struct Migrated {
    applied: Vec<String>,
}

#[derive(Serialize)]
struct Attached<'a> {
    plan: &'a AttachPlan,
    applied: bool,
}

pub(crate) async fn run(context: &mut Context, verb: Db) -> Done {
    match verb {
        Db::Status => status(context).await,
        Db::Migrate => migrate(context).await,
        Db::Attach => attach(context).await,
    }
}

async fn status(context: &mut Context) -> Done {
    let status = engine::db::status(&context.places()?).await?;
    if context.json() {
        context.out.json(&status)?;
        return Ok(Exit::Done);
    }
    let rows = |count: Option<u64>| count.map_or_else(Cell::unknown, Cell::number);
    let mut table = Table::new(&[("field", Fit::Whole), ("value", Fit::Whole)]).headless();
    let mut field = |name: &str, value: Cell| table.row([Cell::text(name), value]);
    field("database", Cell::text(&status.kind));
    field("at", Cell::text(&status.at));
    field("version", Cell::text(&status.version));
    field("schema", Cell::text(schema(&status)));
    field("conversations", rows(status.conversations));
    field("training files", rows(status.training_files));
    field("user", Cell::text(&status.user));
    field("writable", Cell::text(if status.writable { "yes" } else { "no" }));
    field("search", Cell::text(if status.search_index { "by index" } else { "reads the rows" }));
    context.out.table(&table)?;
    context.out.flush()?;
    status.hints.iter().for_each(note);
    Ok(Exit::Done)
}

/// Where the schema stands, and what to do.
fn schema(status: &Status) -> String {
    if status.needs_attach {
        "the platform's tables are there; run `brightrun db attach`".to_owned()
    } else if status.pending.is_empty() {
        format!("up to date ({})", many(status.applied.len() as u64, "step"))
    } else {
        format!("{} missing; run `brightrun db migrate`", many(status.pending.len() as u64, "step"))
    }
}

async fn migrate(context: &mut Context) -> Done {
    let applied = engine::db::migrate(&context.places()?).await?;
    if context.json() {
        context.out.json(&Migrated { applied })?;
    } else if applied.is_empty() {
        note("The schema is up to date; there is nothing to do.");
    } else {
        applied.iter().try_for_each(|step| context.out.line(step))?;
    }
    Ok(Exit::Done)
}

async fn attach(context: &mut Context) -> Done {
    let places = context.places()?;
    let plan = engine::db::attach_plan(&places).await?;
    if plan.statements.is_empty() {
        if context.json() {
            context.out.json(&Attached { plan: &plan, applied: false })?;
        } else {
            note("The database has everything already; there is nothing to do.");
        }
        return Ok(Exit::Done);
    }
    if context.json() && !context.globals.yes {
        // A script that looks first: there is nobody to ask, and nothing to refuse.
        context.out.json(&Attached { plan: &plan, applied: false })?;
        return Ok(Exit::Done);
    }
    if !context.json() {
        for statement in &plan.statements {
            context.out.line(format!("-- {}", statement.reason))?;
            for line in statement.sql.lines() {
                context.out.line(line)?;
            }
            context.out.line("")?;
        }
    }
    let question = format!("Run {}?", many(plan.statements.len() as u64, "statement"));
    let applied = confirmed(context, &question).await?;
    if applied {
        engine::db::attach(&places, &plan).await?;
    }
    if context.json() {
        context.out.json(&Attached { plan: &plan, applied })?;
    } else {
        note(if applied { "Attached." } else { "Nothing was changed." });
    }
    Ok(Exit::Done)
}
