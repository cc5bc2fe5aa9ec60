//! Lines of a log or of events as a file.

use crate::local::Part;
use crate::{Error, Result};
use chrono::{DateTime, SecondsFormat, Utc};
use domain::series::cell;
use serde::Serialize;
use std::io::{BufWriter, Write};
use std::path::Path;

const WHAT: &str = "Cannot export the lines";

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said {
    /// When.
    pub timestamp: DateTime<Utc>,
    /// Of which run.
    pub run: String,
    /// What kind of line: `stage`, `checkpoint`, `log`, `warning`, `error`, `machine` …
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The line.
    pub message: String,
}

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineForm {
    /// `timestamp,run,type,message`
    Csv,
    /// A list of objects with the same names.
    Json,
    /// As they are read.
    Text,
}

impl LineForm {
    /// The form of a file, by the end of its name.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "txt" | "log" => Some(Self::Text),
            _ => None,
        }
    }
}

/// Writes them, whole or not at all. A file that is there already is left alone.
///
/// # Errors
/// The name tells no form, there is a file already, or it cannot be written.
pub fn save_lines(lines: &[Said], path: &Path) -> Result<()> {
    let form =
        LineForm::of(path).ok_or_else(|| Error::usage(WHAT, "the name ends in none of .csv, .json, .txt"))?;
    if path.exists() {
        return Err(Error::refused(WHAT, "there is one already")
            .on(path.display())
            .next("Take another name"));
    }
    let part = Part::begin(path)?;
    write(lines, form, &mut BufWriter::new(&part.file))
        .map_err(|error| Error::failed(WHAT, error.to_string()))?;
    part.keep().map(drop)
}

fn write(lines: &[Said], form: LineForm, out: &mut impl Write) -> std::io::Result<()> {
    let at = |line: &Said| line.timestamp.to_rfc3339_opts(SecondsFormat::Millis, true);
    match form {
        LineForm::Json => {
            serde_json::to_writer_pretty(&mut *out, lines)?;
            writeln!(out)?;
        }
        LineForm::Csv => {
            writeln!(out, "timestamp,run,type,message")?;
            for line in lines {
                writeln!(out, "{},{},{},{}", at(line), cell(&line.run), line.kind, cell(&line.message))?;
            }
        }
        LineForm::Text => {
            for line in lines {
                writeln!(out, "{}  {}  {}  {}", at(line), line.run, line.kind, line.message)?;
            }
        }
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_written_as_the_name_ends_and_never_over_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let line = Said {
            timestamp: DateTime::UNIX_EPOCH,
            run: "a,b".into(),
            kind: "warning",
            message: "=1+1 \"quoted\"\nsecond".into(),
        };
        let read = |name: &str| {
            let path = folder.path().join(name);
            save_lines(std::slice::from_ref(&line), &path).unwrap();
            std::fs::read_to_string(path).unwrap()
        };
        assert_eq!(
            read("a.csv"),
            "timestamp,run,type,message\n1970-01-01T00:00:00.000Z,\"a,b\",warning,\"'=1+1 \"\"quoted\"\"\nsecond\"\n"
        );
        let json: serde_json::Value = serde_json::from_str(&read("a.json")).unwrap();
        assert_eq!((json[0]["type"].as_str(), json[0]["run"].as_str()), (Some("warning"), Some("a,b")));
        assert!(read("a.txt").starts_with("1970-01-01T00:00:00.000Z  a,b  warning  =1+1"));
        let again = save_lines(&[], &folder.path().join("a.csv")).unwrap_err();
        assert!(again.to_string().contains("already"), "{again}");
        assert!(save_lines(&[], &folder.path().join("a.pdf")).is_err());
    }
}
