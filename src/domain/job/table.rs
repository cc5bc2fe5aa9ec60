//! The list of runs: its columns, for filters and sorts (R4.21). What they hold is known where the runs are looked at.

use crate::conversation::{UnknownWord, words};
use crate::filter::{AGES, Field, Kind};
use crate::place::Place;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// A column of the list of runs.
    Column, "column" {
        /// What it is called.
        Name = "name",
        /// How it stands.
        State = "state",
        /// How far it is, in percent.
        Progress = "progress",
        /// The newest training loss.
        Loss = "loss",
        /// Minutes from its first start to its end, or to the last news.
        Minutes = "minutes",
        /// What it has cost.
        Cost = "cost",
        /// Preset, or `custom`.
        Preset = "preset",
        /// Name of its dataset.
        Dataset = "dataset",
        /// Its base model.
        BaseModel = "base_model",
        /// Where.
        Place = "place",
        /// On which GPU.
        Gpu = "gpu",
        /// When it was made.
        Created = "created",
        /// When it was started.
        Started = "started",
        /// When it ended.
        Ended = "ended",
    }
}

/// The states as the list says them: work first, then what waits, then the ends.
pub const STATES: [&str; 12] = [
    "running",
    "stopping",
    "stale",
    "moving",
    "starting",
    "queued",
    "retrying",
    "paused",
    "failed",
    "cancelled",
    "done",
    "unknown",
];

impl Field for Column {
    const SEARCHED: &'static str = "name, notes, tags, dataset, base model";
    const CREATED: Self = Self::Created;

    fn all() -> &'static [Self] {
        Self::ALL
    }

    fn kind(self) -> Kind {
        match self {
            Self::Name | Self::Preset | Self::Dataset | Self::BaseModel | Self::Gpu => Kind::Text,
            Self::State | Self::Place => Kind::Word,
            Self::Progress | Self::Loss | Self::Minutes | Self::Cost => Kind::Number,
            Self::Created | Self::Started | Self::Ended => Kind::Time,
        }
    }

    fn note(self) -> &'static str {
        match self {
            Self::Name => "what it is called",
            Self::State => "how it stands",
            Self::Progress => "percent",
            Self::Loss => "the newest training loss",
            Self::Minutes => "from its start to its end, or to the last news",
            Self::Cost => "dollars so far",
            Self::Preset => "settings it was made with",
            Self::Dataset => "name of its dataset",
            Self::BaseModel => "what is trained",
            Self::Place => "where it runs",
            Self::Gpu => "on which GPU",
            Self::Created => "when it was made",
            Self::Started => "when it was started",
            Self::Ended => "when it ended",
        }
    }

    fn words(self) -> Vec<&'static str> {
        match self {
            Self::State => STATES.to_vec(),
            Self::Place => Place::ALL.iter().map(|place| place.word()).collect(),
            _ => Vec::new(),
        }
    }

    fn examples(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Cost => &[("5", "5 dollars"), ("50", "50 dollars"), ("200", "200 dollars")],
            Self::Minutes => &[("60", "an hour")],
            Self::Loss => &[("0.5", "")],
            Self::Created | Self::Started | Self::Ended => AGES,
            _ => &[],
        }
    }

    fn falls(self) -> bool {
        // The least loss is what one looks for.
        matches!(self.kind(), Kind::Number | Kind::Time) && self != Self::Loss
    }
}
