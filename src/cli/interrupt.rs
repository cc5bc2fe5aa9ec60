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
    /// Listens for SIGINT and SIGTERM. They are caught from here on, before any work begins.
    pub fn listen() -> Self {
        let (soft, hard) = (CancellationToken::new(), CancellationToken::new());
        let tokens = (soft.clone(), hard.clone());
        let mut signals = Signals::catch();
        #[expect(
            clippy::disallowed_methods,
            reason = "it must hear ctrl-c while the verb keeps its own thread busy; aborted on drop"
        )]
        let listener = tokio::spawn(async move {
            signals.next().await;
            tokens.0.cancel();
            signals.next().await;
            tokens.1.cancel();
        });
        Self { soft, hard, listener }
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

#[cfg(unix)]
struct Signals {
    interrupt: Option<tokio::signal::unix::Signal>,
    terminate: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    /// A signal that cannot be caught keeps its usual effect: it ends the program.
    fn catch() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self {
            interrupt: signal(SignalKind::interrupt()).ok(),
            terminate: signal(SignalKind::terminate()).ok(),
        }
    }

    async fn next(&mut self) {
        tokio::select! {
            () = heard(&mut self.interrupt) => {}
            () = heard(&mut self.terminate) => {}
        }
    }
}

#[cfg(unix)]
async fn heard(signal: &mut Option<tokio::signal::unix::Signal>) {
    let heard = match signal {
        Some(signal) => signal.recv().await,
        None => None,
    };
    if heard.is_none() {
        std::future::pending::<()>().await;
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn catch() -> Self {
        Self
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
