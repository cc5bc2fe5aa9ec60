//! `conversations list|show|export|review|views`

mod export;
mod list;
mod review;
mod show;
mod views;

use crate::context::Context;
use crate::out::Done;
use clap::Subcommand;

/// Look at conversations, review them, copy their files
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Conversations {
    List(list::List),
    Show(show::Show),
    Export(export::Export),
    Review(review::Review),
    #[command(subcommand)]
    Views(views::Views),
}

pub(crate) async fn run(context: &mut Context, verb: Conversations) -> Done {
    match verb {
        Conversations::List(args) => list::run(context, args).await,
        Conversations::Show(args) => show::run(context, args).await,
        Conversations::Export(args) => export::run(context, args).await,
        Conversations::Review(args) => review::run(context, args).await,
        Conversations::Views(verb) => views::run(context, verb).await,
    }
}
