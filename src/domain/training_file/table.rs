//! The list of training files: its columns, for filters and sorts.

use super::{FileStatus, TrainingFileRow};
use crate::conversation::{UnknownWord, words};
use crate::filter::{AGES, Cell, Field, Kind, Row, SIZES};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// A column of the list of training files.
    Column, "column" {
        /// What it is called.
        Name = "name",
        /// State.
        Status = "status",
        /// Members.
        Conversations = "conversations",
        /// Pairs.
        Pairs = "pairs",
        /// Bytes of the JSON.
        Json = "json",
        /// Bytes of the JSONL.
        Jsonl = "jsonl",
        /// Mean of the scores.
        Quality = "quality",
        /// Made.
        Created = "created",
        /// Last appended to.
        Updated = "updated",
    }
}

impl Field for Column {
    const SEARCHED: &'static str = "name and description";
    const CREATED: Self = Self::Created;

    fn all() -> &'static [Self] {
        Self::ALL
    }

    fn kind(self) -> Kind {
        match self {
            Self::Name => Kind::Text,
            Self::Status => Kind::Word,
            Self::Created | Self::Updated => Kind::Time,
            Self::Conversations | Self::Pairs | Self::Json | Self::Jsonl | Self::Quality => Kind::Number,
        }
    }

    fn note(self) -> &'static str {
        match self {
            Self::Name => "what it is called",
            Self::Status => "active, archived …",
            Self::Conversations => "conversations in it",
            Self::Pairs => "pairs in it",
            Self::Json => "bytes of the JSON",
            Self::Jsonl => "bytes of the JSONL",
            Self::Quality => "mean of its scores",
            Self::Created => "when it was made",
            Self::Updated => "when it was added to last",
        }
    }

    fn words(self) -> Vec<&'static str> {
        if self == Self::Status { FileStatus::ALL.iter().map(|w| w.word()).collect() } else { Vec::new() }
    }

    fn examples(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Json | Self::Jsonl => SIZES,
            Self::Created | Self::Updated => AGES,
            _ => &[],
        }
    }
}

impl Row for TrainingFileRow {
    type Field = Column;

    fn cell(&self, column: Column) -> Cell<'_> {
        match column {
            Column::Name => Cell::text(&self.name),
            Column::Status => Cell::Text(self.status.word()),
            Column::Conversations => Cell::Number(self.conversations.into()),
            Column::Pairs => Cell::Number(self.pairs.into()),
            Column::Json => Cell::count(self.json_size),
            Column::Jsonl => Cell::count(self.jsonl_size),
            Column::Quality => Cell::number(self.quality.is_measured().then_some(self.quality.avg)),
            Column::Created => Cell::Time(self.created),
            Column::Updated => Cell::Time(self.updated),
        }
    }

    fn texts(&self) -> Vec<&str> {
        [Some(self.name.as_str()), self.description.as_deref()].into_iter().flatten().collect()
    }
}
