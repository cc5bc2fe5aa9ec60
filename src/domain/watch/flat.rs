//! JSON as training scripts write it: quick, one level at a time, and with the words that JSON does not know.
//!
//! Python writes `NaN`, `Infinity` and `-Infinity` bare, which makes whole files unreadable for strict readers. Here they
//! are numbers. What is nested is passed on as it stands; nothing is built.

use memchr::{memchr, memchr2};

/// A value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Item<'a> {
    /// A number, or one of the three words.
    Number(f64),
    /// What stands between the quotes, escapes as they are.
    Text(&'a [u8]),
    True,
    False,
    Null,
    /// An object or array with its brackets.
    Nested(&'a [u8]),
}

impl Item<'_> {
    /// As a number; the texts `nan`, `inf`, `-inf` and their long forms count, whatever their case.
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Text(text) => not_a_number(text),
            _ => None,
        }
    }

    /// As a count: a whole number that is not negative.
    pub fn count(self) -> Option<u64> {
        match self {
            Self::Number(number) => count(number),
            _ => None,
        }
    }

    /// As text for people.
    pub fn text(self) -> Option<String> {
        match self {
            Self::Text(raw) => Some(unescaped(raw)),
            _ => None,
        }
    }
}

/// A whole number that is not negative and that a double holds exactly.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
pub(crate) fn count(number: f64) -> Option<u64> {
    ((0.0..=9e15).contains(&number) && number.fract() == 0.0).then_some(number as u64)
}

fn not_a_number(text: &[u8]) -> Option<f64> {
    if text.len() > 9 {
        return None;
    }
    match text.to_ascii_lowercase().as_slice() {
        b"nan" => Some(f64::NAN),
        b"inf" | b"infinity" => Some(f64::INFINITY),
        b"-inf" | b"-infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

/// A text without its escapes; a broken one as it stands.
pub(crate) fn unescaped(raw: &[u8]) -> String {
    let plain = || String::from_utf8_lossy(raw).into_owned();
    if memchr(b'\\', raw).is_none() {
        return plain();
    }
    let quoted = [b"\"", raw, b"\""].concat();
    serde_json::from_slice(&quoted).unwrap_or_else(|_| plain())
}

/// Reads the members of an object; `each` gets the key as it stands between its quotes. `None`: the text is broken; what
/// came before was told. Returns what stands behind the object.
pub(crate) fn members<'a>(text: &'a [u8], mut each: impl FnMut(&'a [u8], Item<'a>)) -> Option<&'a [u8]> {
    let mut rest = blanks(text).strip_prefix(b"{")?;
    if let Some(behind) = blanks(rest).strip_prefix(b"}") {
        return Some(behind);
    }
    loop {
        let (key, behind) = quoted(blanks(rest).strip_prefix(b"\"")?)?;
        let (item, behind) = item(blanks(blanks(behind).strip_prefix(b":")?))?;
        each(key, item);
        match blanks(behind).split_first()? {
            (b',', behind) => rest = behind,
            (b'}', behind) => return Some(behind),
            _ => return None,
        }
    }
}

/// One value and what stands behind it.
pub(crate) fn item(text: &[u8]) -> Option<(Item<'_>, &[u8])> {
    match text.first()? {
        b'"' => quoted(&text[1..]).map(|(raw, rest)| (Item::Text(raw), rest)),
        b'{' | b'[' => {
            let end = nested(text)?;
            Some((Item::Nested(&text[..end]), &text[end..]))
        }
        _ => {
            let end = text
                .iter()
                .position(|b| matches!(b, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t' | b':'))
                .unwrap_or(text.len());
            let (word, rest) = text.split_at(end);
            let item = match word {
                b"true" => Item::True,
                b"false" => Item::False,
                b"null" => Item::Null,
                _ => Item::Number(number(word)?),
            };
            Some((item, rest))
        }
    }
}

/// A number, or one of the words for what is none.
pub(crate) fn number(word: &[u8]) -> Option<f64> {
    match word.first()? {
        b'0'..=b'9' | b'-' | b'+' | b'.' => std::str::from_utf8(word).ok()?.parse().ok(),
        _ => not_a_number(word),
    }
}

/// A text up to its closing quote, and what stands behind it.
fn quoted(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut at = 0;
    loop {
        at += memchr2(b'"', b'\\', text.get(at..)?)?;
        if text[at] == b'"' {
            return Some((&text[..at], &text[at + 1..]));
        }
        at += 2;
    }
}

/// Where an object or array ends. Its inside is not looked at beyond brackets and quotes.
fn nested(text: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (0, 0_usize);
    loop {
        match text.get(at)? {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b'"' => {
                let (_, rest) = quoted(&text[at + 1..])?;
                at = text.len() - rest.len();
                continue;
            }
            _ => {}
        }
        at += 1;
    }
}

/// The text behind its white space.
pub(crate) fn blanks(text: &[u8]) -> &[u8] {
    let at = text.iter().position(|b| !matches!(b, b' ' | b'\n' | b'\r' | b'\t')).unwrap_or(text.len());
    &text[at..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<Vec<(String, String)>> {
        let mut found = Vec::new();
        members(text.as_bytes(), |key, item| found.push((unescaped(key), format!("{item:?}"))))?;
        Some(found)
    }

    #[test]
    fn python_json_is_read() {
        let found = read(
            r#" {"a": NaN, "b" :-Infinity,"c":"x\"\u00e9", "d": {"e":[1,"}"]}, "f":null,"g":true} tail"#,
        );
        let values: Vec<String> = found.unwrap().into_iter().map(|(_, v)| v).collect();
        assert_eq!(values[..2], ["Number(NaN)", "Number(-inf)"]);
        assert_eq!(values[4..], ["Null", "True"]);
        assert_eq!(unescaped(br#"x\"\u00e9"#), "x\"é");
        assert_eq!(read("{}"), Some(vec![]));
        for broken in [
            "",
            "{",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":1",
            "{\"a\":1,",
            "{\"a\":\"",
            "{\"a\":\"\\",
            "{\"a\":[}",
            "[1]",
            "{\"a\":x}",
        ] {
            assert_eq!(read(broken), None, "{broken}");
        }
        assert_eq!(Item::Text(b"-inf").number(), Some(f64::NEG_INFINITY));
        assert_eq!((count(3.0), count(-1.0), count(0.5), count(f64::NAN)), (Some(3), None, None, None));
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fall(text in prop::collection::vec(prop::sample::select(&b"{}[]\",:\\ 1-eNa\n"[..]), 0..60)) {
            let _ = members(&text, |_, item| drop((item.number(), item.text())));
        }
    }
}
