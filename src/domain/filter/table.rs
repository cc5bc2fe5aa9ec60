//! What a table must say of itself so that this language can filter and sort it.

use super::Kind;
use crate::conversation::UnknownWord;
use chrono::{DateTime, Utc};
use std::{fmt, str::FromStr};

/// The columns of a table.
pub trait Field: Copy + Eq + fmt::Debug + fmt::Display + FromStr<Err = UnknownWord> + 'static {
    /// What bare words and `search` look into, as a list for people.
    const SEARCHED: &'static str;
    /// When a row was made: lists begin with the newest.
    const CREATED: Self;

    /// All columns, in the order in which they are offered.
    fn all() -> &'static [Self];
    /// What it holds.
    fn kind(self) -> Kind;
    /// What it means, in a few words.
    fn note(self) -> &'static str;
    /// Its words in their natural order, which is that of sorting; empty for columns that hold no fixed words.
    fn words(self) -> Vec<&'static str> {
        Vec::new()
    }
    /// Values to offer, with what they mean.
    fn examples(self) -> &'static [(&'static str, &'static str)] {
        if self.kind() == Kind::Time { AGES } else { &[] }
    }
    /// One wants the largest or newest first.
    fn falls(self) -> bool {
        matches!(self.kind(), Kind::Number | Kind::Time)
    }
}

/// Examples of times.
pub const AGES: &[(&str, &str)] = &[
    ("today", "since midnight UTC"),
    ("yesterday", ""),
    ("24h", "24 hours ago"),
    ("7d", "7 days ago"),
    ("4w", "4 weeks ago"),
];

/// Examples of sizes.
pub const SIZES: &[(&str, &str)] =
    &[("10k", "10,000 bytes"), ("100k", "100,000 bytes"), ("1M", "1,000,000 bytes")];

/// What a row holds in a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    None,
    /// Text or a word.
    Text(&'a str),
    /// A number.
    Number(f64),
    /// An instant.
    Time(DateTime<Utc>),
}

impl<'a> Cell<'a> {
    /// A text; an empty one is no value.
    pub const fn text(text: &'a str) -> Self {
        if text.is_empty() { Self::None } else { Self::Text(text) }
    }
    /// A text that may be missing.
    pub fn maybe(text: Option<&'a str>) -> Self {
        text.map_or(Self::None, Self::text)
    }
    /// A number that may be missing.
    pub fn number(number: Option<f64>) -> Self {
        number.map_or(Self::None, Self::Number)
    }
    /// A whole number that may be missing: bytes, tokens, examples.
    #[expect(clippy::cast_precision_loss, reason = "nothing here reaches 2^53")]
    pub fn count(count: Option<u64>) -> Self {
        count.map_or(Self::None, |count| Self::Number(count as f64))
    }
    /// An instant that may be missing.
    pub fn time(time: Option<DateTime<Utc>>) -> Self {
        time.map_or(Self::None, Self::Time)
    }
}

/// A row of a table that can be filtered.
pub trait Row {
    /// The columns of its table.
    type Field: Field;
    /// What it holds in a column.
    fn cell(&self, column: Self::Field) -> Cell<'_>;
    /// The texts that a search looks into.
    fn texts(&self) -> Vec<&str>;
}
