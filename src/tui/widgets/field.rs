//! A line of text with a cursor.

use super::put;
use crate::model::TextField;
use crate::text;
use crate::theme::{Theme, Token};
use ratatui::{buffer::Buffer, layout::Rect};
use unicode_segmentation::UnicodeSegmentation;

/// How a field stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Somewhere on the screen.
    Idle,
    /// It has the keyboard.
    Focus,
    /// It has the keyboard and its text is no good.
    Invalid,
}

/// Draws a field on the first line of an area, scrolled so that the cursor is in view. Answers where the terminal's
/// cursor belongs, when the field has the keyboard.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    field: &TextField,
    placeholder: &str,
    state: State,
    theme: &Theme,
) -> Option<(u16, u16)> {
    if area.is_empty() {
        return None;
    }
    let token = match state {
        State::Idle => Token::FieldIdle,
        State::Focus => Token::FieldFocus,
        State::Invalid => Token::FieldInvalid,
    };
    let (before, after) = field.split();
    // One column stays free for the cursor.
    let room = usize::from(area.width).saturating_sub(1);
    let mut shown = 0;
    let mut from = before.len();
    for (at, grapheme) in before.grapheme_indices(true).rev() {
        shown += text::width(grapheme);
        if shown > room {
            shown -= text::width(grapheme);
            break;
        }
        from = at;
    }
    if before.is_empty() && after.is_empty() {
        put(buffer, area, 0, 0, placeholder, theme.style(Token::TextPlaceholder));
    } else {
        let at = put(buffer, area, 0, 0, &before[from..], theme.style(token));
        put(buffer, area, at, 0, after, theme.style(token));
    }
    let column = u16::try_from(shown).unwrap_or(u16::MAX).min(area.width - 1);
    (state != State::Idle).then_some((area.x + column, area.y))
}

/// The column of a byte of a field's text as it is drawn, when it is in view: for marking the spot of an error.
pub fn column_of(field: &TextField, byte: usize, width: u16) -> Option<u16> {
    let text = field.text();
    let before = text.get(..byte)?;
    let column = u16::try_from(text::width(before)).ok()?;
    (text::width(text) < usize::from(width)).then_some(column)
}
