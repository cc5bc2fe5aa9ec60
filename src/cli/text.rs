//! Numbers, sizes and times as people read them.

use chrono::{DateTime, SecondsFormat, Utc};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The text without anything that would move the cursor or change the terminal: data must not steer it.
pub(crate) fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\t' { ' ' } else { c }).collect()
}

/// The text on one line.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Columns of the terminal.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// At most this many columns, with `…` where something is missing.
pub(crate) fn truncated(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > columns {
            break;
        }
        kept.push(c);
    }
    if columns > 0 {
        kept.push('…');
    }
    kept
}

/// Blanks that the text begins with.
pub(crate) fn indent(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// Lines of at most this many columns, broken between words; a word that is longer stays whole. Lines after the first begin with `indent` blanks.
pub(crate) fn wrapped(text: &str, columns: usize, indent: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    // Blanks go with the word before them, so that what stands in columns inside a line stays so.
    for piece in text.split_inclusive(' ') {
        let begun = line.trim_end().len() > if lines.is_empty() { 0 } else { indent };
        if begun && line.width() + piece.trim_end().width() > columns {
            line.truncate(line.trim_end().len());
            lines.push(std::mem::replace(&mut line, " ".repeat(indent)));
        }
        line.push_str(piece);
    }
    line.truncate(line.trim_end().len());
    lines.push(line);
    lines
}

pub(crate) use domain::numbers::{bytes, many, thousands};

/// Relative under a day, else the date.
pub(crate) fn ago(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    match (now - at).num_seconds() {
        0..=59 => "just now".to_owned(),
        s @ 60..=3599 => format!("{} min ago", s / 60),
        s @ 3600..=86_399 => format!("{} h ago", s / 3600),
        _ => at.format("%Y-%m-%d").to_string(),
    }
}

/// RFC 3339 with milliseconds.
pub(crate) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_cannot_steer_the_terminal() {
        assert_eq!(harmless("a\u{1b}]0;x\u{7}b\u{9b}c\td"), "a ]0;x b c\td");
        assert_eq!(one_line("a\n\tb"), "a  b");
    }

    #[test]
    fn cuts_by_columns_and_never_through_a_character() {
        assert_eq!(truncated("abcdef", 4), "abc…");
        assert_eq!(truncated("abcd", 4), "abcd");
        assert_eq!(truncated("日本語", 4), "日…");
        assert_eq!(truncated("日本語", 0), "");
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(
            wrapped("no API key. Make one, then set it.", 14, 2),
            ["no API key.", "  Make one,", "  then set it."]
        );
        assert_eq!(wrapped("  a:  b", 80, 4), ["  a:  b"], "what fits stays as it is");
        assert_eq!(wrapped("see /a/path/that/is/long here", 8, 0), ["see", "/a/path/that/is/long", "here"]);
        assert_eq!(wrapped("", 8, 2), [""]);
        assert_eq!(wrapped("日本 日本 日本", 9, 1), ["日本 日本", " 日本"]);
    }

    #[test]
    fn times_are_relative_under_a_day() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        let now = at("2025-12-02T12:00:00Z");
        for (then, said) in [
            ("2025-12-02T11:59:30Z", "just now"),
            ("2025-12-02T11:01:00Z", "59 min ago"),
            ("2025-12-01T12:00:01Z", "23 h ago"),
            ("2025-12-01T12:00:00Z", "2025-12-01"),
            ("2025-12-03T00:00:00Z", "2025-12-03"),
        ] {
            assert_eq!(ago(at(then), now), said);
        }
    }
}
