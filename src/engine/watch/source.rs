//! Where the bytes of one run come from.

use super::ear::{Names, Places};
use super::file::{Growing, Look};
use super::lock::Lock;
use super::run::Run;
use chrono::{DateTime, Utc};
use domain::run::Liveness;
use domain::spec::{LARGEST, outline};
use domain::watch::{Format, Recognized, recognize};
use std::ffi::OsStr;
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
    /// A folder with `TensorBoard`'s files: of several starts, of several writers.
    Events(PathBuf),
    /// A folder below which the newest `trainer_state.json` counts.
    State(PathBuf),
}

/// What a run was asked for; nothing where that cannot be read: the curves are what one wants to see.
fn spec(path: &Path) -> Vec<(String, String)> {
    let small = std::fs::metadata(path).is_ok_and(|meta| meta.len() <= LARGEST);
    let text = if small { std::fs::read_to_string(path).ok() } else { None };
    text.and_then(|text| outline(&text)).unwrap_or_default()
}

/// One run's files.
#[derive(Debug)]
pub(super) struct Source {
    /// The path that names it.
    pub path: PathBuf,
    kind: Kind,
    /// One, but in a folder of `TensorBoard`'s files: all of them, in the order in which they were found.
    files: Vec<Growing>,
    /// The file whose bytes were told last.
    at: usize,
    format: Option<Format>,
    /// First bytes of a file of which is not known yet what it is.
    head: Vec<u8>,
    scanned: Option<DateTime<Utc>>,
    /// Of a folder with states: folders in which another one may come to lie.
    folders: Vec<PathBuf>,
    caught_up: bool,
}

/// A path without links; of what is not there yet, as it is.
fn real(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

/// The folder of a file.
fn around(file: &Path) -> PathBuf {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new(".")).to_owned()
}

/// What a step found.
pub(super) enum News<'a> {
    /// What follows begins at the first byte of the file.
    Anew,
    /// What follows is of the run's file of this number, from where its bytes ended.
    File(usize),
    /// The file is of this format.
    Is(Format),
    /// More bytes.
    Bytes(&'a [u8]),
    /// It cannot be read: a sentence. `None`: it can, again.
    Problem(Option<String>),
}

impl Source {
    pub fn new(path: &Path, file: &Path, kind: Kind, format: Option<Format>) -> Self {
        let files = vec![Growing::new(file, format == Some(Format::TrainerState))];
        let path = path.to_owned();
        Self {
            path,
            kind,
            files,
            at: 0,
            format,
            head: Vec::new(),
            scanned: None,
            folders: Vec::new(),
            caught_up: false,
        }
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
        if let Some(format) = self.format.filter(|_| self.files[0].path().exists()) {
            run.begin(format);
        }
        if let Kind::Ours { manifest, .. } = &self.kind {
            run.set_asked(spec(&manifest.with_file_name("spec.json")));
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
        let scanned = self.scan(now, tell);
        let mut with_more = None;
        for at in 0..self.files.len() {
            let resting = at + 1 < self.files.len() && self.files[at].is_old(now);
            if resting && self.caught_up && !scanned {
                continue;
            }
            match self.files[at].look() {
                Ok(Look::Same) => {}
                Ok(Look::Anew) => {
                    self.head.clear();
                    // The curves of all files are one: all of them are read again.
                    self.files.iter_mut().for_each(Growing::rewind);
                    self.at = 0;
                    if self.format.is_some() {
                        tell(News::Anew);
                    }
                    return true;
                }
                // It is not there yet, or is being replaced.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(error) => {
                    tell(News::Problem(Some(format!("It cannot be read: {error}"))));
                    return false;
                }
            }
            if self.files[at].left() > 0 {
                with_more = Some(at);
                break;
            }
        }
        let Some(at) = with_more else {
            self.caught_up = true;
            return false;
        };
        self.read(at, buffer, tell)
    }

    /// Reads on in one file.
    fn read(&mut self, at: usize, buffer: &mut [u8], tell: &mut dyn FnMut(News<'_>)) -> bool {
        if std::mem::replace(&mut self.at, at) != at {
            tell(News::File(at));
        }
        let Self { files, head, format, .. } = self;
        let growing = &mut files[at];
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
        growing.left() > 0 || !self.caught_up || self.files.len() > 1
    }

    /// Looks for files that came later, now and then. True: it did.
    fn scan(&mut self, now: DateTime<Utc>, tell: &mut dyn FnMut(News<'_>)) -> bool {
        let due = self.scanned.is_none_or(|at| (now - at).num_seconds().abs() >= SCAN);
        if !due {
            return false;
        }
        self.scanned = Some(now);
        match &self.kind {
            Kind::Ours { .. } | Kind::File => {}
            Kind::Events(folder) => {
                for file in super::find::event_files(folder) {
                    if self.files.iter().all(|known| known.path() != file) {
                        self.files.push(Growing::new(&file, false));
                    }
                }
            }
            Kind::State(folder) => {
                let (newest, folders) = super::find::newest_state(folder);
                self.folders = folders;
                if let Some(newest) = newest.filter(|newest| newest != self.files[0].path()) {
                    self.files[0] = Growing::new(&newest, true);
                    tell(News::Anew);
                }
            }
        }
        true
    }

    /// Files came or went: the next step looks for them.
    pub fn stir(&mut self) {
        self.scanned = None;
    }

    /// Where to listen for changes of what it is made of.
    pub fn places(&self, places: &mut Places) {
        let mut add = |folder: &Path, names: Names| {
            let known = places.entry(folder.to_owned()).or_default();
            if !known.contains(&names) {
                known.push(names);
            }
        };
        match &self.kind {
            Kind::Ours { manifest, .. } => {
                let names = ["events.jsonl", "worker.lock", "manifest.json", "spec.json"];
                let folder = manifest.parent().unwrap_or(Path::new("."));
                add(&real(folder), Names::Only(names.map(Into::into).to_vec()));
            }
            Kind::File => {
                // What a link leads to is what is written.
                let file = real(self.files[0].path());
                let name = file.file_name().map(OsStr::to_owned);
                add(&around(&file), Names::Only(name.into_iter().collect()));
            }
            Kind::Events(folder) => add(&real(folder), Names::Events),
            Kind::State(folder) => {
                let found = self.folders.iter().chain([folder]);
                found.for_each(|folder| add(&real(folder), Names::States));
            }
        }
    }

    /// Bytes that were read, and that there are.
    pub fn so_far(&self) -> (u64, u64) {
        let len = self.files.iter().filter_map(Growing::stamp).map(|stamp| stamp.len).sum::<u64>();
        let left: u64 = self.files.iter().map(Growing::left).sum();
        (len - left.min(len), len)
    }

    /// Everything that was there was read.
    pub fn caught_up(&self) -> bool {
        self.caught_up
    }

    /// Seconds since the newest of the files was written.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a run")]
    pub fn still(&self, now: DateTime<Utc>) -> f64 {
        let at = self.files.iter().filter_map(|file| file.stamp()?.modified).max();
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
