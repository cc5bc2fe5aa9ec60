//! Messages, notifications, running work, and the question of leaving.

use super::super::overlay::token;
use super::super::paint::{area as cells, overlay, page_top, put};
use crate::model::modal::QuitChoice;
use crate::model::shell::Message;
use crate::model::{Job, JobState, Measured, Model, Msg, Nav, Severity};
use crate::text;
use crate::theme::{Theme, Token};
use crate::update::shell::modal::{PANE, click, notices};
use crate::widgets::modal;
use ratatui::Frame;
use ratatui::layout::Rect;

/// Lines with a style, of which one is selected.
fn draw(
    rows: &[(String, Token)],
    at: usize,
    empty: &str,
    theme: &Theme,
    frame: &mut Frame,
    list: Rect,
) -> Measured {
    let mut measured = Measured::default();
    measured.pane(PANE, cells(list));
    measured.wheel(cells(list), Msg::Nav(Nav::Up), Msg::Nav(Nav::Down));
    let top = page_top(at, usize::from(list.height));
    for ((index, (text, token)), y) in rows.iter().enumerate().skip(top).zip(0..list.height) {
        let line = Rect { y: list.y + y, height: 1, ..list };
        let selected = index == at;
        let bar = if selected { theme.glyph(Token::SelectRow) } else { " " };
        let style = theme.style(if selected { Token::SelectRow } else { *token });
        let whole = text::fit(&format!("{bar} {text}"), usize::from(line.width), text::Align::Left);
        put(frame.buffer_mut(), line, 0, 0, &whole, style);
        measured.click(cells(line), click(index));
    }
    modal::position(frame.buffer_mut(), list, top, at, rows.len(), theme);
    if rows.is_empty() {
        put(frame.buffer_mut(), list, 0, 0, empty, theme.style(Token::TextMuted));
    }
    measured
}

/// The size of a list's frame: as high as its lines, within limits, so that it seldom changes while lines come in.
fn size(whole: Rect, width: u16, lines: usize) -> (u16, u16) {
    let lines = u16::try_from(lines).unwrap_or(u16::MAX).clamp(6, 22);
    (whole.width.saturating_sub(4).min(width), lines.min(modal::room(whole)) + 2)
}

/// The themes; the one under the cursor is in use.
pub fn themes(model: &Model, at: usize, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let rows: Vec<(String, Token)> =
        model.shell.themes.iter().map(|name| (name.clone(), Token::TextNormal)).collect();
    let (_, height) = size(whole, 0, rows.len());
    let foot = "↑↓ try on · enter keep for this session · esc as before";
    let inside = modal::frame(frame.buffer_mut(), whole, (62, height), "Theme", foot, theme);
    draw(&rows, at, "", theme, frame, inside)
}

/// A severity in a list, where it need not catch the eye.
const fn quiet(severity: Severity) -> Token {
    match severity {
        Severity::Info => Token::TextNormal,
        Severity::Success => Token::StatusOk,
        Severity::Warn => Token::StatusWarn,
        Severity::Error => Token::StatusFail,
    }
}

/// Everything that was said, or only the notifications.
pub fn messages(
    model: &Model,
    at: usize,
    notes: bool,
    theme: &Theme,
    frame: &mut Frame,
    whole: Rect,
) -> Measured {
    let title = if notes { "Notifications" } else { "Messages and errors" };
    let found: Vec<&Message> =
        if notes { notices(model).collect() } else { model.shell.messages.iter().collect() };
    let rows: Vec<(String, Token)> = found
        .into_iter()
        .map(|message| {
            let new = if notes && !message.seen { theme.glyph(Token::BadgeUnread) } else { " " };
            let sign = theme.glyph(token(message.severity));
            let line = format!("{new}{} {sign} {}", message.at.format("%H:%M:%S"), message.text);
            (line, quiet(message.severity))
        })
        .collect();
    let inside = overlay(theme, frame, whole, size(whole, 110, rows.len()), title);
    draw(&rows, at, "Nothing was said yet.", theme, frame, inside)
}

/// Long work of this session.
pub fn jobs(model: &Model, at: usize, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let rows: Vec<(String, Token)> = model.jobs.list.iter().map(|job| job_line(model, job, theme)).collect();
    let inside = overlay(theme, frame, whole, size(whole, 100, rows.len()), "Running work");
    draw(&rows, at, "No long work was started yet.", theme, frame, inside)
}

