//! Pieces that views are made of. They know ratatui, the theme and columns of text, and nothing of the screens.
//!
//! Every one of them stays inside the area that it is given, down to one cell and none.

pub mod bars;
pub mod field;
pub mod json;
pub mod lines;
pub mod modal;
pub mod pills;
pub mod progress;
pub mod table;

pub use lines::{Line, Lines, piece};

use crate::text;
use crate::theme::{Theme, Token};
use ratatui::{buffer::Buffer, layout::Rect, style::Style};

/// Writes a text on line `dy` of an area from column `dx`, cut at the area's edge. Answers the columns it took.
pub fn put(buffer: &mut Buffer, area: Rect, dx: u16, dy: u16, content: &str, style: Style) -> u16 {
    let area = area.intersection(buffer.area);
    if dx >= area.width || dy >= area.height {
        return 0;
    }
    let content = text::truncate(content, usize::from(area.width - dx));
    let (end, _) =
        buffer.set_stringn(area.x + dx, area.y + dy, &content, usize::from(area.width - dx), style);
    end - area.x - dx
}

/// Writes pieces one after the other. Answers the columns they took.
pub fn put_all(buffer: &mut Buffer, area: Rect, dx: u16, dy: u16, pieces: &[(&str, Style)]) -> u16 {
    pieces.iter().fold(0, |at, (content, style)| at + put(buffer, area, dx + at, dy, content, *style))
}

/// Empties an area and gives it the ground of a surface.
pub fn clear(buffer: &mut Buffer, area: Rect, theme: &Theme, surface: Token) {
    let area = area.intersection(buffer.area);
    let style = theme.style(surface);
    for position in area.positions() {
        buffer[position].reset();
    }
    buffer.set_style(area, style);
}

/// A horizontal line over the width of an area.
pub fn rule(buffer: &mut Buffer, area: Rect, dy: u16, theme: &Theme) {
    put(buffer, area, 0, dy, &"─".repeat(usize::from(area.width)), theme.style(Token::BorderIdle));
}

/// A scroll bar in the rightmost column of an area: `shown` of `total` lines from line `from`. Nothing when all is in view.
pub fn scrollbar(buffer: &mut Buffer, area: Rect, from: u64, shown: u64, total: u64, theme: &Theme) {
    if area.width == 0 || area.height == 0 || shown == 0 || total <= shown {
        return;
    }
    let thumb = thumb(area.height, from, shown, total);
    for dy in 0..area.height {
        let inside = thumb.contains(&dy);
        let (sign, token) = if inside { ("┃", Token::TextNormal) } else { ("│", Token::BorderIdle) };
        put(buffer, area, area.width - 1, dy, sign, theme.style(token));
    }
}

/// The lines that the thumb of a scroll bar of this height covers.
pub(crate) fn thumb(height: u16, from: u64, shown: u64, total: u64) -> std::ops::Range<u16> {
    let height = u64::from(height);
    let (shown, total) = (shown.max(1), total.max(1));
    let long = (height * shown / total).clamp(1.min(height), height);
    let (room, most) = (height - long, total.saturating_sub(shown).max(1));
    let start = (room * from.min(most)).div_ceil(most).min(room);
    let line = |n: u64| u16::try_from(n).unwrap_or(u16::MAX);
    line(start)..line(start + long)
}

#[cfg(test)]
mod tests;
