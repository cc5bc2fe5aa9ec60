//! What appears over the screen by itself: toasts, and the keys that may follow the first one of a chord.

use super::paint::{overlay, put, put_all};
use crate::keys::Resolved;
use crate::keys::combo::chord_text;
use crate::model::{Model, Severity};
use crate::text;
use crate::theme::{Theme, Token};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Draws them into the lower part of the screen. Over a window the lowest one has the row of the keys for itself: half a line of keys beside it says nothing.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame, area: Rect) {
    let below = if model.shell.which_key { which_key(model, theme, frame, area) } else { 0 };
    let area = Rect { height: area.height.saturating_sub(below), ..area };
    toasts(model, theme, frame, area, !model.modals.is_empty());
}

/// The token of a severity.
pub const fn token(severity: Severity) -> Token {
    match severity {
        Severity::Info => Token::ToastInfo,
        Severity::Success => Token::ToastOk,
        Severity::Warn => Token::ToastWarn,
        Severity::Error => Token::ToastFail,
    }
}

/// Lines of a toast at most: what failed is often all that one holds, and why is what one wants to know.
const LINES: usize = 2;

fn toasts(model: &Model, theme: &Theme, frame: &mut Frame, area: Rect, over_keys: bool) {
    let widest = usize::from(area.width.saturating_sub(2).min(76));
    let mut bottom = area.bottom();
    for (age, toast) in model.shell.toasts.iter().rev().enumerate() {
        let (style, glyph) = (theme.style(token(toast.severity)), theme.glyph(token(toast.severity)));
        // The newest one is read; older ones take no more of the screen than they must.
        let most = if age == 0 { LINES } else { 1 };
        let error = toast.severity == Severity::Error;
        let lines = toast_lines(&toast.text, error, widest.saturating_sub(4), most);
        let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
        if height >= bottom.saturating_sub(area.y) {
            return;
        }
        bottom -= height;
        let wide = lines.iter().map(|line| text::width(line)).max().unwrap_or(0);
        let width = u16::try_from(wide + text::width(glyph) + 3).unwrap_or(area.width).min(area.width);
        for (line, y) in lines.iter().zip(bottom..) {
            let mark = if y == bottom { glyph } else { " " };
            let row = Rect { x: area.right() - width, y, width, height: 1 };
            if over_keys && y + 1 == area.bottom() {
                let whole = Rect { y, height: 1, ..area };
                crate::widgets::clear(frame.buffer_mut(), whole, theme, Token::SurfaceBase);
            }
            crate::widgets::clear(frame.buffer_mut(), row, theme, Token::SurfaceOverlay);
            put(frame.buffer_mut(), row, 0, 0, &format!(" {mark} {line} "), style);
        }
    }
}

/// The text in its lines; the last one says where the rest is.
fn toast_lines(content: &str, error: bool, room: usize, most: usize) -> Vec<String> {
    const TAIL: &str = "  (! all · esc)";
    let one = room.saturating_sub(if error { text::width(TAIL) } else { 0 });
    if text::width(content) <= one {
        return vec![format!("{content}{}", if error { TAIL } else { "" })];
    }
    let mut lines = text::wrap(content, room.max(1));
    let rest = lines.split_off(lines.len().min(most - 1)).join(" ");
    let last = room.saturating_sub(text::width(TAIL));
    // What was never too long for the lines needs no pointer, unless it is an error, of which there may be more.
    lines.push(if !error && text::width(&rest) <= room {
        rest
    } else {
        format!("{}{TAIL}", text::truncate(&rest, last))
    });
    lines
}

/// Returns how many lines it took.
fn which_key(model: &Model, theme: &Theme, frame: &mut Frame, area: Rect) -> u16 {
    let Resolved::Pending(next) = model.keymap.resolve(&model.scopes(), &model.shell.pending) else {
        return 0;
    };
    let rows = u16::try_from(next.len()).unwrap_or(u16::MAX).saturating_add(2).min(area.height);
    let box_ = Rect { y: area.bottom() - rows, height: rows, width: area.width.min(60), ..area };
    let title = format!("{} …", chord_text(&model.shell.pending));
    let inside = overlay(theme, frame, box_, (box_.width, rows), &title);
    for ((keys, action), y) in next.iter().zip(0..inside.height) {
        let key = text::pad(&chord_text(keys), 6);
        let pieces =
            [(key.as_str(), theme.style(Token::KeyCap)), (action.title, theme.style(Token::KeyHint))];
        put_all(frame.buffer_mut(), inside, 0, y, &pieces);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_toast_says_why_before_it_is_cut() {
        let long = "Cannot change the status of the model “spring-balanced”: an archived one is stored first. Choose store.";
        let lines = toast_lines(long, true, 70, LINES);
        assert!(
            lines.len() == 2 && lines[1].contains("stored first") && lines[1].ends_with("(! all · esc)"),
            "{lines:?}"
        );
        assert_eq!(toast_lines("Saved", false, 70, LINES), ["Saved"]);
        let whole = toast_lines(&long[..90], false, 70, LINES);
        assert!(whole.len() == 2 && !whole[1].contains('!'), "{whole:?}");
        assert_eq!(toast_lines(long, true, 70, 1).len(), 1);
        for room in 0..30 {
            assert!(toast_lines(long, true, room, LINES).len() <= LINES, "{room}");
        }
    }
}
