//! The download.

use crate::model::files::{Download, Format, Msg as Do};
use crate::model::{Measured, Model, Msg};
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
    let mut measured = Measured::default();
    let foot = if download.job.is_none() {
        "↑↓ format · enter download · esc"
    } else {
        "esc leaves it running"
    };
    let title = format!("Download {}", download.file);
    let inside = modal::frame(frame.buffer_mut(), whole, (72, 11), &title, foot, theme);
    if let Some(job) = download.job {
        let mut lines = Lines::new(usize::from(inside.width));
        match &download.result {
            None => {
                let step = model.jobs.get(job).map(|job| job.step.clone()).unwrap_or_default();
                let stage = if step.stage.is_empty() { "starting".to_owned() } else { step.stage };
                progress::draw(frame.buffer_mut(), inside, &stage, step.done, step.total, &step.note, theme);
            }
            Some(Ok(done)) => {
                let text = format!("✓ {} ({})", done.path.display(), text::bytes(done.bytes));
                lines.text(&text, 0, Token::StatusOk);
                lines.blank();
                lines.text("enter closes this.", 0, Token::TextMuted);
            }
            Some(Err(problem)) => lines.text(&problem.full(), 0, Token::StatusFail),
        }
        lines.draw(frame.buffer_mut(), inside, 0, theme);
        return measured;
    }
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
