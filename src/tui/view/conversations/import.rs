//! The import: two fields, then what came of each file.

use super::modals::{labelled, line, note};
use crate::model::conversations::Import;
use crate::model::{Measured, Model, Step};
use crate::text;
use crate::theme::{Theme, Token};
use crate::view::area;
use crate::widgets::{modal, progress, put};
use engine::import::Outcome;
use ratatui::{Frame, layout::Rect};

/// Draws it.
pub(super) fn draw(
    model: &Model,
    import: &Import,
    theme: &Theme,
    frame: &mut Frame,
    whole: Rect,
) -> Measured {
    let Some(job) = import.job else { return fields(import, theme, frame, whole) };
    let files = match &import.result {
        Some(Ok(outcome)) => outcome.files.len(),
        _ => 0,
    };
    let height = line(files).saturating_add(2).clamp(6, modal::room(whole).max(6)) + 2;
    let size = (whole.width.saturating_sub(8).min(110), height);
    let foot = if import.result.is_some() {
        "↑↓ scroll · esc close"
    } else {
        "x stop · esc leaves it running"
    };
    let inside = modal::frame(frame.buffer_mut(), whole, size, "Import", foot, theme);
    match &import.result {
        None => {
            let step = model.jobs.get(job).map_or_else(Step::default, |job| job.step.clone());
            progress::draw(frame.buffer_mut(), inside, &step, model.shell.still, theme);
        }
        Some(Err(problem)) => {
            for (dy, content) in text::wrap(&problem.full(), usize::from(inside.width)).iter().enumerate() {
                note(theme, frame, inside, line(dy), content, Token::StatusFail);
            }
        }
        Some(Ok(outcome)) => return result(import, outcome, theme, frame, inside),
    }
    Measured::default()
}

/// From where, and into which batch.
fn fields(import: &Import, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let mut measured = Measured::default();
    let foot = "tab next field · enter import · esc";
    let inside = modal::frame(frame.buffer_mut(), whole, (78, 7), "Import conversations", foot, theme);
    let hint = "a file or a folder, ~/conversations";
    let path = labelled(theme, frame, inside, 0, "Path", &import.path, hint, !import.in_batch);
    let hint = "optional name";
    let batch = labelled(theme, frame, inside, 1, "Batch", &import.batch, hint, import.in_batch);
    measured.cursor = path.or(batch);
    let kinds = "Enriched, full, v4 JSONL and raw files are recognised by their content.";
    note(theme, frame, inside, 3, kinds, Token::TextMuted);
    note(theme, frame, inside, 4, import.problem.as_deref().unwrap_or(""), Token::StatusFail);
    measured
}

/// What came of it, by file.
fn result(import: &Import, outcome: &Outcome, theme: &Theme, frame: &mut Frame, inside: Rect) -> Measured {
    let mut measured = Measured::default();
    let total = outcome.total;
    let head = format!(
        "{} new · {} known · {} replaced · {} not read",
        text::thousands(total.new),
        text::thousands(total.same),
        text::thousands(total.replaced),
        text::many(outcome.failed, "file")
    );
    note(theme, frame, inside, 0, &head, Token::TextStrong);
    let list = Rect { y: inside.y + 2.min(inside.height), height: inside.height.saturating_sub(2), ..inside };
    measured.pane("conversations.import", area(list));
    for (dy, file) in outcome.files.iter().skip(import.top).take(usize::from(list.height)).enumerate() {
        imported(file, theme, frame, list, line(dy));
    }
    modal::position(frame.buffer_mut(), list, import.top, import.top, outcome.files.len(), theme);
    measured
}

/// What came of one file.
fn imported(file: &engine::import::FileResult, theme: &Theme, frame: &mut Frame, list: Rect, dy: u16) {
    let (sign, token, what) = if let Some(error) = &file.error {
        (Token::StatusFail, Token::StatusFail, error.clone())
    } else {
        let (kind, tally) = (file.kind.as_deref().unwrap_or("–"), file.tally);
        let tally = format!("{kind}: {} new, {} known, {} replaced", tally.new, tally.same, tally.replaced);
        let found = file.findings.iter().map(|finding| format!("{} ×{}", finding.code, finding.count));
        let parts: Vec<String> = std::iter::once(tally).chain(file.note.clone()).chain(found).collect();
        let sign = if file.findings.is_empty() { Token::StatusOk } else { Token::StatusWarn };
        (sign, Token::TextNormal, parts.join(" · "))
    };
    put(frame.buffer_mut(), list, 0, dy, theme.glyph(sign), theme.style(sign));
    let path = text::truncate_middle(&file.path, usize::from(list.width / 2)).into_owned();
    let at = 2 + put(frame.buffer_mut(), list, 2, dy, &path, theme.style(Token::TextNormal));
    put(frame.buffer_mut(), list, at + 2, dy, &what, theme.style(token));
}
