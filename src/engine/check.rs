//! Any dataset file checked, without a database.

use crate::{CancellationToken, Error, Progress, Result, local};
use domain::dataset::{Checker, Options, Report};
use serde::Serialize;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// What to check.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Request {
    /// Files, and folders with everything below them.
    pub paths: Vec<PathBuf>,
    /// Sequence lengths to hold the examples against; empty: 512, 1024, 2048, 4096.
    pub lengths: Vec<u32>,
}

/// What was found in all of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Outcome {
    /// Per file, in order.
    pub files: Vec<FileReport>,
    /// Files that are no dataset or could not be read.
    pub failed: u64,
    /// Every file is ready for training.
    pub ready: bool,
}

/// What was found in one file: as JSON the report itself (mission, "Checks"), or `{file, error}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum FileReport {
    /// It is a dataset.
    Checked(Box<Report>),
    /// It is none, or cannot be read.
    Failed {
        /// As it was given or found.
        file: String,
        /// Why, without a full stop; the file is named beside it.
        error: String,
    },
}

impl FileReport {
    /// The file's name.
    pub fn file(&self) -> &str {
        match self {
            Self::Checked(report) => &report.file,
            Self::Failed { file, .. } => file,
        }
    }
    /// The report, if there is one.
    pub fn report(&self) -> Option<&Report> {
        match self {
            Self::Checked(report) => Some(report),
            Self::Failed { .. } => None,
        }
    }
}

const WHAT: &str = "Cannot check";
/// Bytes that are read at once.
const CHUNK: usize = 1 << 20;

/// The options of a check against `lengths`; empty: the usual ones.
pub(crate) fn options(lengths: &[u32]) -> Options {
    let usual = Options::default();
    if lengths.is_empty() { usual } else { Options { max_lengths: lengths.to_vec(), ..usual } }
}

/// Checks. One bad file never stops the others. Blocks. Stage: `checking`, in bytes.
pub fn run(request: &Request, progress: &Progress, cancel: &CancellationToken) -> Result<Outcome> {
    if request.paths.is_empty() {
        return Err(Error::usage(WHAT, "there is no file").next("Name files or folders"));
    }
    let (files, problems) = local::walk(&request.paths);
    let options = options(&request.lengths);
    let total = files.iter().filter_map(|f| std::fs::metadata(f).ok()).map(|m| m.len()).sum();
    let mut outcome = Outcome { ready: true, ..Outcome::default() };
    let mut done = 0;
    for path in &files {
        let mut heard = |bytes: u64| {
            done += bytes;
            progress.step_on("checking", done, Some(total), &path.display().to_string());
            !cancel.is_cancelled()
        };
        let report = check_file(path, &options, &mut heard);
        if cancel.is_cancelled() {
            return Err(Error::interrupted(WHAT));
        }
        outcome.add(report);
    }
    for problem in problems {
        outcome.add(FileReport::Failed { file: problem.on, error: problem.why });
    }
    Ok(outcome)
}

impl Outcome {
    fn add(&mut self, report: FileReport) {
        self.failed += u64::from(report.report().is_none());
        self.ready &= report.report().is_some_and(|r| r.ready);
        self.files.push(report);
    }
}

fn check_file(path: &Path, options: &Options, heard: &mut dyn FnMut(u64) -> bool) -> FileReport {
    let file = path.display().to_string();
    let failed = |error: String| FileReport::Failed { file: file.clone(), error };
    let mut reader = match File::open(path) {
        Ok(reader) => reader,
        Err(e) => return failed(local::why(&e)),
    };
    let mut checker = Checker::new(file.clone(), options);
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(e) => return failed(local::why(&e)),
        };
        if let Err(e) = checker.feed(&buffer[..read]) {
            return failed(e.why);
        }
        if !heard(read as u64) {
            return failed("it was stopped".to_owned());
        }
    }
    match checker.finish() {
        Ok(report) => FileReport::Checked(Box::new(report)),
        Err(e) => failed(e.why),
    }
}
