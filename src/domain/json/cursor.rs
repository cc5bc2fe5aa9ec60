//! A pull reader: walks over JSON without building anything.

use super::number;
use super::text::{self, Text};
use super::{Error, Kind, MAX_DEPTH, Position};

/// What the next value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// `{`
    Object,
    /// `[`
    Array,
    /// `"`
    String,
    /// A digit or a minus sign.
    Number,
    /// `true` or `false`
    Bool,
    /// `null`
    Null,
}

/// Reads one JSON text from front to back. Everything it passes over has been validated.
#[derive(Debug, Clone)]
pub struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) depth: usize,
}

impl<'a> Cursor<'a> {
    /// At the beginning of a text; behind its byte order mark, if it has one.
    pub fn new(source: &'a [u8]) -> Result<Self, Error> {
        let text = std::str::from_utf8(source)
            .map_err(|fault| Error::new(source, fault.valid_up_to(), Kind::Encoding))?;
        let at = source.len() - super::without_bom(source).len();
        Ok(Self { at, ..Self::of(text) })
    }

    /// At the beginning of a text that is known to be UTF-8.
    pub const fn of(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    /// How many bytes have been read.
    pub const fn offset(&self) -> usize {
        self.at
    }

    /// Where it stands. Counts lines from the beginning: for errors, not for loops.
    pub fn position(&self) -> Position {
        Position::find(self.text.as_bytes(), self.at)
    }

    #[inline]
    pub(super) const fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    #[inline]
    pub(super) fn byte(&self) -> Option<u8> {
        self.bytes().get(self.at).copied()
    }

    /// An error at the place where it stands.
    #[cold]
    pub(super) fn fail(&self, kind: Kind) -> Error {
        let kind = if self.at >= self.text.len() { Kind::Cut } else { kind };
        Error::new(self.bytes(), self.at, kind)
    }

    #[inline]
    pub(super) fn blanks(&mut self) {
        let bytes = self.bytes();
        match bytes.get(self.at) {
            Some(b'\n' | b' ' | b'\r' | b'\t') => self.at += 1,
            _ => return,
        }
        while bytes.get(self.at..self.at + 8) == Some(b"        ") {
            self.at += 8;
        }
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(self.at) {
            self.at += 1;
        }
    }

    /// Skips blanks and tells what comes.
    #[inline]
    pub fn peek(&mut self) -> Result<Next, Error> {
        self.blanks();
        match self.byte() {
            Some(b'"') => Ok(Next::String),
            Some(b'{') => Ok(Next::Object),
            Some(b'[') => Ok(Next::Array),
            Some(b'-' | b'0'..=b'9') => Ok(Next::Number),
            Some(b't' | b'f') => Ok(Next::Bool),
            Some(b'n') => Ok(Next::Null),
            _ => Err(self.fail(Kind::Expected("a value"))),
        }
    }

    /// Reads a string.
    #[inline]
    pub fn string(&mut self) -> Result<Text<'a>, Error> {
        self.blanks();
        if self.byte() != Some(b'"') {
            return Err(self.fail(Kind::Expected("a string")));
        }
        let start = self.at + 1;
        let (end, form) =
            text::scan(self.bytes(), start).map_err(|(at, kind)| Error::new(self.bytes(), at, kind))?;
        self.at = end + 1;
        Ok(Text { raw: &self.text[start..end], form })
    }

    /// Reads a number.
    pub fn number(&mut self) -> Result<f64, Error> {
        self.blanks();
        let (raw, _) = self.raw_number()?;
        Ok(raw.parse().unwrap_or(f64::NAN))
    }

    /// The spelling of a number, and whether it is JavaScript's.
    #[inline]
    pub(super) fn raw_number(&mut self) -> Result<(&'a str, bool), Error> {
        let start = self.at;
        let (end, same) =
            number::scan(self.bytes(), start).map_err(|(at, kind)| Error::new(self.bytes(), at, kind))?;
        self.at = end;
        Ok((&self.text[start..end], same))
    }

