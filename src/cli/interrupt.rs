//! Ctrl-C: once to stop in order, twice to stop at once.

use engine::CancellationToken;
use tokio::task::JoinHandle;

/// Listens until it is dropped.
pub(crate) struct Interrupt {
    /// The verb should clean up and end.
    pub soft: CancellationToken,
    /// The verb is left where it is.
    pub hard: CancellationToken,
    listener: JoinHandle<()>,
}

impl Interrupt {
    /// Listens for SIGINT and SIGTERM.
    pub fn listen() -> Self {
        let (soft, hard) = (CancellationToken::new(), CancellationToken::new());
        let tokens = (soft.clone(), hard.clone());
        #[expect(clippy::disallowed_methods, reason = "it must hear ctrl-c while the verb keeps its own thread busy; aborted on drop")]
        let listener = tokio::spawn(async move {
            if signal().await {
                tokens.0.cancel();
            }
            if signal().await {
                tokens.1.cancel();
            }
        });
        Self { soft, hard, listener }
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

/// Waits for one of the signals; `false` when this system cannot tell.
#[cfg(unix)]
async fn signal() -> bool {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return tokio::signal::ctrl_c().await.is_ok();
    };
    tokio::select! {
        heard = tokio::signal::ctrl_c() => heard.is_ok(),
        heard = terminate.recv() => heard.is_some(),
    }
}

#[cfg(not(unix))]
async fn signal() -> bool {
    tokio::signal::ctrl_c().await.is_ok()
}
