//! What a file is, by its content. Names never matter: the platform has JSON in `.txt` and `.csv` (formats 3.1).

use crate::conversation::{UnknownWord, words};
use crate::json::{Cursor, Next, without_bom};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// The shapes we read (training-pipeline 1.2 and formats 1).
    Shape, "shape" {
        /// A full training file: metadata, profile, conversations.
        Full = "full",
        /// Its JSONL: a header line, then one line per answer.
        V4Jsonl = "v4-jsonl",
        /// One enriched conversation.
        Enriched = "enriched",
        /// One conversation as it was generated.
        Raw = "raw",
        /// JSONL with `conversation_id` and `turns`.
        Turns = "turns",
        /// JSONL with `conversations`.
        Conversations = "conversations",
        /// JSONL with `messages`.
        Messages = "messages",
    }
}

/// Why a file is none of ours: what it looks like instead, as it is said after the name of the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotOurs {
    /// No bytes, or only blanks.
    #[error("the file is empty")]
    Empty,
    /// A known kind of binary file.
    #[error("this is {0}, not JSON or JSONL; unpack or convert it first")]
    Kind(&'static str),
    /// Bytes that are no text.
    #[error("this is a binary file, not JSON or JSONL")]
    Binary,
    /// Text in another encoding.
    #[error("this text is {0}; save it as UTF-8")]
    Encoding(&'static str),
    /// Looks like a table.
    #[error("this is a CSV file, not JSON or JSONL; brightrun reads conversations from JSON only")]
    Csv,
    /// Some other text.
    #[error("this is plain text, not JSON or JSONL")]
    Text,
    /// A list at the top.
    #[error("this is a JSON array; a training file is an object, and JSONL has one object per line")]
    Array,
    /// A string, number or word at the top.
    #[error("this is a single JSON value, not an object")]
    Scalar,
    /// An object with other keys.
    #[error("this is JSON, but has none of the keys of a training file or conversation; it begins with {0}")]
    Keys(String),
    /// It begins like JSON, and nothing of ours comes for very long.
    #[error("this begins like JSON, but its first {} MiB do not say that it is a training file or conversation", .0 >> 20)]
    Long(usize),
    /// It begins like JSON and is broken before any key of ours.
    #[error("this begins like JSON, but is broken at {0}")]
    Broken(crate::json::Error),
}

/// What the first bytes tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// One of ours.
    Shape(Shape),
    /// None of ours.
    NotOurs(NotOurs),
    /// These bytes do not tell yet: try again with more (twice as many), or with all of them.
    NeedMore,
}

/// Looks at the first bytes of a file, 64 KiB or so; `whole` says that there are no more.
pub fn recognize(bytes: &[u8], whole: bool) -> Verdict {
    if let Some(encoding) = other_encoding(bytes) {
        return Verdict::NotOurs(NotOurs::Encoding(encoding));
    }
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Verdict::NotOurs(NotOurs::Kind(kind));
    }
    let bytes = without_bom(bytes);
    if memchr::memchr(0, bytes).is_some() {
        return Verdict::NotOurs(NotOurs::Binary);
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // The last character may be cut by the end of what was read.
        Err(fault) if fault.error_len().is_none() && !whole => {
            std::str::from_utf8(&bytes[..fault.valid_up_to()]).unwrap_or_default()
        }
        Err(fault) => return not_utf8(bytes, fault.valid_up_to()),
    };
    let trimmed = text.trim_start();
    match trimmed.as_bytes().first() {
        None if whole => Verdict::NotOurs(NotOurs::Empty),
        None => Verdict::NeedMore,
        Some(b'{') => object(text, whole),
        Some(b'[') if begins_array(trimmed) => Verdict::NotOurs(NotOurs::Array),
        Some(_) => Verdict::NotOurs(other_text(trimmed)),
    }
}

/// `[` and a value, or the end: not the head of a section, as other formats have it.
fn begins_array(text: &str) -> bool {
    let inner = text[1..].trim_start();
    inner.is_empty()
        || inner.starts_with(|c: char| matches!(c, '{' | '[' | ']' | '"' | '-') || c.is_ascii_digit())
        || ["true", "false", "null"].iter().any(|word| {
            inner.strip_prefix(word).is_some_and(|rest| rest.trim_start().starts_with([',', ']']))
        })
}

const MAGIC: &[(&[u8], &str)] = &[
    (b"\x1F\x8B", "a gzip file"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x28\xB5\x2F\xFD", "a zstd file"),
    (b"PAR1", "a Parquet file"),
    (b"%PDF", "a PDF file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x89PNG", "a picture"),
];

/// UTF-16 and UTF-32, by their mark or by the zero beside the first character.
fn other_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => Some("UTF-32"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [b'{' | b'[', 0, ..] | [0, b'{' | b'[', ..] => Some("UTF-16"),
        _ => None,
    }
}

