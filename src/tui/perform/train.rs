//! Asks the engine for the configurator.

use super::{Context, sent};
use crate::model::Problem;
use crate::model::train::{Answer, Ask, Judged};
use engine::Error;
use engine::train::{self, Request};

/// Asks.
pub async fn run(context: Context, ask: Ask) -> Answer {
    let engine = &context.engine;
    match ask {
        Ask::Choices => {
            let choices = sent(train::choices(engine)).await;
            Answer::Choices(choices.map(Box::new).map_err(Problem::from))
        }
        Ask::Draft(id) => {
            let draft = sent(train::draft(engine, id)).await;
            Answer::Draft(id, draft.map(|draft| draft.map(Box::new)).map_err(Into::into))
        }
        Ask::Keep(id, mut draft) => {
            draft.base_model = draft.base_model.map(|model| home(&context, &model));
            Answer::Kept(sent(train::keep_draft(engine, id, &draft)).await.map_err(Into::into))
        }
        Ask::Judge(request) => {
            let meant = meant(&context, &request);
            // Whoever goes on changing values does not wait for what he has left behind.
            let result = tokio::select! {
                biased;
                () = context.cancel.cancelled() => Err(Error::interrupted("Cannot configure the training")),
                result = sent(train::configure(engine, &meant)) => result,
            };
            let result = result.map(Box::new).map_err(Into::into);
            Answer::Judged(Box::new(Judged { request: *request, result }))
        }
        Ask::SavePreset(preset, replace) => {
            let saved = train::save_preset(engine, *preset, replace);
            Answer::Saved(saved.map(Box::new).map_err(Into::into))
        }
        Ask::RemovePreset(name) => {
            Answer::Removed(train::remove_preset(engine, &name).map(|()| name).map_err(Into::into))
        }
        Ask::Launch(request, accepted) => {
            let run = sent(train::launch(engine, &meant(&context, &request), &accepted)).await;
            Answer::Launched(run.map(Box::new).map_err(Into::into))
        }
    }
}

/// The request with what `~` means.
fn meant(context: &Context, request: &Request) -> Request {
    let base_model = request.base_model.as_ref().map(|model| home(context, model));
    Request { base_model, ..request.clone() }
}

fn home(context: &Context, model: &str) -> String {
    context.path(model).display().to_string()
}

#[cfg(test)]
mod tests;
