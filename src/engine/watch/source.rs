//! Where the bytes of one run come from.

use super::file::{Growing, Look};
use super::lock::Lock;
use super::run::Run;
use chrono::{DateTime, Utc};
use domain::run::Liveness;
use domain::watch::{Format, Recognized, recognize};
use std::path::{Path, PathBuf};

/// Bytes after which a file must have told what it is.
const HEAD: usize = 1 << 20;
/// Seconds between two looks into a folder for files that came later.
const SCAN: i64 = 2;

/// What a run is made of.
#[derive(Debug)]
pub(super) enum Kind {
    /// A run directory of our worker.
    Ours { lock: Lock, manifest: PathBuf },
    /// One file.
    File,
    /// A folder in which `TensorBoard`'s files follow one another.
    Events(PathBuf),
    /// A folder below which the newest `trainer_state.json` counts.
    State(PathBuf),
}

/// One run's files.
#[derive(Debug)]
pub(super) struct Source {
    /// The path that names it.
    pub path: PathBuf,
    kind: Kind,
    growing: Growing,
    format: Option<Format>,
    /// First bytes of a file of which is not known yet what it is.
    head: Vec<u8>,
    scanned: Option<DateTime<Utc>>,
    caught_up: bool,
}

/// What a step found.
pub(super) enum News<'a> {
    /// What follows begins at the first byte of the file.
    Anew,
    /// What follows begins at the first byte of another file of the run.
    NextFile,
    /// The file is of this format.
    Is(Format),
    /// More bytes.
    Bytes(&'a [u8]),
    /// It cannot be read: a sentence. `None`: it can, again.
    Problem(Option<String>),
}

impl Source {
    pub fn new(path: &Path, file: &Path, kind: Kind, format: Option<Format>) -> Self {
        let growing = Growing::new(file, format == Some(Format::TrainerState));
        let path = path.to_owned();
        Self { path, kind, growing, format, head: Vec::new(), scanned: None, caught_up: false }
    }

    /// The run directory around a file of events.
    pub fn ours(path: &Path, folder: &Path) -> Self {
        let kind = Kind::Ours {
            lock: Lock::new(folder.join("worker.lock")),
            manifest: folder.join("manifest.json"),
        };
        Self::new(path, &folder.join("events.jsonl"), kind, Some(Format::Events))
    }

    /// The run, before anything was read.
    pub fn run(&self, name: String) -> Run {
        let mut run = Run::new(name, &self.path);
        if let Some(format) = self.format.filter(|_| self.growing.path().exists()) {
            run.begin(format);
        }
        run
    }

    /// What the file is, at once; an error is a sentence.
    pub fn recognized(&mut self) -> Result<Option<Format>, String> {
        let mut buffer = vec![0; 1 << 16];
        let mut said = None;
        while self.format.is_none() {
            let more = self.step(&mut buffer, DateTime::UNIX_EPOCH, &mut |news| {
                if let News::Problem(problem) = news {
                    said = problem;
                }
            });
            if !more {
                break;
            }
        }
        match (self.format, said) {
            (None, Some(problem)) => Err(problem),
            (format, _) => Ok(format),
        }
    }

    /// Reads one chunk at most. True: there is more.
    pub fn step(&mut self, buffer: &mut [u8], now: DateTime<Utc>, tell: &mut dyn FnMut(News<'_>)) -> bool {
        self.scan(now, tell);
        match self.growing.look() {
            Ok(Look::Same) => {}
            Ok(Look::Anew) => {
                self.head.clear();
                if self.format.is_some() {
                    tell(News::Anew);
                }
            }
            // It is not there yet, or is being replaced.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return false,
            Err(error) => {
                tell(News::Problem(Some(format!("It cannot be read: {error}"))));
                return false;
            }
        }
        if self.growing.left() == 0 {
            // Another file may follow: that is looked at before anybody waits.
            let first = !std::mem::replace(&mut self.caught_up, true);
            if first {
                self.scanned = None;
            }
            return first && matches!(self.kind, Kind::Events(_));
        }
        let Self { growing, head, format, .. } = self;
        let bytes = match growing.next(buffer) {
            Ok(bytes) => bytes,
            Err(error) => {
                tell(News::Problem(Some(format!("It cannot be read: {error}"))));
                return false;
            }
        };
        if bytes.is_empty() {
            return false;
        }
        if format.is_some() {
            tell(News::Bytes(bytes));
        } else if head.len() < HEAD {
            head.extend_from_slice(bytes);
            match recognize(head, growing.left() == 0) {
                Recognized::Format(found) => {
                    *format = Some(found);
                    let head = std::mem::take(head);
                    tell(News::Problem(None));
                    tell(News::Is(found));
                    tell(News::Bytes(&head));
                    growing.set_whole(found == Format::TrainerState);
                }
                Recognized::NeedMore => {}
                Recognized::Unknown(why) => tell(News::Problem(Some(why.to_owned()))),
            }
        }
        growing.left() > 0 || !self.caught_up
    }

    /// Looks for a file that follows, now and then.
    fn scan(&mut self, now: DateTime<Utc>, tell: &mut dyn FnMut(News<'_>)) {
        let due = self.scanned.is_none_or(|at| (now - at).num_seconds().abs() >= SCAN);
        if !due || !self.caught_up && self.scanned.is_some() {
            return;
        }
        self.scanned = Some(now);
        match &self.kind {
            Kind::Ours { .. } | Kind::File => {}
            Kind::Events(folder) => {
                let next = super::find::event_files(folder)
                    .into_iter()
                    .find(|file| file.as_path() > self.growing.path());
                if let Some(next) = next.filter(|_| self.caught_up && self.growing.left() == 0) {
                    self.growing = Growing::new(&next, false);
                    self.caught_up = false;
                    self.scanned = None;
                    tell(News::NextFile);
                }
            }
            Kind::State(folder) => {
                let newest = super::find::newest_state(folder);
                if let Some(newest) = newest.filter(|newest| newest != self.growing.path()) {
                    self.growing = Growing::new(&newest, true);
                    tell(News::Anew);
                }
            }
        }
    }

    /// Bytes that were read, and that there are.
    pub fn so_far(&self) -> (u64, u64) {
        let len = self.growing.stamp().map_or(0, |stamp| stamp.len);
        (len - self.growing.left().min(len), len)
    }

    /// Everything that was there was read.
    pub fn caught_up(&self) -> bool {
        self.caught_up
    }

    /// Seconds since the file was written.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a run")]
    pub fn still(&self, now: DateTime<Utc>) -> f64 {
        let at = self.growing.stamp().and_then(|stamp| stamp.modified);
        at.map_or(0.0, |at| ((now - at).num_milliseconds() as f64 / 1000.0).max(0.0))
    }

    /// What is known of the process, and whether the last file is there.
    pub fn process(&mut self, now: DateTime<Utc>) -> (Liveness, bool) {
        match &mut self.kind {
            Kind::Ours { lock, manifest } => (lock.ask(now), manifest.exists()),
            _ => (Liveness::Unknown, false),
        }
    }
}
