//! What a file is, by its first bytes; its name does not matter.

use super::csv::{cells, mark};
use super::flat::{Item, blanks, members, number};
use super::keys::Key;
use super::{tensorboard, wandb};
use crate::conversation::{UnknownWord, words};
use memchr::{memchr, memmem::find};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// A kind of file with curves in it.
    Format, "format of a run" {
        /// `events.jsonl` of our worker: read it with [`crate::run::Reader`].
        Events = "events",
        /// `trainer_state.json` of transformers: written anew each time, so begin again when it changes ([`super::Tail::again`]).
        TrainerState = "trainer_state",
        /// `TensorBoard`'s event file.
        TensorBoard = "tensorboard",
        /// W&B's `.wandb` file.
        Wandb = "wandb",
        /// Lines of JSON.
        Jsonl = "jsonl",
        /// A table with a head.
        Csv = "csv",
    }
}

/// What was found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recognized {
    /// It is this.
    Format(Format),
    /// Too few bytes to say; give more of them from the beginning.
    NeedMore,
    /// It is something else: a sentence.
    Unknown(&'static str),
}

/// Bytes after which a file must have told what it is.
const HEAD: usize = 1 << 20;

/// Says what a file is. `whole`: `head` is all there is, at present.
pub fn recognize(head: &[u8], whole: bool) -> Recognized {
    if head.starts_with(&wandb::HEADER[..4]) {
        return Recognized::Format(Format::Wandb);
    }
    if tensorboard::length(head).is_some() {
        return Recognized::Format(Format::TensorBoard);
    }
    let text = blanks(crate::json::without_bom(head));
    let more = !whole && head.len() < HEAD;
    if text.is_empty() || head.len() < 12 && more {
        return if more || text.is_empty() { Recognized::NeedMore } else { plain(text, false) };
    }
    if text[0] == b'{' { json(text, more) } else { plain(text, more) }
}

fn json(text: &[u8], more: bool) -> Recognized {
    if find(text, b"\"log_history\"").is_some() {
        return Recognized::Format(Format::TrainerState);
    }
    let lines = || text.split(|byte| *byte == b'\n').take(LINES).map(line);
    let first = line(memchr(b'\n', text).map_or(text, |end| &text[..end]));
    match first {
        // The first line may be torn, or hold the settings only.
        _ if lines().any(|line| line == Line::Event) => Recognized::Format(Format::Events),
        _ if lines().any(|line| line == Line::Numbers) => Recognized::Format(Format::Jsonl),
        _ if more => Recognized::NeedMore,
        Line::Words => Recognized::Unknown("It is JSON without numbers"),
        _ => Recognized::Unknown("It is JSON, but neither a trainer's state nor lines of metrics"),
    }
}

/// Lines that are looked at.
const LINES: usize = 20;

/// What a line is.
#[derive(PartialEq, Eq)]
enum Line {
    /// An event of our worker.
    Event,
    /// An object with a number.
    Numbers,
    /// Another object.
    Words,
    /// No object, or half of one.
    Other,
}

fn line(text: &[u8]) -> Line {
    let (mut numbers, mut event) = (false, 0);
    let behind = members(text, |key, item| {
        event += u32::from(matches!(key, b"seq" | b"at" | b"attempt" | b"kind"));
        numbers |= holds_number(item);
    });
    match behind {
        Some(behind) if !blanks(behind).is_empty() => Line::Other,
        Some(_) if event == 4 => Line::Event,
        Some(_) if numbers => Line::Numbers,
        Some(_) => Line::Words,
        None => Line::Other,
    }
}

fn holds_number(item: Item<'_>) -> bool {
    match item {
        Item::Number(_) => true,
        Item::Nested(inner) => {
            let mut found = false;
            let _ = members(inner, |_, item| found |= matches!(item, Item::Number(_)));
            found
        }
        _ => false,
    }
}

fn plain(text: &[u8], more: bool) -> Recognized {
    let mut lines = text
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|l| !l.is_empty() && !l.starts_with(b"#"));
    let head = lines.next().unwrap_or_default();
    if std::str::from_utf8(head).is_err() && memchr(b'\n', text).is_some() || memchr(0, head).is_some() {
        return Recognized::Unknown("It is no text, and no binary format that is known here");
    }
    if memchr(b'\n', text).is_none() && more {
        return Recognized::NeedMore;
    }
    let by = mark(head);
    let names: Vec<_> = cells(head, by).collect();
    let titled =
        names.iter().all(|name| !name.trim_ascii().is_empty() && number(name.trim_ascii()).is_none());
    let axis = names.iter().any(|name| {
        matches!(Key::of(&String::from_utf8_lossy(name)), Key::Step | Key::Epoch | Key::Time | Key::Tokens)
    });
    let ends = memchr::memchr_iter(b'\n', text).count();
    let Some(row) = lines.next() else {
        return match titled && axis && names.len() > 1 && ends > 0 {
            true => Recognized::Format(Format::Csv),
            false if more => Recognized::NeedMore,
            false => Recognized::Unknown("It is no table with a head"),
        };
    };
    let numbers = cells(row, by).filter(|cell| number(cell.trim_ascii()).is_some()).count();
    if titled && numbers > 0 && (names.len() > 1 || axis) {
        return Recognized::Format(Format::Csv);
    }
    // Half a row may still get its numbers.
    if more && ends < 2 {
        return Recognized::NeedMore;
    }
    Recognized::Unknown("It is neither a table with a head nor lines of JSON")
}
