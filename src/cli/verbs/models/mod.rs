//! `models list|show|download|compare|stage|archive|delete|report`

mod change;
mod compare;
mod files;
mod list;
mod show;

use crate::context::Context;
use crate::out::Done;
use clap::Subcommand;

/// Look at models, copy them to this machine, report on them, say what they are used for
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Models {
    List(list::List),
    Show(show::Show),
    Download(files::Download),
    Report(files::Report),
    Compare(compare::Compare),
    #[command(alias = "status")]
    Stage(change::Stage),
    Archive(change::Archive),
    Delete(change::Delete),
}

pub(crate) async fn run(context: &mut Context, verb: Models) -> Done {
    match verb {
        Models::List(args) => list::run(context, &args).await,
        Models::Show(args) => show::run(context, args).await,
        Models::Download(args) => files::download(context, args).await,
        Models::Report(args) => files::report(context, args).await,
        Models::Compare(args) => compare::run(context, args).await,
        Models::Stage(args) => change::stage(context, args).await,
        Models::Archive(args) => change::archive(context, args).await,
        Models::Delete(args) => change::delete(context, args).await,
    }
}
