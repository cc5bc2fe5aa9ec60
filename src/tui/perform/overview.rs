//! Questions of the overview.

use super::Context;
use crate::model::overview::{Answer, Ask};
use crate::model::Problem;

/// Asks the engine.
#[expect(clippy::unused_async, reason = "the engine's verbs are not there yet")]
pub async fn run(context: Context, ask: Ask) -> Answer {
    drop(context);
    let problem = Problem::new("Cannot count", "not built yet", "");
    match ask {
        Ask::Summary => Answer::Summary(Err(problem)),
        Ask::LoadExamples | Ask::Import(_) => Answer::Imported(Err(problem)),
    }
}
