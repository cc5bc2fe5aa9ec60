//! `models status`, `models delete`

use crate::context::Context;
use crate::out::{Done, Exit};
use clap::Args;
use domain::model::{Action, Model};

/// Say what a model is used for
#[derive(Debug, Clone, Args)]
pub(crate) struct Status {
    /// Name or key of the model, or the beginning of its key
    #[arg(value_name = "MODEL")]
    model: String,
    /// What to do with it: test, deploy, store, archive
    #[arg(value_name = "ACTION")]
    action: Action,
}

/// Delete a model by typing its exact name; its files stay unless they are purged
#[derive(Debug, Clone, Args)]
pub(crate) struct Delete {
    /// Name or key of the model, or the beginning of its key
    #[arg(value_name = "MODEL")]
    model: String,
    /// The exact name of the model
    #[arg(long, value_name = "NAME")]
    confirm: String,
    /// Its files too
    #[arg(long)]
    purge: bool,
}

pub(crate) async fn status(context: &mut Context, args: Status) -> Done {
    let engine = context.engine(None).await?;
    let model = engine::models::set_status(&engine, &args.model, args.action).await?;
    say(context, &model, &format!("“{}” is {}", model.name, model.status))
}

pub(crate) async fn delete(context: &mut Context, args: Delete) -> Done {
    let engine = context.engine(None).await?;
    let model = engine::models::delete(&engine, &args.model, &args.confirm, args.purge).await?;
    let files = if args.purge { "its files are gone too" } else { "its files are still in the store" };
    say(context, &model, &format!("“{}” is deleted; {files}", model.name))
}

fn say(context: &mut Context, model: &Model, line: &str) -> Done {
    if context.json() {
        context.out.json(model)?;
    } else {
        context.out.line(line)?;
    }
    Ok(Exit::Done)
}
