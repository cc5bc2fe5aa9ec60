//! What can be wrong with a text, whatever it says.

use super::super::report::Code;
use crate::training_file::damage::Damage;
use memchr::memmem;

/// The turn ends in the middle of a sentence (formats 3.3), by the one rule of [`Damage`]. Empty text does not.
pub fn is_truncated(content: &str) -> bool {
    Damage::of(content).truncated
}

/// Words × 1.3 is the estimate of tokens; a word is what stands between ASCII blanks.
pub(in crate::dataset) fn words(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let first = bytes.first().is_some_and(|b| !blank(*b));
    let starts = bytes.iter().zip(bytes.iter().skip(1)).filter(|(a, b)| blank(**a) && !blank(**b)).count();
    starts as u64 + u64::from(first)
}

const fn blank(b: u8) -> bool {
    matches!(b, b' ' | b'\n' | b'\t' | b'\r' | 0x0b | 0x0c)
}

/// Which faults a text has, at most one of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Faults(u8);

const KINDS: [Code; 5] = [
    Code::LiteralEscape,
    Code::PlaceholderLeft,
    Code::ObjectPlaceholder,
    Code::ControlCharacter,
    Code::Mojibake,
];

impl Faults {
    pub fn of(text: &str) -> Self {
        let found = [
            memmem::find(text.as_bytes(), b"\\n").is_some(),
            has_placeholder(text),
            memmem::find(text.as_bytes(), b"[object Object]").is_some(),
            has_control(text),
            !text.is_ascii() && has_mojibake(text),
        ];
        Self(found.iter().enumerate().map(|(i, found)| u8::from(*found) << i).sum())
    }

    pub fn codes(self) -> impl Iterator<Item = Code> {
        KINDS.into_iter().enumerate().filter(move |(i, _)| self.0 & (1 << i) != 0).map(|(_, code)| code)
    }
}

/// `{{name}}`; the braces of code and formulas hold braces or line breaks.
fn has_placeholder(text: &str) -> bool {
    memmem::find_iter(text.as_bytes(), b"{{").any(|at| {
        let inner = text[at + 2..].trim_start_matches('{');
        inner.find(['{', '}', '\n']).is_some_and(|end| {
            inner[end..].starts_with("}}") && (1..=100).contains(&inner[..end].trim().len())
        })
    })
}

fn has_control(text: &str) -> bool {
    let low = text.bytes().any(|b| (b < 0x20 && !matches!(b, b'\n' | b'\t' | b'\r')) || b == 0x7f);
    // C1 controls, marks that turn the direction of text round, and a byte order mark in the middle.
    let high = |c: char| matches!(c, '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    low || (!text.is_ascii() && text.chars().any(high))
}

/// UTF-8 that was once read as Windows-1252 or Latin-1, or characters lost altogether (U+FFFD).
fn has_mojibake(text: &str) -> bool {
    let mut before = ' ';
    text.chars().any(|c| {
        let found = match (before, c) {
            (_, '\u{fffd}') | ('â', '€' | '\u{80}') | ('ð', 'Ÿ' | '\u{9f}') | ('ï', '»') => true,
            ('Ã', c) => second_byte(c) && c != '\u{a0}',
            ('Â', c) => ('\u{a0}'..='\u{bf}').contains(&c),
            _ => false,
        };
        before = c;
        found
    })
}

/// Shown for a byte 80–BF by Latin-1 or Windows-1252.
const fn second_byte(c: char) -> bool {
    matches!(
        c,
        '\u{80}'
            ..='\u{bf}'
                | '€'
                | '‚'
                | 'ƒ'
                | '„'
                | '…'
                | '†'
                | '‡'
                | 'ˆ'
                | '‰'
                | 'Š'
                | '‹'
                | 'Œ'
                | 'Ž'
                | '‘'
                | '’'
                | '“'
                | '”'
                | '•'
                | '–'
                | '—'
                | '˜'
                | '™'
                | 'š'
                | '›'
                | 'œ'
                | 'ž'
                | 'Ÿ'
    )
}
