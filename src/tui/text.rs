//! The one place that counts columns: what a text takes on the terminal, and how it is cut, filled and wrapped.
//!
//! Everything goes by grapheme. What a terminal would swallow or obey (control characters, direction marks, a
//! combining mark without a base) is replaced by something visible first, so that hostile text cannot move the cursor
//! or turn a line round.

use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// What stands where text was cut away.
pub const ELLIPSIS: &str = "…";

/// On which side of its field a text stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Align {
    /// At the left: words.
    #[default]
    Left,
    /// At the right: numbers.
    Right,
}

/// A character that a terminal obeys or hides instead of showing.
const fn is_hostile(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
        | '\u{2028}' | '\u{2029}' | '\u{ad}' | '\u{61c}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

fn visible(c: char) -> char {
    match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        _ if is_hostile(c) => '\u{fffd}',
        _ => c,
    }
}

/// Columns of one grapheme, as ratatui counts them: a half-width voicing mark takes one.
fn grapheme_width(grapheme: &str) -> usize {
    let marks = grapheme.chars().filter(|c| matches!(c, '\u{ff9e}' | '\u{ff9f}')).count();
    grapheme.width() + marks
}

/// The text on one line, with everything made visible: a tab becomes `␉`, a line feed `␊`.
pub fn clean(text: &str) -> Cow<'_, str> {
    let bare_mark = |g: &str| grapheme_width(g) == 0;
    if text.is_ascii() && !text.bytes().any(|b| b.is_ascii_control()) {
        return Cow::Borrowed(text);
    }
    if !text.chars().any(is_hostile) && !text.graphemes(true).any(bare_mark) {
        return Cow::Borrowed(text);
    }
    let shown: String = text.chars().map(visible).collect();
    let mut out = String::with_capacity(shown.len());
    for grapheme in shown.graphemes(true) {
        if !bare_mark(grapheme) {
            out.push_str(grapheme);
            continue;
        }
        // A mark joins the dotted circle; what stays apart from it has no shape at all.
        let based = format!("\u{25cc}{grapheme}");
        out.push_str(if based.graphemes(true).count() == 1 { &based } else { "\u{fffd}" });
    }
    Cow::Owned(out)
}

/// Columns that the text takes when it is shown on one line.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { clean(text).graphemes(true).map(grapheme_width).sum() }
}

/// Bytes at the start of a clean text that fit into `columns`, and the columns that they take.
fn head(text: &str, columns: usize) -> (usize, usize) {
    let mut taken = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        let next = taken + grapheme_width(grapheme);
        if next > columns {
            return (at, taken);
        }
        taken = next;
    }
    (text.len(), taken)
}

/// First byte of the end of a clean text that fits into `columns`.
fn tail(text: &str, columns: usize) -> usize {
    let mut taken = 0;
    let mut from = text.len();
    for (at, grapheme) in text.grapheme_indices(true).rev() {
        taken += grapheme_width(grapheme);
        if taken > columns {
            break;
        }
        from = at;
    }
    from
}

/// At most `columns` wide, cut at the right.
pub fn truncate(text: &str, columns: usize) -> Cow<'_, str> {
    let text = clean(text);
    if text.is_ascii() && text.len() <= columns || head(&text, columns).0 == text.len() {
        return text;
    }
    if columns == 0 {
        return Cow::Borrowed("");
    }
    let (end, _) = head(&text, columns - 1);
    Cow::Owned(format!("{}{ELLIPSIS}", &text[..end]))
}

/// At most `columns` wide, cut in the middle: for paths, where both ends tell something.
pub fn truncate_middle(text: &str, columns: usize) -> Cow<'_, str> {
    let text = clean(text);
    if head(&text, columns).0 == text.len() {
        return text;
    }
    if columns < 3 {
        return Cow::Owned(truncate(&text, columns).into_owned());
    }
    let (end, used) = head(&text, columns / 2);
    let from = tail(&text, columns - 1 - used);
    Cow::Owned(format!("{}{ELLIPSIS}{}", &text[..end], &text[from.max(end)..]))
}

/// Exactly `columns` wide: cut, or filled with blanks.
pub fn fit(text: &str, columns: usize, align: Align) -> String {
    let text = truncate(text, columns);
    let blanks = " ".repeat(columns.saturating_sub(width(&text)));
    match align {
        Align::Left => format!("{text}{blanks}"),
        Align::Right => format!("{blanks}{text}"),
    }
}

/// At least `columns` wide: filled with blanks at the right, never cut.
pub fn pad(text: &str, columns: usize) -> String {
    let text = clean(text);
    let blanks = " ".repeat(columns.saturating_sub(width(&text)));
    format!("{text}{blanks}")
}

/// Lines of at most `columns`: broken at blanks, inside a word only when it is longer than a line; line feeds stay.
/// A tab counts as four blanks. Never empty.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let paragraph = paragraph.trim_end_matches('\r').replace('\t', "    ");
        wrap_paragraph(&clean(&paragraph), columns, &mut lines);
    }
    for line in &mut lines {
        // A joiner whose left neighbour stayed on the line before joins nothing any more.
        let stray: usize = line.graphemes(true).take_while(|g| grapheme_width(g) == 0).map(str::len).sum();
        line.drain(..stray);
    }
    lines
}

