//! A line of text being edited.

use unicode_segmentation::UnicodeSegmentation;

/// What is written and where the cursor stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TextField {
    text: String,
    cursor: usize,
}

/// A change of a text field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Puts text in at the cursor; line ends become blanks, other control characters are left out.
    Insert(String),
    /// One character back.
    Left,
    /// One character on.
    Right,
    /// One word back.
    WordLeft,
    /// One word on.
    WordRight,
    /// To the beginning.
    Start,
    /// To the end.
    End,
    /// Takes the character before the cursor.
    Backspace,
    /// Takes the character after the cursor.
    Delete,
    /// Takes the word before the cursor.
    DeleteWord,
    /// Takes all before the cursor.
    DeleteToStart,
}

impl TextField {
    /// A field with text, the cursor behind it.
    pub fn with(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { cursor: text.len(), text }
    }

    /// What is written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text before the cursor and the text after it.
    pub fn split(&self) -> (&str, &str) {
        self.text.split_at(self.cursor)
    }

    /// The cursor as a number of bytes.
    pub const fn cursor(&self) -> usize {
        self.cursor
    }

    /// Puts other text in, the cursor behind it.
    pub fn set(&mut self, text: impl Into<String>) {
        *self = Self::with(text);
    }

    /// Replaces a range of bytes (a completion) and puts the cursor behind it. A range off the text or inside a
    /// character changes nothing.
    pub fn replace(&mut self, range: std::ops::Range<usize>, with: &str) {
        if range.start <= range.end && self.text.get(range.clone()).is_some() {
            self.text.replace_range(range.clone(), with);
            self.cursor = range.start + with.len();
        }
    }

    /// Makes one change. Returns whether the text is another one now.
    pub fn edit(&mut self, edit: &Edit) -> bool {
        let before = self.text.len();
        match edit {
            Edit::Insert(text) => {
                let clean = clean(text);
                self.text.insert_str(self.cursor, &clean);
                self.cursor += clean.len();
                return !clean.is_empty();
            }
            Edit::Left => self.cursor = self.previous(),
            Edit::Right => self.cursor = self.next(),
            Edit::WordLeft => self.cursor = self.word_start(),
            Edit::WordRight => self.cursor = self.word_end(),
            Edit::Start => self.cursor = 0,
            Edit::End => self.cursor = self.text.len(),
            Edit::Backspace => self.cut(self.previous(), self.cursor),
            Edit::Delete => self.cut(self.cursor, self.next()),
            Edit::DeleteWord => self.cut(self.word_start(), self.cursor),
            Edit::DeleteToStart => self.cut(0, self.cursor),
        }
        before != self.text.len()
    }

    fn cut(&mut self, from: usize, to: usize) {
        self.text.replace_range(from..to, "");
        self.cursor = from;
    }

    fn previous(&self) -> usize {
        self.text[..self.cursor].grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn next(&self) -> usize {
        self.text[self.cursor..].graphemes(true).next().map_or(self.cursor, |g| self.cursor + g.len())
    }

    fn word_start(&self) -> usize {
        self.text[..self.cursor]
            .split_word_bound_indices()
            .rev()
            .find(|(_, word)| !word.trim().is_empty())
            .map_or(0, |(at, _)| at)
    }

    fn word_end(&self) -> usize {
        self.text[self.cursor..]
            .split_word_bound_indices()
            .find(|(_, word)| !word.trim().is_empty())
            .map_or(self.text.len(), |(at, word)| self.cursor + at + word.len())
    }
}

fn clean(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c })
        .filter(|c| !c.is_control())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_graphemes_go() {
        let mut field = TextField::with("ae\u{301}👩‍👩‍👧");
        assert!(field.edit(&Edit::Backspace));
        assert_eq!(field.text(), "ae\u{301}");
        field.edit(&Edit::Left);
        assert_eq!(field.split(), ("a", "e\u{301}"));
        field.edit(&Edit::Delete);
        assert_eq!(field.text(), "a");
    }

    #[test]
    fn edges_change_nothing() {
        let mut field = TextField::default();
        for edit in [Edit::Backspace, Edit::Delete, Edit::DeleteWord, Edit::Left, Edit::Right, Edit::WordLeft]
        {
            assert!(!field.edit(&edit), "{edit:?}");
        }
        field.replace(0..5, "x");
        assert_eq!(field.text(), "");
    }

    #[test]
    fn paste_never_holds_control_characters() {
        let mut field = TextField::default();
        field.edit(&Edit::Insert("a\r\nb\x1b[31m\tc\u{7}".into()));
        assert_eq!(field.text(), "a b[31m c");
    }

    #[test]
    fn words() {
        let mut field = TextField::with("status = approved");
        field.edit(&Edit::DeleteWord);
        assert_eq!(field.text(), "status = ");
        field.edit(&Edit::WordLeft);
        field.edit(&Edit::WordLeft);
        assert_eq!(field.cursor(), 0);
        field.edit(&Edit::WordRight);
        assert_eq!(field.cursor(), 6);
    }
}
