//! Questions of the settings.

use super::Context;
use crate::model::settings::{Answer, Ask};

/// Asks the engine.
#[expect(clippy::unused_async, reason = "the same signature as the other screens'")]
pub async fn run(context: Context, ask: Ask) -> Answer {
    match ask {
        Ask::List => Answer::List(Ok((context.settings)())),
    }
}
