//! Tables: aligned and as wide as the terminal, or one line per row with tabs in a pipe.

use crate::text;
use chrono::{DateTime, Utc};
use std::fmt::Display;

/// How a column uses its room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// Text that is cut when the terminal is narrow.
    Cut,
    /// Text that is never cut.
    Whole,
    /// A number: to the right, never cut.
    Number,
}

/// A value, as it is shown and as it is handed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    shown: String,
    plain: String,
}

impl Cell {
    /// The same in both.
    pub fn text(text: impl Display) -> Self {
        let text = text::one_line(&text.to_string());
        if text.is_empty() { Self::unknown() } else { Self { shown: text.clone(), plain: text } }
    }
    /// `–`, and nothing in a pipe.
    pub fn unknown() -> Self {
        Self { shown: "–".to_owned(), plain: String::new() }
    }
    /// The short form of a key, and the whole key in a pipe.
    pub fn key(whole: impl Display, short: impl Display) -> Self {
        Self { shown: text::one_line(&short.to_string()), plain: text::one_line(&whole.to_string()) }
    }
    /// `1,234`, and the digits in a pipe.
    pub fn number(number: impl Into<u64>) -> Self {
        let number = number.into();
        Self { shown: text::grouped(number), plain: number.to_string() }
    }
    /// `84.2 kB`, and the bytes in a pipe.
    pub fn size(bytes: Option<u64>) -> Self {
        bytes.map_or_else(Self::unknown, |bytes| Self { shown: text::size(bytes), plain: bytes.to_string() })
    }
    /// Relative under a day, and RFC 3339 in a pipe.
    pub fn time(at: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        Self { shown: text::ago(at, now), plain: text::instant(at) }
    }
    /// One decimal, or unknown.
    pub fn score(score: Option<f64>) -> Self {
        score.map_or_else(Self::unknown, |score| Self::text(format!("{score:.1}")))
    }
}

/// Columns and rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    columns: Vec<(&'static str, Fit)>,
    rows: Vec<Vec<Cell>>,
    headless: bool,
}

/// Blanks between two columns.
const GAP: usize = 2;
/// A column is not cut below this.
const LEAST: usize = 8;

impl Table {
    /// Columns from left to right.
    pub fn new(columns: &[(&'static str, Fit)]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new(), headless: false }
    }

    /// Adds a row: a cell for each column.
    pub fn row(&mut self, cells: impl Into<Vec<Cell>>) {
        self.rows.push(cells.into());
    }

    /// Without a line of titles.
    pub fn headless(mut self) -> Self {
        self.headless = true;
        self
    }

    /// The table for a terminal of this many columns, or for a pipe.
    pub fn lines(&self, width: Option<usize>) -> Vec<String> {
        width.map_or_else(|| self.plain(), |width| self.aligned(width))
    }

    fn plain(&self) -> Vec<String> {
        let head = self.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join("\t");
        let rows = self.rows.iter().map(|row| {
            row.iter().map(|cell| cell.plain.as_str()).collect::<Vec<_>>().join("\t")
        });
        (!self.headless).then_some(head).into_iter().chain(rows).collect()
    }

    fn aligned(&self, width: usize) -> Vec<String> {
        let widths = self.widths(width);
        let head = self.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        let rows = self.rows.iter().map(|row| row.iter().map(|cell| cell.shown.as_str()).collect());
        (!self.headless)
            .then_some(head)
            .into_iter()
            .chain(rows)
            .map(|cells: Vec<&str>| self.aligned_line(&cells, &widths))
            .collect()
    }

    fn aligned_line(&self, cells: &[&str], widths: &[usize]) -> String {
        let mut line = String::new();
        for ((cell, width), (_, fit)) in cells.iter().zip(widths).zip(&self.columns) {
            if !line.is_empty() {
                line.push_str(&" ".repeat(GAP));
            }
            let cell = text::truncated(cell, *width);
            let blanks = " ".repeat(width.saturating_sub(text::width(&cell)));
            match fit {
                Fit::Number => line.extend([blanks, cell]),
                Fit::Cut | Fit::Whole => line.extend([cell, blanks]),
            }
        }
        line.truncate(line.trim_end().len());
        line
    }

    /// As wide as the content, then the widest cuttable column gives way until the table fits.
    fn widths(&self, width: usize) -> Vec<usize> {
        let mut widths: Vec<usize> = self
            .columns
            .iter()
            .enumerate()
            .map(|(at, (name, _))| {
                let cells = self.rows.iter().filter_map(|row| row.get(at)).map(|cell| text::width(&cell.shown));
                let head = if self.headless { 0 } else { text::width(name) };
                cells.chain([head]).max().unwrap_or(0)
            })
            .collect();
        let gaps = GAP * widths.len().saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > width {
            let cuttable = self.columns.iter().zip(&mut widths).filter(|((_, fit), _)| *fit == Fit::Cut);
            match cuttable.map(|(_, width)| width).filter(|width| **width > LEAST).max_by_key(|width| **width) {
                Some(widest) => *widest -= 1,
                None => break,
            }
        }
        widths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&[("name", Fit::Cut), ("pairs", Fit::Number), ("state", Fit::Whole)]);
        table.row([Cell::text("a long name of something"), Cell::number(1234_u32), Cell::text("active")]);
        table.row([Cell::text(""), Cell::number(5_u32), Cell::text("日本")]);
        table
    }

    #[test]
    fn a_wide_terminal_shows_everything() {
        assert_eq!(
            table().lines(Some(80)),
            [
                "name                      pairs  state",
                "a long name of something  1,234  active",
                "–                             5  日本"
            ]
        );
    }

    #[test]
    fn a_narrow_terminal_cuts_text_and_never_numbers() {
        assert_eq!(table().lines(Some(27))[1], "a long name…  1,234  active");
        assert_eq!(table().lines(Some(3))[1], "a long …  1,234  active");
    }

    #[test]
    fn a_pipe_gets_tabs_and_plain_values() {
        let mut table = table();
        table.row([Cell::text("tab\tand\nline"), Cell::size(Some(84_250)), Cell::unknown()]);
        assert_eq!(
            table.lines(None),
            ["name\tpairs\tstate", "a long name of something\t1234\tactive", "\t5\t日本", "tab and line\t84250\t"]
        );
    }
}
