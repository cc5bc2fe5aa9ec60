//! What is asked of training files, and what comes back.

use domain::ids::ConversationId;
use domain::selection::Selection;
use domain::training_file::TrainingFileRow;
use serde::Serialize;
use std::path::PathBuf;

/// Where the conversations of a training file come from.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Conversations of the store.
    Selection(Selection),
    /// Words that a user typed: keys of conversations.
    Words(Vec<String>),
    /// Files on this machine, which are imported first.
    Paths(Vec<PathBuf>),
}

/// A new training file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Create {
    /// 1 to 255 characters, unique over all users.
    pub name: String,
    /// Free text; not in the file.
    pub description: Option<String>,
    /// What goes in.
    pub source: Source,
    /// Leave damaged turns out (mission, "Checks").
    pub skip_damaged: bool,
}

/// More conversations for a training file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Add {
    /// Name or key.
    pub file: String,
    /// What goes in.
    pub source: Source,
    /// Leave damaged turns of the new conversations out.
    pub skip_damaged: bool,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Written {
    /// The row as it is now.
    pub file: TrainingFileRow,
    /// Conversations that went in this time.
    pub added: u64,
    /// Damaged turns that were left out on request: conversation and turn number.
    pub skipped: Vec<(ConversationId, u32)>,
}

/// A training file with its members.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileDetail {
    /// The row.
    pub file: TrainingFileRow,
    /// All members in file order.
    pub members: Vec<ConversationId>,
}

/// Which of the two objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Object {
    /// `training.json`
    Json,
    /// `training.jsonl`
    Jsonl,
}

/// An object to this machine.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Download {
    /// Name or key.
    pub file: String,
    /// Which.
    pub object: Object,
    /// A file, or a folder in which it is called after the training file. Never half-written.
    pub to: PathBuf,
}

/// A training file in another shape.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Export {
    /// Name or key.
    pub file: String,
    /// Which shape.
    pub format: crate::convert::Target,
    /// A file, or a folder in which it is called after the training file.
    pub to: PathBuf,
}

/// What lies on this machine now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Downloaded {
    /// Where.
    pub path: PathBuf,
    /// How much.
    pub bytes: u64,
    /// Lines of a JSONL without its header, or conversations of a JSON, where they were counted.
    pub items: Option<u64>,
}
