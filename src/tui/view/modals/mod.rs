//! The frame's own modals.

mod ask;
mod lists;
mod passage;
mod search;

use super::browse::first;
use super::paint::{area as cells, overlay};
use crate::model::{Area, Measured, Modal, Model, Msg, Nav, Problem};
use crate::text;
use crate::theme::{Theme, Token};
use crate::update::shell::modal::{LENGTH, PANE};
use crate::widgets::{Lines, modal};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Draws one of them over the whole terminal.
pub fn draw(model: &Model, modal: &Modal, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    match modal {
        Modal::Confirm(confirm) => ask::confirm(confirm, theme, frame, whole),
        Modal::Prompt(prompt) => ask::prompt(prompt, theme, frame, whole),
        Modal::Problem { problem, top } => self::problem(problem, *top, theme, frame, whole),
        Modal::Text { title, lines, top } => self::lines(title, lines, *top, theme, frame, whole),
        Modal::Passage(reading) => passage::draw(reading, theme, frame, whole),
        Modal::Palette(search) => search::palette(model, search, theme, frame, whole),
        Modal::Help(search) => search::help(model, search, theme, frame, whole),
        Modal::Messages(list) => lists::messages(model, list.at, false, theme, frame, whole),
        Modal::Notifications(list) => lists::messages(model, list.at, true, theme, frame, whole),
        Modal::Jobs(list) => lists::jobs(model, list.at, theme, frame, whole),
        Modal::Themes(list) => lists::themes(model, list.at, theme, frame, whole),
        Modal::Quit(list) => lists::quit(model, list.at, theme, frame, whole),
        // The screens draw their own.
        Modal::Conversations(_)
        | Modal::Files(_)
        | Modal::Datasets(_)
        | Modal::Train(_)
        | Modal::Trainings(_)
        | Modal::Models(_) => Measured::default(),
    }
}

fn problem(problem: &Problem, top: usize, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let width = whole.width.saturating_sub(4).min(96);
    let mut shown = Lines::new(usize::from(width.saturating_sub(4)));
    for (words, token) in [
        (problem.headline(), Token::StatusFail),
        (text::sentence(&problem.why), Token::TextNormal),
        (text::sentence(&problem.next), Token::TextStrong),
    ] {
        if !words.is_empty() {
            shown.text(&words, 0, token);
            shown.blank();
        }
    }
    for line in &problem.details {
        shown.text(line, 0, Token::TextMuted);
    }
    reading(&shown, top, "Error", (width, 0), theme, frame, whole)
}

fn lines(
    title: &str,
    lines: &[String],
    top: usize,
    theme: &Theme,
    frame: &mut Frame,
    whole: Rect,
) -> Measured {
    let width = whole.width.saturating_sub(4);
    let mut shown = Lines::new(usize::from(width.saturating_sub(4)));
    for line in lines {
        shown.text(line, 0, Token::TextNormal);
    }
    reading(&shown, top, title, (width, 6), theme, frame, whole)
}

/// A text that scrolls; `size` is the width of its frame and the fewest lines.
fn reading(
    text: &Lines,
    top: usize,
    title: &str,
    size: (u16, u16),
    theme: &Theme,
    frame: &mut Frame,
    whole: Rect,
) -> Measured {
    reading_at(text, Some(top), (title, ""), size, theme, frame, whole)
}

/// The same with a line of keys at its foot; without a first line what is selected is that, below one line of what is before it.
fn reading_at(
    text: &Lines,
    top: Option<usize>,
    (title, foot): (&str, &str),
    size: (u16, u16),
    theme: &Theme,
    frame: &mut Frame,
    whole: Rect,
) -> Measured {
    let mut measured = Measured::default();
    let lines = u16::try_from(text.lines.len()).unwrap_or(u16::MAX);
    let height = lines.max(size.1).min(modal::room(whole).max(1)) + 2;
    let inside = if foot.is_empty() {
        overlay(theme, frame, whole, (size.0, height), title)
    } else {
        modal::frame(frame.buffer_mut(), whole, (size.0, height), title, foot, theme)
    };
    let start = text.selected.as_ref().map_or(0, |lines| lines.start.saturating_sub(1));
    let top = top.unwrap_or(start).min(text.lines.len().saturating_sub(usize::from(inside.height)));
    let last = text.draw(frame.buffer_mut(), inside, top, theme);
    first(top, &mut measured);
    modal::position(frame.buffer_mut(), inside, top.min(last), top.min(last), text.lines.len(), theme);
    measured.pane(PANE, cells(inside));
    measured.pane(LENGTH, Area { height: u16::try_from(last).unwrap_or(u16::MAX), ..Area::default() });
    measured.wheel(cells(inside), Msg::Nav(Nav::Up), Msg::Nav(Nav::Down));
    measured
}
