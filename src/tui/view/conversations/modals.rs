//! The smaller modals of the screen.

use super::table::status_word;
use crate::model::conversations::{
    Columns, Exporting, Import, Json, Msg as Do, ReviewStep, Reviewing, Views,
};
use crate::model::{Measured, Model, Msg};
use crate::text;
use crate::theme::{Theme, Token};
use crate::view::area;
use crate::widgets::{self, field, modal, progress, put};
use engine::conversations::Which;
use ratatui::{Frame, layout::Rect};

#[expect(clippy::too_many_arguments, reason = "all of them are what the line shows")]
/// A line of a list: the bar, bold text, and what a click does.
pub(super) fn choice(
    theme: &Theme,
    frame: &mut Frame,
    place: Rect,
    dy: u16,
    selected: bool,
    line: &str,
    click: Option<Do>,
    measured: &mut Measured,
) {
    let style = theme.style(if selected { Token::SelectRow } else { Token::TextNormal });
    let bar = if selected { theme.glyph(Token::SelectRow) } else { " " };
    put(frame.buffer_mut(), place, 0, dy, bar, theme.style(Token::KeyCap));
    put(frame.buffer_mut(), place, 2, dy, line, style);
    if dy < place.height {
        let row = Rect { y: place.y + dy, height: 1, ..place };
        if let Some(click) = click {
            measured.click(area(row), Msg::Conversations(click));
        }
        if selected {
            measured.cursor = Some((row.x, row.y));
        }
    }
}

/// First line in view, so that the selected one is.
pub(super) fn first(at: usize, height: u16) -> usize {
    (at + 1).saturating_sub(usize::from(height))
}

