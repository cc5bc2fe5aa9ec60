//! A filter being written: field, the spot of an error, candidates.

use super::area;
use crate::model::entry::Entry;
use crate::model::{Measured, Msg};
use crate::text;
use crate::theme::{Theme, Token};
use crate::widgets::{clear, field, put};
use domain::filter::Field;
use ratatui::{Frame, layout::Rect};

/// Candidates in view.
const CANDIDATES: usize = 8;

/// Draws it; `below` is where the candidates and an error may lie, and `complete` is what a click on a candidate does.
pub(super) fn draw<C: Field>(
    entry: &Entry<C>,
    (hint, complete): (&str, impl Fn(usize) -> Msg),
    theme: &Theme,
    frame: &mut Frame,
    (line, below): (Rect, Rect),
    measured: &mut Measured,
) {
    // What ends too early is not wrong yet, nor is a word of which the end is offered.
    let begun = !entry.completions.replace.is_empty() && !entry.completions.candidates.is_empty();
    let unfinished = entry.error.as_ref().is_some_and(|error| {
        let start = error.span.start;
        start >= entry.field.text().trim_end().len() || begun && start == entry.completions.replace.start
    });
    let good = entry.error.is_none() || unfinished;
    let state = if good { field::State::Focus } else { field::State::Invalid };
    measured.cursor = field::draw(frame.buffer_mut(), line, &entry.field, hint, state, theme);
    let mut y = below.y;
    if let Some(error) = entry.error.as_ref().filter(|_| below.height > 0) {
        let row = Rect { y, height: 1, ..below };
        clear(frame.buffer_mut(), row, theme, Token::SurfaceBase);
        let spot = field::column_of(&entry.field, error.span.start, line.width).unwrap_or(0);
        let spot = (line.x + spot).max(row.x);
        let wide = u16::try_from(text::width(&error.message)).unwrap_or(u16::MAX);
        let token = if unfinished { Token::TextMuted } else { Token::StatusFail };
        if wide + 2 > row.width {
            // Too long for a line: the caret alone, then the whole sentence.
            put(frame.buffer_mut(), row, spot - row.x, 0, "^", theme.style(token));
            for line in text::wrap(&error.message, usize::from(row.width)) {
                y += 1;
                let row = Rect { y, height: 1, ..below }.intersection(below);
                clear(frame.buffer_mut(), row, theme, Token::SurfaceBase);
                put(frame.buffer_mut(), row, 0, 0, &line, theme.style(token));
            }
        } else {
            // The sentence stands beside its caret: at the right where there is room, else at the left, else as far as it goes.
            let (x, message) = if spot + 2 + wide <= row.right() || spot < row.x + wide + 1 {
                (spot.min(row.right().saturating_sub(wide + 2)).max(row.x), format!("^ {}", error.message))
            } else {
                (spot - wide - 1, format!("{} ^", error.message))
            };
            let dx = x - row.x;
            put(frame.buffer_mut(), row, dx, 0, &message, theme.style(token));
        }
        y += 1;
    }
    let candidates = &entry.completions.candidates;
    let at = entry.candidate.unwrap_or(0);
    let first = at.saturating_sub(CANDIDATES - 1);
    let widest =
        candidates.iter().skip(first).take(CANDIDATES).map(|c| text::width(&c.text)).max().unwrap_or(0);
    let start = field::column_of(&entry.field, entry.completions.replace.start, line.width).unwrap_or(0);
    for (index, candidate) in candidates.iter().enumerate().skip(first).take(CANDIDATES) {
        if y >= below.bottom() {
            break;
        }
        let text = format!(" {}  {} ", text::pad(&candidate.text, widest), candidate.note);
        let wide = u16::try_from(text::width(&text)).unwrap_or(u16::MAX).min(below.width);
        let x = (line.x + start).min(below.right().saturating_sub(wide)).max(below.x);
        let row = Rect { x, y, width: wide, height: 1 };
        clear(frame.buffer_mut(), row, theme, Token::SurfaceOverlay);
        let token = if entry.candidate == Some(index) { Token::SelectCell } else { Token::TextNormal };
        put(frame.buffer_mut(), row, 0, 0, &text, theme.style(token));
        measured.click(area(row), complete(index));
        y += 1;
    }
}
