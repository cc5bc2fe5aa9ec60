//! What lies over the models.

use super::token;
use crate::model::models::{Download, Msg as Do};
use crate::model::{Measured, Model, Msg};
use crate::text::{self, Align};
use crate::theme::{Theme, Token};
use crate::update::models::{ACTIONS, titled};
use crate::view::area;
use crate::widgets::{Lines, field, modal, piece, progress, put};
use domain::model::{Comparison, Line};
use ratatui::{Frame, layout::Rect};

/// The download: where to, how far, what came of it.
pub(super) fn download(
    model: &Model,
    download: &Download,
    theme: &Theme,
    frame: &mut Frame,
    whole: Rect,
) -> Measured {
    let mut measured = Measured::default();
    let title = format!("Download {}", download.name);
    let foot = match (download.job, &download.result) {
        (None, _) => "enter download · esc",
        (Some(_), None) => "x stop · esc leaves it running",
        (Some(_), Some(_)) => "esc",
    };
    let inside = modal::frame(frame.buffer_mut(), whole, (76, 9), &title, foot, theme);
    let mut lines = Lines::new(usize::from(inside.width));
    let Some(job) = download.job else {
        let text = format!("{} into a folder of its own, below:", text::bytes(download.bytes));
        lines.text(&text, 0, Token::TextNormal);
        lines.draw(frame.buffer_mut(), inside, 0, theme);
        let line = Rect { y: inside.y + 2.min(inside.height.saturating_sub(1)), height: 1, ..inside };
        let state = if download.problem.is_some() { field::State::Invalid } else { field::State::Focus };
        measured.cursor = field::draw(frame.buffer_mut(), line, &download.to, "folder", state, theme);
        if let Some(problem) = &download.problem {
            put(frame.buffer_mut(), inside, 0, 4, problem, theme.style(Token::StatusFail));
        }
        return measured;
    };
    match &download.result {
        None => {
            let step = model.jobs.get(job).map(|job| job.step.clone()).unwrap_or_default();
            progress::draw(frame.buffer_mut(), inside, &step, model.shell.still, theme);
        }
        Some(Ok(done)) => {
            lines.text(&format!("✓ {}", done.path.display()), 0, Token::StatusOk);
            let there = if done.kept > 0 { format!(", {} there already", done.kept) } else { String::new() };
            let files = text::many(done.copied, "file");
            let text = format!("{files} copied{there}, {}; every digest is right.", text::bytes(done.bytes));
            lines.text(&text, 0, Token::TextNormal);
        }
        Some(Err(problem)) if problem.interrupted => {
            lines.text("Stopped. Files that are whole are not copied again.", 0, Token::TextNormal);
        }
        Some(Err(problem)) => lines.text(&problem.full(), 0, Token::StatusFail),
    }
    lines.draw(frame.buffer_mut(), inside, 0, theme);
    measured
}

/// What it is used for.
pub(super) fn status(
    model: &Model,
    id: &str,
    at: usize,
    theme: &Theme,
    frame: &mut Frame,
    whole: Rect,
) -> Measured {
    let mut measured = Measured::default();
    let found = model.models.list.iter().flatten().find(|model| model.id.to_string() == id);
    let Some(found) = found else { return measured };
    let foot = "↑↓ choose · enter · esc";
    let inside = modal::frame(frame.buffer_mut(), whole, (72, 9), &titled(found), foot, theme);
    put(frame.buffer_mut(), inside, 0, 0, &format!("It is {}.", found.status), theme.style(token(found)));
    for ((index, (action, text)), y) in ACTIONS.iter().enumerate().zip(2..inside.height) {
        let refused = found.status.known().and_then(|status| status.after(*action).err());
        let selected = index == at;
        let row = Rect { y: inside.y + y, height: 1, ..inside };
        let bar = if selected { theme.glyph(Token::SelectRow) } else { " " };
        let token = match (selected, &refused) {
            (true, _) => Token::SelectRow,
            (_, Some(_)) => Token::TextMuted,
            _ => Token::TextNormal,
        };
        let why = refused.map_or_else(String::new, |no| format!("  ({})", no.fix));
        let line = format!("{bar} {} {text}{why}", text::pad(action.word(), 8));
        put(frame.buffer_mut(), row, 0, 0, &line, theme.style(token));
        measured.click(area(row), Msg::Models(Do::Choose(index)));
    }
    measured
}

/// Versions side by side; what is best is marked.
pub(super) fn compare(
    comparison: &Comparison,
    top: usize,
    theme: &Theme,
    frame: &mut Frame,
    whole: Rect,
) -> Measured {
    let mut measured = Measured::default();
    let size = (whole.width.saturating_sub(4), modal::room(whole) + 2);
    let foot = "↑↓ · esc · less is better where ✓ stands";
    let inside = modal::frame(frame.buffer_mut(), whole, size, "Models side by side", foot, theme);
    let mut lines = Lines::new(usize::from(inside.width));
    let names = 18.min(usize::from(inside.width) / 3);
    // The newest ones, as many as there is room for.
    let room = usize::from(inside.width).saturating_sub(names + 1);
    let shown = (room / 16).clamp(1, comparison.models.len().max(1));
    let first = comparison.models.len() - shown.min(comparison.models.len());
    let width = (room / shown).saturating_sub(1);
    let cut = |text: &str| text::fit(text, width, Align::Left);
    let mut head = vec![piece(text::pad("", names + 1), Token::TextMuted)];
    for name in &comparison.models[first..] {
        // Names of one dataset begin alike.
        head.push(piece(
            format!("{} ", text::pad(&text::truncate_middle(name, width), width)),
            Token::TextHeading,
        ));
    }
    lines.line(head);
    let mut add = |line: &Line| {
        let mut pieces =
            vec![piece(format!("{} ", text::fit(&line.label, names, Align::Left)), Token::TextMuted)];
        for (at, value) in line.values.iter().enumerate().skip(first) {
            let best = line.best == Some(at);
            let value = if best { format!("✓ {value}") } else { value.clone() };
            let token = if best { Token::StatusOk } else { Token::TextNormal };
            pieces.push(piece(format!("{} ", cut(&value)), token));
        }
        lines.line(pieces);
    };
    let blank = Line { label: String::new(), values: Vec::new(), best: None };
    comparison.lines.iter().chain(std::iter::once(&blank)).chain(&comparison.settings).for_each(&mut add);
    if comparison.settings.is_empty() {
        lines.text("All settings are the same.", 0, Token::TextMuted);
    }
    if first > 0 {
        lines.text(&format!("{first} older ones do not fit on this screen."), 0, Token::TextMuted);
    }
    lines.draw(frame.buffer_mut(), inside, top, theme);
    measured.pane("models.compare", area(inside));
    measured
}
