//! What of a list is shown, and in which order: search, filter line, ready-made views, sort. The lists whose rows are all at hand (files,
//! datasets, runs, models) have it in common; the conversations ask the store and share the line that is written in.

use super::entry::{Entry, Query, remember};
use super::{Nav, TextField};
use chrono::{DateTime, Utc};
use domain::filter::{Cell, Field, Filter, Row, matches, order, parse_in};
use std::collections::BTreeSet;

/// Values of a column that are offered.
const VALUES: usize = 200;
/// So many rows can be marked and compared at most.
pub const MOST: usize = 4;

/// A list that can be searched, filtered and sorted.
pub trait Listed: Field {
    /// What `s` goes through, in this order.
    const SORTS: &'static [Self];
    /// What `F` goes through: a name, and a filter as it would be written.
    const VIEWS: &'static [(&'static str, &'static str)];
    /// An example of a filter.
    const EXAMPLE: &'static str;
}

/// A line that is being written.
#[derive(Debug, Clone, PartialEq)]
pub enum Line<C: Field> {
    /// A filter.
    Filter(Entry<C>),
    /// A search.
    Search(Entry<C>),
}

/// What is asked of the finder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Find {
    /// Opens the filter line.
    Filter,
    /// Opens the search line.
    Search,
    /// Writes a candidate into the filter line.
    Complete(usize),
    /// Takes a condition away.
    Drop(usize),
    /// Shows everything again.
    Clear,
    /// The next ready-made view.
    View,
    /// Sorts by the next column.
    Sort,
    /// Turns the order round.
    Turn,
    /// Sorts by the column of this number among all; the same one again: turns round.
    By(usize),
}

/// What of a list is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Finder<C: Field> {
    /// Filter, search and order.
    pub query: Query<C>,
    /// The line that has the keyboard.
    pub line: Option<Box<Line<C>>>,
    /// Earlier filters, the newest last.
    pub history: Vec<String>,
    /// Places in the list of those that are shown, in their order.
    pub shown: Vec<usize>,
}

impl<C: Field> Default for Finder<C> {
    fn default() -> Self {
        Self { query: Query::default(), line: None, history: Vec::new(), shown: Vec::new() }
    }
}

impl<C: Listed> Finder<C> {
    /// Everything is shown.
    pub fn is_all(&self) -> bool {
        self.query.effective() == Filter::All
    }

    /// Shows everything again; whether it did not.
    pub fn clear(&mut self) -> bool {
        let all = self.is_all();
        (self.query.filter, self.query.search) = (Filter::All, String::new());
        !all
    }

    /// The text field that has the keyboard.
    pub fn field(&mut self) -> Option<&mut TextField> {
        match self.line.as_deref_mut()? {
            Line::Filter(entry) | Line::Search(entry) => Some(&mut entry.field),
        }
    }

