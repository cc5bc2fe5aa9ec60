//! Every setting with its value and where it comes from, and how RunPod stands.

pub(super) mod runpod;
#[cfg(test)]
mod tests;

use super::paint::{area as cells, page_top, put};
use crate::model::settings::{Msg as Do, Part};
use crate::model::{Measured, Model, Msg, Nav};
use crate::text;
use crate::theme::{Theme, Token};
use crate::widgets::scrollbar;
use ratatui::Frame;
use ratatui::layout::Rect;

/// Draws it.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame, area: Rect) -> Measured {
    let mut measured = Measured::default();
    let inside = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    parts(model, theme, frame, inside, &mut measured);
    let list = Rect { y: inside.y + 2, height: inside.height.saturating_sub(2), ..inside };
    if model.settings.part == Part::Runpod {
        runpod::draw(model, theme, frame, list, &mut measured);
        return measured;
    }
    measured.pane("settings.list", cells(list));
    measured.wheel(cells(list), Msg::Nav(Nav::Up), Msg::Nav(Nav::Down));
    let settings = &model.settings;
    let width = settings.list.iter().map(|s| text::width(&s.key)).max().unwrap_or(0).min(36);
    let top = page_top(settings.at, usize::from(list.height));
    for ((index, setting), y) in settings.list.iter().enumerate().skip(top).zip(0..list.height) {
        let selected = index == settings.at;
        let row = Rect { y: list.y + y, height: 1, ..list };
        let bar = if selected { theme.glyph(Token::SelectRow) } else { " " };
        let source = text::width(&setting.source) + 1;
        let room = usize::from(row.width).saturating_sub(width + source + 4);
        let line = format!(
            "{bar} {}  {} {}",
            text::pad(&setting.key, width),
            text::fit(&setting.value, room, text::Align::Left),
            setting.source
        );
        let token = if selected { Token::SelectRow } else { Token::TextNormal };
        put(frame.buffer_mut(), row, 0, 0, &text::pad(&line, usize::from(row.width)), theme.style(token));
        measured.click(cells(row), Msg::Settings(Do::Select(index)));
    }
    let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let (from, shown) = (number(top), u64::from(list.height));
    let beside = Rect { width: list.width + 1, ..list };
    scrollbar(frame.buffer_mut(), beside, from, shown, number(settings.list.len()), theme);
    if settings.list.is_empty() {
        let text =
            if model.runs.waits("settings.list") { "Reading the settings …" } else { "There are none." };
        put(frame.buffer_mut(), list, 0, 0, text, theme.style(Token::TextMuted));
    }
    measured
}

/// The parts, and what is to be known of the one in view.
fn parts(model: &Model, theme: &Theme, frame: &mut Frame, inside: Rect, measured: &mut Measured) {
    let mut x = 0;
    for (part, name) in [(Part::List, "Settings"), (Part::Runpod, "RunPod")] {
        let active = model.settings.part == part;
        let token = if active { Token::NavActive } else { Token::NavIdle };
        let start = x;
        x = put(frame.buffer_mut(), inside, x, 0, &format!(" {name} "), theme.style(token));
        let hit = Rect { x: inside.x + start, width: x.saturating_sub(start), height: 1, ..inside };
        measured.click(cells(hit), Msg::Settings(Do::Part(part)));
        x += 1;
    }
    let head = match model.settings.part {
        Part::List => "set in the config file (`brightrun config init`)",
        Part::Runpod => "on the command line: `brightrun runpod`",
    };
    put(frame.buffer_mut(), inside, x + 1, 0, head, theme.style(Token::TextMuted));
}
