//! A panic gives the terminal back before anything is said about it.

use super::LEAVE;
use std::io::Write;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

static OURS: AtomicBool = AtomicBool::new(false);
static HOOK: Once = Once::new();

thread_local! {
    /// This thread draws.
    static DRAWS: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Notes that the terminal is ours, and that this thread is the one that draws.
pub(super) fn claim() {
    DRAWS.set(true);
    OURS.store(true, Ordering::SeqCst);
}

/// Notes that the terminal is given back. False: it was already.
pub(super) fn release() -> bool {
    OURS.swap(false, Ordering::SeqCst)
}

/// Puts our hook before the one that is there (a report, or the standard one). Once per process.
///
/// A panic of the thread that draws ends the program: every mode is undone, then the report follows. A panic of a task
/// ends only that task: it goes to the log, and the runtime says it on the screen, which stays as it is.
pub fn install() {
    HOOK.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !OURS.load(Ordering::SeqCst) {
                report(info);
            } else if DRAWS.get() {
                restore();
                report(info);
            } else {
                tracing::error!("a task panicked: {info}");
            }
        }));
    });
}

/// Undoes every mode, whatever state we are in. Also for the last moments of the program.
pub fn restore() {
    if release() {
        let mut stdout = std::io::stdout().lock();
        // There is nothing to be done about a terminal that is gone.
        let _ = stdout.write_all(LEAVE);
        let _ = stdout.flush();
        let _ = crossterm::terminal::disable_raw_mode();
    }
}
