//! Tokens of the filter language. Never fails: an open quote ends at the end of the text and says so.

use super::Op;
use std::{borrow::Cow, ops::Range};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    /// Bare text.
    Word(&'a str),
    /// Text in quotes; `closed` is false when the closing quote is missing.
    Quoted {
        text: Cow<'a, str>,
        closed: bool,
    },
    Op(Op),
    /// `!` or `not`-like sign before a term.
    Bang,
    AndSign,
    OrSign,
    Open,
    Close,
    Comma,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spanned<'a> {
    pub token: Token<'a>,
    pub span: Range<usize>,
}

/// The quote that closes what this one opens. Curly quotes come with text pasted from a document.
const fn closing(open: char) -> Option<char> {
    match open {
        '"' => Some('"'),
        '\'' => Some('\''),
        '“' | '„' => Some('”'),
        _ => None,
    }
}

/// A character that ends a bare word wherever it stands.
pub(super) const fn ends_word(c: char) -> bool {
    matches!(c, '(' | ')' | ',' | '"' | '=' | '<' | '>' | '~' | '“' | '”' | '„')
}

pub(super) fn lex(text: &str) -> Vec<Spanned<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c.is_whitespace() || c.is_control() {
            at += c.len_utf8();
            continue;
        }
        let (token, len) = sign(&text[at..]).unwrap_or_else(|| match closing(c) {
            Some(close) => quoted(&text[at..], c.len_utf8(), close),
            None => word(&text[at..]),
        });
        tokens.push(Spanned { token, span: at..at + len });
        at += len;
    }
    tokens
}

fn sign(rest: &str) -> Option<(Token<'static>, usize)> {
    const SIGNS: &[(&str, Token<'static>)] = &[
        ("&&", Token::AndSign),
        ("||", Token::OrSign),
        ("==", Token::Op(Op::Eq)),
        ("!=", Token::Op(Op::Ne)),
        ("<>", Token::Op(Op::Ne)),
        ("<=", Token::Op(Op::Le)),
        (">=", Token::Op(Op::Ge)),
        ("≤", Token::Op(Op::Le)),
        ("≥", Token::Op(Op::Ge)),
        ("≠", Token::Op(Op::Ne)),
        ("=", Token::Op(Op::Eq)),
        ("<", Token::Op(Op::Lt)),
        (">", Token::Op(Op::Gt)),
        ("~", Token::Op(Op::Contains)),
        ("!", Token::Bang),
        ("(", Token::Open),
        (")", Token::Close),
        (",", Token::Comma),
    ];
    SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)).map(|(sign, token)| (token.clone(), sign.len()))
}

fn word(rest: &str) -> (Token<'_>, usize) {
    let mut end = rest.len();
    for (i, c) in rest.char_indices() {
        let after = &rest[i..];
        let sign = after.starts_with("!=") || after.starts_with("&&") || after.starts_with("||");
        if i > 0
            && (c.is_whitespace() || c.is_control() || ends_word(c) || matches!(c, '≤' | '≥' | '≠') || sign)
        {
            end = i;
            break;
        }
    }
    (Token::Word(&rest[..end]), end)
}

/// `rest` begins with the opening quote of `start` bytes. `\"`, `\\`, `\n`, `\r`, `\t` and `\u{hex}` are escapes;
/// any other backslash stands for itself.
fn quoted(rest: &str, start: usize, close: char) -> (Token<'_>, usize) {
    let mut text = Cow::Borrowed("");
    let mut from = start;
    let mut chars = rest[start..].char_indices();
    while let Some((i, c)) = chars.next() {
        let at = start + i;
        if c == close {
            append(&mut text, &rest[from..at]);
            return (Token::Quoted { text, closed: true }, at + c.len_utf8());
        }
        if c != '\\' {
            continue;
        }
        if let Some((plain, len)) = escape(&rest[at..], close) {
            append(&mut text, &rest[from..at]);
            text.to_mut().push(plain);
            from = at + len;
            while chars.offset() + start < from && chars.next().is_some() {}
        }
    }
    append(&mut text, &rest[from..]);
    (Token::Quoted { text, closed: false }, rest.len())
}

fn append<'a>(text: &mut Cow<'a, str>, more: &'a str) {
    if text.is_empty() {
        *text = Cow::Borrowed(more);
    } else if !more.is_empty() {
        text.to_mut().push_str(more);
    }
}

fn escape(rest: &str, close: char) -> Option<(char, usize)> {
    let next = rest[1..].chars().next()?;
    match next {
        '\\' | '"' => Some((next, 2)),
        c if c == close => Some((c, 1 + c.len_utf8())),
        'n' => Some(('\n', 2)),
        'r' => Some(('\r', 2)),
        't' => Some(('\t', 2)),
        'u' => {
            let hex = rest.strip_prefix("\\u{")?;
            let end = hex.find('}').filter(|end| (1..=6).contains(end))?;
            let plain = char::from_u32(u32::from_str_radix(&hex[..end], 16).ok()?)?;
            Some((plain, 3 + end + 1))
        }
        _ => None,
    }
}

/// A word that joins or begins conditions.
pub(super) fn is_keyword(word: &str) -> bool {
    ["and", "or", "not", "search"].iter().any(|k| word.eq_ignore_ascii_case(k))
}

/// What can stand after a column.
pub(super) fn compares(t: &Spanned<'_>) -> bool {
    match t.token {
        Token::Op(_) => true,
        Token::Word(word) => ["in", "is", "not", "contains"].iter().any(|k| word.eq_ignore_ascii_case(k)),
        _ => false,
    }
}