    /// `true`, `false` or `null`.
    #[inline]
    pub(super) fn word(&mut self) -> Result<&'static str, Error> {
        let rest = &self.bytes()[self.at..];
        for word in ["null", "true", "false"] {
            if rest.starts_with(word.as_bytes()) {
                self.at += word.len();
                return Ok(word);
            }
        }
        Err(self.fail(Kind::Expected("a value")))
    }

    /// Reads an object: `each` gets every key and must read exactly its value.
    #[inline]
    pub fn object<E: From<Error>>(
        &mut self,
        mut each: impl FnMut(&mut Self, Text<'a>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.open(b'{', "an object")?;
        if self.closes(b'}') {
            return Ok(());
        }
        loop {
            let key = self.key()?;
            each(self, key)?;
            if self.more(b'}')? {
                continue;
            }
            return Ok(());
        }
    }

    /// Reads an array: `each` gets every index and must read exactly one value.
    #[inline]
    pub fn array<E: From<Error>>(
        &mut self,
        mut each: impl FnMut(&mut Self, usize) -> Result<(), E>,
    ) -> Result<(), E> {
        self.open(b'[', "an array")?;
        if self.closes(b']') {
            return Ok(());
        }
        let mut index = 0;
        loop {
            each(self, index)?;
            index += 1;
            if !self.more(b']')? {
                return Ok(());
            }
        }
    }

    /// Reads one value of any kind and returns its source.
    pub fn skip(&mut self) -> Result<&'a str, Error> {
        self.blanks();
        let start = self.at;
        match self.peek()? {
            Next::String => drop(self.string()?),
            Next::Object => self.object(|inner, _| inner.skip().map(drop))?,
            Next::Array => self.array(|inner, _| inner.skip().map(drop))?,
            Next::Number => drop(self.raw_number()?),
            Next::Bool | Next::Null => drop(self.word()?),
        }
        Ok(&self.text[start..self.at])
    }

    /// Nothing but blanks may be left.
    pub fn finish(&mut self) -> Result<(), Error> {
        self.blanks();
        if self.at < self.text.len() { Err(self.fail(Kind::Trailing)) } else { Ok(()) }
    }

    #[inline]
    pub(super) fn open(&mut self, bracket: u8, wanted: &'static str) -> Result<(), Error> {
        self.blanks();
        if self.byte() != Some(bracket) {
            return Err(self.fail(Kind::Expected(wanted)));
        }
        if self.depth == MAX_DEPTH {
            return Err(self.fail(Kind::Deep));
        }
        self.at += 1;
        self.depth += 1;
        Ok(())
    }

    /// Whether an object or array ends right after its beginning.
    #[inline]
    pub(super) fn closes(&mut self, bracket: u8) -> bool {
        self.blanks();
        let ends = self.byte() == Some(bracket);
        if ends {
            self.at += 1;
            self.depth -= 1;
        }
        ends
    }

    /// A key and its colon.
    #[inline]
    pub(super) fn key(&mut self) -> Result<Text<'a>, Error> {
        self.blanks();
        if self.byte() != Some(b'"') {
            return Err(self.fail(Kind::Expected("a key in quotes")));
        }
        let key = self.string()?;
        self.blanks();
        if self.byte() != Some(b':') {
            return Err(self.fail(Kind::Expected("a colon")));
        }
        self.at += 1;
        Ok(key)
    }

    /// After an item: true at a comma, false at the closing bracket.
    #[inline]
    pub(super) fn more(&mut self, bracket: u8) -> Result<bool, Error> {
        self.blanks();
        match self.byte() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(byte) if byte == bracket => {
                self.at += 1;
                self.depth -= 1;
                Ok(false)
            }
            _ => {
                Err(self.fail(Kind::Expected(if bracket == b'}' { "a comma or }" } else { "a comma or ]" })))
            }
        }
    }
}
