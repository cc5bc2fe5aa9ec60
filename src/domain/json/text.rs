//! Strings: finding their end, reading and re-spelling their escapes.

use super::Kind;
use std::borrow::Cow;

/// How a string is spelled in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// No backslash.
    Plain,
    /// Only escapes that JavaScript would write the same way.
    Canonical,
    /// Some escape that JavaScript writes differently.
    Foreign,
}

/// A string of the source, still spelled as it is there.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    pub(super) raw: &'a str,
    pub(super) form: Form,
}

impl<'a> Text<'a> {
    /// What stands between the quotes.
    pub const fn raw(&self) -> &'a str {
        self.raw
    }

    /// The text it means. Lone surrogates, which are no characters, become U+FFFD.
    pub fn decode(&self) -> Cow<'a, str> {
        if self.form == Form::Plain {
            return Cow::Borrowed(self.raw);
        }
        let mut out = String::with_capacity(self.raw.len());
        let bytes = self.raw.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let end = plain_end(bytes, at);
            out.push_str(&self.raw[at..end]);
            at = end;
            if at < bytes.len() {
                let Ok(escape) = Escape::read(bytes, at) else { break };
                out.push(char::from_u32(escape.code).unwrap_or(char::REPLACEMENT_CHARACTER));
                at += escape.len;
            }
        }
        Cow::Owned(out)
    }

    /// Whether it means exactly this word.
    pub fn is(&self, word: &str) -> bool {
        if self.form == Form::Plain { self.raw == word } else { self.decode() == word }
    }

    /// Writes it with its quotes, as JavaScript spells it.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.push(b'"');
        if self.form == Form::Foreign {
            respell(self.raw, out);
        } else {
            out.extend_from_slice(self.raw.as_bytes());
        }
        out.push(b'"');
    }
}

/// Writes a text as a JSON string, quotes included.
pub fn quote(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    out.push(b'"');
    let mut at = 0;
    while at < bytes.len() {
        let end = plain_end(bytes, at);
        out.extend_from_slice(&bytes[at..end]);
        at = end;
        if at < bytes.len() {
            spell(u32::from(bytes[at]), out);
            at += 1;
        }
    }
    out.push(b'"');
}

/// From behind the opening quote to the closing one.
pub(super) fn scan(bytes: &[u8], start: usize) -> Result<(usize, Form), (usize, Kind)> {
    let mut at = start;
    let mut form = Form::Plain;
    loop {
        at = plain_end(bytes, at);
        match bytes.get(at) {
            Some(b'"') => return Ok((at, form)),
            Some(b'\\')
                if matches!(bytes.get(at + 1), Some(b'n' | b'"' | b'\\' | b't' | b'r' | b'b' | b'f')) =>
            {
                form = form.max(Form::Canonical);
                at += 2;
            }
            Some(b'\\') => {
                let escape = Escape::read(bytes, at)?;
                form = form.max(if escape.canonical { Form::Canonical } else { Form::Foreign });
                at += escape.len;
            }
            Some(_) => return Err((at, Kind::Control)),
            None => return Err((at, Kind::Cut)),
        }
    }
}

/// The first byte from `at` on that is a quote, a backslash or a control character; the end if there is none.
#[inline]
pub(super) fn plain_end(bytes: &[u8], at: usize) -> usize {
    let mut at = at;
    // Short strings are the most: look at single words first.
    for _ in 0..2 {
        let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk) else { return slow_end(bytes, at) };
        if let Some(found) = special(*word) {
            return at + found;
        }
        at += 8;
    }
    let (blocks, _) = bytes[at..].as_chunks::<32>();
    for block in blocks {
        let hit = block
            .iter()
            .fold(0u8, |hit, b| hit | u8::from(*b < 0x20) | u8::from(*b == b'"') | u8::from(*b == b'\\'));
        if hit != 0 {
            break;
        }
        at += 32;
    }
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        if let Some(found) = special(*word) {
            return at + found;
        }
        at += 8;
    }
    slow_end(bytes, at)
}