fn job_line(model: &Model, job: &Job, theme: &Theme) -> (String, Token) {
    let (token, word) = match &job.state {
        JobState::Running => (Token::StatusRun, ""),
        JobState::Cancelling => (Token::StatusWarn, "stopping"),
        JobState::Done => (Token::StatusOk, "done"),
        JobState::Cancelled => (Token::StatusStale, "stopped"),
        JobState::Failed(_) => (Token::StatusFail, "failed (enter: why)"),
    };
    let seconds = model.now.map_or(0, |now| job.age(now.mono).as_secs());
    let mut line = format!("{} {}", theme.glyph(token), job.title);
    if job.state == JobState::Running {
        line = format!("{line}  {}", progress(job));
    }
    (format!("{line}  {word}  {}:{:02}", seconds / 60, seconds % 60), token)
}

/// How far a job is, in words.
fn progress(job: &Job) -> String {
    let step = &job.step;
    match (step.percent(), step.total) {
        (Some(percent), Some(total)) => {
            format!("{} {percent} %  {}/{}", step.stage, text::thousands(step.done), text::thousands(total))
        }
        _ if step.done > 0 => format!("{} {}", step.stage, text::thousands(step.done)),
        _ => step.stage.clone(),
    }
}

/// Leaving with live work.
pub fn quit(model: &Model, at: usize, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let mut rented = model
        .now
        .map_or_else(Vec::new, |now| crate::model::rented::first(model.settings.runpod.lines(), now.wall));
    if let Some(burn) = model.settings.runpod.burn() {
        // A machine that starts costs nothing yet.
        let cost = if burn > domain::money::Usd::ZERO {
            format!("goes on costing {burn} an hour")
        } else {
            "soon costs".to_owned()
        };
        rented.insert(0, format!("Rented, and {cost}:"));
    }
    rented.extend(crate::model::rented::left(&model.settings.runpod.left()));
    let more = u16::try_from(rented.len()).unwrap_or(0) + u16::from(!rented.is_empty());
    let size = (whole.width.saturating_sub(4).min(76), 9 + more);
    let inside = overlay(theme, frame, whole, size, "Leave brightrun?");
    let (live, runs) = (model.jobs.live().count(), model.trainings.hands.len());
    let head = match (live, runs) {
        (0, 0) => "Everything has ended meanwhile.".to_owned(),
        (1, 0) => "One piece of work is going on.".to_owned(),
        (live, 0) => format!("{live} pieces of work are going on."),
        (0, 1) => "A run is followed here.".to_owned(),
        (0, runs) => format!("{runs} runs are followed here."),
        (live, runs) => format!(
            "{} {} going on, and {} followed here.",
            text::many(live as u64, "task"),
            if live == 1 { "is" } else { "are" },
            text::many(runs as u64, "run")
        ),
    };
    put(frame.buffer_mut(), inside, 0, 0, &head, theme.style(Token::TextStrong));
    for (dy, line) in (2..).zip(&rented) {
        let token = if dy == 2 { Token::StatusWarn } else { Token::TextNormal };
        let line = text::fit(line, usize::from(inside.width), text::Align::Left);
        put(frame.buffer_mut(), inside, 0, dy, &line, theme.style(token));
    }
    let above = (2 + more).min(inside.height);
    let list = Rect { y: inside.y + above, height: inside.height.saturating_sub(above), ..inside };
    let rows: Vec<(String, Token)> = QuitChoice::offered(model.idle())
        .iter()
        .map(|choice| {
            let (id, text) = match choice {
                QuitChoice::Detach if runs > 0 => {
                    ("quit.detach", "leave; workers go on, the next start takes over")
                }
                QuitChoice::Stop if runs > 0 => ("quit.stop", "make a checkpoint of every run, then leave"),
                QuitChoice::Detach if model.idle() => ("quit.detach", "leave"),
                QuitChoice::Detach => ("quit.detach", "leave it; the next start finishes or undoes it"),
                QuitChoice::Wait => ("quit.wait", "wait until it is done, then leave"),
                QuitChoice::Stop => ("quit.stop", "stop it and leave; nothing half-done is left"),
            };
            (format!("{}  {text}", text::pad(&model.keymap.key_of(id), 3)), Token::TextNormal)
        })
        .collect();
    draw(&rows, at.min(rows.len() - 1), "", theme, frame, list)
}
