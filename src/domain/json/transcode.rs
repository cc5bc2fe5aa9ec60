//! One pass from any formatting to JavaScript's, pretty and compact at once.

use super::text::Form;
use super::{Cursor, Error, Next, number, tree};

/// Writes `JSON.stringify(JSON.parse(source), null, 2)`, as it stands when the value begins `indent` blanks from the
/// left: the first line is not indented, the others are. On an error `out` holds a useless beginning.
pub fn pretty(source: &[u8], indent: usize, out: &mut Vec<u8>) -> Result<(), Error> {
    run(Cursor::new(source)?, Pretty { out, indent })
}

/// Writes `JSON.stringify(JSON.parse(source))`.
pub fn compact(source: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
    run(Cursor::new(source)?, Compact { out })
}

/// [`pretty`] and [`compact`] in one pass.
pub fn both(source: &[u8], indent: usize, lines: &mut Vec<u8>, line: &mut Vec<u8>) -> Result<(), Error> {
    run(Cursor::new(source)?, Both { pretty: Pretty { out: lines, indent }, compact: Compact { out: line } })
}

impl Cursor<'_> {
    /// [`pretty`] for the next value.
    pub(crate) fn pretty(&mut self, indent: usize, out: &mut Vec<u8>) -> Result<(), Error> {
        self.pass(Pretty { out, indent })
    }

    /// [`compact`] for the next value.
    pub(crate) fn compact(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        self.pass(Compact { out })
    }

    /// [`both`] for the next value.
    pub(crate) fn both(
        &mut self,
        indent: usize,
        lines: &mut Vec<u8>,
        line: &mut Vec<u8>,
    ) -> Result<(), Error> {
        self.pass(Both { pretty: Pretty { out: lines, indent }, compact: Compact { out: line } })
    }

    fn pass(&mut self, sink: impl Sink) -> Result<(), Error> {
        let mut pass = Pass { cursor: self.clone(), sink, keys: Vec::new() };
        pass.value(0)?;
        *self = pass.cursor;
        Ok(())
    }
}

fn run(mut cursor: Cursor<'_>, sink: impl Sink) -> Result<(), Error> {
    cursor.pass(sink)?;
    cursor.finish()
}

/// Where the tokens go.
pub(super) trait Sink {
    type Mark: Copy;
    fn raw(&mut self, bytes: &[u8]);
    /// Before an item: a comma unless it is the first, a new line.
    fn item(&mut self, first: bool, depth: usize);
    fn colon(&mut self);
    /// The closing bracket, on its own line unless nothing was inside.
    fn close(&mut self, empty: bool, depth: usize, bracket: &[u8]);
    fn mark(&self) -> Self::Mark;
    /// Forgets everything written since `mark`.
    fn cut(&mut self, mark: Self::Mark);
    fn text(&mut self, text: &super::Text<'_>);
}

struct Pretty<'o> {
    out: &'o mut Vec<u8>,
    indent: usize,
}

struct Compact<'o> {
    out: &'o mut Vec<u8>,
}

struct Both<'o> {
    pretty: Pretty<'o>,
    compact: Compact<'o>,
}

/// A comma, a line feed, and blanks for as deep as anybody goes.
const LINE: [u8; 66] = {
    let mut line = [b' '; 66];
    line[0] = b',';
    line[1] = b'\n';
    line
};

impl Pretty<'_> {
    #[inline]
    fn line(&mut self, skip: usize, depth: usize) {
        let blanks = self.indent + 2 * depth;
        if let Some(text) = LINE.get(skip..2 + blanks) {
            self.out.extend_from_slice(text);
        } else {
            self.out.extend_from_slice(&LINE[skip..2]);
            self.out.resize(self.out.len() + blanks, b' ');
        }
    }
}

impl Sink for Pretty<'_> {
    type Mark = usize;
    #[inline]
    fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }
    #[inline]
    fn item(&mut self, first: bool, depth: usize) {
        self.line(usize::from(first), depth);
    }
    #[inline]
    fn colon(&mut self) {
        self.out.extend_from_slice(b": ");
    }
    #[inline]
    fn close(&mut self, empty: bool, depth: usize, bracket: &[u8]) {
        if !empty {
            self.line(1, depth);
        }
        self.out.extend_from_slice(bracket);
    }
    fn mark(&self) -> usize {
        self.out.len()
    }
    fn cut(&mut self, mark: usize) {
        self.out.truncate(mark);
    }
    #[inline]
    fn text(&mut self, text: &super::Text<'_>) {
        text.write(self.out);
    }
}

impl Sink for Compact<'_> {
    type Mark = usize;
    #[inline]
    fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }
    #[inline]
    fn item(&mut self, first: bool, _: usize) {
        if !first {
            self.out.push(b',');
        }
    }
    #[inline]
    fn colon(&mut self) {
        self.out.push(b':');
    }
    #[inline]
    fn close(&mut self, _: bool, _: usize, bracket: &[u8]) {
        self.out.extend_from_slice(bracket);
    }
    fn mark(&self) -> usize {
        self.out.len()
    }
    fn cut(&mut self, mark: usize) {
        self.out.truncate(mark);
    }
    #[inline]
    fn text(&mut self, text: &super::Text<'_>) {
        text.write(self.out);
    }
}

