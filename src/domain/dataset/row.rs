//! A dataset as its row says it.

use super::state::{DatasetStatus, Format};
use super::statistics::Facts;
use super::{Report, Severity, Shape};
use crate::ids::{DatasetId, TrainingFileId};
use crate::lenient::Word;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// A row of `datasets`, with what brightrun knows besides. Rows of the platform have no digest, facts and report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DatasetRow {
    /// Key.
    pub id: DatasetId,
    /// What to call it.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// The platform's word for its format; the shape of other files.
    pub format: String,
    /// Where it stands.
    pub status: Word<DatasetStatus>,
    /// Bucket of its object.
    pub bucket: String,
    /// Path of its object in the bucket.
    pub path: String,
    /// What the file was called.
    pub file_name: String,
    /// Bytes.
    pub file_size: u64,
    /// Examples that can be trained with.
    pub examples: Option<u64>,
    /// Tokens of all examples.
    pub tokens: Option<u64>,
    /// Turns of a conversation.
    pub turns_per_conversation: Option<f64>,
    /// It was found ready for training.
    pub training_ready: bool,
    /// When it was checked.
    pub validated: Option<DateTime<Utc>>,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When it was put away; `None`: it was not.
    pub archived: Option<DateTime<Utc>>,
    /// Digest of its file.
    pub sha256: Option<String>,
    /// The training file that it was made of.
    pub training_file: Option<TrainingFileId>,
    /// Everything that was counted in it.
    #[serde(skip)]
    pub facts: Option<Facts>,
    /// Everything that was found in it.
    #[serde(skip)]
    pub report: Option<Report>,
}

impl DatasetRow {
    /// Where it stands, in a word: what was put away is that before anything else.
    pub fn state(&self) -> String {
        if self.archived.is_some() { "archived".to_owned() } else { self.status.to_string() }
    }

    /// Takes what a check found: state, counts, findings.
    pub fn judge(&mut self, facts: Facts, report: Report, now: DateTime<Utc>) {
        self.format = match facts.shape {
            Some(Shape::V4Jsonl | Shape::Full) => Format::V4.word().to_owned(),
            Some(shape) => shape.word().to_owned(),
            None => "unknown".to_owned(),
        };
        self.training_ready = report.ready;
        let status = if report.ready { DatasetStatus::Ready } else { DatasetStatus::Error };
        self.status = Word::Known(status);
        self.examples = Some(facts.examples);
        self.tokens = Some(facts.tokens.total);
        self.turns_per_conversation = facts.turns_per_conversation();
        self.validated = Some(now);
        self.facts = Some(facts);
        self.report = Some(report);
    }

    /// Critical findings of its check; `None`: it was never checked here.
    pub fn critical(&self) -> Option<u64> {
        let count = |report: &Report| {
            report.findings.iter().filter(|f| f.severity == Severity::Critical).map(|f| f.count).sum()
        };
        self.report.as_ref().map(count)
    }

    /// Why a run cannot be made from it: a clause.
    pub fn untrainable(&self) -> Option<String> {
        super::state::untrainable(&self.status, self.training_ready, self.archived.is_some())
    }
}
