//! Sets of rows per value, in SQLite and in a Postgres of our own: which rows have a status, a turn count, a word of the search text. Any combination of
//! conditions is a few set operations, whatever the planner thinks of it (`docs/decisions/0034`, `0036`).
//!
//! Triggers note which rows change; every commit of ours brings the sets up to date with them ([`fold`]). Rows that another
//! program changed are looked at one by one until then.

mod find;
mod fold;
mod rows;
mod terms;

use find::Found;
pub use find::{numbers, standing};
pub use fold::fold;
pub use rows::Rows;

use domain::filter::{Column, Filter};
use std::sync::{Arc, Mutex, PoisonError};

/// What was found for the last few filters: the pages of one list ask the same again and again.
#[derive(Clone, Default)]
pub struct Lately {
    found: Arc<Mutex<Vec<Entry>>>,
    orders: Arc<Mutex<Vec<(Order, Arc<Vec<i64>>)>>>,
}

/// The list that some found rows are: filter, sort column, with or without a value there, round.
pub type Order = (Filter, Column, bool, i64);

struct Entry {
    filter: Filter,
    round: i64,
    found: Arc<Found>,
}

/// Filters kept; each is at most one bit per row.
const KEPT: usize = 4;

impl Lately {
    fn get(&self, filter: &Filter, round: i64) -> Option<Arc<Found>> {
        let entries = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        entries
            .iter()
            .find(|entry| entry.round == round && entry.filter == *filter)
            .map(|entry| entry.found.clone())
    }

    fn put(&self, filter: &Filter, round: i64, found: Arc<Found>) {
        let mut entries = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|entry| entry.round == round && entry.filter != *filter);
        if entries.len() >= KEPT {
            entries.remove(0);
        }
        entries.push(Entry { filter: filter.clone(), round, found });
    }

    /// All found rows in the ascending order of a list.
    pub fn order(&self, order: &Order) -> Option<Arc<Vec<i64>>> {
        let orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        orders.iter().find(|(known, _)| known == order).map(|(_, rows)| rows.clone())
    }

    pub fn put_order(&self, order: Order, rows: Arc<Vec<i64>>) {
        let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        orders.retain(|(known, _)| known.3 == order.3 && *known != order);
        if orders.len() >= KEPT {
            orders.remove(0);
        }
        orders.push((order, rows));
    }
}
