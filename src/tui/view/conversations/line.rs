//! The first line: the filter as pills or being written, and how many there are.

use crate::model::conversations::{Focus, Msg as Do, State};
use crate::model::{Measured, Model, Msg};
use crate::text;
use crate::theme::{Theme, Token};
use crate::view::{area, entry};
use crate::widgets::{field, pills, put};
use domain::filter::{Direction, pills as parts};
use domain::page::Count;
use ratatui::{Frame, layout::Rect};

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
            let hint = "status = approved and turns >= 6   (tab completes, ↑ history)";
            let complete = |index| Msg::Conversations(Do::Complete(Some(index)));
            entry::draw(entry, (hint, complete), theme, frame, (line, below), measured);
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
