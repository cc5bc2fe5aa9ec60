//! The frame of a modal: in the middle of the screen, over everything.

use super::{clear, put};
use crate::text;
use crate::theme::{Theme, Token};
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    widgets::{Block, BorderType, Borders, Widget},
};

/// Draws a frame of at most `width` × `height` cells in the middle of `screen` with a title and a line of keys at its
/// foot; answers the place inside it. On a very small screen the frame goes and the inside takes everything.
pub fn frame(
    buffer: &mut Buffer,
    screen: Rect,
    size: (u16, u16),
    title: &str,
    foot: &str,
    theme: &Theme,
) -> Rect {
    let screen = screen.intersection(buffer.area);
    let (width, height) = (size.0.min(screen.width), size.1.min(screen.height));
    let area = Rect {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + (screen.height - height) / 2,
        width,
        height,
    };
    clear(buffer, area, theme, Token::SurfaceOverlay);
    if area.width < 8 || area.height < 5 {
        return area;
    }
    Block::new()
        .borders(Borders::ALL)
        .border_type(BorderType::Rounded)
        .border_style(theme.style(Token::BorderFocus))
        .render(area, buffer);
    let room = usize::from(area.width - 4);
    let head = Rect { x: area.x + 2, width: area.width - 4, height: 1, ..area };
    put(
        buffer,
        head,
        0,
        0,
        &format!(" {} ", text::truncate(title, room.saturating_sub(2))),
        theme.style(Token::TextHeading),
    );
    if !foot.is_empty() {
        let base = Rect { y: area.bottom() - 1, ..head };
        put(
            buffer,
            base,
            0,
            0,
            &format!(" {} ", text::truncate(foot, room.saturating_sub(2))),
            theme.style(Token::KeyHint),
        );
    }
    Rect { x: area.x + 2, y: area.y + 1, width: area.width - 4, height: area.height - 2 }
}
