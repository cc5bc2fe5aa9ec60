//! Tables with a head, parted by commas, semicolons or tabs.

use super::flat::{Item, number};
use super::found::Found;
use super::keys::{Key, Record};
use super::lines::Lines;
use super::together::Together;
use std::borrow::Cow;

#[derive(Debug, Clone, Default)]
pub(super) struct Csv {
    lines: Lines,
    table: Table,
}

#[derive(Debug, Clone, Default)]
struct Table {
    head: Option<Head>,
    together: Together,
    count: u64,
}

#[derive(Debug, Clone)]
struct Head {
    line: Vec<u8>,
    mark: u8,
    columns: Vec<(usize, Key)>,
}

impl Csv {
    pub fn push(&mut self, bytes: &[u8], found: &mut Found) {
        let (table, too_long) = (&mut self.table, self.lines.too_long);
        self.lines.push(bytes, |line| table.line(line, found));
        found.broken += self.lines.too_long - too_long;
    }

    /// The last line has no end.
    pub fn settle(&mut self, found: &mut Found) {
        let table = &mut self.table;
        self.lines.settle(|line| table.line(line, found));
    }
}

impl Table {
    fn line(&mut self, line: &[u8], found: &mut Found) {
        if line.trim_ascii().is_empty() || line.starts_with(b"#") {
            return;
        }
        let Some(head) = &self.head else {
            let line = crate::json::without_bom(line);
            let mark = mark(line);
            let columns = cells(line, mark)
                .map(|cell| self.together.key(&cell, |raw| String::from_utf8_lossy(raw).into_owned()));
            self.head = Some(Head { columns: columns.collect(), line: line.to_vec(), mark });
            return;
        };
        // Programs that were started again write their head again.
        if line == head.line {
            return;
        }
        let mut record = Record::default();
        let mut count = 0;
        for cell in cells(line, head.mark) {
            let column = head.columns.get(count);
            count += 1;
            let (Some((at, key)), cell) = (column, cell.trim_ascii()) else { continue };
            if cell.is_empty() {
                continue;
            }
            let item = number(cell).map_or(Item::Text(cell), Item::Number);
            if let Some(value) = record.take(*key, item, found) {
                self.together.value(*at, value);
            }
        }
        if count != head.columns.len() {
            self.together.clear();
            found.broken += 1;
            return;
        }
        let at = record.at(self.count);
        self.count = at.step.saturating_add(1);
        self.together.tell(&at, found);
    }
}

/// What parts the cells of a head: the mark that it has most of.
pub(super) fn mark(head: &[u8]) -> u8 {
    let count = |mark: u8| memchr::memchr_iter(mark, head).count();
    // Commas first where there are as many of each.
    b"\t;,".iter().copied().max_by_key(|mark| count(*mark)).unwrap_or(b',')
}

/// The cells of a line, without their quotes. A cell with a line end in it is not understood.
pub(super) fn cells(line: &[u8], mark: u8) -> impl Iterator<Item = Cow<'_, [u8]>> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let line = rest?;
        if line.first() != Some(&b'"') {
            let end = memchr::memchr(mark, line);
            rest = end.map(|end| &line[end + 1..]);
            return Some(Cow::Borrowed(&line[..end.unwrap_or(line.len())]));
        }
        let (mut cell, mut at) = (Vec::new(), 1);
        while at < line.len() {
            match (line[at], line.get(at + 1)) {
                (b'"', Some(b'"')) => at += 1,
                (b'"', _) => break,
                _ => {}
            }
            cell.push(line[at]);
            at += 1;
        }
        rest = memchr::memchr(mark, &line[at.min(line.len())..]).map(|end| &line[at + end + 1..]);
        Some(Cow::Owned(cell))
    })
}
