//! The list of datasets: its columns, for filters and sorts (R2.15).

use super::DatasetRow;
use super::state::DatasetStatus;
use crate::conversation::{UnknownWord, words};
use crate::filter::{AGES, Cell, Field, Kind, Row, SIZES};
use crate::lenient::Word;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// A column of the list of datasets.
    Column, "column" {
        /// What it is called.
        Name = "name",
        /// Where it stands.
        State = "state",
        /// It can be trained with.
        Ready = "ready",
        /// The shape of its file.
        Format = "format",
        /// Pairs.
        Pairs = "pairs",
        /// Examples that can be trained with.
        Examples = "examples",
        /// Tokens of all examples.
        Tokens = "tokens",
        /// Mean of the scores.
        Quality = "quality",
        /// Bytes of its file.
        Size = "size",
        /// When it was made.
        Created = "created",
        /// When it was checked.
        Checked = "checked",
    }
}

/// It was put away; no state of the row, but a word of the list.
const ARCHIVED: &str = "archived";

impl Field for Column {
    const SEARCHED: &'static str = "name and description";
    const CREATED: Self = Self::Created;

    fn all() -> &'static [Self] {
        Self::ALL
    }

    fn kind(self) -> Kind {
        match self {
            Self::Name | Self::Format => Kind::Text,
            Self::State | Self::Ready => Kind::Word,
            Self::Created | Self::Checked => Kind::Time,
            Self::Pairs | Self::Examples | Self::Tokens | Self::Quality | Self::Size => Kind::Number,
        }
    }

    fn note(self) -> &'static str {
        match self {
            Self::Name => "what it is called",
            Self::State => "where it stands",
            Self::Ready => "it can be trained with",
            Self::Format => "the shape of its file",
            Self::Pairs => "pairs in it",
            Self::Examples => "examples that can be trained with",
            Self::Tokens => "tokens of all examples",
            Self::Quality => "mean of its scores",
            Self::Size => "bytes of its file",
            Self::Created => "when it was made",
            Self::Checked => "when it was checked",
        }
    }

    fn words(self) -> Vec<&'static str> {
        match self {
            Self::State => DatasetStatus::ALL.iter().map(|w| w.word()).chain([ARCHIVED]).collect(),
            Self::Ready => vec!["yes", "no"],
            _ => Vec::new(),
        }
    }

    fn examples(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Size => SIZES,
            Self::Tokens => &[("100k", "100,000 tokens"), ("1M", "1,000,000 tokens")],
            Self::Created | Self::Checked => AGES,
            _ => &[],
        }
    }
}

impl DatasetRow {
    /// The mean of its scores; equal ones everywhere are no measurement.
    fn quality(&self) -> Option<f64> {
        let scores = &self.facts.as_ref()?.scores;
        scores.mean().filter(|_| scores.is_measured())
    }
}

impl Row for DatasetRow {
    type Field = Column;

    fn cell(&self, column: Column) -> Cell<'_> {
        match column {
            Column::Name => Cell::text(&self.name),
            Column::State if self.archived.is_some() => Cell::Text(ARCHIVED),
            Column::State => match &self.status {
                Word::Known(status) => Cell::Text(status.word()),
                Word::Unknown(text) => Cell::text(text),
            },
            Column::Ready => Cell::Text(if self.training_ready { "yes" } else { "no" }),
            Column::Format => Cell::text(&self.format),
            Column::Pairs => Cell::count(self.facts.as_ref().map(|facts| facts.pairs)),
            Column::Examples => Cell::count(self.examples),
            Column::Tokens => Cell::count(self.tokens),
            Column::Quality => Cell::number(self.quality()),
            Column::Size => Cell::count(Some(self.file_size)),
            Column::Created => Cell::Time(self.created),
            Column::Checked => Cell::time(self.validated),
        }
    }

    fn texts(&self) -> Vec<&str> {
        [Some(self.name.as_str()), self.description.as_deref()].into_iter().flatten().collect()
    }
}
