//! The two passes.

use super::WHAT;
use super::input::{self, Opened};
use super::order::{Offsets, Turns};
use crate::local::Sink;
use crate::{CancellationToken, Error, Problem, Progress, Result};
use domain::training_file::build::{BETWEEN, Draft, Entry, transcode};
use domain::training_file::split::Kind;
use domain::training_file::survey::{Survey, survey as survey_bytes};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Reading and transcoding are done by this many threads, as many as the smallest machines have.
const THREADS: usize = 2;
/// Steps are told this often; the listener thins them out further.
const EVERY: usize = 16;

/// Where the JSON and the JSONL go.
pub(crate) type Sinks<'a> = (&'a dyn Sink, &'a dyn Sink);

/// What the first pass found.
pub(crate) struct Surveyed {
    pub draft: Draft,
    pub inputs: Inputs,
    pub problems: Vec<Problem>,
    /// The profile that all full inputs share, compact; `None` when they differ or there is none.
    pub profile: Option<Vec<u8>>,
}

/// Every input with what is written of its conversations, packed: there may be very many.
pub(crate) struct Inputs {
    paths: Vec<PathBuf>,
    /// Where the entries of each input end.
    ends: Vec<usize>,
    entries: Vec<Entry>,
    /// What each input was when it was surveyed: the head is made of that, so the second pass must meet the same.
    stamps: Vec<Stamp>,
}

/// How a file that was written since is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Stamp(u64, u64, i64, i64);

impl Stamp {
    /// A file that cannot be asked is found out when it is opened.
    fn of(path: &Path) -> Self {
        std::fs::metadata(path)
            .map_or_else(|_| Self::default(), |m| Self(m.ino(), m.size(), m.mtime(), m.mtime_nsec()))
    }
}

impl Inputs {
    fn len(&self) -> usize {
        self.paths.len()
    }
    fn get(&self, index: usize) -> (&Path, &[Entry], Stamp) {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        (&self.paths[index], &self.entries[start..self.ends[index]], self.stamps[index])
    }
    /// Everything that is written, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
    /// Puts other inputs behind these.
    pub fn extend(&mut self, other: Self) {
        let before = self.entries.len();
        self.paths.extend(other.paths);
        self.ends.extend(other.ends.into_iter().map(|end| end + before));
        self.entries.extend(other.entries);
        self.stamps.extend(other.stamps);
    }
}

/// What one file says.
struct Found {
    surveys: Vec<Survey>,
    profile: Option<Vec<u8>>,
}

struct State {
    draft: Draft,
    ends: Vec<usize>,
    entries: Vec<Entry>,
    problems: Vec<Problem>,
    profiles: Profiles,
}

enum Profiles {
    None,
    Same(Vec<u8>),
    Differ,
}

/// Surveys all files and adds them to the draft in their order. Bad files become problems.
pub(crate) fn survey(
    draft: Draft,
    files: Vec<PathBuf>,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Surveyed> {
    let total = files.len();
    let stamps = files.iter().map(|path| Stamp::of(path)).collect();
    let state = State {
        draft,
        ends: Vec::with_capacity(total),
        entries: Vec::with_capacity(total),
        problems: Vec::new(),
        profiles: Profiles::None,
    };
    let turns = Turns::new(state, total);
    thread::scope(|scope| {
        for _ in 0..THREADS.min(total) {
            scope.spawn(|| {
                let mut buffer = Vec::new();
                while let Some(index) = turns.take() {
                    if cancel.is_cancelled() {
                        return turns.stop();
                    }
                    let path = &files[index];
                    let found = survey_file(path, &mut buffer);
                    turns.visit(index, |state| state.add(path, found));
                    tell(progress, "reading", index, total);
                }
            });
        }
    });
    if cancel.is_cancelled() {
        return Err(Error::interrupted(WHAT));
    }
    let State { draft, ends, entries, problems, profiles } = turns.into_state();
    let profile = match profiles {
        Profiles::Same(profile) => Some(profile),
        _ => None,
    };
    Ok(Surveyed { draft, inputs: Inputs { paths: files, ends, entries, stamps }, problems, profile })
}

fn tell(progress: &Progress, stage: &'static str, index: usize, total: usize) {
    if (index + 1).is_multiple_of(EVERY) || index + 1 == total {
        progress.step(stage, index as u64 + 1, Some(total as u64));
    }
}

fn survey_file(path: &Path, buffer: &mut Vec<u8>) -> Result<Found, String> {
    match input::open(path, buffer)? {
        Opened::Enriched => {
            let survey = survey_bytes(domain::json::without_bom(buffer)).map_err(|e| e.to_string())?;
            Ok(Found { surveys: vec![survey], profile: None })
        }
        Opened::Full(file) => {
            let mut found = Found { surveys: Vec::new(), profile: None };
            input::parts(file, buffer, &mut |kind, bytes, at| {
                match kind {
                    Kind::Conversation => {
                        found.surveys.push(survey_bytes(bytes).map_err(|e| e.moved(at).to_string())?);
                    }
                    Kind::Profile => {
                        let mut compact = Vec::new();
                        domain::json::compact(bytes, &mut compact).map_err(|e| e.moved(at).to_string())?;
                        found.profile = Some(compact);
                    }
                    Kind::Metadata | Kind::Other(_) => {}
                }
                Ok(true)
            })?;
            Ok(found)
        }
    }
}

impl State {
    fn add(&mut self, path: &Path, found: Result<Found, String>) {
        let problem = |why: String| Problem { on: path.display().to_string(), why };
        let found = match found {
            Ok(found) => found,
            Err(why) => {
                self.ends.push(self.entries.len());
                return self.problems.push(problem(why));
            }
        };
        if let Some(profile) = found.profile {
            self.profiles = match std::mem::replace(&mut self.profiles, Profiles::Differ) {
                Profiles::None => Profiles::Same(profile),
                Profiles::Same(known) if known == profile => Profiles::Same(known),
                _ => Profiles::Differ,
            };
        }
        for survey in &found.surveys {
            if self.draft.contains(&survey.id) {
                self.problems.push(problem(format!("the conversation {} is in already", survey.id)));
            } else {
                self.entries.push(self.draft.add(survey, None));
            }
        }
        self.ends.push(self.entries.len());
    }
}

/// Transcodes all files and writes every piece at its place; answers where the tail goes.
pub(crate) fn build(
    inputs: &Inputs,
    start: Offsets,
    parts: Sinks<'_>,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Offsets> {
    let turns = Turns::new(start, inputs.len());
    let failed: Mutex<Option<Error>> = Mutex::new(None);
    thread::scope(|scope| {
        for _ in 0..THREADS.min(inputs.len()) {
            scope.spawn(|| {
                let mut work = Work::default();
                while let Some(index) = turns.take() {
                    let done = if cancel.is_cancelled() {
                        Err(Error::interrupted(WHAT))
                    } else {
                        work.file(inputs.get(index), index, &turns, parts)
                    };
                    if let Err(error) = done {
                        failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                        return turns.stop();
                    }
                    tell(progress, "writing", index, inputs.len());
                }
            });
        }
    });
    match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(turns.into_state()),
    }
}

