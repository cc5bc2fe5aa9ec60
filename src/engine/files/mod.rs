//! The training files: create, add, list, show, download, export, archive.

use crate::{CancellationToken, Engine, Error, Progress, Result};
use domain::conversation::ConversationRow;
use domain::ids::ConversationId;
use domain::selection::Selection;
use domain::training_file::{Eligibility, TrainingFileRow};
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

/// Judges a selection for a new file (`into` is `None`) or an existing one, from the rows alone. Stage: `judging`.
pub async fn eligibility(
    engine: &Engine,
    source: &Source,
    into: Option<&str>,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Eligibility> {
    let _ = (engine, source, into, progress, cancel);
    Err(Error::failed("Cannot judge the selection", "not built yet"))
}

/// Makes a training file. Refused with all reasons at once before anything is written. Stages: `judging`, `reading`, `writing`.
pub async fn create(
    engine: &Engine,
    request: Create,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Written> {
    let _ = (engine, request, progress, cancel);
    Err(Error::failed("Cannot create the training file", "not built yet"))
}

/// Adds to a training file: what is in it stays byte for byte. Stages as [`create`].
pub async fn add(
    engine: &Engine,
    request: Add,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Written> {
    let _ = (engine, request, progress, cancel);
    Err(Error::failed("Cannot add to the training file", "not built yet"))
}

/// All of them, newest first.
pub async fn list(engine: &Engine, include_archived: bool) -> Result<Vec<TrainingFileRow>> {
    let _ = (engine, include_archived);
    Err(Error::failed("Cannot list the training files", "not built yet"))
}

/// One with its members; `file` is its name or its key.
pub async fn show(engine: &Engine, file: &str) -> Result<FileDetail> {
    let _ = (engine, file);
    Err(Error::failed("Cannot show the training file", "not built yet"))
}

/// The rows of some members, in the order given.
pub async fn members(engine: &Engine, ids: &[ConversationId]) -> Result<Vec<ConversationRow>> {
    let _ = (engine, ids);
    Err(Error::failed("Cannot read the members", "not built yet"))
}

/// What the check finds in its JSON. Stage: `checking`.
pub async fn check(
    engine: &Engine,
    file: &str,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<crate::check::FileReport> {
    let _ = (engine, file, progress, cancel);
    Err(Error::failed("Cannot check the training file", "not built yet"))
}

/// Copies one of the two objects to this machine. Stage: `downloading`, in bytes.
pub async fn download(
    engine: &Engine,
    request: Download,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Downloaded> {
    let _ = (engine, request, progress, cancel);
    Err(Error::failed("Cannot download", "not built yet"))
}

/// Writes it in another shape. Stage: `writing`.
pub async fn export(
    engine: &Engine,
    request: Export,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Downloaded> {
    let _ = (engine, request, progress, cancel);
    Err(Error::failed("Cannot export", "not built yet"))
}

/// Puts it away, or back.
pub async fn archive(engine: &Engine, file: &str, archived: bool) -> Result<TrainingFileRow> {
    let _ = (engine, file, archived);
    Err(Error::failed("Cannot archive the training file", "not built yet"))
}
