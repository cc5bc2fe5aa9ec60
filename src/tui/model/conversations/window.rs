//! The rows that are here: a piece of the list, extended at both ends by keyset pages and never larger than it must be.

use domain::conversation::ConversationRow;
use domain::ids::ConversationId;
use domain::page::{Count, Cursor, From, Page};

/// Rows of a page.
pub const PAGE: u32 = 200;
/// So many rows ahead of the cursor are asked for before they are needed.
pub const AHEAD: usize = 120;
/// More rows than this are not kept.
const KEEP: usize = 1_200;

/// Where the cursor comes to stand on new rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Land {
    /// On the first.
    Top,
    /// On the last.
    Bottom,
    /// On this one when it is there, else where it was.
    Row {
        /// Which.
        id: ConversationId,
        /// How many rows are before the page, when that is known.
        first: Option<u64>,
    },
}

/// What a page is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// It takes the place of all rows.
    Replace(Land),
    /// It comes after them.
    After,
    /// It comes before them.
    Before,
}

/// A piece of the list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Window {
    rows: Vec<(Cursor, ConversationRow)>,
    /// There are rows before the first one.
    pub more_before: bool,
    /// There are rows after the last one.
    pub more_after: bool,
    /// How many rows are before the first one, when that is known.
    pub first: Option<u64>,
}

impl Window {
    /// Rows that are here.
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// There are none.
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A row.
    pub fn row(&self, at: usize) -> Option<&ConversationRow> {
        self.rows.get(at).map(|(_, row)| row)
    }

    /// All rows that are here.
    pub fn rows(&self) -> impl Iterator<Item = &ConversationRow> {
        self.rows.iter().map(|(_, row)| row)
    }

    /// All rows that are here, to change them.
    pub fn rows_mut(&mut self) -> impl Iterator<Item = &mut ConversationRow> {
        self.rows.iter_mut().map(|(_, row)| row)
    }

    /// Where a row is.
    pub fn find(&self, id: &ConversationId) -> Option<usize> {
        self.rows.iter().position(|(_, row)| row.id == *id)
    }

    /// The page that is needed when the cursor is on row `at` and `height` rows are in view; `None`: none is.
    pub fn wanted(&self, at: usize, height: usize) -> Option<(Place, From)> {
        let near = AHEAD.max(height * 2);
        if self.more_after && self.rows.len() - at.min(self.rows.len()) < near {
            let (cursor, _) = self.rows.last()?;
            return Some((Place::After, From::After(cursor.clone())));
        }
        if self.more_before && at < near {
            let (cursor, _) = self.rows.first()?;
            return Some((Place::Before, From::Before(cursor.clone())));
        }
        None
    }

    /// Where a page has to begin so that row `at` is the first on it.
    pub fn from(&self, at: usize) -> From {
        // Of the first row the one before is not known: the page then begins one later, and that row comes by itself.
        let before = at.checked_sub(1).or_else(|| self.more_before.then_some(0));
        match before.and_then(|before| self.rows.get(before)) {
            Some((cursor, _)) => From::After(cursor.clone()),
            None => From::Start,
        }
    }

    /// The page is everything now. `count` is the length of the list, when it was counted.
    pub fn replace(&mut self, page: Page<ConversationRow>, count: Option<Count>) {
        let before = match (page.more_before, page.more_after, count) {
            (false, _, _) => Some(0),
            (true, false, Some(Count::Exact(all))) => all.checked_sub(page.rows.len() as u64),
            _ => None,
        };
        *self = Self {
            rows: page.rows,
            more_before: page.more_before,
            more_after: page.more_after,
            first: before,
        };
    }

    /// The page comes after the rows. Answers how many rows were dropped at the front.
    pub fn append(&mut self, page: Page<ConversationRow>) -> usize {
        self.more_after = page.more_after;
        self.rows.extend(page.rows);
        let dropped = self.rows.len().saturating_sub(KEEP);
        if dropped > 0 {
            self.rows.drain(..dropped);
            self.more_before = true;
            self.first = self.first.map(|first| first + dropped as u64);
        }
        dropped
    }

    /// The page comes before the rows. Answers how many rows came.
    pub fn prepend(&mut self, page: Page<ConversationRow>) -> usize {
        let came = page.rows.len();
        self.more_before = page.more_before;
        self.first = if page.more_before {
            self.first.and_then(|first| first.checked_sub(came as u64))
        } else {
            Some(0)
        };
        self.rows.splice(..0, page.rows);
        if self.rows.len() > KEEP {
            self.rows.truncate(KEEP);
            self.more_after = true;
        }
        came
    }
}
