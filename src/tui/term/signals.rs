//! Signals: told to leave, told to stop, told to go on.

use rustix::process::{Signal, getpgrp, getsid, kill_current_process_group};
use std::io;
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

/// What the operating system wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// SIGTERM, SIGHUP or SIGINT from outside.
    Leave,
    /// SIGTSTP from outside.
    Stop,
    /// SIGCONT: somebody continued us, and may have used the terminal.
    Continued,
}

/// All signals that we take.
#[derive(Debug)]
pub struct Signals {
    term: Stream,
    hup: Stream,
    int: Stream,
    tstp: Stream,
    cont: Stream,
}

impl Signals {
    /// Takes them from now on.
    pub fn take() -> io::Result<Self> {
        let kind = |signal: Signal| SignalKind::from_raw(signal.as_raw());
        Ok(Self {
            term: signal(SignalKind::terminate())?,
            hup: signal(SignalKind::hangup())?,
            int: signal(SignalKind::interrupt())?,
            tstp: signal(kind(Signal::TSTP))?,
            cont: signal(kind(Signal::CONT))?,
        })
    }

    /// Waits for the next one. Can be dropped at any time.
    pub async fn next(&mut self) -> Told {
        tokio::select! {
            _ = self.term.recv() => Told::Leave,
            _ = self.hup.recv() => Told::Leave,
            _ = self.int.recv() => Told::Leave,
            _ = self.tstp.recv() => Told::Stop,
            _ = self.cont.recv() => Told::Continued,
        }
    }

    /// Forgets what came in while somebody else had the terminal: `ctrl-c` there was not meant for us.
    pub fn forget(&mut self) {
        use futures::FutureExt;
        while self.int.recv().now_or_never().is_some() {}
        while self.tstp.recv().now_or_never().is_some() {}
        while self.cont.recv().now_or_never().is_some() {}
    }

    /// The next request to stop.
    pub(super) async fn stop(&mut self) {
        self.tstp.recv().await;
    }
}

/// Whether anybody could continue us: a session leader's group has no shell above it, and would stop for ever.
pub fn can_stop() -> bool {
    getsid(None).is_ok_and(|session| session != getpgrp())
}

/// Stops our process group until the shell continues it. SIGSTOP, because SIGTSTP is taken by ourselves.
pub fn stop() -> io::Result<()> {
    kill_current_process_group(Signal::STOP).map_err(io::Error::from)
}
