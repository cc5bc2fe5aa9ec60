//! The one place that writes to stdout and stderr.

use crate::table::Table;
use crate::{terminal, text};
use engine::Error;
use serde::Serialize;
use std::fmt::Display;
use std::io::{self, BufWriter, Stderr, Stdout, Write};

/// Why a verb ends early.
#[derive(Debug)]
pub(crate) enum Stop {
    /// It failed, was refused, or was stopped.
    Error(Error),
    /// Text of the user is wrong at a spot.
    Pointed(Error, Spot),
    /// The reader of our output has gone: nothing left to do, and no failure.
    Pipe,
    /// The output could not be written.
    Output(io::Error),
}

/// Where a text of the user is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Spot {
    /// The first wrong character, from 0.
    pub from: usize,
    /// The first one after it that is not; the same as `from` where something is missing.
    pub to: usize,
    /// What to write in its place, likeliest first.
    pub suggestions: Vec<String>,
    /// The text with a caret under the spot, for people.
    #[serde(skip)]
    pub shown: String,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<engine::config::ConfigError> for Stop {
    fn from(error: engine::config::ConfigError) -> Self {
        Self::Error(error.into())
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Pipe,
            _ => Self::Output(error),
        }
    }
}

/// How a verb ended that came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0
    Done,
    /// 1: it did what it could, and said what it could not.
    Failed,
}

/// What a verb answers.
pub(crate) type Done = Result<Exit, Stop>;

/// Stdout: text or JSON.
pub(crate) struct Out {
    stdout: BufWriter<Stdout>,
    width: Option<usize>,
}

impl Out {
    /// For a terminal of this many columns, or for a pipe.
    pub fn new(width: Option<usize>) -> Self {
        Self { stdout: BufWriter::new(io::stdout()), width }
    }

    /// Columns of the terminal; `None` in a pipe.
    pub fn width(&self) -> Option<usize> {
        self.width
    }

    /// A line; characters that would move the terminal's cursor are shown as blanks.
    pub fn line(&mut self, line: impl Display) -> Result<(), Stop> {
        Ok(writeln!(self.stdout, "{}", text::harmless(&line.to_string()))?)
    }

    /// A sentence: on a terminal it is broken between words, every line as far from the left as the first.
    pub fn prose(&mut self, sentence: impl Display) -> Result<(), Stop> {
        let sentence = sentence.to_string();
        let indent = text::indent(&sentence);
        self.hanging(sentence, indent)
    }

    /// The same, lines after the first `indent` columns from the left.
    pub fn hanging(&mut self, sentence: impl Display, indent: usize) -> Result<(), Stop> {
        let sentence = text::harmless(&sentence.to_string());
        for line in text::wrapped(&sentence, self.width.unwrap_or(usize::MAX), indent) {
            writeln!(self.stdout, "{line}")?;
        }
        Ok(())
    }

    /// A line that is printed as it is: JSON, schemas, scripts.
    pub fn raw(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        Ok(self.stdout.write_all(bytes)?)
    }

    /// An outcome as JSON.
    pub fn json(&mut self, value: &impl Serialize) -> Result<(), Stop> {
        serde_json::to_writer_pretty(&mut self.stdout, value).map_err(io::Error::from)?;
        Ok(self.stdout.write_all(b"\n")?)
    }

    /// A table.
    pub fn table(&mut self, table: &Table) -> Result<(), Stop> {
        for line in table.lines(self.width) {
            writeln!(self.stdout, "{line}")?;
        }
        Ok(())
    }

    /// Everything is out.
    pub fn flush(&mut self) -> Result<(), Stop> {
        Ok(self.stdout.flush()?)
    }
}

/// A sentence on stderr, on a terminal broken between words. Nobody can be told when that fails.
pub fn note(line: impl Display) {
    let columns = terminal::progress_width().unwrap_or(usize::MAX);
    let mut stderr: Stderr = io::stderr();
    for line in line.to_string().lines() {
        let line = text::harmless(line);
        for line in text::wrapped(&line, columns, text::indent(&line)) {
            let _ = writeln!(stderr, "{line}");
        }
    }
}

/// Says on stderr what is wrong with a text of the user and where: the text with a caret, or `position` in the JSON object.
pub(crate) fn report_spot(error: &Error, spot: &Spot, json: bool) {
    if json {
        let mut object = serde_json::json!({ "error": error });
        object["error"]["position"] = serde_json::json!(spot);
        let _ = writeln!(io::stderr(), "{object}");
        return;
    }
    report(error, false);
    // A caret stands below what it points at.
    for line in spot.shown.lines() {
        let _ = writeln!(io::stderr(), "{}", text::harmless(line));
    }
}

/// Says on stderr why something did not work: a sentence and everything that blocks it, or one JSON object.
pub fn report(error: &Error, json: bool) {
    if json {
        let object = serde_json::json!({ "error": error });
        let _ = writeln!(io::stderr(), "{object}");
        return;
    }
    note(error);
    for blocked in &error.blocked {
        let name = if blocked.title.is_empty() { String::new() } else { format!(" “{}”", blocked.title) };
        note(format!("  {}{name}: {}", blocked.id, blocked.reason));
    }
    for problem in &error.problems {
        note(format!("  {}: {}", problem.on, problem.why));
    }
}