fn line(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

fn note(theme: &Theme, frame: &mut Frame, inside: Rect, dy: u16, content: &str, token: Token) {
    put(frame.buffer_mut(), inside, 0, dy, content, theme.style(token));
}

/// The saved views.
pub(super) fn views(views: &Views, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let mut measured = Measured::default();
    let foot = "enter use · s save this view · x delete · esc";
    let inside = modal::frame(frame.buffer_mut(), whole, (80, 18), "Saved views", foot, theme);
    match &views.views {
        None => note(theme, frame, inside, 0, "Reading …", Token::TextMuted),
        Some(Err(problem)) => note(theme, frame, inside, 0, &problem.to_string(), Token::StatusFail),
        Some(Ok(list)) if list.is_empty() => {
            let text = "None yet. s saves the filter, order and columns that you see.";
            note(theme, frame, inside, 0, text, Token::TextNormal);
        }
        Some(Ok(list)) => {
            let from = first(views.at, inside.height);
            for (index, view) in list.iter().enumerate().skip(from).take(usize::from(inside.height)) {
                let what = domain::filter::print(&view.filter);
                let what = if what.is_empty() { "everything".to_owned() } else { what };
                let text = format!("{}  {what}  by {}", text::pad(&view.name, 20), view.sort);
                let click = Some(Do::ApplyView(index));
                choice(
                    theme,
                    frame,
                    inside,
                    line(index - from),
                    index == views.at,
                    &text,
                    click,
                    &mut measured,
                );
            }
        }
    }
    measured
}

/// The column chooser.
pub(super) fn columns(columns: &Columns, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let mut measured = Measured::default();
    let foot = "space show/hide · ←→ move · enter · esc";
    let height = line(columns.list.len()) + 2;
    let inside = modal::frame(frame.buffer_mut(), whole, (48, height), "Columns", foot, theme);
    let from = first(columns.at, inside.height);
    for (index, (column, shown)) in
        columns.list.iter().enumerate().skip(from).take(usize::from(inside.height))
    {
        let text = format!("[{}] {column}", if *shown { "x" } else { " " });
        choice(theme, frame, inside, line(index - from), index == columns.at, &text, None, &mut measured);
    }
    measured
}

/// The JSON.
pub(super) fn json(json: &Json, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let mut measured = Measured::default();
    let which = match json.which {
        Which::Raw => "raw",
        Which::Enriched => "enriched",
    };
    let title = format!("{} · {which}", json.id.short());
    let foot = "t raw/enriched · E editor · p pager · esc";
    let size = (whole.width.saturating_sub(4), whole.height.saturating_sub(2));
    let inside = modal::frame(frame.buffer_mut(), whole, size, &title, foot, theme);
    measured.pane("conversations.json", area(inside));
    match &json.lines {
        None => note(theme, frame, inside, 0, "Reading …", Token::TextMuted),
        Some(Err(problem)) => note(theme, frame, inside, 0, &problem.to_string(), Token::StatusFail),
        Some(Ok(lines)) => {
            for (dy, content) in lines.iter().skip(json.top).take(usize::from(inside.height)).enumerate() {
                let mut at = 0;
                for (piece, token) in widgets::json::line(content) {
                    at += put(frame.buffer_mut(), inside, at, line(dy), &piece, theme.style(token));
                }
            }
            let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
            let bar = Rect { width: inside.width + 1, ..inside };
            let shown = u64::from(inside.height);
            widgets::scrollbar(frame.buffer_mut(), bar, count(json.top), shown, count(lines.len()), theme);
        }
    }
    measured
}

/// The review.
pub(super) fn review(
    model: &Model,
    review: &Reviewing,
    theme: &Theme,
    frame: &mut Frame,
    whole: Rect,
) -> Measured {
    let mut measured = Measured::default();
    let state = &model.conversations;
    let title = if review.marked {
        let count = state.marks.count().map_or("…".to_owned(), |count| text::thousands(count.value()));
        format!("Review {count} marked")
    } else {
        format!("Review: {}", state.row().map_or("", |row| row.title.as_str()))
    };
    let foot = "↑↓ decide · enter set · pgup/pgdn conversation · esc";
    let inside = modal::frame(frame.buffer_mut(), whole, (72, 11), &title, foot, theme);
    for (index, status) in Reviewing::DECISIONS.iter().enumerate() {
        let click = Some(Do::ReviewStep(ReviewStep::Pick(index)));
        choice(
            theme,
            frame,
            inside,
            line(index),
            index == review.at,
            &status.word().replace('_', " "),
            click,
            &mut measured,
        );
    }
    let dy = line(Reviewing::DECISIONS.len()) + 1;
    note(theme, frame, inside, dy, "Note", Token::TextMuted);
    let row = Rect {
        x: inside.x + 5.min(inside.width),
        y: inside.y + dy,
        width: inside.width.saturating_sub(5),
        height: 1,
    };
    if dy < inside.height {
        let hint = "optional; empty keeps the earlier note";
        measured.cursor =
            field::draw(frame.buffer_mut(), row, &review.note, hint, field::State::Focus, theme);
    }
    let status =
        state.row().filter(|_| !review.marked).map(|row| format!("now: {}", status_word(row.status)));
    note(theme, frame, inside, dy + 1, &status.unwrap_or_default(), Token::TextMuted);
    measured
}

/// The export.
pub(super) fn export(
    model: &Model,
    export: &Exporting,
    theme: &Theme,
    frame: &mut Frame,
    whole: Rect,
) -> Measured {
    let mut measured = Measured::default();
    let marks = &model.conversations.marks;
    let count = if marks.is_empty() {
        "1".to_owned()
    } else {
        marks.count().map_or("…".to_owned(), |c| text::thousands(c.value()))
    };
    let foot = "tab raw/enriched · enter write · esc";
    let inside = modal::frame(frame.buffer_mut(), whole, (64, 8), &format!("Export {count}"), foot, theme);
    for (index, (which, name)) in
        [(Which::Enriched, "enriched files"), (Which::Raw, "raw files")].iter().enumerate()
    {
        let click = (export.which != *which).then_some(Do::ExportOther);
        choice(theme, frame, inside, line(index), export.which == *which, name, click, &mut measured);
    }
    measured.cursor =
        labelled(theme, frame, inside, 3, "Folder", &export.to, "made when it is missing", true);
    note(theme, frame, inside, 4, export.problem.as_deref().unwrap_or(""), Token::StatusFail);
    measured
}

/// A field with its name before it.
#[expect(clippy::too_many_arguments, reason = "all of them are what the line shows")]
fn labelled(
    theme: &Theme,
    frame: &mut Frame,
    inside: Rect,
    dy: u16,
    name: &str,
    text: &crate::model::TextField,
    hint: &str,
    focused: bool,
) -> Option<(u16, u16)> {
    if dy >= inside.height {
        return None;
    }
    note(theme, frame, inside, dy, name, Token::TextMuted);
    let row = Rect {
        x: inside.x + 8.min(inside.width),
        y: inside.y + dy,
        width: inside.width.saturating_sub(8),
        height: 1,
    };
    let state = if focused { field::State::Focus } else { field::State::Idle };
    field::draw(frame.buffer_mut(), row, text, hint, state, theme)
}

/// The import: two fields, then what came of each file.
pub(super) fn import(
    model: &Model,
    import: &Import,
    theme: &Theme,
    frame: &mut Frame,
    whole: Rect,
) -> Measured {
    let mut measured = Measured::default();
    let Some(job) = import.job else {
        let foot = "tab next field · enter import · esc";
        let inside = modal::frame(frame.buffer_mut(), whole, (72, 8), "Import conversations", foot, theme);
        let path = labelled(
            theme,
            frame,
            inside,
            0,
            "Path",
            &import.path,
            "a file or a folder, ~/conversations",
            !import.in_batch,
        );
        let batch =
            labelled(theme, frame, inside, 1, "Batch", &import.batch, "optional name", import.in_batch);
        measured.cursor = path.or(batch);
        let kinds = "Enriched, full, v4 JSONL and raw files are recognised by what is in them.";
        note(theme, frame, inside, 3, kinds, Token::TextMuted);
        note(theme, frame, inside, 4, import.problem.as_deref().unwrap_or(""), Token::StatusFail);
        return measured;
    };
    let size = (whole.width.saturating_sub(8).min(110), whole.height.saturating_sub(4));
    let inside =
        modal::frame(frame.buffer_mut(), whole, size, "Import", "esc close; the work goes on", theme);
    match &import.result {
        None => {
            let step = model.jobs.get(job).map(|job| job.step.clone()).unwrap_or_default();
            progress::draw(frame.buffer_mut(), inside, &step.stage, step.done, step.total, &step.note, theme);
        }
        Some(Err(problem)) => {
            for (dy, content) in text::wrap(&problem.full(), usize::from(inside.width)).iter().enumerate() {
                note(theme, frame, inside, line(dy), content, Token::StatusFail);
            }
        }
        Some(Ok(outcome)) => {
            let total = outcome.total;
            let head = format!(
                "{} new · {} known · {} replaced · {} files not read",
                text::thousands(total.new),
                text::thousands(total.same),
                text::thousands(total.replaced),
                outcome.failed
            );
            note(theme, frame, inside, 0, &head, Token::TextStrong);
            let list = Rect {
                y: inside.y + 2.min(inside.height),
                height: inside.height.saturating_sub(2),
                ..inside
            };
            measured.pane("conversations.import", area(list));
            for (dy, file) in outcome.files.iter().skip(import.top).take(usize::from(list.height)).enumerate()
            {
                imported(file, theme, frame, list, line(dy));
            }
        }
    }
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
