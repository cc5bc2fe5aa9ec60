//! Counts a file that comes in chunks.

use super::super::check::split::{Part, Splitter};
use super::super::{LONGEST, Shape};
use super::{Facts, Measure, Statistics};

/// Counts a file of a known shape: [`Reader::feed`] as often as there are bytes, then [`Reader::finish`]. It keeps one
/// line or one conversation in memory.
#[derive(Debug)]
pub struct Reader<'a> {
    shape: Shape,
    measure: Measure<'a>,
    statistics: Statistics,
    /// The beginning of a line whose end has not come yet.
    begun: Vec<u8>,
    /// That line is too long: what is left of it is passed over.
    endless: bool,
    /// The first bytes were looked at for a byte order mark.
    opened: bool,
    splitter: Splitter,
}

impl<'a> Reader<'a> {
    /// A reader of this shape: lines, or a full file. Enriched and raw conversations are no datasets; nothing is
    /// counted in them.
    pub fn new(shape: Shape, measure: Measure<'a>) -> Self {
        Self {
            shape,
            measure,
            statistics: Statistics::default(),
            begun: Vec::new(),
            endless: false,
            opened: false,
            splitter: Splitter::new("conversations"),
        }
    }

    /// The next bytes, however they were cut.
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.opened {
            self.take(bytes);
            return;
        }
        // A byte order mark may come in pieces.
        self.begun.extend_from_slice(bytes);
        if self.begun.len() >= 3 {
            self.open();
        }
    }

    fn open(&mut self) {
        self.opened = true;
        let head = std::mem::take(&mut self.begun);
        self.take(crate::json::without_bom(&head));
    }

    fn take(&mut self, bytes: &[u8]) {
        if self.shape.is_lines() {
            self.lines(bytes);
        } else if self.shape == Shape::Full {
            self.parts(bytes, false);
        }
    }

    fn lines(&mut self, mut bytes: &[u8]) {
        while let Some(end) = memchr::memchr(b'\n', bytes) {
            if std::mem::take(&mut self.endless) {
                self.statistics.broken += 1;
            } else if self.begun.is_empty() {
                self.statistics.line(self.shape, &bytes[..end], &self.measure);
            } else {
                self.begun.extend_from_slice(&bytes[..end]);
                self.statistics.line(self.shape, &self.begun, &self.measure);
                self.begun.clear();
            }
            bytes = &bytes[end + 1..];
        }
        if self.endless {
            return;
        }
        self.begun.extend_from_slice(bytes);
        if self.begun.len() > LONGEST {
            self.begun = Vec::new();
            self.endless = true;
        }
    }

    fn parts(&mut self, bytes: &[u8], all: bool) {
        let (statistics, measure) = (&mut self.statistics, &self.measure);
        self.splitter.feed(bytes, all, &mut |part| match part {
            Part::Element { value, .. } => statistics.conversation(value, measure),
            Part::Broken { .. } => statistics.broken += 1,
            Part::Value { .. } => {}
        });
    }

    /// No bytes are left: what was counted, with the examples that are cut at each of these lengths.
    pub fn finish(mut self, lengths: &[u32]) -> Facts {
        if !self.opened {
            self.open();
        }
        if self.shape.is_lines() {
            self.statistics.broken += u64::from(self.endless);
            let last = std::mem::take(&mut self.begun);
            self.statistics.line(self.shape, &last, &self.measure);
        } else if self.shape == Shape::Full {
            self.parts(&[], true);
        }
        self.statistics.finish(Some(self.shape), &self.measure, lengths)
    }
}
