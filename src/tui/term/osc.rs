//! What is told to the terminal beside the picture. Text from outside is stripped of everything a terminal would obey.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Terminals refuse more than about this; so do we, and say it.
pub const CLIPBOARD_MOST: usize = 74_994;
/// A notification is one line of at most so many characters.
const LINE_MOST: usize = 160;

/// Puts text on the clipboard (OSC 52), in tmux through its passthrough. `None`: it is too long.
pub fn copy(text: &str, tmux: bool) -> Option<Vec<u8>> {
    let encoded = STANDARD.encode(text);
    if encoded.len() > CLIPBOARD_MOST {
        return None;
    }
    let plain = format!("\x1b]52;c;{encoded}\x07");
    Some(if tmux { format!("\x1bPtmux;\x1b{plain}\x1b\\").into_bytes() } else { plain.into_bytes() })
}

/// Tells the user outside the terminal (OSC 9).
pub fn notify(text: &str) -> Vec<u8> {
    format!("\x1b]9;{}\x07", line(text)).into_bytes()
}

/// Sets the title of the window.
pub fn title(text: &str) -> Vec<u8> {
    format!("\x1b]2;{}\x07", line(text)).into_bytes()
}

/// One line that ends no sequence and begins none.
fn line(text: &str) -> String {
    let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let line: String = clean.take(LINE_MOST).collect();
    // `9;4;…` is a progress bar for some terminals: a leading digit is never sent as such.
    if line.starts_with(|c: char| c.is_ascii_digit()) { format!("brightrun: {line}") } else { line }
}
