//! `presets list|show|remove`; `train --save-preset` makes them

mod list;
mod remove;
mod show;

use crate::context::Context;
use crate::out::Done;
use clap::Subcommand;

/// Settings of trainings under a name: those of the program and yours
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Presets {
    List(list::List),
    Show(show::Show),
    Remove(remove::Remove),
}

pub(crate) async fn run(context: &mut Context, verb: Presets) -> Done {
    match verb {
        Presets::List(args) => list::run(context, args).await,
        Presets::Show(args) => show::run(context, args).await,
        Presets::Remove(args) => remove::run(context, args).await,
    }
}
