//! What is asked of conversations, and what comes back.

use crate::import::Finding;
use domain::conversation::{ConversationRow, Turn};
use domain::ids::{ConversationId, TrainingFileId};
use domain::selection::Selection;
use serde::Serialize;
use std::path::PathBuf;

/// A conversation with everything that its file says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Detail {
    /// Its row.
    pub row: ConversationRow,
    /// Its turns; empty when no object could be read.
    pub turns: Vec<Turn>,
    /// The user's training files that hold it: key and name.
    pub in_files: Vec<(TrainingFileId, String)>,
    /// What the check finds in it.
    pub findings: Vec<Finding>,
    /// What the file says about the client, in its own words; empty where it says nothing.
    pub client: String,
    /// `session_context`.
    pub session: String,
    /// `conversation_phase`.
    pub phase: String,
    /// `expected_outcome`.
    pub expected: String,
    /// Notes of the reviewer; empty when there are none.
    pub review_notes: String,
    /// Why the turns are missing although the row names an object.
    pub problem: Option<String>,
}

/// Which of a conversation's objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// As it was generated.
    Raw,
    /// As it goes into a training file.
    Enriched,
}

/// Objects to files on this machine: `DIR/<id>.json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Export {
    /// Which conversations.
    pub selection: Selection,
    /// Which object of each.
    pub which: Which,
    /// Folder; made when missing.
    pub to: PathBuf,
}

/// What was exported.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Exported {
    /// The folder in which they lie.
    pub to: PathBuf,
    /// Files written.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Conversations without such an object.
    pub missing: Vec<ConversationId>,
}

/// What the words of a user stand for.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Resolved {
    /// Conversations found, in the order given, each once.
    pub found: Vec<ConversationId>,
    /// Words that match nothing.
    pub unknown: Vec<String>,
}
