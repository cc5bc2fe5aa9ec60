//! To a full file or its JSONL: survey, then transcode, as `aggregate` does it.

use super::{Request, WHAT, elements};
use crate::aggregate::order::Offsets;
use crate::aggregate::{build, input, survey};
use crate::files::Downloaded;
use crate::local::{self, Nowhere, Part, Sink};
use crate::{CancellationToken, Error, Progress, Result};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::convert::Target;
use domain::recognize::Shape;
use domain::training_file::build::{BETWEEN, Draft, Entry, NewFile, transcode};
use domain::training_file::survey::survey;
use std::fs::Metadata;
use std::path::Path;

/// The day a file was written: a JSONL has no dates of its own.
pub(super) fn modified(meta: &Metadata) -> NaiveDate {
    meta.modified().map(DateTime::<Utc>::from).unwrap_or_default().date_naive()
}

pub(super) fn run(
    request: &Request,
    shape: Shape,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Downloaded> {
    if shape == Shape::V4Jsonl {
        return from_lines(request, progress, cancel);
    }
    let draft = if shape == Shape::Full { again(&request.input)? } else { alone(request)? };
    let surveyed = survey::survey(draft, vec![request.input.clone()], progress, cancel)?;
    if let Some(problem) = surveyed.problems.into_iter().next() {
        return Err(Error::failed(WHAT, problem.why).on(problem.on));
    }
    let out = Out::begin(request, &surveyed.draft)?;
    let end = build::build(&surveyed.inputs, out.start, out.sinks(), progress, cancel)?;
    out.end(&surveyed.draft, end)
}

/// A full file as it is: with its own times.
fn again(path: &Path) -> Result<Draft> {
    let bad = |why: String| Error::failed(WHAT, why).on(path.display());
    let (metadata, profile) = input::head(path)?;
    let said: serde_json::Value = serde_json::from_slice(&metadata).map_err(|e| bad(e.to_string()))?;
    let time = said["last_updated"].as_str().or(said["created_date"].as_str()).unwrap_or_default();
    let at = DateTime::parse_from_rfc3339(time).map_or(DateTime::UNIX_EPOCH, |t| t.with_timezone(&Utc));
    Draft::append(&metadata, &profile, at).map_err(|e| bad(e.to_string()))
}

/// One enriched conversation becomes a file of its own, called after it, made when it was made, unless something else is said.
fn alone(request: &Request) -> Result<Draft> {
    let (path, head) = (request.input.as_path(), &request.head);
    let bad = |why: String| Error::failed(WHAT, why).on(path.display());
    let bytes = std::fs::read(path).map_err(|e| local::error(WHAT, path, &e))?;
    let found = survey(domain::json::without_bom(&bytes)).map_err(|e| bad(e.to_string()))?;
    let at =
        head.at.unwrap_or_else(|| found.created().unwrap_or_default().and_time(NaiveTime::MIN).and_utc());
    let profile = input::profile(head.profile.as_deref().unwrap_or(path))?;
    let name = head.name.clone().unwrap_or_else(|| stem(path));
    let new = NewFile { name: &name, at, target_model: None, profile: &profile };
    Draft::create(&new).map_err(|e| bad(e.to_string()))
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .map_or_else(|| "training".to_owned(), |s| s.to_string_lossy().chars().take(255).collect())
}

/// A JSONL is regrouped twice: once to survey it, once to write it.
fn from_lines(request: &Request, progress: &Progress, cancel: &CancellationToken) -> Result<Downloaded> {
    let path = request.input.as_path();
    let bad = |why: String| Error::failed(WHAT, why).on(path.display());
    let meta = std::fs::metadata(path).map_err(|e| local::error(WHAT, path, &e))?;
    let head = &request.head;
    let at = head.at.unwrap_or_else(|| modified(&meta).and_time(NaiveTime::MIN).and_utc());
    let day = at.date_naive();
    let profile = match &head.profile {
        Some(path) => input::profile(path)?,
        None => head.default_profile.clone().into_bytes(),
    };
    let mut surveys = Vec::new();
    let told = elements(path, day, &mut |element, bytes| {
        surveys.push(survey(element).map_err(|e| e.to_string())?);
        progress.step("reading", bytes, Some(meta.len()));
        Ok(!cancel.is_cancelled())
    })
    .map_err(bad)?;
    let name = head.name.clone().or(told.file_name).unwrap_or_else(|| stem(path));
    let new = NewFile { name: &name, at, target_model: None, profile: &profile };
    let mut draft = Draft::create(&new).map_err(|e| bad(e.to_string()))?;
    let mut entries: Vec<Entry> = Vec::with_capacity(surveys.len());
    for found in &surveys {
        if draft.contains(&found.id) {
            return Err(bad(format!("the lines of the conversation {} do not stand together", found.id)));
        }
        entries.push(draft.add(found, None));
    }
    let out = Out::begin(request, &draft)?;
    let (mut place, mut left) = (out.start, entries.iter());
    let (mut json, mut jsonl) = (Vec::new(), Vec::new());
    elements(path, day, &mut |element, bytes| {
        let entry = left.next().ok_or("it changed while it was read")?;
        json.clear();
        jsonl.clear();
        if place.pieces > 0 {
            json.extend_from_slice(BETWEEN);
        }
        transcode(element, entry, &mut json, &mut jsonl).map_err(|e| e.to_string())?;
        let (to_json, to_jsonl) = out.sinks();
        to_json
            .write_at(&json, place.json)
            .and_then(|()| to_jsonl.write_at(&jsonl, place.jsonl))
            .map_err(|e| e.why.clone())?;
        place.json += json.len() as u64;
        place.jsonl += jsonl.len() as u64;
        place.pieces += 1;
        progress.step("writing", bytes, Some(meta.len()));
        Ok(!cancel.is_cancelled())
    })
    .map_err(bad)?;
    if cancel.is_cancelled() {
        return Err(Error::interrupted(WHAT));
    }
    out.end(&draft, place)
}

/// The one file that was asked for; the other one goes nowhere.
struct Out {
    part: Part,
    json: bool,
    start: Offsets,
}

impl Out {
    fn begin(request: &Request, draft: &Draft) -> Result<Self> {
        let part = Part::begin(&request.output)?;
        let json = request.to == Target::V4Json;
        let head = if json { draft.json_head() } else { draft.jsonl_head() };
        part.write_at(&head, 0)?;
        let len = head.len() as u64;
        Ok(Self { part, json, start: Offsets { json: len, jsonl: len, pieces: 0 } })
    }
    fn sinks(&self) -> build::Sinks<'_> {
        let part: &dyn Sink = &self.part;
        if self.json { (part, &Nowhere) } else { (&Nowhere, part) }
    }
    fn end(self, draft: &Draft, end: Offsets) -> Result<Downloaded> {
        let (bytes, items) = if self.json {
            let tail = draft.json_tail();
            self.part.write_at(&tail, end.json)?;
            (end.json + tail.len() as u64, draft.conversations())
        } else {
            (end.jsonl, draft.trainable())
        };
        self.part.sync()?;
        Ok(Downloaded { path: self.part.keep()?, bytes, items: Some(items) })
    }
}
