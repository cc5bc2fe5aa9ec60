//! `files create|add|list|show|check|download|export|archive`

mod add;
mod archive;
mod check;
mod create;
mod download;
mod export;
mod list;
mod show;
mod source;

use crate::context::Context;
use crate::out::Done;
use clap::Subcommand;

pub(crate) use download::print as print_download;
pub(crate) use source::skipped;

/// Make training files, add to them, copy them to this machine
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Files {
    Create(create::Create),
    Add(add::Add),
    List(list::List),
    Show(show::Show),
    Check(check::Check),
    Download(download::Download),
    Export(export::Export),
    Archive(archive::Archive),
}

pub(crate) async fn run(context: &mut Context, verb: Files) -> Done {
    match verb {
        Files::Create(args) => create::run(context, args).await,
        Files::Add(args) => Box::pin(add::run(context, args)).await,
        Files::List(args) => list::run(context, args).await,
        Files::Show(args) => show::run(context, args).await,
        Files::Check(args) => check::run(context, args).await,
        Files::Download(args) => download::run(context, args).await,
        Files::Export(args) => export::run(context, args).await,
        Files::Archive(args) => archive::run(context, args).await,
    }
}
