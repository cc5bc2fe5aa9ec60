//! `models stage|archive|delete`

use crate::context::{At, Context};
use crate::out::{Done, Exit};
use clap::Args;
use domain::model::{Action, Model, ModelStatus};

/// Say what a model is used for
#[derive(Debug, Clone, Args)]
pub(crate) struct Stage {
    /// Name or key of the model, or the beginning of its key
    #[arg(value_name = "MODEL")]
    model: String,
    /// What it is then: stored, testing, production or archived
    #[arg(value_name = "STATUS", value_parser = action)]
    action: Action,
    #[command(flatten)]
    at: At,
}

/// Put a model away; `models stage MODEL stored` takes it back
#[derive(Debug, Clone, Args)]
pub(crate) struct Archive {
    /// Name or key of the model, or the beginning of its key
    #[arg(value_name = "MODEL")]
    model: String,
    #[command(flatten)]
    at: At,
}

/// What has to be done for this status; what is done may be named, too.
fn action(word: &str) -> Result<Action, String> {
    let of_status = match ModelStatus::read(word).known() {
        Some(ModelStatus::Stored) => Some(Action::Store),
        Some(ModelStatus::Testing) => Some(Action::Test),
        Some(ModelStatus::Production) => Some(Action::Deploy),
        Some(ModelStatus::Archived) => Some(Action::Archive),
        None => None,
    };
    of_status
        .or_else(|| word.parse().ok())
        .ok_or_else(|| "take one of stored, testing, production, archived".to_owned())
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
    #[command(flatten)]
    at: At,
}

pub(crate) async fn stage(context: &mut Context, args: Stage) -> Done {
    put(context, &args.model, args.action, args.at).await
}

pub(crate) async fn archive(context: &mut Context, args: Archive) -> Done {
    put(context, &args.model, Action::Archive, args.at).await
}

async fn put(context: &mut Context, model: &str, action: Action, at: At) -> Done {
    let engine = context.engine(at.at).await?;
    let model = engine::models::set_status(&engine, model, action).await?;
    say(context, &model, &format!("“{}” {} is {}", model.name, model.version, model.status))
}

pub(crate) async fn delete(context: &mut Context, args: Delete) -> Done {
    let engine = context.engine(args.at.at).await?;
    let model = engine::models::delete(&engine, &args.model, &args.confirm, args.purge).await?;
    let files = if args.purge { "its files are gone too" } else { "its files are still in the store" };
    say(context, &model, &format!("“{}” {} is deleted; {files}", model.name, model.version))
}

fn say(context: &mut Context, model: &Model, line: &str) -> Done {
    if context.json() {
        context.out.json(model)?;
    } else {
        context.out.line(line)?;
    }
    Ok(Exit::Done)
}
