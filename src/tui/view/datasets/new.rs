//! A new dataset.

use super::look;
use crate::model::datasets::{Msg as Do, New};
use crate::model::{Measured, Model, Msg};
use crate::text;
use crate::theme::{Theme, Token};
use crate::update::shell::modal::PANE;
use crate::view::area;
use crate::view::paint::page_top;
use crate::widgets::{Lines, field, modal, progress, put};
use ratatui::{Frame, layout::Rect};

/// Columns and lines of the frame.
const SIZE: (u16, u16) = (76, 14);

/// Draws it.
pub(super) fn draw(model: &Model, new: &New, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let foot = match (new.job, &new.result, new.naming) {
        (Some(_), Some(_), _) => "enter close",
        (Some(_), None, _) => "x stop · esc leaves it running",
        (None, _, true) => "enter make it · tab next field · esc back",
        (None, _, false) => "↑↓ source · enter take it · esc close",
    };
    let inside = modal::frame(frame.buffer_mut(), whole, SIZE, "New dataset", foot, theme);
    match (new.job, &new.result, new.naming) {
        (Some(_), Some(_), _) => result(new, theme, frame, inside),
        (Some(job), None, _) => {
            let step = model.jobs.get(job).map(|job| job.step.clone()).unwrap_or_default();
            progress::draw(frame.buffer_mut(), inside, &step, model.shell.still, theme);
            return Measured::default();
        }
        (None, _, true) => return naming(new, theme, frame, inside),
        (None, _, false) => return sources(new, theme, frame, inside),
    }
    Measured::default()
}

/// What came of it.
fn result(new: &New, theme: &Theme, frame: &mut Frame, inside: Rect) {
    let Some(checked) = &new.result else { return };
    let mut lines = Lines::new(usize::from(inside.width));
    let (glyph, token) = look(checked.readiness.verdict);
    lines.text(&format!("{glyph} {}", checked.dataset.name), 0, Token::TextStrong);
    lines.text(checked.readiness.verdict.words(), 2, token);
    let row = &checked.dataset;
    let text = format!(
        "{} from {}, {} tokens",
        text::many(row.examples.unwrap_or(0), "trainable example"),
        text::many(checked.report.conversations, "conversation"),
        super::tokens(row),
    );
    lines.text(&text, 2, Token::TextNormal);
    for item in checked.readiness.items.iter().filter(|item| !item.next.is_empty()) {
        lines.text(&format!("{} {}", item.found, item.next), 2, Token::TextMuted);
    }
    lines.blank();
    let next = if row.training_ready { "then t trains with it" } else { "then d shows what was found" };
    lines.text(&format!("enter closes this; {next}."), 0, Token::TextMuted);
    lines.draw(frame.buffer_mut(), inside, 0, theme);
}

/// The sources: a file on this machine, then the training files.
fn sources(new: &New, theme: &Theme, frame: &mut Frame, inside: Rect) -> Measured {
    let mut measured = Measured::default();
    let files = match &new.files {
        Some(Ok(files)) => files.as_slice(),
        _ => &[],
    };
    measured.pane(PANE, area(inside));
    let top = page_top(new.at, usize::from(inside.height));
    for (at, dy) in (top..new.sources()).zip(0..inside.height) {
        let line = match at.checked_sub(1).and_then(|at| files.get(at)) {
            None => "A file on this machine …".to_owned(),
            Some(file) => format!(
                "{} {:>7} pairs  {}",
                text::fit(&file.name, usize::from(inside.width).saturating_sub(34), text::Align::Left),
                text::thousands(u64::from(file.pairs)),
                file.updated.format("%Y-%m-%d"),
            ),
        };
        let selected = at == new.at;
        let bar = if selected { theme.glyph(Token::SelectRow) } else { " " };
        let token = if selected { Token::SelectRow } else { Token::TextNormal };
        put(frame.buffer_mut(), inside, 0, dy, bar, theme.style(Token::KeyCap));
        put(frame.buffer_mut(), inside, 2, dy, &line, theme.style(token));
        let row = Rect { y: inside.y + dy, height: 1, ..inside };
        measured.click(area(row), Msg::Datasets(Do::Source(at)));
    }
    let note = match &new.files {
        None => "Reading the training files …".to_owned(),
        Some(Err(problem)) => problem.to_string(),
        Some(Ok(files)) if files.is_empty() => "There are no training files yet (screen 3).".to_owned(),
        Some(Ok(_)) => String::new(),
    };
    if new.sources() == 1 {
        put(frame.buffer_mut(), inside, 2, 2, &note, theme.style(Token::TextMuted));
    }
    modal::position(frame.buffer_mut(), inside, top, new.at, new.sources(), theme);
    measured
}

/// What to call it, and where it lies.
fn naming(new: &New, theme: &Theme, frame: &mut Frame, inside: Rect) -> Measured {
    let mut measured = Measured::default();
    let mut dy = 0;
    let mut input = |label: &str, text, hint: &str, focus: bool, frame: &mut Frame| {
        put(frame.buffer_mut(), inside, 0, dy, label, theme.style(Token::TextMuted));
        let row = Rect {
            x: inside.x + 7.min(inside.width),
            y: inside.y + dy,
            width: inside.width.saturating_sub(7),
            height: 1.min(inside.height.saturating_sub(dy)),
        };
        let state = match (focus, &new.problem) {
            (true, Some(_)) => field::State::Invalid,
            (true, None) => field::State::Focus,
            (false, _) => field::State::Idle,
        };
        measured.cursor = field::draw(frame.buffer_mut(), row, text, hint, state, theme).or(measured.cursor);
        dy += 2;
    };
    if let Some(file) = new.file() {
        let from = format!("Of the training file {}.", file.name);
        input("Name", &new.name, "a name", true, frame);
        put(frame.buffer_mut(), inside, 0, 2, &from, theme.style(Token::TextMuted));
    } else {
        input("File", &new.path, "~/data/chats.jsonl", !new.in_name, frame);
        input("Name", &new.name, "as the file is called", new.in_name, frame);
    }
    let text = "It is copied, checked and counted; the file may change afterwards.";
    put(frame.buffer_mut(), inside, 0, 4, text, theme.style(Token::TextMuted));
    let mut lines = Lines::new(usize::from(inside.width));
    lines.text(new.problem.as_deref().unwrap_or(""), 0, Token::StatusFail);
    let below =
        Rect { y: inside.y + 6.min(inside.height), height: inside.height.saturating_sub(6), ..inside };
    lines.draw(frame.buffer_mut(), below, 0, theme);
    measured
}
