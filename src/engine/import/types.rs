//! What is asked of an import, and what comes back.

use serde::Serialize;
use std::path::PathBuf;

/// What to import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Request {
    /// Files, and folders with everything below them.
    pub paths: Vec<PathBuf>,
    /// Name of the batch that the conversations belong to; made when there is none of that name.
    pub batch: Option<String>,
}

/// What came of it. It is an outcome, not an error, when single files are no good.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Outcome {
    /// Per file, in the order in which they were found.
    pub files: Vec<FileResult>,
    /// All of them together.
    pub total: Tally,
    /// Files with an error.
    pub failed: u64,
}

/// How many conversations became what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Were not there before.
    pub new: u64,
    /// Were there with the same content: nothing was done.
    pub same: u64,
    /// Were there with other content, which is replaced.
    pub replaced: u64,
}

impl Tally {
    /// All of them.
    pub fn conversations(self) -> u64 {
        self.new + self.same + self.replaced
    }
    /// Takes another one in.
    pub fn add(&mut self, other: Self) {
        self.new += other.new;
        self.same += other.same;
        self.replaced += other.replaced;
    }
}

/// What came of one file.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FileResult {
    /// As it was given or found.
    pub path: String,
    /// `enriched`, `full`, `v4-jsonl` or `raw`; `None` when it is none of them.
    pub kind: Option<String>,
    /// Its conversations.
    #[serde(flatten)]
    pub tally: Tally,
    /// What the check found, without the places.
    pub findings: Vec<Finding>,
    /// Something the user should know although it worked, e.g. what a JSONL cannot give back.
    pub note: Option<String>,
    /// Why it was left out.
    pub error: Option<String>,
}

/// A finding of the check, summed up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Code (mission, "Checks").
    pub code: String,
    /// `critical`, `warning` or `info`.
    pub severity: String,
    /// How often.
    pub count: u64,
    /// In a sentence.
    pub message: String,
    /// The first places.
    #[serde(rename = "where", skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<domain::dataset::Place>,
}

impl Outcome {
    /// The files with an error.
    pub(super) fn problems(&self) -> Vec<crate::Problem> {
        let bad =
            |file: &FileResult| file.error.clone().map(|why| crate::Problem { on: file.path.clone(), why });
        self.files.iter().filter_map(bad).collect()
    }
    pub(super) fn add(&mut self, file: FileResult) {
        self.failed += u64::from(file.error.is_some());
        self.files.push(file);
    }
}

impl Finding {
    /// Sums up what a check found, the worst first.
    pub(crate) fn of(report: &domain::dataset::Report) -> Vec<Self> {
        let sum = |f: &domain::dataset::Finding| Self {
            code: f.code.to_string(),
            severity: f.severity.to_string(),
            count: f.count,
            message: f.message.clone(),
            places: f.places.clone(),
        };
        report.findings.iter().map(sum).collect()
    }
}
