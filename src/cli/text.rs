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

/// `1,234,567`
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 conversation`, `2 conversations`
pub(crate) fn counted(number: u64, what: &str) -> String {
    format!("{} {what}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// `512 B`, `84.2 kB`, `1.3 GB`: powers of 1,000.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut tenths = bytes / 100;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

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
    fn numbers_and_sizes() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(
            [0, 999, 1000, 84_250, 999_999, 1_000_000, 1_300_000_000].map(size),
            ["0 B", "999 B", "1.0 kB", "84.2 kB", "999.9 kB", "1.0 MB", "1.3 GB"]
        );
        assert_eq!(size(u64::MAX), "18446.7 PB");
        assert_eq!(
            (counted(1, "pair"), counted(2000, "pair")),
            ("1 pair".to_owned(), "2,000 pairs".to_owned())
        );
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
