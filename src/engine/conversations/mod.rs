//! The conversations: list, count, show, review, export.

use crate::import::Finding;
use crate::{CancellationToken, Engine, Error, Progress, Result};
use domain::conversation::{ConversationRow, Review, Turn};
use domain::filter::{Column, Filter};
use domain::ids::{ConversationId, TrainingFileId};
use domain::page::{Count, Page, PageRequest};
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

/// A page of the table.
pub async fn list(engine: &Engine, request: &PageRequest) -> Result<Page<ConversationRow>> {
    let _ = (engine, request);
    Err(Error::failed("Cannot list the conversations", "not built yet"))
}

/// How many match.
pub async fn count(engine: &Engine, filter: &Filter, exact: bool) -> Result<Count> {
    let _ = (engine, filter, exact);
    Err(Error::failed("Cannot count the conversations", "not built yet"))
}

/// One conversation with its turns; `id` is the business key or the row's key.
pub async fn show(engine: &Engine, id: &str) -> Result<Detail> {
    let _ = (engine, id);
    Err(Error::failed("Cannot show the conversation", "not built yet"))
}

/// The bytes of an object, as text.
pub async fn json(engine: &Engine, id: &str, which: Which) -> Result<String> {
    let _ = (engine, id, which);
    Err(Error::failed("Cannot read the conversation", "not built yet"))
}

/// Sets the review of all of them; answers how many.
pub async fn review(engine: &Engine, selection: &Selection, review: &Review) -> Result<u64> {
    let _ = (engine, selection, review);
    Err(Error::failed("Cannot review", "not built yet"))
}

/// Writes objects to a folder. Stage: `writing`.
pub async fn export(
    engine: &Engine,
    request: Export,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Exported> {
    let _ = (engine, request, progress, cancel);
    Err(Error::failed("Cannot export", "not built yet"))
}

/// The keys of a selection in its order, at most `limit`.
pub async fn ids(engine: &Engine, selection: &Selection, limit: usize) -> Result<Vec<ConversationId>> {
    let _ = (engine, selection, limit);
    Err(Error::failed("Cannot read the selection", "not built yet"))
}

/// Finds what a user typed: business keys or row keys (formats 2.1).
pub async fn resolve(engine: &Engine, words: &[String]) -> Result<Resolved> {
    let _ = (engine, words);
    Err(Error::failed("Cannot find the conversations", "not built yet"))
}

/// Values of a column that begin with `prefix`, for completion.
pub async fn distinct(engine: &Engine, column: Column, prefix: &str, limit: u32) -> Result<Vec<String>> {
    let _ = (engine, column, prefix, limit);
    Err(Error::failed("Cannot complete", "not built yet"))
}
