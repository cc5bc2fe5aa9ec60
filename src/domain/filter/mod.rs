//! The one typed filter language: what filter lines, `--where` and saved views mean, of the conversations and of every other list.

mod complete;
mod conversations;
mod lex;
mod matching;
mod moving;
mod nearest;
mod order;
mod parse;
mod pills;
mod print;
mod table;
#[cfg(test)]
mod tests;
mod value;

pub use complete::{Candidate, CandidateKind, Completions, complete, complete_in};
pub use matching::matches;
pub use moving::{Age, Day, Unit};
pub use order::order;
pub use parse::{ParseError, parse, parse_in};
pub use pills::{Pill, pills};
pub use print::{print, quote};
pub use table::{AGES, Cell, Field, Row, SIZES};

use crate::conversation::words;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

use crate::conversation::UnknownWord;

words! {
    /// A column of the conversations table. The word is its name in filters, sorts, saved views and `--json`.
    Column, "column" {
        /// Business key.
        Id = "id",
        /// What it is called.
        Title = "title",
        /// Persona key.
        Persona = "persona",
        /// Arc key.
        Arc = "arc",
        /// Topic key.
        Topic = "topic",
        /// Kind of template.
        Tier = "tier",
        /// Name of the batch.
        Batch = "batch",
        /// Review status.
        Status = "status",
        /// Enrichment status.
        Enrichment = "enrichment",
        /// Number of turns.
        Turns = "turns",
        /// Quality, 0 to 10.
        Quality = "quality",
        /// Bytes.
        Size = "size",
        /// When it was made.
        Created = "created",
        /// Number of training files that hold it.
        InFiles = "in_files",
    }
}

/// What a column holds, and so which operators and values fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Free text: `=`, `!=`, `~` (contains), `in`, `is empty`.
    Text,
    /// One of a fixed set of words: `=`, `!=`, `in`.
    Word,
    /// Number: `=`, `!=`, `<`, `<=`, `>`, `>=`, `in`, `is empty`.
    Number,
    /// Instant: like a number; values are RFC 3339, `YYYY-MM-DD`, or an age such as `7d`, `12h` (before now).
    Time,
}

impl Column {
    /// What it holds.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Id | Self::Title | Self::Persona | Self::Arc | Self::Topic | Self::Batch => Kind::Text,
            Self::Tier | Self::Status | Self::Enrichment => Kind::Word,
            Self::Turns | Self::Quality | Self::Size | Self::InFiles => Kind::Number,
            Self::Created => Kind::Time,
        }
    }
}

/// How a column is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Op {
    /// `=`
    Eq,
    /// `!=`; rows without a value match.
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `~`: the text contains this, whatever the case.
    Contains,
}

/// What a column is compared with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// Text or a word of the column's set.
    Text(String),
    /// A number.
    Number(f64),
    /// An instant, to the microsecond.
    Time(DateTime<Utc>),
    /// An instant that moves with the clock, `7d`; [`Filter::at`] makes it one that stands.
    Age(Age),
    /// A whole day that moves with the clock, `today`; likewise.
    Day(Day),
}

/// A filter: a tree that the store compiles to one WHERE clause. [`Filter::All`] matches everything.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub enum Filter<C = Column> {
    /// Everything.
    #[default]
    All,
    /// A column against a value.
    Compare(C, Op, Value),
    /// A column is one of these.
    OneOf(C, Vec<Value>),
    /// A column has no value (null or empty text).
    Empty(C),
    /// One of the texts of a row (title, persona, arc, topic or key) contains this text, whatever the case; several words must all occur.
    Search(String),
    /// All of them.
    And(Vec<Filter<C>>),
    /// At least one of them.
    Or(Vec<Filter<C>>),
    /// Not this.
    Not(Box<Filter<C>>),
}

impl<C> Filter<C> {
    /// Both: flattens, and drops [`Filter::All`].
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, f) | (f, Self::All) => f,
            (Self::And(mut a), Self::And(b)) => {
                a.extend(b);
                Self::And(a)
            }
            (Self::And(mut a), f) => {
                a.push(f);
                Self::And(a)
            }
            (a, b) => Self::And(vec![a, b]),
        }
    }
}

words! {
    /// Up or down.
    Direction, "direction" {
        /// Smallest first.
        Ascending = "asc",
        /// Largest first.
        Descending = "desc",
    }
}

/// The order of a list. Rows without a value come last in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort<C = Column> {
    /// By what.
    pub column: C,
    /// Which way.
    pub direction: Direction,
}

impl<C: Field> Default for Sort<C> {
    /// Newest first.
    fn default() -> Self {
        Self::natural(C::CREATED)
    }
}

impl<C: fmt::Display> fmt::Display for Sort<C> {
    /// `created:desc`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.column, self.direction)
    }
}

impl<C: FromStr<Err = UnknownWord>> FromStr for Sort<C> {
    type Err = UnknownWord;
    /// `created`, `created:asc`, `-created`.
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        if let Some(name) = text.strip_prefix('-') {
            return Ok(Self { column: name.parse()?, direction: Direction::Descending });
        }
        match text.split_once(':') {
            Some((name, way)) => Ok(Self { column: name.parse()?, direction: way.parse()? }),
            None => Ok(Self { column: text.parse()?, direction: Direction::Ascending }),
        }
    }
}

/// A filter, a sort and the shown columns under a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// Key.
    pub id: crate::ids::ViewId,
    /// What the user calls it.
    pub name: String,
    /// Which rows.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// Which columns, from left to right.
    pub columns: Vec<Column>,
}
