//! The download.

use crate::model::files::{Download, Format, Msg as Do};
use crate::model::{Measured, Model, Msg, Step};
use crate::text;
use crate::theme::{Theme, Token};
use crate::view::area;
use crate::widgets::{Lines, field, modal, progress, put};
use ratatui::{Frame, layout::Rect};

/// Draws it.
pub(super) fn draw(
    model: &Model,
    download: &Download,
    theme: &Theme,
    frame: &mut Frame,
    whole: Rect,
) -> Measured {
    let title = format!("Download {}", download.file);
    match download.job {
        None => {
            let foot = "↑↓ format · enter download · esc";
            let inside = modal::frame(frame.buffer_mut(), whole, (72, 10), &title, foot, theme);
            choosing(download, theme, frame, inside)
        }
        Some(job) => {
            let foot = if download.result.is_some() { "esc" } else { "x stop · esc leaves it running" };
            let inside = modal::frame(frame.buffer_mut(), whole, (72, 10), &title, foot, theme);
            let step = model.jobs.get(job).map(|job| job.step.clone()).unwrap_or_default();
            result(download, &step, model.shell.still, theme, frame, inside);
            Measured::default()
        }
    }
}

/// How far it is, or what came of it.
fn result(download: &Download, step: &Step, still: bool, theme: &Theme, frame: &mut Frame, inside: Rect) {
    let mut lines = Lines::new(usize::from(inside.width));
    match &download.result {
        None => progress::draw(frame.buffer_mut(), inside, step, still, theme),
        Some(Ok(done)) => {
            let text = format!("✓ {} ({})", done.path.display(), text::bytes(done.bytes));
            lines.text(&text, 0, Token::StatusOk);
            lines.blank();
            lines.text("enter closes this.", 0, Token::TextMuted);
        }
        Some(Err(problem)) => lines.text(&problem.full(), 0, Token::StatusFail),
    }
    lines.draw(frame.buffer_mut(), inside, 0, theme);
}

/// The formats, and where to.
fn choosing(download: &Download, theme: &Theme, frame: &mut Frame, inside: Rect) -> Measured {
    let mut measured = Measured::default();
    for (index, (_, what)) in Format::ALL.iter().enumerate() {
        let dy = u16::try_from(index).unwrap_or(u16::MAX);
        let selected = index == download.at;
        let bar = if selected { theme.glyph(Token::SelectRow) } else { " " };
        put(frame.buffer_mut(), inside, 0, dy, bar, theme.style(Token::KeyCap));
        let token = if selected { Token::SelectRow } else { Token::TextNormal };
        put(frame.buffer_mut(), inside, 2, dy, what, theme.style(token));
        if dy < inside.height {
            let row = Rect { y: inside.y + dy, height: 1, ..inside };
            measured.click(area(row), Msg::Files(Do::Format(index)));
        }
    }
    let dy = 6;
    if dy < inside.height {
        put(frame.buffer_mut(), inside, 0, dy, "To", theme.style(Token::TextMuted));
        let row = Rect {
            x: inside.x + 4.min(inside.width),
            y: inside.y + dy,
            width: inside.width.saturating_sub(4),
            height: 1,
        };
        let hint = "a folder, or a file name";
        measured.cursor =
            field::draw(frame.buffer_mut(), row, &download.to, hint, field::State::Focus, theme);
    }
    let problem = download.problem.as_deref().unwrap_or("");
    put(frame.buffer_mut(), inside, 0, dy + 1, problem, theme.style(Token::StatusFail));
    measured
}
