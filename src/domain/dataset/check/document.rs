//! Files that are one JSON object: full, enriched and raw.

use super::super::Shape;
use super::super::report::Code;
use super::chat::{Said, Talk};
use super::lax::{Lax, Object, Text};
use super::pair::{Memo, Pair, check_order, field, text};
use super::split::{Part, Splitter};
use super::tally::{At, Tally};
use super::text::Faults;
use serde::Deserialize;
use std::borrow::Cow;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Conversation<'a> {
    #[serde(borrow)]
    conversation_metadata: Lax<Object<Metadata<'a>>>,
    #[serde(borrow)]
    training_pairs: Lax<Vec<Lax<Object<Pair<'a>>>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Metadata<'a> {
    #[serde(borrow)]
    conversation_id: Lax<Text<'a>>,
    total_turns: Lax<f64>,
}

/// The counts that heads claim.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Head {
    #[serde(rename = "total_conversations")]
    conversations: Lax<f64>,
    #[serde(rename = "total_training_pairs")]
    pairs: Lax<f64>,
    #[serde(rename = "total_turns")]
    turns: Lax<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawHead<'a> {
    #[serde(borrow)]
    client_persona: Lax<Text<'a>>,
    #[serde(borrow)]
    session_context: Lax<Text<'a>>,
    #[serde(borrow)]
    conversation_phase: Lax<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawTurn<'a> {
    #[serde(borrow)]
    emotional_context: Lax<Object<RawEmotion<'a>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawEmotion<'a> {
    #[serde(borrow)]
    primary_emotion: Lax<Text<'a>>,
    intensity: Lax<f64>,
}

#[derive(Debug)]
pub(super) struct Document {
    splitter: Splitter,
    reader: Reader,
}

#[derive(Debug)]
struct Reader {
    shape: Shape,
    keys: Vec<Vec<u8>>,
    claimed: Vec<(&'static str, f64)>,
    name: Option<String>,
    memo: Memo,
    talk: Talk,
}

impl Document {
    pub fn new(shape: Shape) -> Self {
        let reader = Reader {
            shape,
            keys: Vec::new(),
            claimed: Vec::new(),
            name: None,
            memo: Memo::default(),
            talk: Talk::default(),
        };
        Self { splitter: Splitter::new(list(shape)), reader }
    }

    pub fn feed(&mut self, chunk: &[u8], all: bool, tally: &mut Tally) {
        let reader = &mut self.reader;
        self.splitter.feed(chunk, all, &mut |part| reader.take(part, tally));
    }

    pub fn finish(mut self, tally: &mut Tally) {
        self.feed(&[], true, tally);
        self.reader.finish(tally);
    }
}

/// The text of a part; bytes that are no UTF-8 are a finding, and are read as well as they can be.
pub(super) fn utf8<'a>(tally: &mut Tally, at: At, bytes: &'a [u8]) -> Cow<'a, str> {
    std::str::from_utf8(bytes).map_or_else(
        |e| {
            let what =
                format!("Byte {} of this text is no UTF-8; save the file as UTF-8", e.valid_up_to() + 1);
            tally.critical(Code::WrongEncoding, at, &what);
            String::from_utf8_lossy(bytes)
        },
        Cow::Borrowed,
    )
}

/// A text that JSON readers refuse, at its place: `line` is where it begins.
pub(super) fn malformed(tally: &mut Tally, at: At, line: u64, e: &serde_json::Error) {
    let whole = e.to_string();
    let what = whole.split(" at line ").next().unwrap_or_default();
    let at = At { line: Some(line + (e.line() as u64).saturating_sub(1)), ..at };
    let place = format!("in line {}, column {}", at.line.unwrap_or_default(), e.column());
    // serde_json's two words for half a surrogate pair, which JavaScript writes and UTF-8 cannot hold.
    if ["surrogate", "unexpected end of hex escape"].iter().any(|half| whole.contains(half)) {
        tally.critical(
            Code::WrongEncoding,
            at,
            &format!("An escape is half a character {place}; write the whole"),
        );
    } else {
        tally.critical(Code::MalformedJson, at, &format!("{what} {place}"));
    }
}

