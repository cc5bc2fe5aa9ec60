//! JSON in the platform's spelling: exactly what JavaScript's `JSON.stringify(JSON.parse(x))` gives (formats 1),
//! made in one pass over the bytes, without a tree.
//!
//! [`pretty`], [`compact`] and [`both`] transcode; [`Cursor`] reads; everything they accept is valid UTF-8 and
//! valid JSON, no deeper than [`MAX_DEPTH`].

mod cursor;
mod number;
mod text;
mod transcode;
mod tree;

#[cfg(test)]
mod proof;
#[cfg(test)]
mod tests;

pub use cursor::{Cursor, Next};
pub use number::number;
pub use text::{Text, quote};
pub use transcode::{both, compact, pretty};

/// Deepest nesting that is read. The platform's files use 7; what goes on and on is an error, not a stack overflow.
pub const MAX_DEPTH: usize = 128;

/// Where in a source something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Bytes before it.
    pub offset: usize,
    /// Physical line, from 1.
    pub line: usize,
    /// Character in the line, from 1.
    pub column: usize,
}

impl Default for Position {
    fn default() -> Self {
        Self { offset: 0, line: 1, column: 1 }
    }
}

impl Position {
    /// The position of byte `offset` of `source`.
    pub fn find(source: &[u8], offset: usize) -> Self {
        let before = &source[..offset.min(source.len())];
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        // A continuation byte begins no character.
        // Nor does a byte order mark.
        let line_start = if line_start == 0 { before.len() - without_bom(before).len() } else { line_start };
        let column = before[line_start..].iter().filter(|b| (**b & 0xC0) != 0x80).count() + 1;
        Self { offset, line: memchr::memchr_iter(b'\n', before).count() + 1, column }
    }

    /// The position in a bigger source, of which this one's source begins at `start`.
    #[must_use]
    pub fn moved(self, start: Self) -> Self {
        let column = if self.line == 1 { start.column + self.column - 1 } else { self.column };
        Self { offset: start.offset + self.offset, line: start.line + self.line - 1, column }
    }
}

/// Why a text is no JSON that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Kind {
    /// It stops before the value is complete.
    #[error("the text ends in the middle of a value")]
    Cut,
    /// Something else stands where this was expected.
    #[error("expected {0}")]
    Expected(&'static str),
    /// A raw control character in a string.
    #[error("a string holds a raw control character; write it as an escape")]
    Control,
    /// A backslash with something behind it that JSON does not know.
    #[error("unknown escape in a string")]
    Escape,
    /// A number in a spelling that JSON does not know.
    #[error("this is no JSON number")]
    Number,
    /// Deeper than [`MAX_DEPTH`].
    #[error("nested deeper than {MAX_DEPTH} levels")]
    Deep,
    /// Bytes that are no UTF-8.
    #[error("the text is not UTF-8")]
    Encoding,
    /// More after the value.
    #[error("there is more text after the end of the value")]
    Trailing,
}

/// The first fault of a JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {}, column {}: {kind}", at.line, at.column)]
pub struct Error {
    /// Where.
    pub at: Position,
    /// What.
    pub kind: Kind,
}

impl Error {
    #[cold]
    pub(crate) fn new(source: &[u8], offset: usize, kind: Kind) -> Self {
        Self { at: Position::find(source, offset), kind }
    }

    /// The same error, in a bigger source of which this one's source begins at `start`.
    #[must_use]
    pub fn moved(self, start: Position) -> Self {
        Self { at: self.at.moved(start), kind: self.kind }
    }
}

/// The source without a UTF-8 byte order mark.
pub fn without_bom(source: &[u8]) -> &[u8] {
    source.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(source)
}
