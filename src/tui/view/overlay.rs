//! What appears over the screen by itself: toasts, and the keys that may follow the first one of a chord.

use super::paint::{overlay, put, put_all};
use crate::keys::Resolved;
use crate::keys::combo::chord_text;
use crate::model::{Model, Severity};
use crate::text;
use crate::theme::{Theme, Token};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Draws them into the lower part of the screen.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame, area: Rect) {
    let below = if model.shell.which_key { which_key(model, theme, frame, area) } else { 0 };
    toasts(model, theme, frame, Rect { height: area.height.saturating_sub(below), ..area });
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

fn toasts(model: &Model, theme: &Theme, frame: &mut Frame, area: Rect) {
    let widest = area.width.saturating_sub(2).min(76);
    for (toast, up) in model.shell.toasts.iter().rev().zip(1..area.height) {
        let token = token(toast.severity);
        let long = text::width(&toast.text) + 4 > usize::from(widest);
        let tail = if long || toast.severity == Severity::Error { "  (! shows all)" } else { "" };
        let room = usize::from(widest).saturating_sub(text::width(tail) + 4);
        let text = text::truncate(&toast.text, room);
        let line = format!(" {} {text}{tail} ", theme.glyph(token));
        let width = u16::try_from(text::width(&line)).unwrap_or(widest).min(area.width);
        let row = Rect { x: area.right() - width, y: area.bottom() - up, width, height: 1 };
        crate::widgets::clear(frame.buffer_mut(), row, theme, Token::SurfaceOverlay);
        put(frame.buffer_mut(), row, 0, 0, &line, theme.style(token));
    }
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