fn wrap_paragraph(paragraph: &str, columns: usize, lines: &mut Vec<String>) {
    let mut line = String::new();
    let mut used = 0;
    for word in runs(paragraph) {
        let wide = width(word);
        if used + wide <= columns {
            line.push_str(word);
            used += wide;
            continue;
        }
        if word.starts_with(char::is_whitespace) {
            // Blanks at a break vanish with it.
            lines.push(std::mem::take(&mut line));
            used = 0;
            continue;
        }
        if line.trim_end().is_empty() {
            line.clear();
        } else {
            line.truncate(line.trim_end().len());
            lines.push(std::mem::take(&mut line));
        }
        used = 0;
        for grapheme in word.graphemes(true) {
            let one = grapheme_width(grapheme);
            if used + one > columns && used > 0 {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            // A wide character in a one-column field: the mark says that something is missing.
            let (shown, one) = if one > columns { (ELLIPSIS, 1) } else { (grapheme, one) };
            line.push_str(shown);
            used += one;
        }
    }
    line.truncate(line.trim_end().len());
    lines.push(line);
}

/// Words and the blanks between them, in turn.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let blank = rest.chars().next()?.is_whitespace();
        let end = rest.find(|c: char| c.is_whitespace() != blank).unwrap_or(rest.len());
        let (run, left) = rest.split_at(end);
        rest = left;
        Some(run)
    })
}

/// A number in three characters or little more: `812`, `12k`, `3M`.
pub fn compact(number: u64) -> String {
    match number {
        0..1_000 => number.to_string(),
        1_000..1_000_000 => format!("{}k", number / 1_000),
        _ => format!("{}M", number / 1_000_000),
    }
}

/// A time in its largest unit: `40 s`, `3 min`, `2 h`, `5 d`.
pub fn age(passed: std::time::Duration) -> String {
    match passed.as_secs() {
        s @ ..60 => format!("{s} s"),
        s @ 60..3_600 => format!("{} min", s / 60),
        s @ 3_600..86_400 => format!("{} h", s / 3_600),
        s => format!("{} d", s / 86_400),
    }
}

pub use domain::numbers::{bytes, many, thousands};
pub use domain::sentence::{sentence, sentences};

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::{buffer::Buffer, layout::Rect, style::Style};

    /// Columns that ratatui really fills.
    fn drawn(text: &str) -> usize {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 400, 1));
        usize::from(buffer.set_stringn(0, 0, text, 400, Style::new()).0)
    }

    #[test]
    fn control_characters_are_shown_and_take_a_column() {
        assert_eq!(clean("a\tb\u{1b}[31m\n\u{7f}\u{85}"), "a␉b␛[31m␊␡\u{fffd}");
        assert_eq!(width("a\u{1b}b"), 3);
        assert_eq!(clean("abc\u{202e}def"), "abc\u{fffd}def");
    }

    #[test]
    fn a_combining_mark_alone_gets_a_base() {
        assert_eq!(clean("\u{301}x"), "\u{25cc}\u{301}x");
        assert_eq!(width("e\u{301}"), 1);
    }

    #[test]
    fn wide_text_is_cut_between_characters() {
        assert_eq!(truncate("日本語", 5), "日本…");
        assert_eq!(truncate("日本語", 4), "日…");
        assert_eq!(truncate("日本語", 6), "日本語");
        assert_eq!(truncate("日本語", 1), "…");
        assert_eq!(truncate("日本語", 0), "");
        assert_eq!(fit("日本語", 4, Align::Right), " 日…");
    }

    #[test]
    fn a_path_keeps_both_ends() {
        assert_eq!(truncate_middle("/home/ada/training/eq-12.jsonl", 15), "/home/a…2.jsonl");
        assert_eq!(truncate_middle("short", 15), "short");
    }

    #[test]
    fn wrapping_breaks_at_blanks_and_keeps_line_feeds() {
        assert_eq!(wrap("one two three\n\nfour", 8), ["one two", "three", "", "four"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap("stop here.", 9), ["stop", "here."]);
        assert_eq!(wrap("日本", 1), ["…", "…"]);
    }

    #[test]
    fn large_numbers_are_short() {
        assert_eq!([812, 1_999, 999_999, 3_200_000].map(compact), ["812", "1k", "999k", "3M"]);
    }

    /// 20,000 random texts of nasty pieces: never wider than asked, never a control character, and what we count is
    /// what ratatui draws.
    #[test]
    fn whatever_the_text_the_columns_are_right() {
        const PIECES: &[&str] = &[
            "a",
            " ",
            "word",
            "é",
            "e\u{301}",
            "\u{301}",
            "日",
            "ﾞ",
            "ｶﾞ",
            "👩‍👩‍👧",
            "🇩🇪",
            "❤️",
            "\u{fe0f}",
            "\u{200d}",
            "\u{200b}",
            "\n",
            "\r\n",
            "\t",
            "\u{1b}[2J",
            "\0",
            "\u{202e}",
            "\u{feff}",
            "…",
            "ﷺ",
            "क्षि",
            "\u{1100}\u{1161}",
            "-",
            "\"",
            ".",
            "\u{85}",
            "👍🏽",
            "\u{e0001}",
            "\u{115f}",
        ];
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = |limit: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap_or(0) % limit
        };
        for _ in 0..20_000 {
            let text: String = (0..next(12)).map(|_| PIECES[next(PIECES.len())]).collect();
            let columns = next(14);
            for cut in [truncate(&text, columns), truncate_middle(&text, columns)] {
                assert!(width(&cut) <= columns, "{text:?} cut to {columns} gives {cut:?}");
                assert_eq!(drawn(&cut), width(&cut), "{text:?} → {cut:?}");
                assert!(!cut.chars().any(char::is_control), "{cut:?}");
            }
            assert_eq!(width(&fit(&text, columns, Align::Right)), columns, "{text:?} in {columns}");
            for line in wrap(&text, columns) {
                assert!(width(&line) <= columns.max(1), "{text:?} wrapped at {columns} gives {line:?}");
                assert_eq!(drawn(&line), width(&line), "{text:?} → {line:?}");
            }
        }
    }
}
