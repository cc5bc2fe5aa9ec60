//! How far long work is, on one line.

use super::{put, put_all};
use crate::model::Step;
use crate::text;
use crate::theme::{Theme, Token};
use ratatui::{buffer::Buffer, layout::Rect};

/// Draws `stage ███░░░ 42 % 420 of 1,000  note`; without a total only what is known. `still`: without the bar.
pub fn draw(buffer: &mut Buffer, area: Rect, step: &Step, still: bool, theme: &Theme) {
    let Step { stage, done, total, note } = step;
    let (stage, done) = (if stage.is_empty() { "starting" } else { stage.as_str() }, *done);
    let normal = theme.style(Token::TextNormal);
    let mut at = put_all(buffer, area, 0, 0, &[(stage, theme.style(Token::StatusRun)), (" ", normal)]);
    if let Some(total) = total.filter(|t| *t > 0) {
        let done = done.min(total);
        let width = u16::from(area.width >= 30 && !still) * (area.width / 3).min(30);
        let full = u16::try_from(u128::from(width) * u128::from(done) / u128::from(total)).unwrap_or(width);
        at += put(buffer, area, at, 0, &"█".repeat(usize::from(full)), theme.style(Token::ChartBand));
        at +=
            put(buffer, area, at, 0, &"░".repeat(usize::from(width - full)), theme.style(Token::BorderIdle));
        let percent = u128::from(done) * 100 / u128::from(total);
        let numbers = format!(" {percent} %  {} of {}  ", text::thousands(done), text::thousands(total));
        at += put(buffer, area, at, 0, &numbers, normal);
    } else if done > 0 {
        at += put(buffer, area, at, 0, &format!("{}  ", text::thousands(done)), normal);
    }
    put(buffer, area, at, 0, note, theme.style(Token::TextMuted));
}
