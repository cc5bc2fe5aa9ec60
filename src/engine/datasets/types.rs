//! What is asked of datasets, and what comes back.

use domain::dataset::readiness::Readiness;
use domain::dataset::statistics::Facts;
use domain::dataset::{DatasetRow, Report};
use serde::Serialize;
use std::path::PathBuf;

/// What a dataset is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A training file of the store, by name or key.
    TrainingFile(String),
    /// A file on this machine.
    Path(PathBuf),
    /// A word that a user typed: a file on this machine if there is one, else a training file.
    Word(String),
}

/// A new dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Add {
    /// Where its bytes come from.
    pub source: Source,
    /// What to call it; `None`: as the training file or the file.
    pub name: Option<String>,
    /// More about it.
    pub description: Option<String>,
    /// Count tokens with this base model's tokenizer, or with the one of this file or folder; `None`: estimate them from words.
    pub tokenizer: Option<String>,
    /// Also when there is one of the same bytes.
    pub again: bool,
}

/// How a dataset is read again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Recheck {
    /// Sequence lengths to hold examples against, in tokens; empty: the usual ones.
    pub lengths: Vec<u32>,
    /// As in [`Add`]; `None`: as it was counted before.
    pub tokenizer: Option<String>,
}

/// A dataset with all that is known of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DatasetDetail {
    /// The row.
    pub dataset: DatasetRow,
    /// Name of the training file that it was made of, while that is there.
    pub training_file: Option<String>,
    /// The checklist; `None`: it was never checked by brightrun.
    pub readiness: Option<Readiness>,
    /// What was counted.
    pub facts: Option<Facts>,
    /// The runs over it, newest first, each with its model.
    pub made: Vec<crate::models::Made>,
}

/// A dataset that was checked just now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    /// The row as it is now.
    pub dataset: DatasetRow,
    /// The checklist.
    pub readiness: Readiness,
    /// What was found.
    pub report: Report,
}
