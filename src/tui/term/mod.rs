//! The terminal: the only home of escape codes, and the only one who writes to it.

mod backend;
pub mod child;
pub mod input;
pub mod osc;
mod out;
mod paint;
pub mod panic;
mod screen;
mod session;
pub mod signals;
#[cfg(test)]
mod tests;

pub use backend::{Backend, Size};
pub use out::Out;
pub use screen::Screen;
pub use session::Session;

/// Begins a frame that is shown whole (mode 2026).
pub(crate) const FRAME_BEGIN: &[u8] = b"\x1b[?2026h";
/// Ends it.
pub(crate) const FRAME_END: &[u8] = b"\x1b[?2026l";
/// Alternate screen, reports of focus, bracketed paste, hidden cursor.
pub(crate) const ENTER: &[u8] = b"\x1b[?1049h\x1b[?1004h\x1b[?2004h\x1b[?25l";
/// Clicks and the wheel, in SGR coordinates. No motion: it would wake us for nothing.
pub(crate) const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1002h\x1b[?1006h";
/// The mouse is the terminal's again.
pub(crate) const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1002l\x1b[?1000l";
/// Undoes everything that was ever switched on, in reverse order.
pub(crate) const LEAVE: &[u8] =
    b"\x1b[?2026l\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?2004l\x1b[?1004l\x1b[0m\x1b[?25h\x1b[?1049l";
