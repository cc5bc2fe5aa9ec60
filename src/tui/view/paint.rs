//! Small helpers of the frame's views; the drawing itself is in [`crate::widgets`].

use crate::model::{Area, TextField};
use crate::theme::{Theme, Token};
use crate::widgets::{self, field, modal};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// The same rectangle for the model.
pub const fn area(rect: Rect) -> Area {
    Area { x: rect.x, y: rect.y, width: rect.width, height: rect.height }
}

/// Writes a text inside an area. Returns the column behind it, inside the area.
pub fn put(buffer: &mut Buffer, inside: Rect, x: u16, y: u16, text: &str, style: Style) -> u16 {
    x + widgets::put(buffer, inside, x, y, text, style)
}

/// Writes pieces one after the other. Returns the column behind them.
pub fn put_all(buffer: &mut Buffer, inside: Rect, x: u16, y: u16, pieces: &[(&str, Style)]) -> u16 {
    x + widgets::put_all(buffer, inside, x, y, pieces)
}

/// Writes pieces one after the other, each in its tone.
pub fn put_toned<T: AsRef<str>>(
    theme: &Theme,
    buffer: &mut Buffer,
    inside: Rect,
    y: u16,
    pieces: &[(T, Token)],
) -> u16 {
    let pieces: Vec<_> = pieces.iter().map(|(text, token)| (text.as_ref(), theme.style(*token))).collect();
    put_all(buffer, inside, 0, y, &pieces)
}

/// A frame with a title over the screen; returns the inside.
pub fn overlay(theme: &Theme, frame: &mut Frame, whole: Rect, size: (u16, u16), title: &str) -> Rect {
    modal::frame(frame.buffer_mut(), whole, size, title, "", theme)
}

/// A text field that has the keyboard. Returns where the cursor stands.
pub fn input(
    text: &TextField,
    hint: &str,
    good: bool,
    theme: &Theme,
    frame: &mut Frame,
    area: Rect,
) -> Option<(u16, u16)> {
    let state = if good { field::State::Focus } else { field::State::Invalid };
    field::draw(frame.buffer_mut(), area, text, hint, state, theme)
}

/// The first line in view of a list, so that the selected one is visible: whole pages, so that few cells change.
pub const fn page_top(at: usize, height: usize) -> usize {
    match at.checked_div(height) {
        Some(page) => page * height,
        None => 0,
    }
}