impl Reader {
    fn take(&mut self, part: Part, tally: &mut Tally) {
        match part {
            Part::Value { key, value, line } => self.value(key, value, line, tally),
            Part::Element { number, value, line } => match self.shape {
                Shape::Raw => self.raw_turn(number, value, line, tally),
                Shape::Enriched => self.pair(number, value, line, tally),
                _ => self.conversation(number, value, line, tally),
            },
            Part::Broken { why, line, rest } => self.broken(why, line, rest, tally),
        }
    }

    fn broken(&self, why: &str, line: u64, rest: &[u8], tally: &mut Tally) {
        let at = At { conversation: self.name.as_deref(), ..At::default() };
        let text = String::from_utf8_lossy(rest);
        match serde_json::from_str::<serde::de::IgnoredAny>(&text) {
            Err(e) if !text.trim().is_empty() && why.ends_with("middle") => malformed(tally, at, line, &e),
            _ => tally.critical(
                Code::MalformedJson,
                At { line: Some(line), ..at },
                &format!("{why} in line {line}"),
            ),
        }
    }

    fn value(&mut self, key: &[u8], value: &[u8], line: u64, tally: &mut Tally) {
        self.keys.push(key.to_vec());
        let at = At { conversation: self.name.as_deref(), ..At::default() };
        let text = utf8(tally, at, value);
        match (self.shape, key) {
            (Shape::Raw, b"conversation_metadata") => raw_head(tally, at, &text, line),
            (_, b"training_file_metadata" | b"dataset_metadata") => {
                let Some(Object(head)) = headed::<Object<Head>>(tally, at, &text, line, key) else { return };
                let claims = [
                    ("total_conversations", head.conversations),
                    ("total_training_pairs", head.pairs),
                    ("total_turns", head.turns),
                ];
                let claims = claims.into_iter().filter_map(|(name, n)| Some((name, *n.get()?)));
                self.claimed.extend(claims);
            }
            (shape, key) if key == list(shape).as_bytes() => {
                tally.critical(Code::InvalidType, at, &format!("{} is no list", list(shape)));
            }
            _ => {
                if let Err(e) = serde_json::from_str::<serde::de::IgnoredAny>(&text) {
                    malformed(tally, at, line, &e);
                }
            }
        }
    }

    fn conversation(&mut self, number: u64, value: &[u8], line: u64, tally: &mut Tally) {
        tally.conversations += 1;
        self.memo.next_conversation();
        let number = number.to_string();
        let at = At { conversation: Some(&number), ..At::default() };
        let text = utf8(tally, at, value);
        let found: Lax<Object<Conversation>> = match serde_json::from_str(&text) {
            Ok(found) => found,
            Err(e) => return malformed(tally, at, line, &e),
        };
        let Some(Object(found)) = field(tally, at, &found, "conversations[]", true) else { return };
        let metadata = field(tally, at, &found.conversation_metadata, "conversation_metadata", false);
        let id = metadata.and_then(|Object(m)| {
            self::text(tally, at, &m.conversation_id, "conversation_metadata.conversation_id", false)
        });
        let at = At { conversation: Some(id.filter(|id| !id.is_empty()).unwrap_or(&number)), ..at };
        if let Some(id) = id.filter(|id| !id.is_empty()) {
            tally.id("conversation_id", id, at);
        }
        let Some(pairs) = field(tally, at, &found.training_pairs, "training_pairs", true) else { return };
        if pairs.is_empty() {
            tally.warn(Code::EmptyValue, at, "training_pairs");
        }
        for (pair, from_one) in pairs.iter().zip(1..) {
            if let Some(Object(pair)) = field(tally, at.turn(from_one), pair, "training_pairs[]", true) {
                pair.check(tally, at, &mut self.memo, from_one);
            }
        }
        check_order(tally, at, &self.memo.turns);
        if let Some(claimed) = metadata.and_then(|Object(m)| m.total_turns.get()) {
            compare(tally, at, "total_turns", *claimed, pairs.len() as u64);
        }
    }

