//! Asks the engine for the conversations screen.

use super::{Context, sent};
use crate::model::Problem;
use crate::model::conversations::{Answer, Ask, Habits};
use domain::conversation::EnrichmentStatus;
use domain::filter::{Column, Filter, Op, Value, View};
use domain::page::Count;
use engine::files::Written;
use engine::{conversations, files, import, memory, views};

/// Values that a completion offers at most.
const VALUES: u32 = 20;

/// A verb's answer as the model keeps it.
async fn told<T>(verb: impl Future<Output = engine::Result<T>> + Send) -> Result<T, Problem> {
    sent(verb).await.map_err(Problem::from)
}

/// Asks.
pub async fn run(context: Context, ask: Ask) -> Answer {
    let Context { engine, progress, cancel, .. } = &context;
    match ask {
        Ask::Page { request, place } => {
            Answer::Page(place, told(conversations::list(engine, &request)).await)
        }
        Ask::Count { filter, exact } => {
            Answer::Count(told(conversations::count(engine, &filter, exact)).await)
        }
        Ask::Total => Answer::Total(told(conversations::count(engine, &Filter::All, false)).await),
        Ask::CountMarks(filter) => Answer::CountMarks(told(count_marks(&context, filter)).await),
        Ask::Show(id) => Answer::Show(told(conversations::show(engine, id.as_str())).await.map(Box::new)),
        Ask::Json(id, which, with) => {
            let text = told(conversations::json(engine, id.as_str(), which)).await;
            Answer::Json(id, which, with, text)
        }
        Ask::Values(column, prefix) => {
            let values = told(conversations::distinct(engine, column, &prefix, VALUES)).await;
            Answer::Values(column, values)
        }
        Ask::Views => Answer::Views(told(views::list(engine)).await),
        Ask::SaveView { name, view } => {
            Answer::SavedView(told(save_view(&context, &name, *view)).await.map(|()| name))
        }
        Ask::DeleteView(id) => Answer::Views(told(delete_view(&context, id)).await),
        Ask::Review(selection, review) => {
            let count = told(conversations::review(engine, &selection, &review)).await;
            Answer::Reviewed(review, count)
        }
        Ask::Export(mut request) => {
            request.to = context.path(&request.to);
            Answer::Exported(told(conversations::export(engine, request, progress, cancel)).await)
        }
        Ask::Import(mut request) => {
            request.paths = request.paths.iter().map(|path| context.path(path)).collect();
            Answer::Imported(told(import::run(engine, request, progress, cancel)).await)
        }
        Ask::Recall => Answer::Recalled(told(recall(&context)).await),
        Ask::Keep(habits) => Answer::Kept(told(keep(&context, &habits)).await),
        Ask::Files => Answer::Files(told(files::list(engine, false)).await),
        Ask::Judge { source, into } => {
            let judged = told(files::eligibility(engine, &source, into.as_deref(), progress, cancel)).await;
            Answer::Judged(judged.map(Box::new))
        }
        Ask::Build { name, description, existing, source, skip_damaged } => {
            let add = files::Add { file: name, source: source.clone(), skip_damaged };
            Answer::Built(source, told(build(&context, add, description, existing)).await.map(Box::new))
        }
    }
}

/// Adds to the file, or makes it.
async fn build(
    context: &Context,
    add: files::Add,
    description: Option<String>,
    existing: bool,
) -> engine::Result<Written> {
    let Context { engine, progress, cancel, .. } = context;
    if existing {
        return sent(files::add(engine, add, progress, cancel)).await;
    }
    let files::Add { file: name, source, skip_damaged } = add;
    let create = files::Create { name, description, source, skip_damaged };
    sent(files::create(engine, create, progress, cancel)).await
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

/// The views that are left.
async fn delete_view(context: &Context, id: domain::ids::ViewId) -> engine::Result<Vec<View>> {
    sent(views::delete(&context.engine, id)).await?;
    sent(views::list(&context.engine)).await
}

/// What an older or a newer program has written, and we do not understand, counts as nothing.
async fn recall(context: &Context) -> engine::Result<Option<Box<Habits>>> {
    let kept = sent(memory::recall(&context.engine, Habits::NAME)).await?;
    Ok(kept.and_then(|value| serde_json::from_value(value).ok()))
}

async fn keep(context: &Context, habits: &Habits) -> engine::Result<()> {
    let value = serde_json::to_value(habits).unwrap_or_default();
    sent(memory::keep(&context.engine, Habits::NAME, &value)).await
}

#[cfg(test)]
pub(crate) mod tests;
