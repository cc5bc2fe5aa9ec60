//! A conversation as the table and the detail show it (formats 6, `conversations`).

use crate::ids::{BatchId, ConversationId};
use crate::scaffolding::Scaffolding;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A word that is none of the values of its set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is no {set}; use one of {allowed}")]
pub struct UnknownWord {
    /// What was written.
    pub word: String,
    /// What kind of word was expected, e.g. `review status`.
    pub set: &'static str,
    /// All values, separated by commas.
    pub allowed: String,
}

/// Makes an enum of words that are written one way and read back, for [`crate::lenient::Word`] and for command lines.
/// Where it is used, `std::fmt`, `std::str::FromStr`, serde's two derives and [`UnknownWord`] have to be in scope.
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $set:literal { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// All values, in their natural order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The word in the database and on the command line.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.pad(self.word()) }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(UnknownWord {
                        word: word.to_owned(),
                        set: $set,
                        allowed: [$($word),+].join(", "),
                    }),
                }
            }
        }
    };
}
pub use words;

words! {
    /// Which kind of template a conversation came from (formats 6).
    Tier, "tier" {
        /// One of the core arcs.
        Template = "template",
        /// A longer scenario.
        Scenario = "scenario",
        /// One of the edge arcs.
        EdgeCase = "edge_case",
    }
}

words! {
    /// Where the review stands (formats 5.5, 6). Approval is no condition for a training file.
    ReviewStatus, "review status" {
        /// Not generated yet.
        Draft = "draft",
        /// Generated, not queued for review.
        Generated = "generated",
        /// Waits for a reviewer.
        PendingReview = "pending_review",
        /// Accepted.
        Approved = "approved",
        /// Refused.
        Rejected = "rejected",
        /// Sent back.
        NeedsRevision = "needs_revision",
        /// No review wanted.
        None = "none",
        /// Generation failed.
        Failed = "failed",
        /// Put away.
        Archived = "archived",
    }
}

words! {
    /// Where the enrichment stands (formats 5.1).
    EnrichmentStatus, "enrichment status" {
        /// Nothing done.
        NotStarted = "not_started",
        /// Stopped by a blocker.
        ValidationFailed = "validation_failed",
        /// No blocker found.
        Validated = "validated",
        /// At work, or interrupted there by a crash.
        InProgress = "enrichment_in_progress",
        /// Built, not stored.
        Enriched = "enriched",
        /// The built file was no good.
        NormalizationFailed = "normalization_failed",
        /// Stored: the only state that qualifies for a training file (S1.8).
        Completed = "completed",
    }
}

words! {
    /// Who speaks.
    Role, "role" {
        /// The client.
        User = "user",
        /// The consultant: the side that is trained.
        Assistant = "assistant",
    }
}

/// One line of the conversations table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConversationRow {
    /// Business key.
    pub id: ConversationId,
    /// What to call it; never empty (falls back to the persona, then to the key).
    pub title: String,
    /// Keys and names of persona, arc and topic; empty strings where unknown.
    pub scaffolding: Scaffolding,
    /// Kind of template.
    pub tier: Tier,
    /// The batch that made it: read through the batch item, never stored in the conversation (S1.1).
    pub batch: Option<BatchRef>,
    /// Review.
    pub status: ReviewStatus,
    /// Enrichment.
    pub enrichment: EnrichmentStatus,
    /// Turns of both roles.
    pub turns: u32,
    /// 0 to 10; `None` is unmeasured, which is how nearly all rows are (formats 2.8 no. 6).
    pub quality: Option<f64>,
    /// Bytes of the enriched file, else of the parsed one.
    pub size: Option<u64>,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// How many of the user's training files hold it.
    pub in_files: u32,
    /// Turns that end in the middle of a sentence (formats 3.3); `None` until it was checked.
    pub truncated: Option<u32>,
    /// Key of the enriched object, relative to the conversation bucket. `None`: there is none.
    pub enriched_path: Option<String>,
    /// Key of the raw or parsed object.
    pub raw_path: Option<String>,
}

impl ConversationRow {
    /// Why this row cannot go into a training file: the two conditions of S1.8 and formats 2.1, nothing else.
    pub fn unfit(&self) -> Option<Unfit> {
        if self.enrichment != EnrichmentStatus::Completed {
            Some(Unfit::NotEnriched(self.enrichment))
        } else if self.enriched_path.as_deref().is_none_or(str::is_empty) {
            Some(Unfit::NoEnrichedFile)
        } else {
            None
        }
    }
}

/// Why a conversation cannot go into a training file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Unfit {
    /// Enrichment has not come to its end.
    #[error("not enriched: {}", .0.word().replace('_', " "))]
    NotEnriched(EnrichmentStatus),
    /// The row says completed, but names no file.
    #[error("it has no enriched file")]
    NoEnrichedFile,
    /// The row names a file that is not in the store.
    #[error("its enriched file {0} is missing from the store")]
    FileMissing(String),
    /// The file is there but cannot be used.
    #[error("its enriched file cannot be read: {0}")]
    FileBroken(String),
    /// The id matched nothing.
    #[error("there is no such conversation")]
    Unknown,
    /// It is in the training file already (S1.9).
    #[error("it is already in this training file")]
    Duplicate,
}

/// A batch as a conversation names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchRef {
    /// Key.
    pub id: BatchId,
    /// Name; the key's first eight characters when it has none.
    pub name: String,
}

/// One turn as the reading view shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// From 1.
    pub number: u32,
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub content: String,
    /// Primary emotion and its strength 0..1, when the file gives them.
    pub emotion: Option<(String, f64)>,
    /// Second emotion.
    pub secondary: Option<String>,
}

/// What a reviewer decides (formats 5.5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The new status: approved, rejected, needs revision, archived or pending review.
    pub status: ReviewStatus,
    /// Free text; empty keeps the earlier note.
    pub note: String,
}