fn not_utf8(bytes: &[u8], valid: usize) -> Verdict {
    // A letter of Windows-1252 or Latin-1 among much plain text, or no text at all.
    let plain = bytes.iter().filter(|b| matches!(b, b'\n' | b'\r' | b'\t' | b' '..=b'~')).count();
    let texty = plain * 10 > bytes.len() * 9;
    let readable = texty && (valid > 0 || bytes.len() > 1);
    let maybe = NotOurs::Encoding("not UTF-8, maybe Windows-1252");
    Verdict::NotOurs(if readable { maybe } else { NotOurs::Binary })
}

fn other_text(text: &str) -> NotOurs {
    if Cursor::of(text).skip().is_ok() {
        return NotOurs::Scalar;
    }
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).take(2);
    let columns = |line: &str| [',', ';', '\t'].map(|sign| line.matches(sign).count());
    let first = columns(lines.next().unwrap_or_default());
    let second = lines.next().map(columns);
    let table =
        first.iter().enumerate().any(|(at, count)| *count > 0 && second.is_none_or(|second| second[at] > 0));
    if table { NotOurs::Csv } else { NotOurs::Text }
}

/// What the keys of the first object say.
#[derive(Default)]
struct Keys {
    names: Vec<String>,
    /// The first element of `conversations` has `training_pairs`.
    pairs_inside: bool,
    /// The first of `turns` has what only generated conversations have.
    raw_turns: bool,
}

impl Keys {
    fn has(&self, key: &str) -> bool {
        self.names.iter().any(|name| name == key)
    }

    /// What is sure, whatever comes later.
    fn sure(&self) -> Option<Shape> {
        if self.has("training_file_metadata") || self.pairs_inside {
            Some(Shape::Full)
        } else if self.has("_meta") || (self.has("target_response") && self.has("current_user_input")) {
            Some(Shape::V4Jsonl)
        } else if self.has("training_pairs") || self.has("dataset_metadata") {
            Some(Shape::Enriched)
        } else if !self.has("conversation_id")
            && (self.raw_turns || (self.has("turns") && self.has("conversation_metadata")))
        {
            Some(Shape::Raw)
        } else {
            None
        }
    }

    /// What the whole object is.
    fn all(&self) -> Option<Shape> {
        self.sure().or_else(|| {
            let has = |key| self.has(key);
            if has("turns") {
                Some(Shape::Turns)
            } else if has("messages") {
                Some(Shape::Messages)
            } else if has("conversations") {
                Some(Shape::Conversations)
            } else if has("conversation_history") || has("target_response") {
                Some(Shape::V4Jsonl)
            } else if has("conversation_metadata") {
                Some(Shape::Raw)
            } else {
                None
            }
        })
    }
}

fn object(text: &str, whole: bool) -> Verdict {
    let mut keys = Keys::default();
    let mut cursor = Cursor::of(text);
    let outcome = cursor.object(|inner, key| {
        let name = key.decode().into_owned();
        keys.names.push(name.clone());
        if keys.sure().is_some() {
            return Err(Stop::Sure);
        }
        inside(inner, &name, &mut keys)?;
        if keys.sure().is_some() { Err(Stop::Sure) } else { Ok(()) }
    });
    let cut = match outcome {
        Ok(()) | Err(Stop::Sure) => None,
        Err(Stop::Fault(error)) => Some(error),
    };
    let known = if cut.is_none() || whole { keys.all() } else { keys.sure() };
    if let Some(shape) = known {
        return Verdict::Shape(shape);
    }
    match cut {
        Some(error) if error.kind == crate::json::Kind::Cut && !whole => Verdict::NeedMore,
        Some(error) => keys.all().map_or(Verdict::NotOurs(NotOurs::Broken(error)), Verdict::Shape),
        None => {
            let first: Vec<String> = keys.names.iter().take(3).map(|name| format!("`{name}`")).collect();
            let first = if first.is_empty() { "nothing".to_owned() } else { first.join(", ") };
            Verdict::NotOurs(NotOurs::Keys(first))
        }
    }
}

enum Stop {
    Sure,
    Fault(crate::json::Error),
}

impl From<crate::json::Error> for Stop {
    fn from(error: crate::json::Error) -> Self {
        Self::Fault(error)
    }
}

