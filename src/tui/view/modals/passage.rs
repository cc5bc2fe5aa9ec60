//! The place that a finding speaks of: the conversation at its turn, the line, or what is round a fault.

use super::reading_at;
use crate::model::Measured;
use crate::model::walk::{Reading, line_of};
use crate::text;
use crate::theme::{Theme, Token};
use crate::view::conversations::turn;
use crate::view::places::place;
use crate::widgets::Lines;
use domain::dataset::Passage;
use ratatui::{Frame, layout::Rect};

/// Longer lines are hard to read.
const READABLE: u16 = 104;

/// Draws it.
pub(super) fn draw(reading: &Reading, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let width = whole.width.saturating_sub(4).min(READABLE);
    let mut lines = Lines::new(usize::from(width.saturating_sub(4)));
    lines.text(&format!("{}: {}", reading.code, place(&reading.place)), 0, Token::StatusWarn);
    lines.blank();
    match &reading.content {
        None => lines.text("Reading …", 0, Token::TextMuted),
        Some(Err(problem)) => lines.text(&problem.full(), 0, Token::StatusFail),
        Some(Ok(passage)) => content(&mut lines, reading, passage),
    }
    let title = format!("{} · place {} of {}", reading.name, reading.at + 1, reading.of);
    let foot = "←→ other places · ↑↓ scroll · esc back";
    // It fills the screen, so that nothing jumps when what stands there comes.
    let size = (width, whole.height);
    reading_at(&lines, reading.top, (&title, foot), size, theme, frame, whole)
}

fn content(lines: &mut Lines, reading: &Reading, passage: &Passage) {
    match passage {
        Passage::Conversation { id, number, turns } => {
            lines.text(
                &format!("Conversation {} of the file: {id}", text::thousands(*number)),
                0,
                Token::TextHeading,
            );
            for said in turns {
                lines.blank();
                let here = reading.place.turn == Some(said.number);
                turn(lines, said, here, &mut |line| {
                    if here {
                        line.push((format!("  ! {}", reading.code), Token::StatusWarn));
                    }
                });
            }
        }
        Passage::Value(value) => {
            let own = domain::dataset::Place { line: None, ..reading.place.clone() };
            let here = line_of(value, &own);
            for (number, line) in value.iter().enumerate() {
                one(lines, line, here == Some(number));
            }
        }
        Passage::Lines { first, lines: found } => {
            for (number, line) in (*first..).zip(found) {
                let line = format!("{:>7} {line}", text::thousands(number));
                one(lines, &line, reading.place.line == Some(number));
            }
        }
    }
}

/// A line of a file, wrapped so that what belongs to it is set in.
fn one(lines: &mut Lines, line: &str, selected: bool) {
    let indent = line.len() - line.trim_start().len();
    let write = |lines: &mut Lines| lines.text(line.trim_start(), indent + 1, Token::TextNormal);
    if selected { lines.select(write) } else { write(lines) }
}
