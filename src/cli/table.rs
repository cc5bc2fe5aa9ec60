//! Tables: aligned and as wide as the terminal, or one line per row with tabs in a pipe.

use crate::text;
use chrono::{DateTime, Utc};
use std::fmt::Display;

/// How a column uses its room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// Text that is cut when the terminal is narrow.
    Cut,
    /// Text that a narrow terminal does without, the rightmost first.
    Spare,
    /// A number that a narrow terminal does without.
    SpareNumber,
    /// Text that is never cut.
    Whole,
    /// Sentences, in the last column: they go on in the next line, below their beginning.
    Prose,
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
    /// Nothing, where there is nothing to say.
    pub fn blank() -> Self {
        Self { shown: String::new(), plain: String::new() }
    }
    /// The short form of a key, and the whole key in a pipe.
    pub fn key(whole: impl Display, short: impl Display) -> Self {
        Self { shown: text::one_line(&short.to_string()), plain: text::one_line(&whole.to_string()) }
    }
    /// The first eight characters of one of our keys, and all of it in a pipe.
    pub fn id(id: impl Display) -> Self {
        let id = id.to_string();
        Self::key(&id, id.get(..8).unwrap_or(&id))
    }
    /// `1,234`, and the digits in a pipe.
    pub fn number(number: impl Into<u64>) -> Self {
        let number = number.into();
        Self { shown: text::thousands(number), plain: number.to_string() }
    }
    /// `84.2 kB`, and the bytes in a pipe.
    pub fn size(bytes: Option<u64>) -> Self {
        bytes.map_or_else(Self::unknown, |bytes| Self { shown: text::bytes(bytes), plain: bytes.to_string() })
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
/// Columns are done without until the others have this much, or all they want.
const DECENT: usize = 20;

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
        let rows = self
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| cell.plain.as_str()).collect::<Vec<_>>().join("\t"));
        (!self.headless).then_some(head).into_iter().chain(rows).collect()
    }

    fn aligned(&self, width: usize) -> Vec<String> {
        let kept = self.kept(width);
        let widths = self.widths(width, &kept);
        let head = kept.iter().map(|at| self.columns[*at].0).collect::<Vec<_>>();
        let rows = self
            .rows
            .iter()
            .map(|row| kept.iter().map(|at| row.get(*at).map_or("", |cell| cell.shown.as_str())).collect());
        (!self.headless)
            .then_some(head)
            .into_iter()
            .chain(rows)
            .flat_map(|cells: Vec<&str>| self.aligned_row(&cells, &kept, &widths, width))
            .collect()
    }

    /// A row in as many lines as its sentences need.
    fn aligned_row(&self, cells: &[&str], kept: &[usize], widths: &[usize], width: usize) -> Vec<String> {
        let Some((prose, before)) =
            cells.split_last().filter(|_| kept.last().is_some_and(|at| self.columns[*at].1 == Fit::Prose))
        else {
            return vec![self.aligned_line(cells, kept, widths)];
        };
        let left: usize = widths.iter().take(before.len()).map(|width| width + GAP).sum();
        let mut lines = text::wrapped(prose, width.saturating_sub(left).max(DECENT), 0);
        let first = lines.remove(0);
        let cells: Vec<&str> = before.iter().copied().chain([first.as_str()]).collect();
        let rest = lines.iter().map(|line| format!("{}{line}", " ".repeat(left)));
        [self.aligned_line(&cells, kept, widths)].into_iter().chain(rest).collect()
    }

    fn aligned_line(&self, cells: &[&str], kept: &[usize], widths: &[usize]) -> String {
        let mut line = String::new();
        for ((cell, width), at) in cells.iter().zip(widths).zip(kept) {
            if !line.is_empty() {
                line.push_str(&" ".repeat(GAP));
            }
            let cell = if self.columns[*at].1 == Fit::Prose {
                (*cell).to_owned()
            } else {
                text::truncated(cell, *width)
            };
            let blanks = " ".repeat(width.saturating_sub(text::width(&cell)));
            match self.columns[*at].1 {
                Fit::Number | Fit::SpareNumber => line.extend([blanks, cell]),
                Fit::Cut | Fit::Spare | Fit::Whole | Fit::Prose => line.extend([cell, blanks]),
            }
        }
        line.truncate(line.trim_end().len());
        line
    }

    /// As wide as the content of this column.
    fn wanted(&self, at: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(at)).map(|cell| text::width(&cell.shown));
        let head = if self.headless { 0 } else { text::width(self.columns[at].0) };
        cells.chain([head]).max().unwrap_or(0)
    }

    /// The columns that are shown: spare ones go, from the right, until the others have decent room.
    fn kept(&self, width: usize) -> Vec<usize> {
        let mut kept: Vec<usize> = (0..self.columns.len()).collect();
        let decent = |at: usize| match self.columns[at].1 {
            Fit::Cut | Fit::Prose => self.wanted(at).min(DECENT),
            Fit::Spare | Fit::SpareNumber | Fit::Whole | Fit::Number => self.wanted(at),
        };
        while kept.iter().map(|at| decent(*at) + GAP).sum::<usize>() > width + GAP {
            match kept.iter().rposition(|at| matches!(self.columns[*at].1, Fit::Spare | Fit::SpareNumber)) {
                Some(spare) => kept.remove(spare),
                None => break,
            };
        }
        kept
    }

    /// As wide as the content, then the widest cuttable column gives way until the table fits.
    fn widths(&self, width: usize, kept: &[usize]) -> Vec<usize> {
        let mut widths: Vec<usize> = kept.iter().map(|at| self.wanted(*at)).collect();
        let gaps = GAP * widths.len().saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > width {
            let cuttable = kept.iter().zip(&mut widths).filter(|(at, _)| self.columns[**at].1 == Fit::Cut);
            match cuttable.map(|(_, width)| width).filter(|width| **width > LEAST).max_by_key(|width| **width)
            {
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
    fn a_narrow_terminal_does_without_spare_columns_and_a_pipe_gets_them() {
        let mut table = Table::new(&[
            ("id", Fit::Whole),
            ("title", Fit::Cut),
            ("tier", Fit::Spare),
            ("size", Fit::Spare),
        ]);
        table.row([
            Cell::text("1"),
            Cell::text("a title that is rather long"),
            Cell::text("core"),
            Cell::size(Some(1)),
        ]);
        assert_eq!(table.lines(Some(80))[0], "id  title                        tier  size");
        assert_eq!(table.lines(Some(33))[0], "id  title                    tier");
        assert_eq!(table.lines(Some(25))[0], "id  title");
        assert_eq!(table.lines(Some(25))[1], "1   a title that is rath…");
        assert_eq!(table.lines(None)[0], "id\ttitle\ttier\tsize");
    }

    #[test]
    fn sentences_go_on_below_their_beginning() {
        let mut table = Table::new(&[("state", Fit::Whole), ("what", Fit::Prose)]).headless();
        table.row([Cell::text("fail"), Cell::text("there is no API key. Make one in the console.")]);
        table.row([Cell::text("ok"), Cell::text("nothing is rented")]);
        assert_eq!(
            table.lines(Some(32)),
            ["fail  there is no API key. Make", "      one in the console.", "ok    nothing is rented"]
        );
        assert_eq!(table.lines(None)[0], "fail\tthere is no API key. Make one in the console.");
    }

    #[test]
    fn a_pipe_gets_tabs_and_plain_values() {
        let mut table = table();
        table.row([Cell::text("tab\tand\nline"), Cell::size(Some(84_250)), Cell::unknown()]);
        assert_eq!(
            table.lines(None),
            [
                "name\tpairs\tstate",
                "a long name of something\t1234\tactive",
                "\t5\t日本",
                "tab and line\t84250\t"
            ]
        );
    }
}
