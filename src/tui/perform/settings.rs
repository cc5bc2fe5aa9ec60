//! Questions of the settings.

use super::Settings;
use crate::model::settings::{Answer, Ask};

/// Reads them; the composition root knows them.
pub fn run(settings: &Settings, ask: Ask) -> Answer {
    match ask {
        Ask::List => Answer::List(Ok(settings())),
    }
}
