//! Asks the engine for the training runs screen.

use super::{Context, sent};
use crate::model::trainings::{Answer, Ask};
use engine::jobs;

/// Asks.
pub async fn run(context: Context, ask: Ask) -> Answer {
    let Context { engine, progress, cancel, .. } = &context;
    match ask {
        Ask::List => {
            let both = async {
                let runs = jobs::list(engine).await?;
                Ok((runs, jobs::month(engine).await?))
            };
            Answer::List(sent(both).await.map_err(|error: engine::Error| error.into()))
        }
        Ask::Watch(id) => {
            let watch = sent(jobs::watch(engine, &id.to_string())).await;
            Answer::Watch(id, watch.map(|(_, watch)| watch).map_err(Into::into))
        }
        Ask::WatchSeveral(ids) => {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            Answer::WatchSeveral(sent(jobs::watch_several(engine, &ids)).await.map_err(Into::into))
        }
        Ask::Export(rows, to) => {
            let work = tokio::task::spawn_blocking(move || {
                let path = super::path::at_home(&to);
                jobs::save_csv(&rows, &path).map(|()| path.display().to_string())
            });
            Answer::Exported(match work.await {
                Ok(done) => done.map_err(Into::into),
                Err(_) => {
                    Err(engine::Error::failed("Cannot export the list of runs", "it broke down inside")
                        .into())
                }
            })
        }
        Ask::Stop(id) => {
            let ended = sent(jobs::stop(engine, &id.to_string(), progress, cancel)).await;
            Answer::Ended(ended.map(Box::new).map_err(Into::into))
        }
        Ask::Cancel(id, reason, notes) => {
            let id = id.to_string();
            let ended = sent(jobs::cancel(engine, &id, (reason, &notes), progress, cancel)).await;
            Answer::Ended(ended.map(Box::new).map_err(Into::into))
        }
        Ask::Resume(id) => {
            let queued = sent(jobs::unpause(engine, &id.to_string())).await;
            Answer::Queued(queued.map(Box::new).map_err(Into::into))
        }
        Ask::Retry(id) => {
            let queued = sent(jobs::retry(engine, &id.to_string())).await;
            Answer::Queued(queued.map(Box::new).map_err(Into::into))
        }
    }
}
