//! Checks a dataset file of any size: fed with chunks, it keeps one line or one conversation in memory.

pub(super) mod chat;
mod document;
pub(super) mod lax;
mod lines;
mod message;
mod pair;
pub(super) mod split;
mod tally;
#[cfg(test)]
mod tests;
pub mod text;

use super::report::{Code, LineErrorKind, Report};
use super::{LONGEST, Shape};
use crate::recognize::{NotOurs, Verdict, recognize};
use document::Document;
use lines::Lines;
use tally::{At, Tally};

/// Line errors that are kept at most; all are counted.
pub const LINE_ERRORS: usize = 100_000;
/// Bytes that are looked at in one go.
const CHUNK: usize = 1 << 20;

/// Bytes after which a file that was not recognised is refused.
const HEAD: usize = 1 << 20;
/// Bytes after which a file that still does not tell what it is is refused: one line of a chat may be long.
const FIRST: usize = 16 << 20;
/// Lines that are asked what the file is, when the first one is broken.
const OTHER_LINES: usize = 1000;

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
#[error("{file}: {why}")]
pub struct NotADataset {
    /// The name it was given.
    pub file: String,
    /// What it is instead: a sentence.
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
    Lines(Box<Lines>),
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
            self.tally.critical(Code::WrongEncoding, At::default(), "The file is UTF-16; save it as UTF-8");
            return Ok(());
        }
        let marked = head.starts_with(b"\xef\xbb\xbf");
        let text = if marked { &head[3..] } else { &head[..] };
        let found = match self.options.shape {
            Some(shape) => Verdict::Shape(shape),
            None if all && text.trim_ascii().is_empty() => return Ok(()),
            None => match recognized(text, all) {
                Verdict::NeedMore if text.len() >= FIRST => Verdict::NotOurs(NotOurs::Long(FIRST)),
                found => found,
            },
        };
        let shape = match found {
            Verdict::Shape(shape) => shape,
            Verdict::NeedMore => return Ok(()),
            Verdict::NotOurs(why) => {
                return Err(NotADataset { file: self.file.clone(), why: why.to_string() });
            }
        };
        if marked {
            self.tally.warn(
                Code::WrongEncoding,
                At::default(),
                "The file begins with a byte order mark; save it without one",
            );
        }
        let text = text.to_vec();
        self.shape = Some(shape);
        self.state = if shape.is_lines() {
            State::Lines(Box::new(Lines::new(shape)))
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

/// What the head says, damaged as it may be: a byte that is no UTF-8 and a broken first line are findings of a check,
/// no reasons to refuse the file.
fn recognized(head: &[u8], all: bool) -> Verdict {
    let sound = match std::str::from_utf8(head) {
        Ok(_) => head.len(),
        Err(e) if e.error_len().is_none() && !all => head.len(),
        Err(e) => e.valid_up_to(),
    };
    let sound = memchr::memchr(0, &head[..sound]).unwrap_or(sound);
    let whole = all || sound < head.len();
    let first = recognize(&head[..sound], whole);
    let Verdict::NotOurs(why) = first else { return first };
    let lines =
        memchr::memchr_iter(b'\n', head).map(|at| &head[at + 1..]).filter(|l| l.first() == Some(&b'{'));
    for line in lines.take(OTHER_LINES) {
        let end = memchr::memchr(b'\n', line);
        if end.is_none() && !all {
            break;
        }
        let shape = recognize(&line[..end.unwrap_or(line.len())], end.is_some());
        if let Verdict::Shape(shape) = shape
            && shape.is_lines()
        {
            return Verdict::Shape(shape);
        }
    }
    match recognize(head, all) {
        _ if !all && head.len() < HEAD => Verdict::NeedMore,
        Verdict::NotOurs(whole) => Verdict::NotOurs(whole),
        _ => Verdict::NotOurs(why),
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

#[cfg(test)]
mod bounds {
    use super::*;

    /// Foreign JSON of any size is refused after its beginning instead of being read into memory.
    #[test]
    fn a_file_that_does_not_tell_what_it_is_is_refused() {
        let mut checker = Checker::new("foreign.json", &Options::default());
        let mut fed = checker.feed(b"{\"rows\": [0");
        let chunk = b",1234567".repeat(CHUNK / 8);
        for _ in 0..64 {
            if fed.is_err() {
                break;
            }
            fed = checker.feed(&chunk);
            let State::Head(head, _) = &checker.state else { panic!("it is no dataset") };
            assert!(head.len() <= 2 * FIRST, "{}", head.len());
        }
        assert!(fed.is_err_and(|why| why.to_string().contains("16 MiB")));
    }
}
