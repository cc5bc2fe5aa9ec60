//! A training file to another shape, without a database.

use crate::files::Downloaded;
use crate::{CancellationToken, Error, Progress, Result};
use serde::Serialize;
use std::path::PathBuf;
use std::str::FromStr;

/// The shapes that can be written (mission, `convert --to`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// Full training file.
    V4Json,
    /// One line per trainable pair.
    V4Jsonl,
    /// `{messages: [{role, content}]}` per line.
    Messages,
    /// `{conversations: [{from, value}]}` per line.
    Sharegpt,
    /// `{instruction, input, output}` per line.
    Alpaca,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::V4Json, Self::V4Jsonl, Self::Messages, Self::Sharegpt, Self::Alpaca];
    /// Its name on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::V4Json => "v4-json",
            Self::V4Jsonl => "v4-jsonl",
            Self::Messages => "messages",
            Self::Sharegpt => "sharegpt",
            Self::Alpaca => "alpaca",
        }
    }
    /// What the file's name ends in, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::V4Json => "json",
            _ => "jsonl",
        }
    }
}

impl FromStr for Target {
    type Err = Error;
    fn from_str(word: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|t| t.word() == word).ok_or_else(|| {
            Error::usage("Cannot convert", format!("`{word}` is no format"))
                .next("Use v4-json, v4-jsonl, messages, sharegpt or alpaca")
        })
    }
}

/// What to convert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Request {
    /// Which file; its shape is recognised by content.
    pub input: PathBuf,
    /// Into what.
    pub to: Target,
    /// Where to; replaced only when complete.
    pub output: PathBuf,
}

/// Converts. Blocks. Stage: `writing`, in bytes read.
pub fn run(request: &Request, progress: &Progress, cancel: &CancellationToken) -> Result<Downloaded> {
    let _ = (request, progress, cancel);
    Err(Error::failed("Cannot convert", "not built yet"))
}