    fn pair(&mut self, number: u64, value: &[u8], line: u64, tally: &mut Tally) {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let at = At { turn: Some(number), ..At::default() };
        let text = utf8(tally, at, value);
        match serde_json::from_str::<Lax<Object<Pair>>>(&text) {
            Err(e) => malformed(tally, at, line, &e),
            Ok(pair) => {
                if let Some(Object(pair)) = field(tally, at, &pair, "training_pairs[]", true) {
                    pair.check(tally, at, &mut self.memo, number);
                }
            }
        }
    }

    fn raw_turn(&mut self, number: u64, value: &[u8], line: u64, tally: &mut Tally) {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let at = At { turn: Some(number), ..At::default() };
        let text = utf8(tally, at, value);
        let said: Lax<Object<Said>> = match serde_json::from_str(&text) {
            Ok(said) => said,
            Err(e) => return malformed(tally, at, line, &e),
        };
        self.talk.said(tally, at, &said, number);
        let Ok(Lax::Is(Object(turn))) = serde_json::from_str::<Lax<Object<RawTurn>>>(&text) else { return };
        if let Some(Object(emotion)) = field(tally, at, &turn.emotional_context, "emotional_context", false) {
            self::text(tally, at, &emotion.primary_emotion, "emotional_context.primary_emotion", false);
            field(tally, at, &emotion.intensity, "emotional_context.intensity", false);
        }
    }

    fn finish(mut self, tally: &mut Tally) {
        let at = At::default();
        let required: &[&str] = match self.shape {
            Shape::Raw => &["conversation_metadata"],
            Shape::Enriched => &["dataset_metadata", "consultant_profile"],
            _ => &["training_file_metadata", "consultant_profile"],
        };
        let whole = !tally.has(Code::MalformedJson);
        for key in required.iter().filter(|key| !self.keys.iter().any(|k| k == key.as_bytes())) {
            if whole {
                tally.warn(Code::MissingField, at, key);
            }
        }
        if self.shape != Shape::Full {
            tally.conversations = 1;
            if tally.pairs == 0 && whole {
                tally.critical(Code::EmptyValue, at, list(self.shape));
            }
            check_order(tally, at, &std::mem::take(&mut self.memo.turns));
        }
        for (name, claimed) in self.claimed {
            let counted = if name == "total_conversations" { tally.conversations } else { tally.pairs };
            compare(tally, at, name, claimed, counted);
        }
    }
}

const fn list(shape: Shape) -> &'static str {
    match shape {
        Shape::Raw => "turns",
        Shape::Enriched => "training_pairs",
        _ => "conversations",
    }
}

fn headed<'a, T>(tally: &mut Tally, at: At, text: &'a str, line: u64, key: &[u8]) -> Option<T>
where
    Lax<T>: Deserialize<'a>,
{
    match serde_json::from_str::<Lax<T>>(text) {
        Ok(Lax::Is(head)) => Some(head),
        Ok(other) => {
            field(tally, at, &other, &String::from_utf8_lossy(key), false);
            None
        }
        Err(e) => {
            malformed(tally, at, line, &e);
            None
        }
    }
}

fn raw_head(tally: &mut Tally, at: At, value: &str, line: u64) {
    let Some(Object(head)) = headed::<Object<RawHead>>(tally, at, value, line, b"conversation_metadata")
    else {
        return;
    };
    for (lax, name) in [
        (&head.client_persona, "conversation_metadata.client_persona"),
        (&head.session_context, "conversation_metadata.session_context"),
        (&head.conversation_phase, "conversation_metadata.conversation_phase"),
    ] {
        if let Some(found) = text(tally, at, lax, name, false) {
            tally.faults(Faults::of(found), at, name);
        }
    }
}

/// A header claims another number than follows.
#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
pub(super) fn compare(tally: &mut Tally, at: At, name: &str, claimed: f64, counted: u64) {
    if (claimed - counted as f64).abs() > f64::EPSILON {
        tally.warn(Code::CountMismatch, at, &format!("{name} says {claimed}, but {counted} follow"));
    }
}