/// Looks into the two values whose first element tells more than their key.
fn inside(cursor: &mut Cursor<'_>, name: &str, keys: &mut Keys) -> Result<(), Stop> {
    if !matches!(name, "conversations" | "turns") || cursor.peek()? != Next::Array {
        cursor.skip()?;
        return Ok(());
    }
    cursor.array(|inner, at| {
        if at > 0 || inner.peek()? != Next::Object {
            inner.skip()?;
            return Ok(());
        }
        inner.object(|inner, key| {
            keys.pairs_inside |= name == "conversations" && key.is("training_pairs");
            keys.raw_turns |= name == "turns" && (key.is("emotional_context") || key.is("turn_number"));
            if keys.pairs_inside || keys.raw_turns {
                return Err(Stop::Sure);
            }
            inner.skip()?;
            Ok(())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{NotOurs, Shape, Verdict, recognize};
    use proptest::prelude::*;

    #[test]
    fn what_is_not_ours_is_named() {
        for (bytes, sentence) in [
            (&b""[..], "the file is empty"),
            (b" \n\n", "the file is empty"),
            (b"\xEF\xBB\xBF", "the file is empty"),
            (b"\xFF\xFE{\0", "UTF-16"),
            (b"{\0\"\0", "UTF-16"),
            (b"\x1F\x8B\x08", "gzip"),
            (b"PAR1\x15", "Parquet"),
            (b"ab\0cd", "binary"),
            (b"\x80\x81\xFE\xDC", "binary"),
            (b"{\"name\": \"Jos\xE9 and more text\"}", "Windows-1252"),
            (b"id,title\n1,One\n", "CSV"),
            (b"id;title\n1;One\n", "CSV"),
            (b"# Heading\nSome text", "plain text"),
            (b"<!DOCTYPE html><html></html>", "plain text"),
            (b"[{\"messages\":[]}]", "JSON array"),
            (b"[true , 1]", "JSON array"),
            (b"[table]\nname = 1\n", "plain text"),
            (b"[workspace]\nmembers = []\n", "plain text"),
            (b"42", "single JSON value"),
            (b"\"turns\"", "single JSON value"),
            (b"{}", "begins with nothing"),
            (b"{\"name\":\"x\",\"rows\":[]}", "begins with `name`, `rows`"),
            (b"{\"name\":x}", "broken at line 1, column 9"),
        ] {
            match recognize(bytes, true) {
                Verdict::NotOurs(why) => assert!(why.to_string().contains(sentence), "{why} / {sentence}"),
                other => panic!("{}: {other:?}", String::from_utf8_lossy(bytes)),
            }
        }
    }

    #[test]
    fn shapes_are_known_by_their_keys() {
        for (text, shape) in [
            (r#"{"training_file_metadata":{},"#, Shape::Full),
            (r#"{"consultant_profile":{"name":"x"},"training_file_metadata":"#, Shape::Full),
            (r#"{"conversations":[{"conversation_metadata":{},"training_pairs":["#, Shape::Full),
            (r#"{"_meta":{"file_name":"x"}}"#, Shape::V4Jsonl),
            (
                r#"{"id":"a","conversation_id":"b","turn_number":2,"current_user_input":"","target_response":"""#,
                Shape::V4Jsonl,
            ),
            (r#"{"dataset_metadata":{"#, Shape::Enriched),
            (r#"{"consultant_profile":{},"training_pairs":["#, Shape::Enriched),
            (r#"{"conversation_metadata":{},"turns":["#, Shape::Raw),
            (r#"{"turns":[{"turn_number":1,"#, Shape::Raw),
            ("\n\n{\"conversation_id\":\"c\",\"turns\":[{\"role\":\"user\"}]}\n{", Shape::Turns),
            ("{\"conversation_id\":\"c\",\"turns\":[]}\n", Shape::Turns),
            (r#"{"messages":[{"role":"user","content":"x"}]}"#, Shape::Messages),
            (r#"{"conversations":[{"from":"human","value":"x"}]}"#, Shape::Conversations),
        ] {
            assert_eq!(recognize(text.as_bytes(), false), Verdict::Shape(shape), "{text}");
        }
    }

    #[test]
    fn too_little_is_not_guessed() {
        let text = r#"{"consultant_profile":{"name":"x"},"conversations":[{"training_pairs":[]}]}"#;
        for end in 1..text.find("training_pairs").expect("it is there") {
            assert_eq!(recognize(&text.as_bytes()[..end], false), Verdict::NeedMore, "{end}");
        }
        assert_eq!(recognize(text.as_bytes(), false), Verdict::Shape(Shape::Full));
        assert_eq!(recognize("{\"é".as_bytes().split_last().expect("bytes").1, false), Verdict::NeedMore);
        let cut = recognize(br#"{"messages":[{"role":"us"#, true);
        assert_eq!(
            cut,
            Verdict::Shape(Shape::Messages),
            "a broken file of ours is ours: the check says what is broken"
        );
        assert!(matches!(recognize(br#"{"name":"#, true), Verdict::NotOurs(NotOurs::Broken(_))));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..80), whole: bool) {
            let _ = recognize(&bytes, whole);
        }
    }
}
