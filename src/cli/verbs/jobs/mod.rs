//! `jobs list|show|logs|metrics|watch|cancel|stop|retry|resume`

mod follow;
mod list;
mod log;
mod show;
mod stop;

use crate::context::Context;
use crate::out::Done;
use clap::Subcommand;

pub(crate) use follow::{followed, listener, sentence};

/// Look at runs, watch them, stop them, take them up again
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Jobs {
    List(list::List),
    Show(show::Show),
    Logs(log::Logs),
    Metrics(log::Metrics),
    #[command(name = "watch", visible_alias = "follow")]
    Follow(follow::Follow),
    Resume(follow::Resume),
    Retry(follow::Retry),
    Stop(stop::Stop),
    Cancel(stop::Cancel),
}

pub(crate) async fn run(context: &mut Context, verb: Jobs) -> Done {
    match verb {
        Jobs::List(args) => list::run(context, args).await,
        Jobs::Show(args) => show::run(context, args).await,
        Jobs::Logs(args) => Box::pin(log::logs(context, args)).await,
        Jobs::Metrics(args) => Box::pin(log::metrics(context, args)).await,
        Jobs::Follow(args) => Box::pin(follow::run(context, args)).await,
        Jobs::Resume(args) => Box::pin(follow::resume(context, args)).await,
        Jobs::Retry(args) => Box::pin(follow::retry(context, args)).await,
        Jobs::Stop(args) => Box::pin(stop::stop(context, args)).await,
        Jobs::Cancel(args) => Box::pin(stop::cancel(context, args)).await,
    }
}
