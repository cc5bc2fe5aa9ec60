//! The list of screens at the left.

use super::paint::{area as cells, put};
use crate::model::shell::Msg as Do;
use crate::model::{Measured, Model, Msg, ScreenId};
use crate::text;
use crate::theme::{Theme, Token};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Columns with names, the line at the right included.
pub const WIDE: u16 = 19;
/// Columns with numbers and badges only.
pub const NARROW: u16 = 6;

/// Draws it.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame, area: Rect, measured: &mut Measured) {
    let line = theme.style(Token::BorderIdle);
    for y in 0..area.height {
        put(frame.buffer_mut(), area, area.width - 1, y, "│", line);
    }
    for (screen, y) in ScreenId::ALL.iter().zip(0..area.height) {
        let active = *screen == model.shell.screen;
        let token = if active { Token::NavActive } else { Token::NavIdle };
        let bar = if active { theme.glyph(Token::NavActive) } else { " " };
        let name = if area.width >= WIDE { screen.title() } else { "" };
        let badge = badge(model, *screen).unwrap_or_default();
        let room = usize::from(area.width - 1);
        let left = format!("{bar}{} {name}", screen.digit());
        let gap = room.saturating_sub(text::width(&left) + text::width(&badge));
        let row = Rect { y: area.y + y, height: 1, width: area.width - 1, ..area };
        put(frame.buffer_mut(), row, 0, 0, &format!("{left}{}{badge}", " ".repeat(gap)), theme.style(token));
        measured.click(cells(row), Msg::Shell(Do::Go(*screen)));
    }
}

fn badge(model: &Model, screen: ScreenId) -> Option<String> {
    match screen {
        ScreenId::Conversations => model.conversations.badge(),
        ScreenId::Files => model.files.badge(),
        ScreenId::Overview | ScreenId::Settings => None,
    }
}
