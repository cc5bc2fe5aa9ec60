//! `datasets list|add|show|check|compare|edit|remove`

mod add;
mod archive;
mod check;
mod compare;
mod edit;
mod list;
mod show;

use crate::context::Context;
use crate::out::{Done, Stop};
use clap::Subcommand;
use domain::dataset::readiness::{Mark, Readiness};

/// Make datasets of training files or of other files, check and compare them
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Datasets {
    List(list::List),
    Add(add::Add),
    Show(show::Show),
    Check(check::Check),
    Compare(compare::Compare),
    Edit(edit::Edit),
    // The platform's soft delete: the file is kept (training-pipeline 7 no. 23).
    #[command(name = "remove", visible_alias = "archive")]
    Archive(archive::Archive),
}

pub(crate) async fn run(context: &mut Context, verb: Datasets) -> Done {
    match verb {
        Datasets::List(args) => list::run(context, args).await,
        Datasets::Add(args) => Box::pin(add::run(context, args)).await,
        Datasets::Show(args) => show::run(context, args).await,
        Datasets::Check(args) => Box::pin(check::run(context, args)).await,
        Datasets::Compare(args) => compare::run(context, args).await,
        Datasets::Edit(args) => edit::run(context, args).await,
        Datasets::Archive(args) => archive::run(context, args).await,
    }
}

/// The checklist: a line for each item, with its mark as a word.
pub(crate) fn print_readiness(context: &mut Context, readiness: &Readiness) -> Result<(), Stop> {
    context.out.line(readiness.verdict.words())?;
    for item in &readiness.items {
        let mark = match item.mark {
            Mark::Pass => "ok",
            Mark::Info => "info",
            Mark::Warn => "warning",
            Mark::Block => "blocks",
        };
        context.out.hanging(format!("  {mark:8}  {:14}  {}", item.name, item.found), 28)?;
        if !item.next.is_empty() {
            context.out.prose(format!("{:28}{}", "", item.next))?;
        }
    }
    Ok(())
}
