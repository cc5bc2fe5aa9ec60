//! The first line: the filter as pills or being written, and how many there are.

use crate::model::conversations::{Entry, Focus, Msg as Do, State};
use crate::model::{Measured, Model, Msg};
use crate::text;
use crate::theme::{Theme, Token};
use crate::view::area;
use crate::widgets::{clear, field, pills, put};
use domain::filter::{Direction, pills as parts};
use domain::page::Count;
use ratatui::{Frame, layout::Rect};

/// Candidates in view.
const CANDIDATES: usize = 8;

/// Draws it; `below` is where the candidates and an error may lie.
pub(super) fn draw(
    model: &Model,
    order_in_view: bool,
    theme: &Theme,
    frame: &mut Frame,
    (place, below): (Rect, Rect),
    measured: &mut Measured,
) {
    let state = &model.conversations;
    let counter = counter(state, model.runs.waits("conversations.page"), order_in_view);
    let wide = u16::try_from(text::width(&counter)).unwrap_or(u16::MAX).min(place.width);
    let right = Rect { x: place.right() - wide, width: wide, ..place };
    let left = Rect { width: place.width.saturating_sub(wide + 2), ..place };
    put(frame.buffer_mut(), right, 0, 0, &counter, theme.style(Token::TextMuted));
    match &state.focus {
        Focus::Filter(entry) => {
            let at = put(frame.buffer_mut(), left, 1, 0, "Filter ", theme.style(Token::TextStrong)) + 1;
            let line = Rect { x: left.x + at, width: left.width.saturating_sub(at), ..left };
            writing(entry, theme, frame, line, below, measured);
        }
        Focus::Search(entry) => {
            let at = put(frame.buffer_mut(), left, 1, 0, "Search ", theme.style(Token::TextStrong)) + 1;
            let line = Rect { x: left.x + at, width: left.width.saturating_sub(at), ..left };
            let hint = "words in title, persona, arc, topic or key";
            measured.cursor =
                field::draw(frame.buffer_mut(), line, &entry.field, hint, field::State::Focus, theme);
        }
        _ => shown(state, theme, frame, left, measured),
    }
}

/// The filter as pills; a click takes one away.
fn shown(state: &State, theme: &Theme, frame: &mut Frame, left: Rect, measured: &mut Measured) {
    let mut texts: Vec<String> = parts(&state.query.filter).into_iter().map(|pill| pill.text).collect();
    let filters = texts.len();
    if !state.query.search.is_empty() {
        texts.push(format!("search \"{}\"", state.query.search));
    }
    if texts.is_empty() {
        put(frame.buffer_mut(), left, 1, 0, "All conversations", theme.style(Token::TextMuted));
        return;
    }
    let name = state.view.as_deref().unwrap_or("Filter");
    let at = put(frame.buffer_mut(), left, 1, 0, name, theme.style(Token::TextStrong)) + 2;
    let indices: Vec<usize> = parts(&state.query.filter).iter().map(|pill| pill.index).collect();
    for (pill, place) in pills::draw(frame.buffer_mut(), left, at, &texts, theme) {
        let msg = if pill < filters { Do::DropPill(indices[pill]) } else { Do::Search };
        measured.click(area(place), Msg::Conversations(msg));
    }
}

/// The filter being written: field, the spot of an error, candidates.
fn writing(
    entry: &Entry,
    theme: &Theme,
    frame: &mut Frame,
    line: Rect,
    below: Rect,
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
    let hint = "status = approved and turns >= 6   (tab completes, ↑ history)";
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
        measured.click(area(row), Msg::Conversations(Do::Complete(Some(index))));
        y += 1;
    }
}

fn number(count: Option<Count>) -> String {
    match count {
        Some(Count::Exact(n)) => text::thousands(n),
        Some(Count::Estimate(n)) => format!("~{}", text::thousands(n)),
        None => "…".to_owned(),
    }
}

/// `37 of 1,204 · 12 marked · 2 unfit`; `~` is a guess, `…` is not known yet.
fn counter(state: &State, loading: bool, order_in_view: bool) -> String {
    let count = number(state.count);
    let all = state.query.effective() == domain::filter::Filter::All;
    let mut parts = vec![if all { count } else { format!("{count} of {}", number(state.total)) }];
    if !state.marks.is_empty() {
        parts.push(format!("{} marked", number(state.marks.count())));
        if state.marks.unfit() != Some(Count::Exact(0)) {
            parts.push(format!("{} unfit", number(state.marks.unfit())));
        }
    }
    if state.range.is_some() {
        parts.push("range".to_owned());
    }
    if !order_in_view {
        let sort = state.query.sort;
        let sign = if sort.direction == Direction::Descending { '↓' } else { '↑' };
        parts.push(format!("{} {sign}", sort.column));
    }
    if loading && state.stale() {
        parts.push("…".to_owned());
    }
    format!("{} ", parts.join(" · "))
}
