//! The frame's own modals.

mod ask;
mod lists;
mod search;

use super::paint::{area as cells, overlay, put};
use crate::model::{Measured, Modal, Model, Msg, Nav, Problem};
use crate::text;
use crate::theme::{Theme, Token};
use crate::update::shell::modal::PANE;
use crate::widgets::modal;
use ratatui::Frame;
use ratatui::layout::Rect;

/// Draws one of them over the whole terminal.
pub fn draw(model: &Model, modal: &Modal, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    match modal {
        Modal::Confirm(confirm) => ask::confirm(confirm, theme, frame, whole),
        Modal::Prompt(prompt) => ask::prompt(prompt, theme, frame, whole),
        Modal::Problem(problem) => self::problem(problem, theme, frame, whole),
        Modal::Text { title, lines, top } => self::lines(title, lines, *top, theme, frame, whole),
        Modal::Palette(search) => search::palette(model, search, theme, frame, whole),
        Modal::Help(search) => search::help(model, search, theme, frame, whole),
        Modal::Messages(list) => lists::messages(model, list.at, false, theme, frame, whole),
        Modal::Notifications(list) => lists::messages(model, list.at, true, theme, frame, whole),
        Modal::Jobs(list) => lists::jobs(model, list.at, theme, frame, whole),
        Modal::Themes(list) => lists::themes(model, list.at, theme, frame, whole),
        Modal::Quit(list) => lists::quit(model, list.at, theme, frame, whole),
        // The screens draw their own.
        Modal::Conversations(_) | Modal::Files(_) => Measured::default(),
    }
}

fn problem(problem: &Problem, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let columns = usize::from(whole.width.saturating_sub(8).min(92));
    let mut lines = Vec::new();
    for (text, token) in [
        (problem.headline(), Token::StatusFail),
        (problem.why.clone(), Token::TextNormal),
        (problem.next.clone(), Token::TextStrong),
    ] {
        if !text.is_empty() {
            lines.extend(text::wrap(&text, columns).into_iter().map(|line| (line, token)));
            lines.push((String::new(), token));
        }
    }
    lines.extend(problem.details.iter().map(|line| (line.clone(), Token::TextMuted)));
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
    let inside = overlay(theme, frame, whole, (u16::try_from(columns).unwrap_or(92) + 4, height), "Error");
    let room = usize::from(inside.height);
    if lines.len() > room && room > 1 {
        let more = lines.len() - room + 1;
        lines.truncate(room - 1);
        lines.push((format!("… and {more} more lines; copy takes them all"), Token::TextMuted));
    }
    for ((line, token), y) in lines.iter().zip(0..inside.height) {
        put(frame.buffer_mut(), inside, 0, y, line, theme.style(*token));
    }
    Measured::default()
}

fn lines(
    title: &str,
    lines: &[String],
    top: usize,
    theme: &Theme,
    frame: &mut Frame,
    whole: Rect,
) -> Measured {
    let mut measured = Measured::default();
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).clamp(6, modal::room(whole).max(6)) + 2;
    let size = (whole.width.saturating_sub(4), height);
    let inside = overlay(theme, frame, whole, size, title);
    modal::position(frame.buffer_mut(), inside, top, top, lines.len(), theme);
    measured.pane(PANE, cells(inside));
    measured.wheel(cells(inside), Msg::Nav(Nav::Up), Msg::Nav(Nav::Down));
    for (line, y) in lines.iter().skip(top).zip(0..inside.height) {
        put(frame.buffer_mut(), inside, 0, y, line, theme.style(Token::TextNormal));
    }
    measured
}
