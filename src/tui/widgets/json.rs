//! JSON with light colours. It colours what is on one line: pretty-printed JSON has no string over two of them.

use super::{Line, piece};
use crate::theme::Token;

/// The pieces of a line.
pub fn line(text: &str) -> Line {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (len, token) = match first {
            '"' => {
                let len = string_len(rest);
                let name = rest[len..].trim_start().starts_with(':');
                (len, if name { Token::SyntaxKey } else { Token::SyntaxString })
            }
            '-' | '0'..='9' => {
                (run(rest, |c| c.is_ascii_digit() || "+-.eE".contains(c)), Token::SyntaxNumber)
            }
            c if c.is_alphabetic() => (run(rest, char::is_alphanumeric), Token::SyntaxWord),
            _ => (run(rest, |c| c != '"' && c != '-' && !c.is_alphanumeric()), Token::TextMuted),
        };
        let len = len.max(first.len_utf8());
        pieces.push(piece(&rest[..len], token));
        rest = &rest[len..];
    }
    pieces
}

fn run(text: &str, inside: impl Fn(char) -> bool) -> usize {
    text.find(|c| !inside(c)).unwrap_or(text.len())
}

fn string_len(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => return at + 1,
            _ => escaped = false,
        }
    }
    text.len()
}
