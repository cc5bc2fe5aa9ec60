//! The frame of a modal: in the middle of the screen, over everything.

use super::{clear, put, thumb};
use crate::text;
use crate::theme::{Theme, Token};
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
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
        on_border(theme, Token::TextHeading),
    );
    if !foot.is_empty() {
        let base = Rect { y: area.bottom() - 1, ..head };
        put(
            buffer,
            base,
            0,
            0,
            &format!(" {} ", text::truncate(foot, room.saturating_sub(2))),
            on_border(theme, Token::KeyHint),
        );
    }
    Rect { x: area.x + 2, y: area.y + 1, width: area.width - 4, height: area.height - 2 }
}

/// The style of words that stand in the border: nothing of the border's own is left.
fn on_border(theme: &Theme, token: Token) -> Style {
    Style::reset().patch(theme.style(Token::SurfaceOverlay)).patch(theme.style(token))
}

/// So many lines fit into a frame on this screen.
pub const fn room(screen: Rect) -> u16 {
    screen.height.saturating_sub(4)
}

/// A list that is longer than its window: a scroll bar beside it and `12/80` in the line below. `list` is the area of
/// the rows and ends where the frame's inside ends.
pub fn position(buffer: &mut Buffer, list: Rect, top: usize, at: usize, total: usize, theme: &Theme) {
    position_over(buffer, list, 0, (top, at, total), theme);
}

/// The same where so many lines stand between the list and the frame.
pub fn position_over(
    buffer: &mut Buffer,
    list: Rect,
    between: u16,
    (top, at, total): (usize, usize, usize),
    theme: &Theme,
) {
    let shown = usize::from(list.height);
    if shown == 0 || total <= shown {
        return;
    }
    let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    // The thumb lies on the border at the right.
    let border = Rect { x: list.right() + 1, width: 1, ..list };
    for dy in thumb(list.height, number(top), number(shown), number(total)) {
        put(buffer, border, 0, dy, "┃", on_border(theme, Token::TextNormal));
    }
    let text = format!(" {}/{} ", text::thousands(number(at + 1)), text::thousands(number(total)));
    let wide = u16::try_from(text::width(&text)).unwrap_or(u16::MAX).min(list.width);
    let below = Rect { x: list.right() - wide, y: list.bottom() + between, width: wide, height: 1 };
    put(buffer, below, 0, 0, &text, on_border(theme, Token::TextMuted));
}
