//! Reads one file: recognises it, checks it, and gives its conversations one by one. Runs on a thread that may wait.

use super::Finding;
use super::envelope::rebuild;
use super::item::Item;
use crate::{check, convert, local};
use chrono::{DateTime, Utc};
use domain::dataset::Checker;
use domain::ids::ConversationId;
use domain::json::{self, without_bom};
use domain::recognize::Shape;
use domain::training_file::split::{Kind, Splitter};
use domain::training_file::survey::{Survey, survey};
use std::collections::HashSet;
use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;
use tokio::sync::mpsc::Sender;

/// Bytes that are read at once.
const CHUNK: usize = 1 << 20;
/// One conversation is never this big (the platform's bucket takes 10 MB).
const BIGGEST: u64 = 256 << 20;

/// Which file, and what is needed beside it.
pub(super) struct Source {
    pub path: PathBuf,
    pub now: DateTime<Utc>,
    /// The profile for files that have none.
    pub profile: String,
}

/// What became of it.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub kind: Option<&'static str>,
    pub findings: Vec<Finding>,
    pub note: Option<String>,
    pub error: Option<String>,
}

impl Read {
    pub fn failed(why: String) -> Self {
        Self { error: Some(why), ..Self::default() }
    }
}

/// Reads the file and sends its conversations. It stops early when nobody takes them any more.
pub(super) fn file(source: &Source, send: &Sender<Item>) -> Read {
    let shape = match convert::shape(&source.path) {
        Ok(shape) => shape,
        Err(e) => return Read::failed(e.why.clone()),
    };
    let mut reading = Reading {
        source,
        send,
        seen: HashSet::new(),
        twice: 0,
        checker: Some(Checker::new(source.path.display().to_string(), &check::options(&[]))),
        partial: shape == Shape::V4Jsonl,
    };
    let done = match shape {
        Shape::Enriched | Shape::Raw => reading.single(shape),
        Shape::Full => reading.full(),
        Shape::V4Jsonl => reading.lines(),
        other => {
            let why = format!(
                "a {} file has no conversations of the platform's kind; import raw, enriched, full or v4 JSONL files",
                other.word()
            );
            return Read { kind: Some(other.word()), ..Read::failed(why) };
        }
    };
    let note = reading.note(shape);
    let report = reading.checker.take().and_then(|c| c.finish().ok());
    let findings = report.as_ref().map(Finding::of).unwrap_or_default();
    Read { kind: Some(shape.word()), findings, note, error: done.err() }
}

struct Reading<'a> {
    source: &'a Source,
    send: &'a Sender<Item>,
    seen: HashSet<ConversationId>,
    /// Conversations that stand in the file more than once.
    twice: u64,
    /// None after a fault that the reading itself reports better.
    checker: Option<Checker>,
    /// A JSONL: its conversations lack the user turns.
    partial: bool,
}

impl Reading<'_> {
    fn check(&mut self, chunk: &[u8]) {
        if let Some(checker) = &mut self.checker
            && checker.feed(chunk).is_err()
        {
            self.checker = None;
        }
    }

    /// Answers whether to go on.
    fn give(&mut self, item: Item) -> bool {
        if !self.seen.insert(item.id.clone()) {
            self.twice += 1;
            return true;
        }
        self.send.blocking_send(item).is_ok()
    }

    fn note(&self, shape: Shape) -> Option<String> {
        let twice = (self.twice > 0)
            .then(|| format!("{} of its conversations stand in it twice; the first one counts", self.twice));
        let partial = (shape == Shape::V4Jsonl)
            .then(|| "a JSONL lacks the user turns' own pairs and the dates; conversations that are here already stay".to_owned());
        let notes: Vec<String> = [twice, partial].into_iter().flatten().collect();
        (!notes.is_empty()).then(|| notes.join(". "))
    }

    fn single(&mut self, shape: Shape) -> Result<(), String> {
        let file = File::open(&self.source.path).map_err(|e| local::why(&e))?;
        let mut bytes = Vec::new();
        let read = file.take(BIGGEST).read_to_end(&mut bytes).map_err(|e| local::why(&e))?;
        if read as u64 == BIGGEST {
            return Err("it is too big for one conversation".to_owned());
        }
        self.check(&bytes);
        let item = if shape == Shape::Raw {
            Item::raw(bytes, self.source.now)?
        } else {
            let found = survey(without_bom(&bytes)).map_err(|e| e.to_string())?;
            Item::enriched(found, bytes, self.source.now)?
        };
        self.give(item);
        Ok(())
    }

    /// Twice: a fault at the end of a file must not leave its beginning in the store.
    fn full(&mut self) -> Result<(), String> {
        self.full_pass(false)?;
        self.full_pass(true)
    }

    /// Looks for faults, or gives the conversations.
    fn full_pass(&mut self, giving: bool) -> Result<(), String> {
        let mut file = File::open(&self.source.path).map_err(|e| local::why(&e))?;
        let (mut splitter, mut buffer) = (Splitter::new(), vec![0; CHUNK]);
        let mut profile = self.source.profile.clone().into_bytes();
        loop {
            let read = file.read(&mut buffer).map_err(|e| local::why(&e))?;
            if self.send.is_closed() {
                return Ok(());
            }
            if !giving {
                self.check(&buffer[..read]);
            }
            if read == 0 {
                return splitter.end().map_err(|e| e.to_string());
            }
            splitter.feed(&buffer[..read]);
            while let Some(part) = splitter.next().map_err(|e| e.to_string())? {
                let at = part.at;
                match part.kind {
                    Kind::Profile => {
                        json::compact(part.bytes, &mut Vec::new()).map_err(|e| e.moved(at).to_string())?;
                        profile = part.bytes.to_vec();
                    }
                    Kind::Conversation => {
                        let found = survey(part.bytes).map_err(|e| e.moved(at).to_string())?;
                        if !self.element(found, part.bytes, &profile, giving)? {
                            return Ok(());
                        }
                    }
                    Kind::Metadata | Kind::Other(_) => {}
                }
            }
        }
    }

    fn lines(&mut self) -> Result<(), String> {
        let path = &self.source.path;
        let mut file = File::open(path).map_err(|e| local::why(&e))?;
        let mut buffer = vec![0; CHUNK];
        loop {
            let read = file.read(&mut buffer).map_err(|e| local::why(&e))?;
            if read == 0 || self.send.is_closed() {
                break;
            }
            self.check(&buffer[..read]);
        }
        self.lines_pass(false)?;
        self.lines_pass(true)
    }

    fn lines_pass(&mut self, giving: bool) -> Result<(), String> {
        let source = self.source;
        let profile = source.profile.clone().into_bytes();
        convert::elements(&source.path, source.now.date_naive(), &mut |element, _| {
            let found = survey(element).map_err(|e| e.to_string())?;
            self.element(found, element, &profile, giving)
        })?;
        Ok(())
    }

    /// Judges one conversation of several, or gives it. Answers whether to go on.
    fn element(
        &mut self,
        found: Survey,
        source: &[u8],
        profile: &[u8],
        giving: bool,
    ) -> Result<bool, String> {
        if !giving {
            Item::check_key(&found.id)?;
            return Ok(!self.send.is_closed());
        }
        let bytes = rebuild(&found, source, profile)?;
        let item = Item::enriched(found, bytes, self.source.now)?;
        Ok(self.give(Item { partial: self.partial, ..item }))
    }
}
