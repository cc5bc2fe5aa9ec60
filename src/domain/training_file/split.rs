//! Cuts a full training file of any size into its parts as it streams by: the metadata, the profile, and one
//! conversation at a time. Memory is bounded by the largest part.
//!
//! Only the frame is validated here (and that every part's brackets and strings close); the parts are validated by
//! whoever reads them.

use crate::json::{Error, Kind as Fault, MAX_DEPTH, Position};

/// Bytes of a key at the top; ours have up to 22.
const LONGEST_KEY: usize = 1 << 16;

/// Which part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The value of `training_file_metadata`.
    Metadata,
    /// The value of `consultant_profile`.
    Profile,
    /// One element of `conversations`.
    Conversation,
    /// The value of another key at the top.
    Other(String),
}

/// One part, as it is spelled in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<'s> {
    /// Which.
    pub kind: Kind,
    /// Its source.
    pub bytes: &'s [u8],
    /// Where in the file it begins.
    pub at: Position,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Begin,
    Key { first: bool },
    Value,
    AfterValue,
    Item { first: bool },
    AfterItem,
    Done,
}

/// Takes chunks, gives parts: `feed`, then `next` until it gives nothing, again and again; at last `end`.
#[derive(Debug)]
pub struct Splitter {
    buffer: Vec<u8>,
    /// Everything before this byte of the buffer has been dealt with.
    start: usize,
    /// Where in the file `start` is.
    place: Position,
    state: State,
    key: String,
    conversations_seen: bool,
    walk: Walk,
}

/// How far the current value has been looked at.
#[derive(Debug, Default)]
struct Walk {
    /// Bytes of the value that have been passed.
    passed: usize,
    depth: usize,
    in_string: bool,
}

impl Default for Splitter {
    fn default() -> Self {
        Self::new()
    }
}

impl Splitter {
    /// At the beginning of a file.
    pub fn new() -> Self {
        Self {
            buffer: Vec::new(),
            start: 0,
            place: Position::default(),
            state: State::Begin,
            key: String::new(),
            conversations_seen: false,
            walk: Walk::default(),
        }
    }

    /// Takes the next bytes of the file.
    pub fn feed(&mut self, chunk: &[u8]) {
        self.buffer.drain(..self.start);
        self.start = 0;
        self.buffer.extend_from_slice(chunk);
    }

