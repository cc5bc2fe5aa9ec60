//! While the store is being opened, and when it cannot be: what, why, what to do.

use super::paint::{area as cells, put, put_all};
use crate::model::shell::Msg as Do;
use crate::model::{Measured, Model, Msg, Problem};
use crate::text;
use crate::theme::{Theme, Token};
use ratatui::Frame;
use ratatui::layout::Rect;

/// The first frame: it stands before the first query.
pub fn opening(model: &Model, theme: &Theme, frame: &mut Frame, area: Rect) -> Measured {
    put(frame.buffer_mut(), area, 2, 1, "Opening the store …", theme.style(Token::TextMuted));
    if model.shell.opening_long {
        let columns = usize::from(area.width.saturating_sub(4).min(96));
        for (y, line) in (3..).zip(text::wrap(engine::Engine::STILL_OPENING, columns)) {
            put(frame.buffer_mut(), area, 2, y, &line, theme.style(Token::TextNormal));
        }
    }
    Measured::default()
}

/// One screen that says what to do.
pub fn broken(model: &Model, problem: &Problem, theme: &Theme, frame: &mut Frame, area: Rect) -> Measured {
    let mut measured = Measured::default();
    let inside = Rect { x: area.x + 2, width: area.width.saturating_sub(4).min(96), ..area };
    let columns = usize::from(inside.width);
    let mut y = 1;
    let mut say = |frame: &mut Frame, text: &str, token: Token| {
        for line in text::wrap(text, columns) {
            put(frame.buffer_mut(), inside, 0, y, &line, theme.style(token));
            y += 1;
        }
        y += 1;
        y
    };
    let glyph = theme.glyph(Token::StatusFail);
    say(frame, format!("{glyph} {}", problem.headline()).trim(), Token::StatusFail);
    say(frame, &crate::text::sentence(&problem.why), Token::TextNormal);
    for line in &problem.details {
        say(frame, line, Token::TextMuted);
    }
    if !problem.next.is_empty() {
        say(frame, &crate::text::sentence(&problem.next), Token::TextStrong);
    }
    let y = say(frame, "`brightrun doctor` tests every part and says which one fails.", Token::TextMuted);
    let keys = [("setup.retry", "try again", Do::Retry), ("setup.quit", "leave", Do::Quit)];
    let mut x = 0;
    for (id, word, msg) in keys {
        let start = x;
        let key = model.keymap.key_of(id);
        let pieces = [
            (key.as_str(), theme.style(Token::KeyCap)),
            (" ", theme.style(Token::KeyHint)),
            (word, theme.style(Token::KeyHint)),
        ];
        x = put_all(frame.buffer_mut(), inside, x, y, &pieces);
        if y < inside.height {
            let hit = Rect { x: inside.x + start, y: inside.y + y, width: x - start, height: 1 };
            measured.click(cells(hit), Msg::Shell(msg));
        }
        x += 3;
    }
    measured
}
