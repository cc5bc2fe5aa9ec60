//! A training file to another shape, without a database.

mod chat;
mod lines;
mod v4;

pub(crate) use chat::Chat;
pub use domain::convert::Target;
pub(crate) use lines::elements;

use crate::files::Downloaded;
use crate::{CancellationToken, Error, Progress, Result, local};
use chrono::{DateTime, Utc};
use domain::recognize::{Shape, Verdict, recognize};
use serde::Serialize;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// What to convert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Request {
    /// Which file; its shape is recognised by content.
    pub input: PathBuf,
    /// Into what.
    pub to: Target,
    /// Where to; replaced only when complete.
    pub output: PathBuf,
    /// The head of the new file, where the input has none.
    pub head: Head,
}

/// What the caller says of a new training file: a JSONL has neither dates nor a profile (decision 0012).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Head {
    /// `file_name`; `None`: what the file says of itself, else its own name.
    pub name: Option<String>,
    /// Created and last updated, and the day of conversations without one; `None`: what the file says, else when it was written.
    pub at: Option<DateTime<Utc>>,
    /// A JSON object, or a file to take `consultant_profile` from; `None`: the file's own, else `default_profile`.
    pub profile: Option<PathBuf>,
    /// The configured profile, as JSON text.
    pub default_profile: String,
}

impl Default for Head {
    /// Nothing is said; the profile is the one that comes with brightrun.
    fn default() -> Self {
        let default_profile = crate::examples::CONSULTANT_PROFILE.to_owned();
        Self { name: None, at: None, profile: None, default_profile }
    }
}

impl Head {
    fn is_said(&self) -> bool {
        self.name.is_some() || self.at.is_some() || self.profile.is_some()
    }
    /// The name is one that a training file can have (formats 2.1).
    fn verify(&self) -> Result<()> {
        match &self.name {
            Some(name) if name.is_empty() || name.chars().count() > 255 => {
                Err(Error::usage(WHAT, "the name must have 1 to 255 characters").next("Choose another name"))
            }
            _ => Ok(()),
        }
    }
}

pub(crate) const WHAT: &str = "Cannot convert";
/// Bytes that are read at once.
const CHUNK: usize = 1 << 20;
/// More than this is never needed to know what a file is.
const HEAD: usize = 16 << 20;

/// The format of this name.
pub fn target(word: &str) -> Result<Target> {
    word.parse().map_err(|e: domain::conversation::UnknownWord| {
        Error::usage(WHAT, e.to_string()).next("Use v4-json, v4-jsonl, messages, sharegpt or alpaca")
    })
}

/// What the name of such a file ends in, without the dot.
pub fn extension(target: Target) -> &'static str {
    if target == Target::V4Json { "json" } else { "jsonl" }
}

/// Converts. Blocks. Stage: `writing`, in bytes read.
pub fn run(request: &Request, progress: &Progress, cancel: &CancellationToken) -> Result<Downloaded> {
    let shape = shape(&request.input)?;
    if !matches!(shape, Shape::Full | Shape::Enriched | Shape::V4Jsonl) {
        return Err(Error::refused(WHAT, format!("a {} file cannot be converted", shape.word()))
            .on(request.input.display())
            .next("Use a full, enriched or v4 JSONL file"));
    }
    request.head.verify()?;
    let makes_a_head = matches!(request.to, Target::V4Json | Target::V4Jsonl) && shape != Shape::Full;
    if request.head.is_said() && !makes_a_head {
        let why = if shape == Shape::Full {
            "a full file keeps its own name, times and profile"
        } else {
            "this shape has no head"
        };
        return Err(Error::usage(WHAT, why)
            .on(request.input.display())
            .next("Leave --name, --at and --profile out"));
    }
    match request.to {
        Target::V4Json | Target::V4Jsonl => v4::run(request, shape, progress, cancel),
        Target::Messages | Target::ShareGpt | Target::Alpaca => chat::run(request, shape, progress, cancel),
    }
}

/// What a file is, by its content.
pub(crate) fn shape(path: &Path) -> Result<Shape> {
    let meta = std::fs::metadata(path).map_err(|e| local::error(WHAT, path, &e))?;
    if let Some(why) = local::no_file(&meta) {
        return Err(Error::failed(WHAT, why).on(path.display()).next("Name a file"));
    }
    let mut file = File::open(path).map_err(|e| local::error(WHAT, path, &e))?;
    let (mut head, mut want) = (Vec::new(), 64 << 10);
    loop {
        let missing = (want - head.len()) as u64;
        let read =
            file.by_ref().take(missing).read_to_end(&mut head).map_err(|e| local::error(WHAT, path, &e))?;
        let whole = (read as u64) < missing;
        match recognize(&head, whole) {
            Verdict::Shape(shape) => return Ok(shape),
            Verdict::NotOurs(why) => return Err(Error::failed(WHAT, why.to_string()).on(path.display())),
            Verdict::NeedMore if whole || want >= HEAD => {
                return Err(Error::failed(WHAT, "its beginning does not say what it is").on(path.display()));
            }
            Verdict::NeedMore => want *= 2,
        }
    }
}

#[cfg(test)]
mod tests;
