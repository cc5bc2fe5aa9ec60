//! `conversations views list|save|delete`

use crate::context::{At, Context};
use crate::filters::Filters;
use crate::out::{Done, Exit, note};
use crate::table::{Cell, Fit, Table};
use clap::{Args, Subcommand};
use domain::filter::{Column, View, print};
use engine::Error;
use serde::Serialize;

/// Saved views: a filter and an order under a name, for `--view NAME` and the dashboard
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Views {
    /// List them
    List,
    Save(Box<Save>),
    Delete(Delete),
}

/// Save a view; one of the same name is replaced
#[derive(Debug, Clone, Args)]
pub(crate) struct Save {
    /// What it is called
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    filters: Filters,
    #[command(flatten)]
    at: At,
}

/// Delete a view; conversations stay
#[derive(Debug, Clone, Args)]
pub(crate) struct Delete {
    /// What it is called
    #[arg(value_name = "NAME")]
    name: String,
}

/// A view as it is typed.
#[derive(Serialize)]
struct Shown<'a> {
    name: &'a str,
    filter: String,
    sort: String,
    columns: &'a [Column],
}

fn shown(view: &View) -> Shown<'_> {
    Shown {
        name: &view.name,
        filter: print(&view.filter),
        sort: view.sort.to_string(),
        columns: &view.columns,
    }
}

pub(crate) async fn run(context: &mut Context, verb: Views) -> Done {
    match verb {
        Views::List => list(context).await,
        Views::Save(args) => save(context, *args).await,
        Views::Delete(args) => delete(context, args).await,
    }
}

async fn list(context: &mut Context) -> Done {
    let engine = context.engine(None).await?;
    let views = engine::views::list(&engine).await?;
    if context.json() {
        context.out.json(&views.iter().map(shown).collect::<Vec<_>>())?;
        return Ok(Exit::Done);
    }
    let mut table = Table::new(&[("name", Fit::Whole), ("filter", Fit::Cut), ("sort", Fit::Whole)]);
    for view in views.iter().map(shown) {
        table.row([Cell::text(view.name), Cell::text(view.filter), Cell::text(view.sort)]);
    }
    context.out.table(&table)?;
    if views.is_empty() {
        context.out.flush()?;
        note("There are no views yet. `brightrun conversations views save NAME --where EXPR` makes one.");
    }
    Ok(Exit::Done)
}

async fn save(context: &mut Context, args: Save) -> Done {
    if args.filters.limit.is_some() {
        return Err(Error::usage("Cannot save the view", "a view has no limit")
            .next("Leave --limit out; give it with --view")
            .into());
    }
    let engine = context.engine(args.at.at).await?;
    let filters = args.filters.viewed(&engine).await?;
    let name = args.name.trim();
    let before = engine::views::list(&engine).await?.into_iter().find(|view| view.name == name);
    let (id, columns) =
        before.map_or_else(|| (engine::views::new_id(&engine), Vec::new()), |view| (view.id, view.columns));
    let (filter, sort) = (filters.filter(engine.now())?, filters.sort());
    let view = View { id, name: name.to_owned(), filter, sort, columns };
    engine::views::save(&engine, &view).await?;
    answer(context, &view, "saved")
}

async fn delete(context: &mut Context, args: Delete) -> Done {
    let engine = context.engine(None).await?;
    let view = crate::filters::find_view(&engine, &args.name).await?;
    engine::views::delete(&engine, view.id).await?;
    answer(context, &view, "deleted")
}

fn answer(context: &mut Context, view: &View, done: &str) -> Done {
    if context.json() {
        context.out.json(&shown(view))?;
    } else {
        context.out.line(format!("{} is {done}", view.name))?;
    }
    Ok(Exit::Done)
}