/// The buffers of a thread.
#[derive(Default)]
struct Work {
    buffer: Vec<u8>,
    json: Vec<u8>,
    jsonl: Vec<u8>,
}

impl Work {
    fn file(
        &mut self,
        (path, entries, stamp): (&Path, &[Entry], Stamp),
        index: usize,
        turns: &Turns<Offsets>,
        parts: Sinks<'_>,
    ) -> Result<()> {
        let bad = |why: String| Error::failed(WHAT, why).on(path.display()).next("Run it again");
        let opened = input::open(path, &mut self.buffer).map_err(bad)?;
        if Stamp::of(path) != stamp {
            return Err(bad("it changed while it was read".to_owned()));
        }
        match opened {
            Opened::Enriched => {
                let [entry] = entries else {
                    return Err(bad("it changed while it was read".to_owned()));
                };
                self.json.clear();
                self.jsonl.clear();
                let source = domain::json::without_bom(&self.buffer);
                transcode(source, entry, &mut self.json, &mut self.jsonl).map_err(|e| bad(e.to_string()))?;
                // The places are given out in order; the writing itself overlaps.
                let places = turns.visit(index, |offsets| offsets.next(self.json.len(), self.jsonl.len()));
                let Some(place) = places else { return Ok(()) };
                put(place, &self.json, &self.jsonl, parts)
            }
            Opened::Full(file) => {
                let written = turns.visit(index, |offsets| self.full(file, entries, offsets, parts));
                written.unwrap_or(Ok(())).map_err(bad)
            }
        }
    }

    /// A full file goes out piece by piece while it has the turn, so that only one piece is in memory.
    fn full(
        &mut self,
        file: std::fs::File,
        entries: &[Entry],
        offsets: &mut Offsets,
        parts: Sinks<'_>,
    ) -> Result<(), String> {
        let mut entries = entries.iter();
        let Self { buffer, json, jsonl } = self;
        input::parts(file, buffer, &mut |kind, bytes, at| {
            if *kind == Kind::Conversation {
                let entry = entries.next().ok_or("it changed while it was read")?;
                json.clear();
                jsonl.clear();
                transcode(bytes, entry, json, jsonl).map_err(|e| e.moved(at).to_string())?;
                let place = offsets.next(json.len(), jsonl.len());
                put(place, json, jsonl, parts).map_err(|e| e.why.clone())?;
            }
            Ok(true)
        })?;
        entries.next().map_or(Ok(()), |_| Err("it changed while it was read".to_owned()))
    }
}

impl Offsets {
    /// Takes room for a piece; answers where it goes.
    fn next(&mut self, json: usize, jsonl: usize) -> Self {
        let here = *self;
        let between = if self.pieces == 0 { 0 } else { BETWEEN.len() };
        self.json += (between + json) as u64;
        self.jsonl += jsonl as u64;
        self.pieces += 1;
        here
    }
}

fn put(place: Offsets, json: &[u8], jsonl: &[u8], parts: Sinks<'_>) -> Result<()> {
    let mut at = place.json;
    if place.pieces > 0 {
        parts.0.write_at(BETWEEN.as_ref(), at)?;
        at += BETWEEN.len() as u64;
    }
    parts.0.write_at(json, at)?;
    parts.1.write_at(jsonl, place.jsonl)
}
