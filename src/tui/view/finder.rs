//! The first line of a list: what of it is shown, as pills or being written, and how much that is.

use super::{area, entry};
use crate::model::finder::{Find, Finder, Line, Listed};
use crate::model::{Measured, Model, Msg, Problem};
use crate::text;
use crate::theme::{Theme, Token};
use crate::widgets::table::{self, Drawn};
use crate::widgets::{field, pills, put};
use domain::filter::{Direction, Sort, pills as parts};
use ratatui::{Frame, layout::Rect};

/// What the line says beside filter and search.
pub(super) struct Says<'a> {
    /// The list could not be read; the sentence begins with this.
    pub problem: Option<(&'a Problem, bool)>,
    /// What stands there while everything is shown.
    pub all: String,
    /// Rows in the list; `None`: not known yet.
    pub rows: Option<usize>,
    /// Rows that are marked.
    pub marked: usize,
}

/// Draws it; `below` is where the candidates and an error may lie, so it is drawn after the list.
pub(super) fn draw<C: Listed>(
    model: &Model,
    (finder, says): (&Finder<C>, &Says),
    theme: &Theme,
    frame: &mut Frame,
    (place, below): (Rect, Rect),
    measured: &mut Measured,
) {
    let counter = counter(finder, says);
    let wide = u16::try_from(text::width(&counter)).unwrap_or(u16::MAX).min(place.width);
    let right = Rect { x: place.right() - wide, width: wide, ..place };
    let left = Rect { width: place.width.saturating_sub(wide + 1), ..place };
    let (muted, strong) = (theme.style(Token::TextMuted), theme.style(Token::TextStrong));
    put(frame.buffer_mut(), right, 0, 0, &counter, muted);
    let writes = |frame: &mut Frame, word| {
        let at = put(frame.buffer_mut(), left, 1, 0, word, strong) + 1;
        Rect { x: left.x + at, width: left.width.saturating_sub(at), ..left }
    };
    match finder.line.as_deref() {
        Some(Line::Filter(entry)) => {
            let line = writes(frame, "Filter ");
            let hint = format!("{}   (tab completes, ↑ history)", C::EXAMPLE);
            let complete = |at| Msg::Find(Find::Complete(at));
            entry::draw(entry, (&hint, complete), theme, frame, (line, below), measured);
        }
        Some(Line::Search(entry)) => {
            let line = writes(frame, "Search ");
            let hint = format!("words in {}", C::SEARCHED);
            let focus = field::State::Focus;
            measured.cursor = field::draw(frame.buffer_mut(), line, &entry.field, &hint, focus, theme);
        }
        None => shown(model, (finder, says), theme, frame, left, measured),
    }
}

/// What is wrong, the filter as pills (a click takes one away), or what there is.
fn shown<C: Listed>(
    model: &Model,
    (finder, says): (&Finder<C>, &Says),
    theme: &Theme,
    frame: &mut Frame,
    left: Rect,
    measured: &mut Measured,
) {
    if let Some((problem, there)) = says.problem {
        let text = super::browse::unread(problem, there);
        put(frame.buffer_mut(), left, 1, 0, &text, theme.style(Token::StatusFail));
        return;
    }
    let conditions = parts(&finder.query.filter);
    let mut texts: Vec<String> = conditions.iter().map(|pill| pill.text.clone()).collect();
    if !finder.query.search.is_empty() {
        texts.push(format!("search \"{}\"", finder.query.search));
    }
    if texts.is_empty() {
        put(frame.buffer_mut(), left, 1, 0, &says.all, theme.style(Token::TextMuted));
        return;
    }
    let view = model.now.and_then(|now| finder.view(now.wall)).unwrap_or("Filter");
    let at = put(frame.buffer_mut(), left, 1, 0, view, theme.style(Token::TextStrong)) + 2;
    for (pill, place) in pills::draw(frame.buffer_mut(), left, at, &texts, theme) {
        let find = conditions.get(pill).map_or(Find::Search, |pill| Find::Drop(pill.index));
        measured.click(area(place), Msg::Find(find));
    }
}

/// `3 of 6 · 2 marked · cost ↓`: what is not as usual.
fn counter<C: Listed>(finder: &Finder<C>, says: &Says) -> String {
    let mut parts = Vec::new();
    if let Some(rows) = says.rows.filter(|_| !finder.is_all() || finder.line.is_some()) {
        parts.push(format!(
            "{} of {}",
            text::thousands(finder.shown.len() as u64),
            text::thousands(rows as u64)
        ));
    }
    if says.marked > 0 {
        parts.push(format!("{} marked", says.marked));
    }
    let sort = finder.query.sort;
    if sort != Sort::default() {
        let sign = if sort.direction == Direction::Descending { '↓' } else { '↑' };
        parts.push(format!("{} {sign}", sort.column));
    }
    if parts.is_empty() { String::new() } else { format!("{} ", parts.join(" · ")) }
}

/// The columns of a list, the one marked that it is sorted by; `fields` says what each of them shows.
pub(super) fn columns<C: Listed, const N: usize>(
    mut columns: [table::Column; N],
    fields: [Option<C>; N],
    sort: Sort<C>,
) -> [table::Column; N] {
    for (column, field) in columns.iter_mut().zip(fields) {
        if field == Some(sort.column) {
            column.sorted = Some(sort.direction == Direction::Descending);
        }
    }
    columns
}

/// A click on a heading sorts by its column.
pub(super) fn headings<C: Listed>(drawn: &Drawn, fields: &[Option<C>], measured: &mut Measured) {
    for (index, heading) in &drawn.headings {
        let field = fields.get(*index).copied().flatten();
        if let Some(at) = field.and_then(|field| C::all().iter().position(|other| *other == field)) {
            measured.click(area(*heading), Msg::Find(Find::By(at)));
        }
    }
}

/// What stands where no row is like that.
pub(super) fn nothing(lines: &mut crate::widgets::Lines) {
    lines.heading("Nothing matches");
    lines.text("backspace shows everything again, f changes the filter, / the search.", 0, Token::TextNormal);
}
