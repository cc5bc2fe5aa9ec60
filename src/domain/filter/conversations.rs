//! The table of conversations: its columns and rows.

use super::table::{AGES, Cell, Field, Row, SIZES};
use super::{Column, Kind};
use crate::conversation::{ConversationRow, EnrichmentStatus, ReviewStatus, Tier};

impl Field for Column {
    const SEARCHED: &'static str = "title, persona, arc, topic or id";
    const CREATED: Self = Self::Created;

    fn all() -> &'static [Self] {
        Self::ALL
    }

    fn kind(self) -> Kind {
        Self::kind(self)
    }

    fn note(self) -> &'static str {
        match self {
            Self::Id => "its key",
            Self::Title => "what it is called",
            Self::Persona => "key of the persona",
            Self::Arc => "key of the emotional arc",
            Self::Topic => "key of the topic",
            Self::Tier => "kind of template",
            Self::Batch => "name of the batch",
            Self::Status => "where the review stands",
            Self::Enrichment => "where the enrichment stands",
            Self::Turns => "turns of both roles",
            Self::Quality => "0 to 10",
            Self::Size => "bytes of its file",
            Self::Created => "when it was made",
            Self::InFiles => "training files that hold it",
        }
    }

    fn words(self) -> Vec<&'static str> {
        match self {
            Self::Tier => Tier::ALL.iter().map(|w| w.word()).collect(),
            Self::Status => ReviewStatus::ALL.iter().map(|w| w.word()).collect(),
            Self::Enrichment => EnrichmentStatus::ALL.iter().map(|w| w.word()).collect(),
            _ => Vec::new(),
        }
    }

    fn examples(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Created => AGES,
            Self::Size => SIZES,
            _ => &[],
        }
    }
}

impl Row for ConversationRow {
    type Field = Column;

    fn cell(&self, column: Column) -> Cell<'_> {
        match column {
            Column::Id => Cell::text(self.id.as_str()),
            Column::Title => Cell::text(&self.title),
            Column::Persona => Cell::text(&self.scaffolding.persona_key),
            Column::Arc => Cell::text(&self.scaffolding.emotional_arc_key),
            Column::Topic => Cell::text(&self.scaffolding.training_topic_key),
            Column::Tier => Cell::Text(self.tier.word()),
            Column::Batch => Cell::maybe(self.batch.as_ref().map(|batch| batch.name.as_str())),
            Column::Status => Cell::Text(self.status.word()),
            Column::Enrichment => Cell::Text(self.enrichment.word()),
            Column::Turns => Cell::Number(self.turns.into()),
            Column::Quality => Cell::number(self.quality),
            Column::Size => Cell::count(self.size),
            Column::Created => Cell::Time(self.created),
            Column::InFiles => Cell::Number(self.in_files.into()),
        }
    }

    fn texts(&self) -> Vec<&str> {
        [self.title.as_str(), self.id.as_str()].into_iter().chain(self.scaffolding.texts()).collect()
    }
}
