//! Styled lines that scroll: reading views, key/value blocks, explanations.

use super::{put, scrollbar};
use crate::text;
use crate::theme::{Theme, Token};
use ratatui::{buffer::Buffer, layout::Rect};
use std::ops::Range;

/// A piece of a line and what it is.
pub type Piece = (String, Token);

/// A line.
pub type Line = Vec<Piece>;

/// A piece.
pub fn piece(content: impl Into<String>, token: Token) -> Piece {
    (content.into(), token)
}

/// Lines for a given width.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines {
    /// The lines.
    pub lines: Vec<Line>,
    /// Columns for which they are made.
    pub width: usize,
    /// The lines under the cursor, where there is one.
    pub selected: Option<Range<usize>>,
}

impl Lines {
    /// No lines yet.
    pub const fn new(width: usize) -> Self {
        Self { lines: Vec::new(), width, selected: None }
    }

    /// What this writes is under the cursor.
    pub fn select(&mut self, write: impl FnOnce(&mut Self)) {
        let from = self.lines.len();
        write(self);
        self.selected = Some(from..self.lines.len());
    }

    /// The first line in view nearest to `top` that has the cursor in view, `height` lines high.
    pub fn reveal(&self, top: usize, height: usize) -> usize {
        let top = top.min(self.lines.len().saturating_sub(height));
        match &self.selected {
            Some(lines) => top.max(lines.end.saturating_sub(height)).min(lines.start),
            None => top,
        }
    }

    /// A line as it is.
    pub fn line(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// An empty line.
    pub fn blank(&mut self) {
        self.lines.push(Vec::new());
    }

    /// A heading.
    pub fn heading(&mut self, title: &str) {
        self.lines.push(vec![piece(title, Token::TextHeading)]);
    }

    /// A text that is wrapped, `indent` columns from the left.
    pub fn text(&mut self, content: &str, indent: usize, token: Token) {
        for line in text::wrap(content, self.width.saturating_sub(indent).max(1)) {
            self.lines.push(vec![piece(" ".repeat(indent), Token::TextNormal), piece(line, token)]);
        }
    }

    /// A name and a value: the names of a block have the same width. A long value is wrapped beside its name.
    pub fn pair(&mut self, name: &str, name_width: usize, value: &str, token: Token) {
        let room = self.width.saturating_sub(name_width + 1).max(8);
        for (i, line) in text::wrap(value, room).into_iter().enumerate() {
            let name =
                if i == 0 { text::fit(name, name_width, text::Align::Left) } else { " ".repeat(name_width) };
            self.lines.push(vec![piece(format!("{name} "), Token::TextMuted), piece(line, token)]);
        }
    }

    /// Draws those in view from line `top`; answers the last `top` that makes sense.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect, top: usize, theme: &Theme) -> usize {
        let height = usize::from(area.height);
        let last = self.lines.len().saturating_sub(height);
        let top = top.min(last);
        for (dy, line) in self.lines.iter().skip(top).take(height).enumerate() {
            let mut at = 0;
            let selected = self.selected.as_ref().is_some_and(|lines| lines.contains(&(top + dy)));
            let dy = u16::try_from(dy).unwrap_or(u16::MAX);
            for (content, token) in line {
                let token = if selected { Token::SelectRow } else { *token };
                at += put(buffer, area, at, dy, content, theme.style(token));
            }
            if selected && line.first().is_some_and(|(content, _)| content.starts_with(' ')) {
                put(buffer, area, 0, dy, theme.glyph(Token::SelectRow), theme.style(Token::SelectRow));
            }
        }
        let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        scrollbar(buffer, area, number(top), number(height), number(self.lines.len()), theme);
        last
    }
}
