//! Keyset pages: a window of a sorted list is named by the row beside it, never by a number of rows to skip.

use crate::filter::{Filter, Sort};
use serde::{Deserialize, Serialize};

/// Where a page begins, as the store made it: the sort value and the key of a row, opaque to everyone else.
/// A cursor fits only the sort it was made with.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// Which rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageRequest {
    /// Which of them count.
    pub filter: Filter,
    /// In which order; ties go by creation time, then by key.
    pub sort: Sort,
    /// From where.
    pub from: From,
    /// At most this many rows.
    pub limit: u32,
}

/// From where a page is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum From {
    /// The first rows.
    #[default]
    Start,
    /// The last rows.
    End,
    /// The rows after this one.
    After(Cursor),
    /// The rows before this one.
    Before(Cursor),
}

/// A window of a list, in list order whatever direction it was read in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows, each with the cursor that stands for its place.
    pub rows: Vec<(Cursor, T)>,
    /// There are rows before the first one.
    pub more_before: bool,
    /// There are rows after the last one.
    pub more_after: bool,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), more_before: false, more_after: false }
    }
}

/// How many rows there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Count {
    /// Counted.
    Exact(u64),
    /// The planner's guess: shown with `~`.
    Estimate(u64),
}

impl Count {
    /// The number without its kind.
    pub fn value(self) -> u64 {
        match self {
            Self::Exact(n) | Self::Estimate(n) => n,
        }
    }
}
