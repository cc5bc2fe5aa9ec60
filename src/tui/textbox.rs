//! Text of several lines being edited. `ratatui-textarea` does the editing; the model keeps this box as a value, the
//! view asks it for a picture. Nothing of the crate's own keys or colours is used.

use crate::model::Edit;
use crate::theme::{Theme, Token};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui_textarea::{CursorMove, TextArea, WrapMode};

/// The text and where the cursor stands.
#[derive(Debug, Clone, Default)]
pub struct TextBox(TextArea<'static>);

/// Two boxes are the same when they look the same: what can be undone does not count.
impl PartialEq for TextBox {
    fn eq(&self, other: &Self) -> bool {
        self.0.lines() == other.0.lines() && self.0.cursor() == other.0.cursor()
    }
}

impl TextBox {
    /// What is written.
    pub fn text(&self) -> String {
        self.0.lines().join("\n")
    }

    /// Nothing is written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts other text in, the cursor behind it.
    pub fn set(&mut self, text: &str) {
        self.0 = TextArea::default();
        self.0.insert_str(clean(text));
    }

    /// Makes one change. Returns whether the text is another one now.
    pub fn edit(&mut self, edit: &Edit) -> bool {
        let area = &mut self.0;
        let go = match edit {
            Edit::Insert(text) => return area.insert_str(clean(text)),
            Edit::Backspace => return area.delete_char(),
            Edit::Delete => return area.delete_next_char(),
            Edit::DeleteWord => return area.delete_word(),
            Edit::DeleteToStart => return area.delete_line_by_head(),
            Edit::Left => CursorMove::Back,
            Edit::Right => CursorMove::Forward,
            Edit::WordLeft => CursorMove::WordBack,
            Edit::WordRight => CursorMove::WordForward,
            Edit::Start => CursorMove::Head,
            Edit::End => CursorMove::End,
        };
        area.move_cursor(go);
        false
    }

    /// A new line at the cursor.
    pub fn newline(&mut self) {
        self.0.insert_newline();
    }

    /// One line up, or down.
    pub fn vertical(&mut self, down: bool) {
        self.0.move_cursor(if down { CursorMove::Down } else { CursorMove::Up });
    }

    /// Draws it. Answers where the terminal's cursor belongs when it has the keyboard.
    pub fn draw(
        &self,
        frame: &mut Frame,
        area: Rect,
        hint: &str,
        focused: bool,
        theme: &Theme,
    ) -> Option<(u16, u16)> {
        let area = area.intersection(frame.area());
        if area.is_empty() {
            return None;
        }
        let mut picture = self.0.clone();
        let token = if focused { Token::FieldFocus } else { Token::FieldIdle };
        picture.set_style(theme.style(token));
        picture.set_cursor_line_style(Style::default());
        // The terminal's own cursor stands there.
        picture.set_cursor_style(theme.style(token));
        picture.set_wrap_mode(WrapMode::WordOrGlyph);
        picture.set_placeholder_text(hint);
        picture.set_placeholder_style(theme.style(Token::TextPlaceholder));
        frame.render_widget(&picture, area);
        let cursor = picture.screen_cursor();
        let (top, left) = picture.scroll_offset();
        let cell = |at: usize, first: u16| u16::try_from(at).unwrap_or(u16::MAX).saturating_sub(first);
        let x = area.x + cell(cursor.col, left).min(area.width - 1);
        let y = area.y + cell(cursor.row, top).min(area.height - 1);
        focused.then_some((x, y))
    }
}

/// Line ends stay; other control characters are left out, a tab is a blank.
fn clean(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\t', " ")
        .chars()
        .filter(|c| *c == '\n' || !c.is_control())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_lines_stay_lines_and_nothing_else_gets_in() {
        let mut note = TextBox::default();
        assert!(note.edit(&Edit::Insert("one\r\ntwo\x1b[31m\t3\u{7}".into())));
        assert_eq!(note.text(), "one\ntwo[31m 3");
    }

    #[test]
    fn lines_are_made_and_joined() {
        let mut note = TextBox::default();
        note.edit(&Edit::Insert("ab".into()));
        note.newline();
        note.edit(&Edit::Insert("cd".into()));
        note.vertical(false);
        note.edit(&Edit::Insert("x".into()));
        assert_eq!(note.text(), "abx\ncd");
        note.vertical(true);
        note.edit(&Edit::Start);
        assert!(note.edit(&Edit::Backspace));
        assert_eq!(note.text(), "abxcd");
        let same = note.clone();
        note.edit(&Edit::Left);
        assert!(note != same, "the cursor counts");
        note.set("");
        assert!(note.is_empty());
        assert!(!note.edit(&Edit::Backspace));
    }
}