impl Sink for Both<'_> {
    type Mark = (usize, usize);
    #[inline]
    fn raw(&mut self, bytes: &[u8]) {
        self.pretty.raw(bytes);
        self.compact.raw(bytes);
    }
    #[inline]
    fn item(&mut self, first: bool, depth: usize) {
        self.pretty.item(first, depth);
        self.compact.item(first, depth);
    }
    #[inline]
    fn colon(&mut self) {
        self.pretty.colon();
        self.compact.colon();
    }
    #[inline]
    fn close(&mut self, empty: bool, depth: usize, bracket: &[u8]) {
        self.pretty.close(empty, depth, bracket);
        self.compact.close(empty, depth, bracket);
    }
    fn mark(&self) -> (usize, usize) {
        (self.pretty.mark(), self.compact.mark())
    }
    fn cut(&mut self, mark: (usize, usize)) {
        self.pretty.cut(mark.0);
        self.compact.cut(mark.1);
    }
    #[inline]
    fn text(&mut self, text: &super::Text<'_>) {
        self.pretty.text(text);
        self.compact.text(text);
    }
}

struct Pass<'a, S> {
    cursor: Cursor<'a>,
    sink: S,
    /// Fingerprints of the keys of all open objects.
    keys: Vec<u64>,
}

/// With more keys than this the search for one that occurs twice is left to the tree, which has a table for it.
const MANY_KEYS: usize = 48;

impl<S: Sink> Pass<'_, S> {
    fn value(&mut self, depth: usize) -> Result<(), Error> {
        match self.cursor.peek()? {
            Next::String => self.string()?,
            Next::Object => self.object(depth)?,
            Next::Array => self.array(depth)?,
            Next::Number => match self.cursor.raw_number()? {
                (raw, true) => self.sink.raw(raw.as_bytes()),
                (raw, false) => self.sink.raw(number(raw.parse().unwrap_or(f64::NAN)).as_bytes()),
            },
            Next::Bool | Next::Null => {
                let word = self.cursor.word()?;
                self.sink.raw(word.as_bytes());
            }
        }
        Ok(())
    }

    #[inline]
    fn string(&mut self) -> Result<(), Error> {
        let start = self.cursor.at;
        let text = self.cursor.string()?;
        if text.form == Form::Foreign {
            self.sink.text(&text);
        } else {
            // With its quotes, as it stands.
            self.sink.raw(&self.cursor.bytes()[start..self.cursor.at]);
        }
        Ok(())
    }

    fn array(&mut self, depth: usize) -> Result<(), Error> {
        self.cursor.open(b'[', "an array")?;
        self.sink.raw(b"[");
        if self.cursor.closes(b']') {
            self.sink.close(true, depth, b"]");
            return Ok(());
        }
        let mut first = true;
        loop {
            self.sink.item(first, depth + 1);
            first = false;
            self.value(depth + 1)?;
            if !self.cursor.more(b']')? {
                self.sink.close(false, depth, b"]");
                return Ok(());
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<(), Error> {
        let start = (self.cursor.at, self.sink.mark(), self.keys.len());
        self.cursor.open(b'{', "an object")?;
        self.sink.raw(b"{");
        if self.cursor.closes(b'}') {
            self.sink.close(true, depth, b"}");
            return Ok(());
        }
        let mut first = true;
        loop {
            self.cursor.blanks();
            let from = self.cursor.at;
            let key = self.cursor.key()?;
            let seen = &self.keys[start.2..];
            let print = fingerprint(key.raw.as_bytes());
            if seen.contains(&print) || seen.len() >= MANY_KEYS || !tree::in_order(&key) {
                return self.object_again(start, depth);
            }
            self.keys.push(print);
            self.sink.item(first, depth + 1);
            first = false;
            self.sink.raw(&self.cursor.bytes()[from..from + key.raw.len() + 2]);
            self.sink.colon();
            self.value(depth + 1)?;
            if !self.cursor.more(b'}')? {
                self.keys.truncate(start.2);
                self.sink.close(false, depth, b"}");
                return Ok(());
            }
        }
    }

    /// Takes back what was written of an object and goes over it by the tree.
    #[cold]
    fn object_again(&mut self, start: (usize, S::Mark, usize), depth: usize) -> Result<(), Error> {
        self.cursor.at = start.0;
        self.cursor.depth -= 1;
        self.sink.cut(start.1);
        self.keys.truncate(start.2);
        tree::write(&mut self.cursor, &mut self.sink, depth)
    }
}

/// Equal keys have equal fingerprints; different ones nearly always different ones (if not, the tree sorts it out).
#[inline]
fn fingerprint(key: &[u8]) -> u64 {
    let (head, tail) = match (key.first_chunk::<8>(), key.last_chunk::<8>()) {
        (Some(head), Some(tail)) => (u64::from_le_bytes(*head), u64::from_le_bytes(*tail)),
        _ => (key.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0),
    };
    (head ^ tail.rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ key.len() as u64
}
