//! The first screen: how much there is, what happened lately, what to do next; on an empty store, how to begin.

use super::Problem;

/// How much there is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Conversations of this user.
    pub conversations: u64,
    /// The number is the planner's guess.
    pub estimated: bool,
    /// Of them approved.
    pub approved: u64,
    /// Of them enriched, so that they fit into a training file.
    pub enriched: u64,
    /// Of them waiting for a review.
    pub pending: u64,
    /// Training files, archived ones not counted.
    pub files: u64,
    /// Datasets, archived ones not counted.
    pub datasets: u64,
    /// Of them ready for training.
    pub ready: u64,
    /// Models.
    pub models: u64,
    /// The newest training files and models.
    pub newest: Vec<Recent>,
}

/// Something that was made or has changed lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recent {
    /// What it is, in a word.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// How it stands, or how large it is.
    pub note: String,
    /// When.
    pub at: chrono::DateTime<chrono::Utc>,
}

/// What the overview knows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// The last numbers; `None` before the first answer.
    pub summary: Option<Summary>,
    /// The last question failed; the numbers above are older than that.
    pub problem: Option<Problem>,
    /// The selected line of what to do next.
    pub at: usize,
}

impl State {
    /// There is nothing yet: the first-run screen is shown.
    pub fn empty(&self) -> bool {
        self.summary.as_ref().is_some_and(|summary| summary.conversations == 0 && summary.files == 0)
    }
}

/// What can happen here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Msg {
    /// Counts again.
    Refresh,
    /// Loads our own example conversations.
    LoadExamples,
    /// Opens the import: the one of the conversations.
    AskImport,
    /// Opens the monitor on this run.
    Watch(domain::ids::JobId),
    /// Does this line of what to do next.
    Choose(usize),
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// How much there is.
    Summary,
    /// Loads our own example conversations.
    LoadExamples,
}

impl Ask {
    /// The slot.
    pub fn slot(&self) -> &'static str {
        match self {
            Self::Summary => "overview.summary",
            Self::LoadExamples => "overview.examples",
        }
    }
}

/// What the engine answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// How much there is.
    Summary(Result<Summary, Problem>),
    /// The examples came in.
    Imported(Result<Imported, Problem>),
}

/// What loading the examples did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// New conversations.
    pub added: u64,
    /// Conversations that were there already.
    pub same: u64,
}

impl Answer {
    /// What went wrong, when something did.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Summary(result) => result.as_ref().err(),
            Self::Imported(result) => result.as_ref().err(),
        }
    }
}
