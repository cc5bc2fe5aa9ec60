//! Checks a dataset file of any size: fed with chunks, it keeps one line or one conversation in memory.

mod chat;
mod document;
mod lax;
mod lines;
mod pair;
mod split;
mod tally;
#[cfg(test)]
mod tests;
pub mod text;

use super::Shape;
use super::report::{Code, LineErrorKind, Report};
use super::shape::{Sniffed, sniff};
use document::Document;
use lines::Lines;
use tally::{At, Tally};

/// Line errors that are kept at most; all are counted.
pub const LINE_ERRORS: usize = 100_000;
/// Bytes that are looked at in one go.
const CHUNK: usize = 1 << 20;

/// What to check against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Sequence lengths to count examples against, in tokens.
    pub max_lengths: Vec<u32>,
    /// Fewer trainable pairs than this are a small dataset (R2.11, R2.12).
    pub small_below: u64,
    /// Take the file for this shape, as the platform takes every file for `turns`. `None`: recognise it.
    pub shape: Option<Shape>,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_lengths: vec![512, 1024, 2048, 4096], small_below: 500, shape: None }
    }
}

/// The file is no dataset: one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file} {why}")]
pub struct NotADataset {
    /// The name it was given.
    pub file: String,
    /// What it is instead, and what is expected.
    pub why: String,
}

/// Reads a file chunk by chunk: [`Checker::feed`] as often as there are bytes, then [`Checker::finish`].
#[derive(Debug)]
pub struct Checker {
    file: String,
    options: Options,
    tally: Tally,
    shape: Option<Shape>,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Too little was read to say what it is; the next look is at this many bytes.
    Head(Vec<u8>, usize),
    Lines(Lines),
    Document(Box<Document>),
    /// UTF-16: nothing more is read.
    Unreadable,
}

impl Checker {
    /// A check of the file of this name.
    pub fn new(file: impl Into<String>, options: &Options) -> Self {
        Self {
            file: file.into(),
            options: options.clone(),
            tally: Tally::new(options),
            shape: None,
            state: State::Head(Vec::new(), 4),
        }
    }

    /// What the file is, as soon as that is known.
    pub const fn shape(&self) -> Option<Shape> {
        self.shape
    }

    /// The next bytes, however they were cut.
    ///
    /// # Errors
    /// The file turned out to be no dataset; stop reading.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), NotADataset> {
        bytes.chunks(CHUNK).try_for_each(|chunk| self.take(chunk))
    }

    fn take(&mut self, chunk: &[u8]) -> Result<(), NotADataset> {
        match &mut self.state {
            State::Lines(lines) => lines.feed(chunk, &mut self.tally),
            State::Document(document) => document.feed(chunk, false, &mut self.tally),
            State::Unreadable => {}
            State::Head(head, look_at) => {
                head.extend_from_slice(chunk);
                if head.len() >= *look_at {
                    *look_at = head.len() * 2;
                    return self.begin(false);
                }
            }
        }
        Ok(())
    }

    /// Decides what the file is; `all` says that the head is everything.
    fn begin(&mut self, all: bool) -> Result<(), NotADataset> {
        let State::Head(head, _) = &mut self.state else { return Ok(()) };
        if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
            self.state = State::Unreadable;
            self.tally.critical(Code::WrongEncoding, At::default(), "The file is UTF-16");
            return Ok(());
        }
        let marked = head.starts_with(b"\xef\xbb\xbf");
        let text = if marked { &head[3..] } else { &head[..] };
        let found = match self.options.shape {
            Some(shape) => Sniffed::Is(shape),
            None if all && text.trim_ascii().is_empty() => return Ok(()),
            None if text.contains(&0) => Sniffed::No("is a binary file, no dataset".to_owned()),
            None => sniff(text, all),
        };
        let shape = match found {
            Sniffed::Is(shape) => shape,
            Sniffed::More => return Ok(()),
            Sniffed::No(why) => return Err(NotADataset { file: self.file.clone(), why }),
        };
        if marked {
            self.tally.warn(Code::WrongEncoding, At::default(), "The file begins with a byte order mark");
        }
        let text = text.to_vec();
        self.shape = Some(shape);
        self.state = if shape.is_lines() {
            State::Lines(Lines::new(shape))
        } else {
            State::Document(Box::new(Document::new(shape)))
        };
        self.take(&text)
    }

    /// No bytes are left.
    ///
    /// # Errors
    /// The file is no dataset.
    pub fn finish(mut self) -> Result<Report, NotADataset> {
        self.begin(true)?;
        let filled = match self.state {
            State::Head(..) => {
                self.tally.platform = Some(empty());
                false
            }
            State::Lines(lines) => lines.finish(&mut self.tally),
            State::Document(document) => {
                document.finish(&mut self.tally);
                true
            }
            State::Unreadable => true,
        };
        if !filled {
            self.tally.critical(Code::EmptyValue, At::default(), LineErrorKind::File.word());
        }
        Ok(self.tally.report(self.file, self.shape, &self.options))
    }
}

/// The platform's judgement of a file without a line.
fn empty() -> super::report::Platform {
    let mut judge = chat::Judge::default();
    judge.error(0, LineErrorKind::File, 0);
    judge.finish()
}

/// Checks a file that is in memory.
///
/// # Errors
/// The file is no dataset.
pub fn check_bytes(file: &str, bytes: &[u8], options: &Options) -> Result<Report, NotADataset> {
    let mut checker = Checker::new(file, options);
    checker.feed(bytes)?;
    checker.finish()
}
