//! What stands behind stdin, stdout and stderr.

use std::io::{IsTerminal, stderr, stdin, stdout};

/// Somebody can be asked, and can see the dashboard.
pub(crate) fn is_interactive() -> bool {
    stdin().is_terminal() && stdout().is_terminal()
}

/// Somebody can be asked on stderr.
pub(crate) fn can_ask() -> bool {
    stdin().is_terminal() && stderr().is_terminal()
}

/// Columns of the terminal on stdout; `None` when it is none.
pub(crate) fn width() -> Option<usize> {
    if !stdout().is_terminal() {
        return None;
    }
    let size = rustix::termios::tcgetwinsize(stdout()).ok().map(|size| usize::from(size.ws_col));
    Some(size.filter(|columns| *columns > 0).unwrap_or(80))
}

/// Columns of the terminal on stderr; `None` when it is none or cannot rewrite a line.
pub(crate) fn progress_width() -> Option<usize> {
    if !stderr().is_terminal() || std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
        return None;
    }
    let size = rustix::termios::tcgetwinsize(stderr()).ok().map(|size| usize::from(size.ws_col));
    Some(size.filter(|columns| *columns > 0).unwrap_or(80))
}

/// Stdin is a terminal.
pub(crate) fn stdin_is() -> bool {
    stdin().is_terminal()
}

/// Stdout is a terminal.
pub(crate) fn stdout_is() -> bool {
    stdout().is_terminal()
}

/// Columns and rows of the first of stdout, stderr and stdin that is a terminal.
pub(crate) fn size() -> Option<(u16, u16)> {
    let size = |fd| rustix::termios::tcgetwinsize(fd).ok().map(|size| (size.ws_col, size.ws_row));
    size(rustix::stdio::stdout())
        .or_else(|| size(rustix::stdio::stderr()))
        .or_else(|| size(rustix::stdio::stdin()))
}