    /// The pane that has the keyboard instead of the rows.
    pub fn pane(&self) -> Option<&'static str> {
        Some(match self.line.as_deref()? {
            Line::Filter(_) => "list.filter",
            Line::Search(_) => "list.search",
        })
    }

    /// The view in use.
    pub fn view(&self, now: DateTime<Utc>) -> Option<&'static str> {
        let mut views = C::VIEWS.iter();
        views.find(|(_, text)| parse_in(text, now).as_ref() == Ok(&self.query.filter)).map(|(name, _)| *name)
    }

    /// Takes in what is asked.
    pub fn take<R: Row<Field = C>>(&mut self, rows: &[R], find: Find, now: DateTime<Utc>) {
        match find {
            Find::Filter => {
                self.line = Some(Box::new(Line::Filter(Entry::filter(&self.query))));
                self.offer(rows);
            }
            Find::Search => self.line = Some(Box::new(Line::Search(Entry::search(&self.query)))),
            Find::Complete(candidate) => self.complete(rows, Some(candidate), now),
            Find::Drop(at) => self.query.filter = self.query.filter.without(at),
            Find::Clear => drop(self.clear()),
            Find::View => {
                let names: Vec<&str> = C::VIEWS.iter().map(|(name, _)| *name).collect();
                let at = self.view(now).and_then(|name| names.iter().position(|other| *other == name));
                let next = C::VIEWS.get(at.map_or(0, |at| at + 1));
                self.query.filter =
                    next.and_then(|(_, text)| parse_in(text, now).ok()).unwrap_or(Filter::All);
            }
            Find::Sort => {
                let at = C::SORTS.iter().position(|column| *column == self.query.sort.column);
                let next = C::SORTS[at.map_or(0, |at| (at + 1) % C::SORTS.len())];
                self.query.sort = domain::filter::Sort::natural(next);
            }
            Find::Turn => self.query.sort = self.query.sort.turned(),
            Find::By(at) => {
                let Some(&column) = C::all().get(at) else { return };
                self.query.sort = if self.query.sort.column == column {
                    self.query.sort.turned()
                } else {
                    domain::filter::Sort::natural(column)
                };
            }
        }
    }

    /// The text of the line is another one: it counts at once, as far as it is a filter.
    pub fn changed<R: Row<Field = C>>(&mut self, rows: &[R], now: DateTime<Utc>) {
        match self.line.as_deref_mut() {
            Some(Line::Filter(entry)) => {
                entry.changed(now);
                if let (false, Ok(filter)) = (entry.begun(), parse_in(entry.field.text(), now)) {
                    self.query.filter = filter;
                }
                self.offer(rows);
            }
            Some(Line::Search(entry)) => entry.field.text().trim().clone_into(&mut self.query.search),
            None => {}
        }
    }

    /// Offers the values that the rows hold.
    fn offer<R: Row<Field = C>>(&mut self, rows: &[R]) {
        let Some(Line::Filter(entry)) = self.line.as_deref_mut() else { return };
        let Some((column, prefix)) = entry.completions.needs_values_of.clone() else { return };
        let prefix = prefix.to_lowercase();
        let text = |row: &R| match row.cell(column) {
            Cell::Text(text) if text.to_lowercase().starts_with(&prefix) => Some(text.to_owned()),
            _ => None,
        };
        let values: BTreeSet<String> = rows.iter().filter_map(text).take(VALUES).collect();
        entry.offer(column, values);
    }

    /// Writes a candidate.
    fn complete<R: Row<Field = C>>(&mut self, rows: &[R], candidate: Option<usize>, now: DateTime<Utc>) {
        if let Some(Line::Filter(entry)) = self.line.as_deref_mut()
            && entry.complete(candidate)
        {
            self.changed(rows, now);
        }
    }

    /// A move while a line has the keyboard; `false`: it is one for the rows.
    pub fn nav<R: Row<Field = C>>(&mut self, rows: &[R], nav: Nav, now: DateTime<Utc>) -> bool {
        match (self.line.as_deref_mut(), nav) {
            (Some(Line::Search(_)), Nav::Enter) => self.line = None,
            (None | Some(Line::Search(_)), _) => return false,
            (Some(Line::Filter(entry)), Nav::Enter) if entry.candidate.is_some() => {
                self.complete(rows, None, now);
            }
            (Some(Line::Filter(entry)), Nav::Enter) => {
                entry.error = parse_in::<C>(entry.field.text(), now).err();
                if let Ok(filter) = parse_in(entry.field.text(), now) {
                    self.query.filter = filter;
                    remember(&mut self.history, entry.field.text());
                    self.line = None;
                }
            }
            (Some(Line::Filter(_)), Nav::Next) => self.complete(rows, None, now),
            (Some(Line::Filter(entry)), nav) => {
                if entry.step(nav, &self.history) {
                    let past = entry.past;
                    self.changed(rows, now);
                    if let Some(Line::Filter(entry)) = self.line.as_deref_mut() {
                        entry.past = past;
                    }
                }
            }
        }
        true
    }

    /// `esc` in a line: as it was before. Whether one was open.
    pub fn cancel(&mut self) -> bool {
        match self.line.take().map(|line| *line) {
            Some(Line::Filter(entry) | Line::Search(entry)) => {
                self.query = entry.before;
                true
            }
            None => false,
        }
    }

    /// Finds out which rows are shown, of those that `takes` lets through.
    pub fn arrange<R: Row<Field = C>>(
        &mut self,
        rows: &[R],
        takes: impl Fn(&R) -> bool,
        now: Option<DateTime<Utc>>,
    ) {
        let filter = self.query.effective();
        let filter = now.map_or_else(|| filter.clone(), |now| filter.at(now));
        let mut shown: Vec<usize> =
            (0..rows.len()).filter(|&at| takes(&rows[at]) && matches(&filter, &rows[at])).collect();
        // A stable sort: equal ones stay as the store gave them.
        shown.sort_by(|&a, &b| order(self.query.sort, &rows[a], &rows[b]));
        self.shown = shown;
    }
}
