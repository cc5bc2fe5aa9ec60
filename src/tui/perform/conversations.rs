//! Asks the engine for the conversations screen.

use super::{Context, sent};
use crate::model::conversations::{Answer, Ask};
use domain::conversation::EnrichmentStatus;
use domain::filter::{Column, Filter, Op, Value, View};
use domain::page::Count;
use engine::{conversations, files, import, views};

/// Values that a completion offers at most.
const VALUES: u32 = 20;

/// Asks.
pub async fn run(context: Context, ask: Ask) -> Answer {
    let Context { engine, progress, cancel } = &context;
    match ask {
        Ask::Page { request, place } => {
            Answer::Page(place, sent(conversations::list(engine, &request)).await.map_err(Into::into))
        }
        Ask::Count { filter, exact } => {
            Answer::Count(sent(conversations::count(engine, &filter, exact)).await.map_err(Into::into))
        }
        Ask::Total => {
            Answer::Total(sent(conversations::count(engine, &Filter::All, false)).await.map_err(Into::into))
        }
        Ask::CountMarks(filter) => {
            Answer::CountMarks(count_marks(&context, filter).await.map_err(Into::into))
        }
        Ask::Show(id) => Answer::Show(
            sent(conversations::show(engine, id.as_str())).await.map(Box::new).map_err(Into::into),
        ),
        Ask::Json(id, which, with) => {
            let text = sent(conversations::json(engine, id.as_str(), which)).await.map_err(Into::into);
            Answer::Json(id, which, with, text)
        }
        Ask::Values(column, prefix) => Answer::Values(
            column,
            sent(conversations::distinct(engine, column, &prefix, VALUES)).await.map_err(Into::into),
        ),
        Ask::Views => Answer::Views(sent(views::list(engine)).await.map_err(Into::into)),
        Ask::SaveView { name, view } => {
            Answer::SavedView(save_view(&context, &name, *view).await.map(|()| name).map_err(Into::into))
        }
        Ask::DeleteView(id) => {
            let left = match sent(views::delete(engine, id)).await {
                Ok(()) => sent(views::list(engine)).await,
                Err(error) => Err(error),
            };
            Answer::Views(left.map_err(Into::into))
        }
        Ask::Review(selection, review) => {
            let count = sent(conversations::review(engine, &selection, &review)).await.map_err(Into::into);
            Answer::Reviewed(review, count)
        }
        Ask::Export(request) => Answer::Exported(
            sent(conversations::export(engine, request, progress, cancel)).await.map_err(Into::into),
        ),
        Ask::Import(request) => {
            Answer::Imported(sent(import::run(engine, request, progress, cancel)).await.map_err(Into::into))
        }
        Ask::Files => Answer::Files(sent(files::list(engine, false)).await.map_err(Into::into)),
        Ask::Judge { source, into } => {
            let judged = sent(files::eligibility(engine, &source, into.as_deref(), progress, cancel)).await;
            Answer::Judged(judged.map(Box::new).map_err(Into::into))
        }
        Ask::Build { name, existing, source, skip_damaged } => {
            let written = if existing {
                sent(files::add(engine, files::Add { file: name, source, skip_damaged }, progress, cancel))
                    .await
            } else {
                let create = files::Create { name, description: None, source, skip_damaged };
                sent(files::create(engine, create, progress, cancel)).await
            };
            Answer::Built(written.map(Box::new).map_err(Into::into))
        }
    }
}

/// All that match, and those of them that are not enriched.
async fn count_marks(context: &Context, filter: Filter) -> engine::Result<(Count, Count)> {
    let all = sent(conversations::count(&context.engine, &filter, true)).await?;
    let done = Value::Text(EnrichmentStatus::Completed.word().to_owned());
    let unfit = filter.and(Filter::Compare(Column::Enrichment, Op::Ne, done));
    Ok((all, sent(conversations::count(&context.engine, &unfit, true)).await?))
}

/// Under a name that exists the view is replaced.
async fn save_view(context: &Context, name: &str, view: View) -> engine::Result<()> {
    let engine = &context.engine;
    let known = sent(views::list(engine)).await?.into_iter().find(|known| known.name == name);
    let id = known.map_or_else(|| views::new_id(engine), |known| known.id);
    sent(views::save(engine, &View { id, ..view })).await
}

#[cfg(test)]
mod tests;
