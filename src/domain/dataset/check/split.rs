//! Takes one big JSON object apart while it comes in: the members of its long list one by one, the rest whole.

use super::super::scan::{Scan, blanks};
use super::LONGEST;

/// A part of the document.
#[derive(Debug, Clone, Copy)]
pub(in crate::dataset) enum Part<'a> {
    /// A member of the document.
    Value { key: &'a [u8], value: &'a [u8], line: u64 },
    /// An element of the long list; its number is from 1.
    Element { number: u64, value: &'a [u8], line: u64 },
    /// The structure is broken here; nothing follows.
    Broken { why: &'static str, line: u64, rest: &'a [u8] },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    Open,
    FirstKey,
    Key,
    Colon,
    Value,
    AfterValue,
    FirstElement,
    Element,
    AfterElement,
    Nothing,
    Failed,
}

#[derive(Debug)]
pub(in crate::dataset) struct Splitter {
    list: &'static str,
    buffer: Vec<u8>,
    at: usize,
    line: u64,
    expect: Expect,
    scan: Scan,
    key: Vec<u8>,
    number: u64,
}

impl Splitter {
    /// Takes apart an object whose long list is under this key.
    pub const fn new(list: &'static str) -> Self {
        Self {
            list,
            buffer: Vec::new(),
            at: 0,
            line: 1,
            expect: Expect::Open,
            scan: Scan::NEW,
            key: Vec::new(),
            number: 0,
        }
    }

    pub fn feed(&mut self, chunk: &[u8], all: bool, take: &mut impl FnMut(Part)) {
        if self.expect == Expect::Failed {
            return;
        }
        self.buffer.extend_from_slice(chunk);
        while self.step(all, take) {}
        if self.expect == Expect::Failed {
            self.buffer = Vec::new();
            return;
        }
        self.buffer.drain(..self.at);
        self.at = 0;
        if all && self.expect != Expect::Nothing {
            self.fail("the file ends in the middle", take);
        } else if self.buffer.len() > LONGEST {
            self.fail("a value does not end", take);
        }
    }

    fn fail(&mut self, why: &'static str, take: &mut impl FnMut(Part)) {
        self.expect = Expect::Failed;
        take(Part::Broken { why, line: self.line, rest: &self.buffer[self.at..] });
    }

    /// One token; `false` when there is none.
    fn step(&mut self, all: bool, take: &mut impl FnMut(Part)) -> bool {
        let skipped = blanks(&self.buffer[self.at..]);
        self.line += lines(&self.buffer[self.at..self.at + skipped]);
        self.at += skipped;
        let Some(&byte) = self.buffer.get(self.at) else { return false };
        let is_list = self.key == self.list.as_bytes();
        let next = match (self.expect, byte) {
            (Expect::Open, b'{') => Expect::FirstKey,
            (Expect::FirstKey | Expect::AfterValue, b'}') => Expect::Nothing,
            (Expect::AfterValue, b',') => Expect::Key,
            (Expect::Colon, b':') => Expect::Value,
            (Expect::Value, b'[') if is_list => Expect::FirstElement,
            (Expect::FirstElement | Expect::AfterElement, b']') => Expect::AfterValue,
            (Expect::AfterElement, b',') => Expect::Element,
            (Expect::FirstKey | Expect::Key, b'"')
            | (Expect::Value | Expect::FirstElement | Expect::Element, _) => {
                return self.value(all, take);
            }
            (Expect::Nothing, _) => {
                self.fail("text follows after the end of the JSON", take);
                return false;
            }
            (Expect::Failed, _) => return false,
            _ => {
                self.fail("a comma, colon, quote or bracket is missing or stray", take);
                return false;
            }
        };
        self.expect = next;
        self.at += 1;
        true
    }

    fn value(&mut self, all: bool, take: &mut impl FnMut(Part)) -> bool {
        let bytes = &self.buffer[self.at..];
        let Some(len) =
            self.scan.end(bytes).or_else(|| (all && self.scan.is_scalar()).then_some(bytes.len()))
        else {
            return false;
        };
        self.scan = Scan::NEW;
        if len == 0 {
            self.fail("a value is missing", take);
            return false;
        }
        let value = &self.buffer[self.at..self.at + len];
        let line = self.line;
        self.expect = match self.expect {
            Expect::FirstKey | Expect::Key => {
                self.key.clear();
                self.key.extend_from_slice(&value[1..len - 1]);
                Expect::Colon
            }
            Expect::Value => {
                take(Part::Value { key: &self.key, value, line });
                Expect::AfterValue
            }
            _ => {
                self.number += 1;
                take(Part::Element { number: self.number, value, line });
                Expect::AfterElement
            }
        };
        self.line += lines(value);
        self.at += len;
        true
    }
}

fn lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}
