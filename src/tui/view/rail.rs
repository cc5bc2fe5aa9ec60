//! The list of screens at the left.

use super::paint::{area as cells, put};
use crate::model::shell::Msg as Do;
use crate::model::{Measured, Model, Msg, ScreenId};
use crate::text;
use crate::theme::{Theme, Token};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Columns with names, the line at the right included.
pub const WIDE: u16 = 21;
/// Columns with numbers and badges only.
pub const NARROW: u16 = 7;

/// Draws it.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame, area: Rect, measured: &mut Measured) {
    let line = theme.style(Token::BorderIdle);
    for y in 0..area.height {
        put(frame.buffer_mut(), area, area.width - 1, y, "│", line);
    }
    for (screen, y) in ScreenId::ALL.iter().zip(0..area.height) {
        // Configurator and monitor have no lines of their own: they belong to the datasets and to the jobs.
        let on = match model.shell.screen {
            ScreenId::Train => ScreenId::Datasets,
            ScreenId::Monitor => ScreenId::Jobs,
            screen => screen,
        };
        let active = *screen == on;
        let token = if active { Token::NavActive } else { Token::NavIdle };
        let bar = if active { theme.glyph(Token::NavActive) } else { " " };
        let name = if area.width >= WIDE { screen.title() } else { "" };
        let room = usize::from(area.width - 1);
        let left = format!("{bar}{} {name}", screen.digit());
        let left = left.trim_end();
        // A number that is cut would be another number.
        let badge =
            badge(model, *screen, theme).filter(|badge| text::width(badge) < room - text::width(left));
        let badge = badge.unwrap_or_default();
        let gap = room.saturating_sub(text::width(left) + text::width(&badge));
        let row = Rect { y: area.y + y, height: 1, width: area.width - 1, ..area };
        put(frame.buffer_mut(), row, 0, 0, &format!("{left}{}{badge}", " ".repeat(gap)), theme.style(token));
        measured.click(cells(row), Msg::Shell(Do::Go(*screen)));
    }
}

/// What waits there: conversations to be reviewed (as of the last count), runs, and long work of the other screens.
fn badge(model: &Model, screen: ScreenId, theme: &Theme) -> Option<String> {
    match screen {
        ScreenId::Conversations => {
            let pending = model.overview.summary.as_ref()?.pending;
            (pending > 0).then(|| text::compact(pending))
        }
        screen => {
            // What is done about a run is no second one.
            let running = match screen {
                ScreenId::Jobs => model.trainings.active().count(),
                screen => model.jobs.at(screen),
            };
            (running > 0).then(|| format!("{running}{}", theme.glyph(Token::StatusRun)))
        }
    }
}
