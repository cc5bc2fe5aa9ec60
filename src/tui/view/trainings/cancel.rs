//! Why a run is to be cancelled (R4.14).

use crate::model::trainings::{Cancel, Msg as Do};
use crate::model::{Measured, Model, Msg};
use crate::theme::{Theme, Token};
use crate::view::area;
use crate::widgets::{Lines, field, modal, put};
use domain::job::CancelReason;
use ratatui::{Frame, layout::Rect};

/// Draws it.
pub(super) fn draw(
    model: &Model,
    cancel: &Cancel,
    theme: &Theme,
    frame: &mut Frame,
    whole: Rect,
) -> Measured {
    let mut measured = Measured::default();
    let Some(line) = model.trainings.find(cancel.id) else { return measured };
    let job = &line.run.job;
    let title = format!("Cancel {}?", job.name);
    let foot = "↑↓ reason · enter cancel the run · esc leaves it alone";
    let inside = modal::frame(frame.buffer_mut(), whole, (72, 16), &title, foot, theme);
    let mut lines = Lines::new(usize::from(inside.width));
    let steps = job.progress.total_steps.map_or_else(String::new, |total| format!(" of {total}"));
    let cost = job.final_cost.unwrap_or(job.current_cost);
    lines.text(
        &format!("Step {}{steps}, {:.0} %, {cost} so far.", job.progress.step, job.progress.percent),
        0,
        Token::TextNormal,
    );
    lines.text(
        "It ends for good: no model, checkpoints stay. t stops it with a checkpoint instead.",
        0,
        Token::StatusWarn,
    );
    lines.draw(frame.buffer_mut(), inside, 0, theme);
    let mut y = u16::try_from(lines.lines.len()).unwrap_or(2) + 1;
    for (at, reason) in CancelReason::ALL.iter().enumerate() {
        let selected = at == cancel.at;
        let row = Rect { y: inside.y + y, height: 1, ..inside };
        if y + 3 < inside.height {
            let bar = if selected { theme.glyph(Token::SelectRow) } else { " " };
            let style = theme.style(if selected { Token::SelectRow } else { Token::TextNormal });
            put(frame.buffer_mut(), row, 0, 0, &format!("{bar} {}", reason.sentence()), style);
            measured.click(area(row), Msg::Trainings(Do::Reason(at)));
            y += 1;
        }
    }
    let notes = Rect { y: inside.y + inside.height.saturating_sub(2), height: 1, ..inside };
    put(frame.buffer_mut(), notes, 0, 0, "Notes ", theme.style(Token::TextMuted));
    let place = Rect { x: notes.x + 6.min(notes.width), width: notes.width.saturating_sub(6), ..notes };
    let state = if cancel.problem.is_some() { field::State::Invalid } else { field::State::Focus };
    measured.cursor = field::draw(frame.buffer_mut(), place, &cancel.notes, "may stay empty", state, theme);
    if let Some(problem) = &cancel.problem {
        put(
            frame.buffer_mut(),
            inside,
            0,
            inside.height.saturating_sub(1),
            problem,
            theme.style(Token::StatusFail),
        );
    }
    measured
}
