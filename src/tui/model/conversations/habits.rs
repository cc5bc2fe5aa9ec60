//! What the screen remembers from one session to the next.

use super::State;
use domain::filter::{Column, Sort};
use serde::{Deserialize, Serialize};

/// Columns, order and earlier filters.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Habits {
    /// Columns in view, from left to right; none: as they are by default.
    pub columns: Vec<Column>,
    /// The order.
    pub sort: Sort,
    /// Earlier filters, the newest last.
    pub history: Vec<String>,
}

impl Habits {
    /// The name under which the store keeps them.
    pub const NAME: &'static str = "dashboard.conversations";

    /// As the screen is now.
    pub fn of(state: &State) -> Self {
        Self { columns: state.columns.clone(), sort: state.query.sort, history: state.history.clone() }
    }
}
