//! Sets of rows per value, for SQLite: which rows have a status, a turn count, a word of the search text. Any combination of
//! conditions is a few set operations, whatever the planner thinks of it (`docs/decisions/0034`).
//!
//! Triggers note which rows change; every commit of ours brings the sets up to date with them ([`fold`]). Rows that another
//! program changed are looked at one by one until then.

mod find;
mod fold;
mod rows;
mod terms;

pub use find::{Found, numbers};
pub use fold::fold;
pub use rows::Rows;

use domain::filter::Filter;
use std::sync::{Arc, Mutex, PoisonError};

/// What was found for the last few filters: the pages of one list ask the same again and again.
#[derive(Clone, Default)]
pub struct Lately(Arc<Mutex<Vec<Entry>>>);

struct Entry {
    filter: Filter,
    round: i64,
    found: Arc<Found>,
}

/// Filters kept; each is at most one bit per row.
const KEPT: usize = 4;

impl Lately {
    fn get(&self, filter: &Filter, round: i64) -> Option<Arc<Found>> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries
            .iter()
            .find(|entry| entry.round == round && entry.filter == *filter)
            .map(|entry| entry.found.clone())
    }

    fn put(&self, filter: &Filter, round: i64, found: Arc<Found>) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|entry| entry.round == round && entry.filter != *filter);
        if entries.len() >= KEPT {
            entries.remove(0);
        }
        entries.push(Entry { filter: filter.clone(), round, found });
    }
}
