//! Asks the engine for the training files screen.

use super::{Context, sent};
use crate::model::files::{Answer, Ask, Format};
use engine::files;
use engine::files::{Download, Export};

/// Asks.
pub async fn run(context: Context, ask: Ask) -> Answer {
    let Context { engine, progress, cancel, .. } = &context;
    match ask {
        Ask::Reach => Answer::Reached(sent(engine.reach_files()).await.map_err(Into::into)),
        Ask::List(archived) => Answer::List(sent(files::list(engine, archived)).await.map_err(Into::into)),
        Ask::Show(name) => {
            Answer::Show(sent(files::show(engine, &name)).await.map(Box::new).map_err(Into::into))
        }
        Ask::Members(ids) => Answer::Members(sent(files::members(engine, &ids)).await.map_err(Into::into)),
        Ask::Check(name) => {
            let report = sent(files::check(engine, &name, &[], progress, cancel)).await;
            Answer::Checked(name, report.map(Box::new).map_err(Into::into))
        }
        Ask::Passage(name, shape, place) => {
            let passage = sent(files::passage(engine, &name, shape, &place, cancel)).await;
            Answer::Passage(passage.map(Box::new).map_err(Into::into))
        }
        Ask::Fetch { file, format, to } => {
            let to = context.path(&to);
            let fetched = match format {
                Format::Object(object) => {
                    sent(files::download(engine, Download { file, object, to }, progress, cancel)).await
                }
                Format::Shape(format) => {
                    sent(files::export(engine, Export { file, format, to }, progress, cancel)).await
                }
            };
            Answer::Fetched(fetched.map_err(Into::into))
        }
        Ask::Archive(name, archived) => {
            let row = sent(files::archive(engine, &name, archived)).await;
            Answer::Archived(row.map(Box::new).map_err(Into::into))
        }
    }
}
