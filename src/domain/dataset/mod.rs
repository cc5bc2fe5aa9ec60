//! A dataset: a training file or an uploaded file that was read, recognised, checked and counted.

pub mod check;
pub mod report;
mod scan;
pub mod shape;

pub use check::{Checker, NotADataset, Options, check_bytes};
pub use report::{
    Code, Finding, LineError, LineErrorKind, Place, Platform, Report, Severity, Tokens,
};

use crate::conversation::{UnknownWord, words};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// What kind of dataset file this is (training-pipeline 1.2, mission "Checks").
    Shape, "shape" {
        /// The aggregate: `training_file_metadata`, `consultant_profile`, `conversations[].training_pairs[]` (formats 1.2).
        Full = "full",
        /// A `_meta` line, then one training pair per line (formats 1.3).
        V4Jsonl = "v4-jsonl",
        /// One enriched conversation: `dataset_metadata`, `training_pairs[]` (formats 1.1).
        Enriched = "enriched",
        /// One generated conversation before enrichment: `conversation_metadata`, `turns[]` (formats 1.0).
        Raw = "raw",
        /// Lines of `{conversation_id, turns:[{role, content}]}`.
        Turns = "turns",
        /// Lines of `{conversations:[{role, content}]}`, or `{from, value}` as `ShareGPT` writes it.
        Conversations = "conversations",
        /// Lines of `{messages:[{role, content}]}`.
        Messages = "messages",
    }
}

impl Shape {
    /// One object per line; otherwise the whole file is one JSON object.
    pub const fn is_lines(self) -> bool {
        matches!(self, Self::V4Jsonl | Self::Turns | Self::Conversations | Self::Messages)
    }
}