    /// The next part that is complete. `None`: feed more, or call [`Splitter::end`].
    #[expect(clippy::should_implement_trait, reason = "an iterator cannot lend its own buffer")]
    pub fn next(&mut self) -> Result<Option<Part<'_>>, Error> {
        loop {
            match self.state {
                State::Begin => {
                    if self.buffer.len() < 3
                        && b"\xEF\xBB\xBF".starts_with(&self.buffer)
                        && !self.buffer.is_empty()
                    {
                        return Ok(None);
                    }
                    if self.start == 0 && self.buffer.starts_with(b"\xEF\xBB\xBF") {
                        self.start = 3;
                        self.place.offset = 3;
                    }
                    let Some(byte) = self.sign() else { return Ok(None) };
                    self.take(byte == b'{', "an object")?;
                    self.state = State::Key { first: true };
                }
                State::Key { first } => {
                    if !self.key(first)? {
                        return Ok(None);
                    }
                }
                State::Value | State::Item { .. } => match self.value()? {
                    Some(true) => {}
                    Some(false) => return Ok(Some(self.part())),
                    None => return Ok(None),
                },
                State::AfterValue | State::AfterItem => {
                    if !self.after()? {
                        return Ok(None);
                    }
                }
                State::Done => {
                    return if self.sign().is_some() { Err(self.fault(Fault::Trailing)) } else { Ok(None) };
                }
            }
        }
    }

    /// After the last chunk, when `next` gives nothing more: the file must be complete.
    pub fn end(&self) -> Result<(), Error> {
        let at = Position::find(&self.buffer[self.start..], self.buffer.len() - self.start).moved(self.place);
        if self.state == State::Done { Ok(()) } else { Err(Error { at, kind: Fault::Cut }) }
    }

    fn fault(&self, kind: Fault) -> Error {
        Error { at: self.place, kind }
    }

    /// Passes over everything before byte `to` of the buffer.
    fn pass(&mut self, to: usize) {
        self.place = Position::find(&self.buffer[self.start..to], to - self.start).moved(self.place);
        self.start = to;
    }

    /// Skips blanks and tells the next byte.
    fn sign(&mut self) -> Option<u8> {
        let rest = &self.buffer[self.start..];
        let blanks = rest.iter().take_while(|b| matches!(**b, b' ' | b'\n' | b'\r' | b'\t')).count();
        let sign = rest.get(blanks).copied();
        self.pass(self.start + blanks);
        sign
    }

    fn take(&mut self, expected: bool, wanted: &'static str) -> Result<(), Error> {
        if !expected {
            return Err(self.fault(Fault::Expected(wanted)));
        }
        self.pass(self.start + 1);
        Ok(())
    }

    /// Reads a key with its colon, or the end of the file's object. False: not all of it is there yet.
    fn key(&mut self, first: bool) -> Result<bool, Error> {
        let Some(byte) = self.sign() else { return Ok(false) };
        if byte == b'}' && first {
            self.pass(self.start + 1);
            self.state = State::Done;
            return Ok(true);
        }
        if byte != b'"' {
            return Err(self.fault(Fault::Expected("a key in quotes")));
        }
        let rest = &self.buffer[self.start..];
        let mut at = 1;
        while let Some(found) = memchr::memchr2(b'"', b'\\', rest.get(at..).unwrap_or_default()) {
            at += found;
            if rest[at] == b'"' {
                let colon = rest[at + 1..].iter().position(|b| !matches!(b, b' ' | b'\n' | b'\r' | b'\t'));
                let Some(colon) = colon else { return Ok(false) };
                let key = crate::json::Cursor::new(&rest[..=at]).and_then(|mut cursor| cursor.string());
                self.key = key.map_err(|error| error.moved(self.place))?.decode().into_owned();
                self.pass(self.start + at + 1 + colon);
                let is_colon = self.buffer[self.start] == b':';
                self.take(is_colon, "a colon")?;
                self.state = State::Value;
                return Ok(true);
            }
            at += 2;
        }
        // What never ends would be looked at again with every chunk.
        if rest.len() > LONGEST_KEY {
            Err(self.fault(Fault::Expected("a key of sensible length")))
        } else {
            Ok(false)
        }
    }

    /// At a value: `Some(true)` when only the state changed, `Some(false)` when a whole value has been passed over.
    fn value(&mut self) -> Result<Option<bool>, Error> {
        if self.walk.passed == 0 {
            let Some(byte) = self.sign() else { return Ok(None) };
            if self.state == State::Value && self.key == "conversations" {
                let fine = byte == b'[' && !self.conversations_seen;
                self.take(fine, "one array of conversations")?;
                self.conversations_seen = true;
                self.state = State::Item { first: true };
                return Ok(Some(true));
            }
            if byte == b']' && self.state == (State::Item { first: true }) {
                self.pass(self.start + 1);
                self.state = State::AfterValue;
                return Ok(Some(true));
            }
            if matches!(byte, b',' | b'}' | b']' | b':') {
                return Err(self.fault(Fault::Expected("a value")));
            }
        }
        let complete = self.walk.go(&self.buffer[self.start..]);
        if self.walk.depth >= MAX_DEPTH {
            return Err(self.fault(Fault::Deep));
        }
        Ok(complete.then_some(false))
    }

    fn part(&mut self) -> Part<'_> {
        let (from, at) = (self.start, self.place);
        let to = from + std::mem::take(&mut self.walk).passed;
        let kind = if matches!(self.state, State::Item { .. }) {
            self.state = State::AfterItem;
            Kind::Conversation
        } else {
            self.state = State::AfterValue;
            match self.key.as_str() {
                "training_file_metadata" => Kind::Metadata,
                "consultant_profile" => Kind::Profile,
                other => Kind::Other(other.to_owned()),
            }
        };
        self.pass(to);
        Part { kind, bytes: &self.buffer[from..to], at }
    }

    /// At a comma or a closing bracket.
    fn after(&mut self) -> Result<bool, Error> {
        let Some(byte) = self.sign() else { return Ok(false) };
        let inside = self.state == State::AfterItem;
        let (close, wanted) = if inside { (b']', "a comma or ]") } else { (b'}', "a comma or }") };
        self.take(byte == b',' || byte == close, wanted)?;
        self.state = match (byte == b',', inside) {
            (true, true) => State::Item { first: false },
            (true, false) => State::Key { first: false },
            (false, true) => State::AfterValue,
            (false, false) => State::Done,
        };
        Ok(true)
    }
}

impl Walk {
    /// Goes on until the value ends (true) or the bytes do (false).
    fn go(&mut self, value: &[u8]) -> bool {
        let mut at = self.passed;
        let whole = loop {
            if self.in_string {
                let Some(found) = memchr::memchr2(b'"', b'\\', &value[at..]) else {
                    at = value.len();
                    break false;
                };
                at += found;
                if value[at] == b'\\' {
                    if at + 1 == value.len() {
                        break false;
                    }
                    at += 2;
                    continue;
                }
                at += 1;
                self.in_string = false;
                if self.depth == 0 {
                    break true;
                }
            }
            let Some(byte) = value.get(at) else { break false };
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth <= 1 => {
                    // At depth 0 it belongs to the surroundings: a number or word ends before it.
                    at += self.depth;
                    self.depth = 0;
                    break true;
                }
                b'}' | b']' => self.depth -= 1,
                b',' | b' ' | b'\n' | b'\r' | b'\t' if self.depth == 0 => break true,
                _ => {}
            }
            at += 1;
            if self.depth >= MAX_DEPTH {
                break false;
            }
        };
        self.passed = at;
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Splitter};

    #[test]
    fn memory_is_bounded_by_the_largest_part() {
        let conversation = format!("{{\"training_pairs\":[\"{}\"]}}", "x".repeat(5_000));
        let file = format!("{{\"conversations\":[{}]}}", vec![conversation.as_str(); 200].join(","));
        let mut splitter = Splitter::new();
        let mut found = 0;
        for chunk in file.as_bytes().chunks(1_000) {
            splitter.feed(chunk);
            while let Some(part) = splitter.next().expect("a full file") {
                assert_eq!((part.kind, part.bytes), (Kind::Conversation, conversation.as_bytes()));
                found += 1;
            }
            assert!(splitter.buffer.len() <= conversation.len() + 2_000, "{}", splitter.buffer.len());
        }
        splitter.end().expect("whole");
        assert_eq!(found, 200);
    }

    #[test]
    fn a_key_that_never_ends_is_an_error() {
        let mut splitter = Splitter::new();
        splitter.feed(b"{\"");
        let refused = (0..100).any(|_| {
            splitter.feed(&[b'k'; 1_000]);
            splitter.next().is_err()
        });
        assert!(refused);
    }
}
