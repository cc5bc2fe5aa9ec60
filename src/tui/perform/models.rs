//! Asks the engine for the models screen.

use super::{Context, sent};
use crate::model::models::{Answer, Ask};
use engine::models;

/// Asks.
pub async fn run(context: Context, ask: Ask) -> Answer {
    let Context { engine, progress, cancel, .. } = &context;
    match ask {
        Ask::List => Answer::List(sent(models::list(engine)).await.map_err(Into::into)),
        Ask::Show(model) => {
            Answer::Show(sent(models::show(engine, &model)).await.map(Box::new).map_err(Into::into))
        }
        Ask::Download { model, to } => {
            let to = context.path(&to);
            let done = sent(models::download(engine, &model, &to, progress, cancel)).await;
            Answer::Downloaded(done.map_err(Into::into))
        }
        Ask::Report { model, to } => {
            let to = context.path(&to);
            Answer::Reported(sent(models::report(engine, &model, &to)).await.map_err(Into::into))
        }
        Ask::Status(model, action) => {
            let changed = sent(models::set_status(engine, &model, action)).await;
            Answer::Changed(changed.map(Box::new).map_err(Into::into))
        }
        Ask::Delete(model, typed) => {
            let deleted = sent(models::delete(engine, &model, &typed, false)).await;
            Answer::Deleted(deleted.map(Box::new).map_err(Into::into))
        }
    }
}
