//! The parts of a filter as pills on one line.

use super::put;
use crate::text;
use crate::theme::{Theme, Token};
use ratatui::{buffer::Buffer, layout::Rect};

/// Draws them from column `dx`; what does not fit becomes `+2`. Answers the place of each pill that is in view.
pub fn draw(buffer: &mut Buffer, area: Rect, dx: u16, pills: &[String], theme: &Theme) -> Vec<(usize, Rect)> {
    let mut places = Vec::new();
    let mut at = dx;
    for (index, pill) in pills.iter().enumerate() {
        let room = area.width.saturating_sub(at);
        let more = pills.len() - index - 1;
        let reserve = if more > 0 { 5 } else { 0 };
        let wide = u16::try_from(text::width(pill) + 2).unwrap_or(u16::MAX);
        if wide.saturating_add(reserve) > room && (room < 8 + reserve || index > 0) {
            put(buffer, area, at, 0, &format!("+{}", more + 1), theme.style(Token::TextMuted));
            break;
        }
        let shown = text::truncate(pill, usize::from(room.saturating_sub(2 + reserve)));
        let took = put(buffer, area, at, 0, &format!(" {shown} "), theme.style(Token::BadgePill));
        places.push((index, Rect { x: area.x + at, y: area.y, width: took, height: 1.min(area.height) }));
        at += took + 1;
    }
    places
}
