//! Recognises a dataset by its first keys, from as few bytes as they take.

use super::Shape;
use super::scan::{Scan, blanks};

/// What the beginning of a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sniffed {
    /// It is this.
    Is(Shape),
    /// More bytes are needed.
    More,
    /// It is something else: the rest of a sentence that begins with the file's name.
    No(String),
}

const EXPECTED: &str = "a dataset is a training file, an enriched or raw conversation, or lines with turns, conversations or messages";

/// Recognises a file by its beginning; `all` says that nothing follows. The first line that is an object decides.
pub fn sniff(head: &[u8], all: bool) -> Sniffed {
    let start = blanks(head);
    let head = &head[start..];
    match head.first() {
        None if all => return Sniffed::No(format!("is empty; {EXPECTED}")),
        None => return Sniffed::More,
        Some(b'[') => return Sniffed::No("is a JSON list; write its elements one per line (JSONL)".to_owned()),
        Some(_) => {}
    }
    let first = object(head, all);
    if !matches!(first, Sniffed::No(_)) {
        return first;
    }
    // The first line may be the broken one: the others still tell what the file is.
    let lines = memchr::memchr_iter(b'\n', head).map(|at| &head[at + 1..]).filter(|l| l.first() == Some(&b'{'));
    for line in lines {
        if let Sniffed::Is(shape) = object(line, all) {
            return Sniffed::Is(shape);
        }
    }
    if all || head.len() > 1 << 20 { first } else { Sniffed::More }
}

#[derive(Default)]
struct Seen {
    turns: bool,
    id: bool,
    metadata: bool,
    keys: Vec<String>,
}

impl Seen {
    /// What the keys up to the end of the object come to.
    fn verdict(self) -> Sniffed {
        match self {
            Self { turns: true, id: false, metadata: true, .. } => Sniffed::Is(Shape::Raw),
            Self { turns: true, .. } | Self { id: true, .. } => Sniffed::Is(Shape::Turns),
            Self { metadata: true, .. } => Sniffed::Is(Shape::Raw),
            Self { keys, .. } if keys.is_empty() => Sniffed::No(format!("is an empty JSON object; {EXPECTED}")),
            Self { keys, .. } => {
                Sniffed::No(format!("is JSON with the keys {}, which is no dataset; {EXPECTED}", keys.join(", ")))
            }
        }
    }
}

fn object(bytes: &[u8], all: bool) -> Sniffed {
    let mut seen = Seen::default();
    let mut keys = Keys::new(bytes);
    loop {
        match keys.next() {
            Step::Key(key, value) => {
                if let Some(found) = decide(key, value, all, &mut seen) {
                    return found;
                }
            }
            Step::End => return seen.verdict(),
            Step::Short if !all => return Sniffed::More,
            Step::Short if seen.keys.is_empty() => {
                return Sniffed::No(format!("is a JSON object that is cut off; {EXPECTED}"));
            }
            Step::Short => return seen.verdict(),
            Step::Broken if seen.turns || seen.id => return seen.verdict(),
            Step::Broken => return Sniffed::No(format!("is no JSON; {EXPECTED}")),
        }
    }
}

fn decide(key: &[u8], value: &[u8], all: bool, seen: &mut Seen) -> Option<Sniffed> {
    let is = |shape| Some(Sniffed::Is(shape));
    if seen.keys.len() < 6 {
        seen.keys.push(String::from_utf8_lossy(key).chars().take(40).collect());
    }
    match key {
        b"_meta" | b"system_prompt" | b"conversation_history" | b"current_user_input" | b"target_response" => {
            is(Shape::V4Jsonl)
        }
        b"training_file_metadata" => is(Shape::Full),
        b"dataset_metadata" | b"training_pairs" => is(Shape::Enriched),
        b"messages" => is(Shape::Messages),
        b"conversations" => conversations(value, all),
        b"turns" if seen.id => is(Shape::Turns),
        b"turns" if seen.metadata => is(Shape::Raw),
        b"turns" => {
            seen.turns = true;
            None
        }
        b"conversation_id" => {
            seen.id = true;
            seen.turns.then_some(Sniffed::Is(Shape::Turns))
        }
        b"conversation_metadata" => {
            seen.metadata = true;
            None
        }
        _ => None,
    }
}

/// Training file or chat: its first element knows.
fn conversations(value: &[u8], all: bool) -> Option<Sniffed> {
    let chat = Some(Sniffed::Is(Shape::Conversations));
    let rest = match value.first() {
        Some(b'[') => &value[1..],
        Some(_) => return chat,
        None => return Some(if all { Sniffed::Is(Shape::Conversations) } else { Sniffed::More }),
    };
    let mut keys = Keys::new(&rest[blanks(rest)..]);
    loop {
        match keys.next() {
            Step::Key(b"conversation_metadata" | b"training_pairs", _) => return Some(Sniffed::Is(Shape::Full)),
            Step::Key(b"role" | b"from" | b"content" | b"value", _) | Step::End | Step::Broken => return chat,
            Step::Key(..) => {}
            Step::Short => return if all { chat } else { Some(Sniffed::More) },
        }
    }
}

enum Step<'a> {
    /// A key, and the bytes from its value on.
    Key(&'a [u8], &'a [u8]),
    End,
    /// The bytes end before the object does.
    Short,
    Broken,
}

/// The keys of one object, one after the other.
struct Keys<'a> {
    bytes: &'a [u8],
    at: usize,
    first: bool,
}

impl<'a> Keys<'a> {
    const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, first: true }
    }

    fn peek(&mut self) -> Option<u8> {
        self.at += blanks(&self.bytes[self.at..]);
        self.bytes.get(self.at).copied()
    }

    fn next(&mut self) -> Step<'a> {
        self.step().unwrap_or(Step::Short)
    }

    fn step(&mut self) -> Option<Step<'a>> {
        if self.first {
            if self.peek()? != b'{' {
                return Some(Step::Broken);
            }
            self.at += 1;
            self.first = false;
            if self.peek()? == b'}' {
                return Some(Step::End);
            }
        } else {
            // At the value of the key before.
            self.at += Scan::default().end(&self.bytes[self.at..])?;
            match self.peek()? {
                b'}' => return Some(Step::End),
                b',' => self.at += 1,
                _ => return Some(Step::Broken),
            }
        }
        if self.peek()? != b'"' {
            return Some(Step::Broken);
        }
        let start = self.at;
        self.at += Scan::default().end(&self.bytes[start..])?;
        let key = &self.bytes[start + 1..self.at - 1];
        if self.peek()? != b':' {
            return Some(Step::Broken);
        }
        self.at += 1;
        self.peek();
        Some(Step::Key(key, &self.bytes[self.at..]))
    }
}
