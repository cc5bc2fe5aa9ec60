//! Placeholder of the house; the screen's author replaces the body and keeps the signature.

use super::Context;
use crate::model::conversations::{Answer, Ask};

/// Asks the engine. Long work reports to `context.progress` and stops on `context.cancel`.
#[expect(clippy::unused_async, reason = "the placeholder asks nothing")]
pub async fn run(_context: Context, ask: Ask) -> Answer {
    match ask {}
}
