//! Enriched and full files to one training file, without a database.
//!
//! Two passes over the inputs on two threads: the first surveys and names every problem, the second transcodes and writes each piece at
//! its place. Memory holds one input per thread, and a few words per conversation.

pub(crate) mod build;
pub(crate) mod input;
mod inputs;
pub(crate) mod order;
pub(crate) mod survey;

use crate::local::{self, Part, Sink as _};
use crate::{CancellationToken, Error, Problem, Progress, Result};
use chrono::{DateTime, Utc};
use domain::ids::ConversationId;
use domain::training_file::build::{Draft, NewFile};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What to put together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Request {
    /// Enriched and full files, and folders with everything below them (by name), in the order of the file.
    pub inputs: Vec<PathBuf>,
    /// `file_name`; with `into` it is kept from there.
    pub name: String,
    /// Folder for `training.json` and `training.jsonl`; made when missing.
    pub out: PathBuf,
    /// Begin with this full file, keep its name, created date and profile, and append the inputs.
    pub into: Option<PathBuf>,
    /// A JSON object, or a file to take `consultant_profile` from.
    pub profile: Option<PathBuf>,
    /// The configured profile, as JSON text: used when nothing better is known.
    pub default_profile: String,
    /// `target_model`.
    pub target_model: String,
    /// The time that is written.
    pub at: DateTime<Utc>,
    /// Leave damaged turns out.
    pub skip_damaged: bool,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// The JSON.
    pub json: PathBuf,
    /// The JSONL.
    pub jsonl: PathBuf,
    /// Conversations in the file.
    pub conversations: u64,
    /// Pairs in the file.
    pub pairs: u64,
    /// Lines of the JSONL without its header.
    pub lines: u64,
    /// Bytes of the JSON.
    pub json_bytes: u64,
    /// Bytes of the JSONL.
    pub jsonl_bytes: u64,
    /// Damaged turns that were left out on request: conversation and turn number.
    pub skipped: Vec<(ConversationId, u32)>,
}

const WHAT: &str = "Cannot aggregate";
/// The longest name of a training file (formats 2.1).
const NAME: usize = 255;

/// Builds both files. All problems are named at once, before anything is written. Blocks. Stages: `reading`, `writing`.
pub fn run(request: &Request, progress: &Progress, cancel: &CancellationToken) -> Result<Outcome> {
    let (files, mut problems) = local::walk(&request.inputs);
    if files.is_empty() && problems.is_empty() {
        return Err(Error::usage(WHAT, "there is no input")
            .next("Name enriched or full files, or a folder with them"));
    }
    if request.into.is_none() && (request.name.is_empty() || request.name.chars().count() > NAME) {
        return Err(Error::usage(WHAT, "the name must have 1 to 255 characters").next("Give one with --name"));
    }
    let mut draft = begin(request)?;
    let mut all: Option<inputs::Inputs> = None;
    if let Some(into) = &request.into {
        let before = survey::survey(draft, vec![into.clone()], progress, cancel)?;
        draft = before.draft;
        all = Some(before.inputs);
        problems.extend(before.problems);
    }
    if request.skip_damaged {
        draft.skip_damaged(true);
    }
    let surveyed = survey::survey(draft, files, progress, cancel)?;
    problems.extend(surveyed.problems);
    if !problems.is_empty() {
        return Err(refused(problems));
    }
    let inputs = match all {
        Some(mut all) => {
            all.extend(surveyed.inputs);
            all
        }
        None => surveyed.inputs,
    };
    let mut draft = surveyed.draft;
    if draft.conversations() == 0 {
        return Err(Error::refused(WHAT, "the inputs hold no conversation")
            .next("Name enriched files, or full files with conversations in them"));
    }
    if let (None, None, Some(shared)) = (&request.into, &request.profile, surveyed.profile) {
        draft.set_profile(&shared).map_err(|e| Error::failed(WHAT, e.to_string()).on("the profile"))?;
    }
    write(request, &draft, &inputs, progress, cancel)
}

fn refused(problems: Vec<Problem>) -> Error {
    let n = problems.len();
    let why = if n == 1 { "1 input cannot go in".to_owned() } else { format!("{n} inputs cannot go in") };
    Error::refused(WHAT, why).next("Nothing was written. Mend them or leave them out").problems(problems)
}

fn begin(request: &Request) -> Result<Draft> {
    let bad = |on: &Path, why: String| Error::failed(WHAT, why).on(on.display()).next("Choose another file");
    if let Some(into) = &request.into {
        let (metadata, profile) = input::head(into)?;
        return Draft::append(&metadata, &profile, request.at).map_err(|e| bad(into, e.to_string()));
    }
    let profile = match &request.profile {
        Some(path) => input::profile(path)?,
        None => request.default_profile.clone().into_bytes(),
    };
    let model = (!request.target_model.is_empty()).then_some(request.target_model.as_str());
    let new = NewFile { name: &request.name, at: request.at, target_model: model, profile: &profile };
    Draft::create(&new)
        .map_err(|e| bad(request.profile.as_deref().unwrap_or(Path::new("the profile")), e.to_string()))
}

fn write(
    request: &Request,
    draft: &Draft,
    inputs: &inputs::Inputs,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Outcome> {
    let json = Part::begin(&request.out.join("training.json"))?;
    let jsonl = Part::begin(&request.out.join("training.jsonl"))?;
    let (head, lines_head) = (draft.json_head(), draft.jsonl_head());
    json.write_at(&head, 0)?;
    jsonl.write_at(&lines_head, 0)?;
    let start = order::Offsets { json: head.len() as u64, jsonl: lines_head.len() as u64, pieces: 0 };
    let end = build::build(inputs, start, (&json, &jsonl), progress, cancel)?;
    let tail = draft.json_tail();
    json.write_at(&tail, end.json)?;
    // The disk may take both at once.
    let (first, second) = std::thread::scope(|scope| {
        let other = scope.spawn(|| jsonl.sync());
        (json.sync(), other.join())
    });
    first?;
    second.unwrap_or_else(|_| Err(Error::failed(WHAT, "a thread failed")))?;
    if cancel.is_cancelled() {
        return Err(Error::interrupted(WHAT));
    }
    let [json, jsonl] = Part::keep_all([json, jsonl])?;
    Ok(Outcome {
        json,
        jsonl,
        conversations: draft.conversations(),
        pairs: draft.pairs(),
        lines: draft.trainable(),
        json_bytes: end.json + tail.len() as u64,
        jsonl_bytes: end.jsonl,
        skipped: inputs
            .entries()
            .iter()
            .flat_map(|e| e.left_out.iter().map(|pair| (e.id.clone(), pair + 1)))
            .collect(),
    })
}

#[cfg(test)]
mod tests;
