//! A line in which a filter or a search is written, over whichever table.

use super::{Nav, TextField};
use chrono::{DateTime, Utc};
use domain::filter::{
    Candidate, CandidateKind, Column, Completions, Field, Filter, ParseError, Sort, complete_in, parse_in,
    print, quote,
};
use std::time::Instant;

/// Lines of a history.
const HISTORY: usize = 50;

/// What is asked of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Query<C: Field = Column> {
    /// The filter line.
    pub filter: Filter<C>,
    /// The search.
    pub search: String,
    /// The order.
    pub sort: Sort<C>,
}

impl<C: Field> Default for Query<C> {
    fn default() -> Self {
        Self { filter: Filter::All, search: String::new(), sort: Sort::default() }
    }
}

impl<C: Field> Query<C> {
    /// Filter and search in one.
    pub fn effective(&self) -> Filter<C> {
        let words = self.search.trim();
        if words.is_empty() {
            self.filter.clone()
        } else {
            self.filter.clone().and(Filter::Search(words.to_owned()))
        }
    }
}

/// A line in which a filter or a search is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<C: Field = Column> {
    /// What is written.
    pub field: TextField,
    /// What was asked before, for `esc`.
    pub before: Query<C>,
    /// Why it is no filter.
    pub error: Option<ParseError>,
    /// What could be written here.
    pub completions: Completions<C>,
    /// The candidate that was stepped to.
    pub candidate: Option<usize>,
    /// The line of the history that was stepped to, from the newest.
    pub past: Option<usize>,
    /// When what is written is asked without `enter`.
    pub due: Option<Instant>,
}

impl<C: Field> Default for Entry<C> {
    fn default() -> Self {
        Self {
            field: TextField::default(),
            before: Query::default(),
            error: None,
            completions: Completions::default(),
            candidate: None,
            past: None,
            due: None,
        }
    }
}

impl<C: Field> Entry<C> {
    /// A line with the filter in it.
    pub fn filter(query: &Query<C>) -> Self {
        let text = print(&query.filter);
        let text = if text.is_empty() { text } else { format!("{text} ") };
        let mut entry = Self { field: TextField::with(text), before: query.clone(), ..Self::default() };
        entry.suggest();
        entry
    }

    /// A line with the search in it.
    pub fn search(query: &Query<C>) -> Self {
        Self { field: TextField::with(query.search.clone()), before: query.clone(), ..Self::default() }
    }

    /// Finds out what could be written at the cursor.
    fn suggest(&mut self) {
        self.completions = complete_in(self.field.text(), self.field.cursor());
        self.candidate = None;
    }

    /// The text of a filter is another one.
    pub fn changed(&mut self, now: DateTime<Utc>) {
        self.error = parse_in::<C>(self.field.text(), now).err();
        self.past = None;
        self.suggest();
    }

    /// A condition is only begun: its column is being written, or stands there and an operator has to follow. As a filter that
    /// would be a search for the column's name.
    pub fn begun(&self) -> bool {
        let Completions { replace, candidates, .. } = &self.completions;
        let typed = self.field.text().get(replace.clone()).unwrap_or_default().to_ascii_lowercase();
        candidates.iter().any(|candidate| match candidate.kind {
            CandidateKind::Operator => true,
            CandidateKind::Column => !typed.is_empty() && candidate.text.starts_with(&typed),
            CandidateKind::Word | CandidateKind::Keyword => false,
        })
    }

    /// Values of a column fit here as well.
    pub fn offer(&mut self, column: C, values: impl IntoIterator<Item = String>) {
        if self.completions.needs_values_of.as_ref().is_some_and(|(wanted, _)| *wanted == column) {
            let values = values.into_iter().map(|value| Candidate {
                text: quote(&value),
                note: column.to_string(),
                kind: CandidateKind::Word,
            });
            self.completions.candidates.extend(values);
        }
    }

    /// A move through the candidates, and through the history where nothing is written. Whether the text is another one; after
    /// [`Self::changed`] the place in the history is to be set again.
    pub fn step(&mut self, nav: Nav, history: &[String]) -> bool {
        let in_history =
            self.past.is_some() || self.field.text().trim().is_empty() && self.candidate.is_none();
        match nav {
            Nav::Up if in_history && !history.is_empty() => {
                let past = self.past.map_or(0, |past| (past + 1).min(history.len() - 1));
                self.past = Some(past);
                self.field.set(history[history.len() - 1 - past].clone());
                true
            }
            Nav::Down if self.past.is_some() => {
                self.past = self.past.and_then(|past| past.checked_sub(1));
                let line = self.past.map(|past| history[history.len() - 1 - past].clone());
                self.field.set(line.unwrap_or_default());
                true
            }
            Nav::Up | Nav::Down | Nav::Previous => {
                let len = self.completions.candidates.len();
                if len > 0 {
                    self.candidate = Some(match (nav, self.candidate) {
                        (Nav::Down, None) => 0,
                        (Nav::Down, Some(at)) => (at + 1) % len,
                        (_, at) => (at.unwrap_or(0) + len - 1) % len,
                    });
                }
                false
            }
            _ => false,
        }
    }

    /// Writes a candidate: this one, else the one that was stepped to, else the first. Whether there was one.
    pub fn complete(&mut self, candidate: Option<usize>) -> bool {
        let at = candidate.or(self.candidate).unwrap_or(0);
        let Some(candidate) = self.completions.candidates.get(at) else { return false };
        let text = format!("{} ", candidate.text);
        self.field.replace(self.completions.replace.clone(), &text);
        true
    }
}

/// Puts a line at the end of a history, where it stands once.
pub fn remember(history: &mut Vec<String>, line: &str) {
    let line = line.trim();
    history.retain(|past| past != line);
    if !line.is_empty() {
        history.push(line.to_owned());
    }
    let over = history.len().saturating_sub(HISTORY);
    history.drain(..over);
}
