//! Asks the engine for the datasets screen.

use super::{Context, sent};
use crate::model::Problem;
use crate::model::datasets::{Answer, Ask};
use engine::datasets::{self, Recheck, Source};
use engine::files;

/// Asks.
pub async fn run(context: Context, ask: Ask) -> Answer {
    let Context { engine, progress, cancel, .. } = &context;
    match ask {
        Ask::List(archived) => {
            Answer::List(sent(datasets::list(engine, archived)).await.map_err(Problem::from))
        }
        Ask::Show(id) => {
            let detail = sent(datasets::show(engine, &id.to_string(), None)).await;
            Answer::Show(detail.map(Box::new).map_err(Into::into))
        }
        Ask::Sources => Answer::Sources(sent(files::list(engine, false)).await.map_err(Into::into)),
        Ask::Add(add) => {
            let mut add = *add;
            if let Source::Path(path) = &mut add.source {
                *path = context.path(&*path);
            }
            let done = sent(datasets::add(engine, add, progress, cancel)).await;
            Answer::Added(done.map(Box::new).map_err(Into::into))
        }
        Ask::OfFile(name) => {
            let row = sent(datasets::of_file(engine, &name, progress, cancel)).await;
            Answer::OfFile(row.map(Box::new).map_err(Into::into))
        }
        Ask::Check(id, name, tokenizer) => {
            let tokenizer = tokenizer.map(|written| context.path(written).display().to_string());
            let how = Recheck { lengths: Vec::new(), tokenizer };
            let done = sent(datasets::check(engine, &id.to_string(), &how, progress, cancel)).await;
            Answer::Checked(name, done.map(Box::new).map_err(Into::into))
        }
        Ask::Passage(id, place) => {
            let passage = sent(datasets::passage(engine, &id.to_string(), &place, cancel)).await;
            Answer::Passage(passage.map(Box::new).map_err(Into::into))
        }
        Ask::Compare(ids) => {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let done = sent(datasets::compare(engine, &ids, None)).await;
            Answer::Compared(done.map(Box::new).map_err(Into::into))
        }
        Ask::Archive(id, archived) => {
            let row = sent(datasets::archive(engine, &id.to_string(), archived)).await;
            Answer::Archived(row.map(Box::new).map_err(Into::into))
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
