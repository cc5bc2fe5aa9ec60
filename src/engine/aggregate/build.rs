//! The second pass: every conversation transcoded, every piece at its place.

use super::WHAT;
use super::input::{self, Opened};
use super::inputs::{Inputs, Stamp, THREADS, groups};
use super::order::{Offsets, Turns};
use crate::local::Sink;
use crate::{CancellationToken, Error, Progress, Result};
use domain::training_file::build::{BETWEEN, Entry, transcode};
use domain::training_file::split::Kind;
use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;

/// After so many groups the disk begins to take them, while the threads go on: at the end little is left to wait for.
const SETTLE: usize = 128;

/// Where the JSON and the JSONL go.
pub(crate) type Sinks<'a> = (&'a dyn Sink, &'a dyn Sink);

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
