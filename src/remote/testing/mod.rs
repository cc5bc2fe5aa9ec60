//! What the tests put in RunPod's place: a server of their own and a clock that jumps.

mod pace;
mod server;

pub use pace::Jumps;
pub use server::{Reply, Seen, Server};

use crate::http::Patience;
use crate::runpod::{Bases, RunPod, Settings};
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;

/// The key that must turn up nowhere but in one header.
pub const KEY: &str = "rpa_MARKED0KEY0THAT0NOBODY0MAY0SEE";

/// Settings for a server of the test, with a clock that jumps.
pub fn settings(server: &str) -> (Settings, Arc<Jumps>) {
    let pace = Arc::new(Jumps::default());
    let mut settings = Settings::new(SecretString::from(KEY), pace.clone());
    settings.bases = Bases {
        jobs: format!("{server}/jobs"),
        rest: format!("{server}/v2"),
        graphql: format!("{server}/graphql"),
        ..Bases::default()
    };
    (settings, pace)
}

/// A client of a server of the test.
pub fn client(server: &str) -> (RunPod, Arc<Jumps>) {
    let (settings, pace) = settings(server);
    (RunPod::new(settings).unwrap(), pace)
}

/// The same for a server that says nothing: a silence is waited for in real time. Whoever answers may be slower than this on a busy
/// machine.
pub fn impatient(server: &str) -> (RunPod, Arc<Jumps>) {
    let (mut settings, pace) = settings(server);
    settings.patience = Patience { answer: Duration::from_millis(300), ..Patience::default() };
    (RunPod::new(settings).unwrap(), pace)
}