fn slow_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|b| *b < 0x20 || *b == b'"' || *b == b'\\').unwrap_or(rest.len())
}

/// Which of eight bytes is the first special one. The classical "has a byte less than" trick; the lowest hit is exact.
#[inline]
fn special(word: [u8; 8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let word = u64::from_le_bytes(word);
    let zero = |x: u64| x.wrapping_sub(ONES) & !x;
    let less = word.wrapping_sub(ONES * 0x20) & !word;
    let hit = (less | zero(word ^ (ONES * 0x22)) | zero(word ^ (ONES * 0x5C))) & HIGH;
    (hit != 0).then(|| (hit.trailing_zeros() / 8) as usize)
}

struct Escape {
    /// A scalar value, or a lone surrogate.
    code: u32,
    /// Bytes in the source.
    len: usize,
    /// Whether JavaScript writes it like that.
    canonical: bool,
}

impl Escape {
    fn read(bytes: &[u8], at: usize) -> Result<Self, (usize, Kind)> {
        let short = |code| Ok(Self { code, len: 2, canonical: true });
        match bytes.get(at + 1) {
            Some(b'"') => short(0x22),
            Some(b'\\') => short(0x5C),
            Some(b'b') => short(8),
            Some(b'f') => short(12),
            Some(b'n') => short(10),
            Some(b'r') => short(13),
            Some(b't') => short(9),
            Some(b'/') => Ok(Self { code: 0x2F, len: 2, canonical: false }),
            Some(b'u') => Self::unicode(bytes, at),
            Some(_) => Err((at, Kind::Escape)),
            None => Err((at + 1, Kind::Cut)),
        }
    }

    fn unicode(bytes: &[u8], at: usize) -> Result<Self, (usize, Kind)> {
        let unit = hex(bytes, at + 2).ok_or((at, Kind::Escape))?;
        if (0xD800..0xDC00).contains(&unit) && bytes.get(at + 6..at + 8) == Some(b"\\u") {
            let low = hex(bytes, at + 8).ok_or((at + 6, Kind::Escape))?;
            if (0xDC00..0xE000).contains(&low) {
                let code = 0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                return Ok(Self { code, len: 12, canonical: false });
            }
        }
        let written_so = unit < 0x20 && !matches!(unit, 8..=10 | 12 | 13) || (0xD800..0xE000).contains(&unit);
        let lower = !bytes[at + 2..at + 6].iter().any(u8::is_ascii_uppercase);
        Ok(Self { code: unit, len: 6, canonical: written_so && lower })
    }
}

fn hex(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.iter().try_fold(0, |n, b| Some(n * 16 + char::from(*b).to_digit(16)?))
}

fn respell(raw: &str, out: &mut Vec<u8>) {
    let bytes = raw.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let end = plain_end(bytes, at);
        out.extend_from_slice(&bytes[at..end]);
        at = end;
        if at < bytes.len() {
            let Ok(escape) = Escape::read(bytes, at) else { return };
            spell(escape.code, out);
            at += escape.len;
        }
    }
}

/// One character as JavaScript writes it in a string.
fn spell(code: u32, out: &mut Vec<u8>) {
    match code {
        0x22 => out.extend_from_slice(b"\\\""),
        0x5C => out.extend_from_slice(b"\\\\"),
        8 => out.extend_from_slice(b"\\b"),
        9 => out.extend_from_slice(b"\\t"),
        10 => out.extend_from_slice(b"\\n"),
        12 => out.extend_from_slice(b"\\f"),
        13 => out.extend_from_slice(b"\\r"),
        0..0x20 | 0xD800..0xE000 => out.extend_from_slice(format!("\\u{code:04x}").as_bytes()),
        _ => {
            let mut buffer = [0; 4];
            let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            out.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
        }
    }
}
