//! The two passes.

use super::WHAT;
use super::input::{self, Opened};
use super::order::{Offsets, Turns};
use crate::local::Sink;
use crate::{CancellationToken, Error, Problem, Progress, Result};
use domain::training_file::build::{BETWEEN, Draft, Entry, transcode};
use domain::training_file::split::Kind;
use domain::training_file::survey::{Survey, survey as survey_bytes};
use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;

/// Reading and transcoding are done by this many threads, as many as the smallest machines have.
const THREADS: usize = 2;
/// Files that a thread takes at once hold no more than this together: one turn and one write for all of them.
const GROUP: u64 = 512 << 10;
/// After so many groups the disk begins to take them, while the threads go on: at the end little is left to wait for.
const SETTLE: usize = 128;

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

/// Neighbours that are worked on together: many small files, or one.
fn groups(stamps: &[Stamp]) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let (mut start, mut size) = (0, 0);
    for (at, Stamp(_, bytes, ..)) in stamps.iter().enumerate() {
        if at > start && size + bytes > GROUP {
            all.push(start..at);
            (start, size) = (at, 0);
        }
        size += bytes;
    }
    if start < stamps.len() {
        all.push(start..stamps.len());
    }
    all
}

impl Inputs {
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
    let stamps: Vec<Stamp> = files.iter().map(|path| Stamp::of(path)).collect();
    let groups = groups(&stamps);
    let state = State {
        draft,
        ends: Vec::with_capacity(total),
        entries: Vec::with_capacity(total),
        problems: Vec::new(),
        profiles: Profiles::None,
    };
    let turns = Turns::new(state, groups.len());
    thread::scope(|scope| {
        for _ in 0..THREADS.min(groups.len()) {
            scope.spawn(|| {
                let mut buffer = Vec::new();
                while let Some(index) = turns.take() {
                    if cancel.is_cancelled() {
                        return turns.stop();
                    }
                    let group = &files[groups[index].clone()];
                    let found: Vec<_> = group.iter().map(|path| survey_file(path, &mut buffer)).collect();
                    turns.visit(index, |state| {
                        for (path, found) in group.iter().zip(found) {
                            state.add(path, found);
                        }
                    });
                    progress.step("reading", groups[index].end as u64, Some(total as u64));
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
    let groups = groups(&inputs.stamps);
    let turns = Turns::new(start, groups.len());
    let failed: Mutex<Option<Error>> = Mutex::new(None);
    let (written, to_settle) = mpsc::channel::<()>();
    let fail = |error| {
        failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        turns.stop();
    };
    thread::scope(|scope| {
        scope.spawn(|| {
            // A failure is told by the system once, so none may be passed over.
            for () in to_settle {
                if let Err(error) = parts.0.settle().and_then(|()| parts.1.settle()) {
                    return fail(error);
                }
            }
        });
        for _ in 0..THREADS.min(groups.len()) {
            let written = written.clone();
            let (turns, groups, fail) = (&turns, &groups, &fail);
            scope.spawn(move || {
                let mut work = Work::default();
                while let Some(index) = turns.take() {
                    let group = groups[index].clone();
                    let end = group.end as u64;
                    let done = if cancel.is_cancelled() {
                        Err(Error::interrupted(WHAT))
                    } else {
                        work.group(inputs, group, index, turns, parts)
                    };
                    if let Err(error) = done {
                        return fail(error);
                    }
                    if (index + 1).is_multiple_of(SETTLE) {
                        // Nobody listens only when all is over.
                        let _ = written.send(());
                    }
                    progress.step("writing", end, Some(inputs.paths.len() as u64));
                }
            });
        }
        drop(written);
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
    /// Begins with what stands between two conversations.
    json: Vec<u8>,
    jsonl: Vec<u8>,
    pieces: u64,
}

impl Work {
    /// Transcodes a group of files, then writes it in its turn. The places are given out in order; the writing overlaps.
    fn group(
        &mut self,
        inputs: &Inputs,
        group: Range<usize>,
        index: usize,
        turns: &Turns<Offsets>,
        parts: Sinks<'_>,
    ) -> Result<()> {
        self.clear();
        let mut rest = group;
        let mut full = None;
        for at in rest.by_ref() {
            if let Some(file) = self.file(inputs.get(at))? {
                full = Some((at, file));
                break;
            }
        }
        let Some((at, file)) = full else {
            let place = turns.visit(index, |offsets| self.place(offsets));
            return place.map_or(Ok(()), |place| self.put(place, parts, index.is_multiple_of(2)));
        };
        // A full file goes out while it has the turn, and so does what follows it in its group.
        let written = turns.visit(index, |offsets| {
            self.flush(offsets, parts)?;
            self.full(inputs.get(at), file, offsets, parts)?;
            for at in rest {
                match self.file(inputs.get(at))? {
                    Some(file) => self.full(inputs.get(at), file, offsets, parts)?,
                    None => self.flush(offsets, parts)?,
                }
            }
            Ok(())
        });
        written.unwrap_or(Ok(()))
    }

    fn clear(&mut self) {
        self.json.clear();
        self.jsonl.clear();
        self.pieces = 0;
    }

    /// Adds an enriched file to the buffers; answers a full one, whose beginning is read then.
    fn file(&mut self, (path, entries, stamp): (&Path, &[Entry], Stamp)) -> Result<Option<File>> {
        let bad = |why: String| bad(path, why);
        let opened = input::open(path, &mut self.buffer).map_err(bad)?;
        if Stamp::of(path) != stamp {
            return Err(bad(CHANGED.to_owned()));
        }
        match opened {
            Opened::Full(file) => Ok(Some(file)),
            Opened::Enriched => {
                let [entry] = entries else { return Err(bad(CHANGED.to_owned())) };
                self.json.extend_from_slice(BETWEEN.as_ref());
                let source = domain::json::without_bom(&self.buffer);
                transcode(source, entry, &mut self.json, &mut self.jsonl).map_err(|e| bad(e.to_string()))?;
                self.pieces += 1;
                Ok(None)
            }
        }
    }

    /// Takes room for the buffers; answers where they go.
    fn place(&self, offsets: &mut Offsets) -> Offsets {
        let here = *offsets;
        offsets.json += self.json[self.skipped(here)..].len() as u64;
        offsets.jsonl += self.jsonl.len() as u64;
        offsets.pieces += self.pieces;
        here
    }

    /// Nothing stands before the first conversation of all.
    fn skipped(&self, place: Offsets) -> usize {
        if place.pieces == 0 { BETWEEN.len().min(self.json.len()) } else { 0 }
    }

    /// Two threads that begin with different files wait less for each other.
    fn put(&self, place: Offsets, parts: Sinks<'_>, json_first: bool) -> Result<()> {
        let json = || parts.0.write_at(&self.json[self.skipped(place)..], place.json);
        let jsonl = || parts.1.write_at(&self.jsonl, place.jsonl);
        if json_first { json().and_then(|()| jsonl()) } else { jsonl().and_then(|()| json()) }
    }

    fn flush(&mut self, offsets: &mut Offsets, parts: Sinks<'_>) -> Result<()> {
        let place = self.place(offsets);
        self.put(place, parts, true)?;
        self.clear();
        Ok(())
    }

    /// Piece by piece, so that only one is in memory.
    fn full(
        &mut self,
        (path, entries, _): (&Path, &[Entry], Stamp),
        file: File,
        offsets: &mut Offsets,
        parts: Sinks<'_>,
    ) -> Result<()> {
        let mut entries = entries.iter();
        let mut buffer = std::mem::take(&mut self.buffer);
        let read = input::parts(file, &mut buffer, &mut |kind, bytes, at| {
            if *kind == Kind::Conversation {
                let entry = entries.next().ok_or(CHANGED)?;
                self.json.extend_from_slice(BETWEEN.as_ref());
                transcode(bytes, entry, &mut self.json, &mut self.jsonl)
                    .map_err(|e| e.moved(at).to_string())?;
                self.pieces += 1;
                self.flush(offsets, parts).map_err(|e| e.why.clone())?;
            }
            Ok(true)
        });
        self.buffer = buffer;
        read.and_then(|()| entries.next().map_or(Ok(()), |_| Err(CHANGED.to_owned())))
            .map_err(|why| bad(path, why))
    }
}

const CHANGED: &str = "it changed while it was read";

fn bad(path: &Path, why: String) -> Error {
    Error::failed(WHAT, why).on(path.display()).next("Run it again")
}
