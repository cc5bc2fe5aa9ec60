//! Does what `update` asked of the engine: the one place of the dashboard that starts tasks.

pub mod conversations;
pub mod datasets;
pub mod files;
pub mod models;
pub mod monitor;
pub mod overview;
pub mod path;
pub mod settings;
mod tasks;
pub mod train;
pub mod trainings;

pub use tasks::{Outbox, Tasks};

use crate::model::settings::Setting;
use crate::model::{Answer, Ask, Problem};
use engine::{CancellationToken, Engine, Progress};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a question needs.
#[derive(Debug, Clone)]
pub struct Context {
    /// The verbs.
    pub engine: Engine,
    /// Where long work tells how far it is.
    pub progress: Progress,
    /// Becomes cancelled when the user stops the work or asks something newer.
    pub cancel: CancellationToken,
    /// What `~` means in a path that was written into a field.
    pub home: Option<PathBuf>,
}

impl Context {
    /// With the home of who runs the program.
    pub fn new(engine: Engine, progress: Progress, cancel: CancellationToken) -> Self {
        let home = std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
        Self { engine, progress, cancel, home }
    }

    /// A path that was written into a field, as the engine wants it: all fields mean the same by `~`.
    pub fn path(&self, written: impl AsRef<Path>) -> PathBuf {
        path::expand(written.as_ref(), self.home.as_deref())
    }
}

/// All settings, as the composition root shows them.
pub type Settings = Arc<dyn Fn() -> Vec<Setting> + Send + Sync>;

/// A verb's future as a `Send` one with its borrows named: the compiler cannot prove it for a long chain of `async fn`
/// once all of them are one anonymous type (rust-lang/rust#110338).
pub(crate) fn sent<'a, T>(
    verb: impl Future<Output = T> + Send + 'a,
) -> std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>> {
    Box::pin(verb)
}

/// Asks the engine.
pub async fn run(context: Context, settings: Settings, ask: Ask) -> Answer {
    match ask {
        Ask::Overview(ask) => Answer::Overview(overview::run(context, ask).await),
        Ask::Conversations(ask) => Answer::Conversations(conversations::run(context, ask).await),
        Ask::Files(ask) => Answer::Files(files::run(context, ask).await),
        Ask::Datasets(ask) => Answer::Datasets(datasets::run(context, ask).await),
        Ask::Train(ask) => Answer::Train(train::run(context, ask).await),
        Ask::Trainings(ask) => Answer::Trainings(trainings::run(context, ask).await),
        Ask::Models(ask) => Answer::Models(models::run(context, ask).await),
        Ask::Settings(ask) => Answer::Settings(settings::run(context, &settings, ask).await),
    }
}

impl From<&engine::Error> for Problem {
    fn from(error: &engine::Error) -> Self {
        let blocked = error.blocked.iter().map(|blocked| {
            let gap = if blocked.title.is_empty() { "" } else { " " };
            format!("{}{gap}{}: {}", blocked.id.short(), blocked.title, blocked.reason)
        });
        let problems = error.problems.iter().map(|problem| format!("{}: {}", problem.on, problem.why));
        Self {
            what: error.what.clone(),
            on: error.on.clone(),
            why: error.why.clone(),
            next: error.next.clone(),
            details: blocked.chain(problems).collect(),
            blocked: error.blocked.clone(),
            interrupted: error.kind == engine::ErrorKind::Interrupted,
        }
    }
}

impl From<engine::Error> for Problem {
    fn from(error: engine::Error) -> Self {
        Self::from(&error)
    }
}
