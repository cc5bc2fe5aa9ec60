//! Questions of the settings.

mod runpod;
#[cfg(test)]
mod tests;

use super::{Context, Settings};
use crate::model::settings::{Answer, Ask};

/// Reads the settings, which the composition root knows; the engine knows RunPod.
pub async fn run(context: Context, settings: &Settings, ask: Ask) -> Answer {
    match ask {
        Ask::List => Answer::List(Ok(settings())),
        Ask::Runpod(ask) => Answer::Runpod(runpod::run(context, ask).await),
    }
}
