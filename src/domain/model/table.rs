//! The list of models: its columns, for filters and sorts (R5.07).

use super::{Model, ModelStatus};
use crate::conversation::{UnknownWord, words};
use crate::filter::{AGES, Cell, Field, Kind, Row, SIZES};
use crate::lenient::Word;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// A column of the list of models.
    Column, "column" {
        /// What it is called.
        Name = "name",
        /// Version among the models of its dataset.
        Version = "version",
        /// Stars, 1 to 5.
        Quality = "quality",
        /// The last loss on what was held out.
        EvalLoss = "eval_loss",
        /// The last training loss.
        Loss = "loss",
        /// Bytes of all files.
        Size = "size",
        /// What it cost.
        Cost = "cost",
        /// What it is used for.
        Status = "status",
        /// Name of its dataset.
        Dataset = "dataset",
        /// Its base model.
        BaseModel = "base_model",
        /// Preset.
        Preset = "preset",
        /// When it was made.
        Created = "created",
    }
}

impl Field for Column {
    const SEARCHED: &'static str = "name, description, dataset, base model, preset";
    const CREATED: Self = Self::Created;

    fn all() -> &'static [Self] {
        Self::ALL
    }

    fn kind(self) -> Kind {
        match self {
            Self::Name | Self::Version | Self::Dataset | Self::BaseModel | Self::Preset => Kind::Text,
            Self::Status => Kind::Word,
            Self::Created => Kind::Time,
            Self::Quality | Self::EvalLoss | Self::Loss | Self::Size | Self::Cost => Kind::Number,
        }
    }

    fn note(self) -> &'static str {
        match self {
            Self::Name => "what it is called",
            Self::Version => "among the models of its dataset",
            Self::Quality => "stars: 5 is excellent, 1 very poor",
            Self::EvalLoss => "the last loss on what was held out",
            Self::Loss => "the last training loss",
            Self::Size => "bytes of all files",
            Self::Cost => "dollars that it cost",
            Self::Status => "what it is used for",
            Self::Dataset => "name of its dataset",
            Self::BaseModel => "what was trained",
            Self::Preset => "settings it was made with",
            Self::Created => "when it was made",
        }
    }

    fn words(self) -> Vec<&'static str> {
        if self == Self::Status { ModelStatus::ALL.iter().map(|w| w.word()).collect() } else { Vec::new() }
    }

    fn examples(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Size => SIZES,
            Self::Quality => &[("4", "good"), ("5", "excellent")],
            Self::EvalLoss | Self::Loss => &[("0.5", "")],
            Self::Created => AGES,
            _ => &[],
        }
    }

    fn falls(self) -> bool {
        // The least loss is what one looks for.
        matches!(self.kind(), Kind::Number | Kind::Time) && !matches!(self, Self::EvalLoss | Self::Loss)
    }
}

impl Row for Model {
    type Field = Column;

    fn cell(&self, column: Column) -> Cell<'_> {
        match column {
            Column::Name => Cell::text(&self.name),
            Column::Version => Cell::text(&self.version),
            Column::Quality => Cell::number(self.quality.rating.map(|rating| rating.stars().into())),
            Column::EvalLoss => Cell::number(self.quality.losses.validation),
            Column::Loss => Cell::number(self.quality.losses.last.or(self.summary.final_loss)),
            Column::Size => Cell::count(Some(self.bytes())),
            Column::Cost => Cell::number(self.summary.cost.map(crate::money::Usd::as_float)),
            Column::Status => match &self.status {
                Word::Known(status) => Cell::Text(status.word()),
                Word::Unknown(text) => Cell::text(text),
            },
            Column::Dataset => Cell::text(&self.lineage.dataset_name),
            Column::BaseModel => Cell::maybe(self.lineage.base_model.as_deref()),
            Column::Preset => Cell::text(&self.lineage.preset_id),
            Column::Created => Cell::Time(self.created_at),
        }
    }

    fn texts(&self) -> Vec<&str> {
        let lineage = &self.lineage;
        let texts = [&self.name, &self.description, &lineage.dataset_name, &lineage.preset_id];
        texts.into_iter().chain(&lineage.base_model).map(String::as_str).collect()
    }
}
