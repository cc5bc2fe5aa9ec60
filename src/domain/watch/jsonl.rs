//! Lines of JSON with a number or more in each.

use super::flat::{Item, blanks, members, unescaped};
use super::found::{End, Found};
use super::keys::Record;
use super::lines::Lines;
use super::together::Together;

/// Objects in objects that are looked into: `{"train": {"loss": 1}}` is `train/loss`.
const DEEPEST: usize = 4;

#[derive(Debug, Clone, Default)]
pub(super) struct Jsonl {
    lines: Lines,
    rows: Rows,
}

/// Records one after another, from lines or from a list.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    together: Together,
    count: u64,
    /// The step at which the run ended.
    ended: Option<u64>,
}

impl Jsonl {
    pub fn push(&mut self, bytes: &[u8], found: &mut Found) {
        let (rows, mut broken) = (&mut self.rows, 0);
        let too_long = self.lines.too_long;
        self.lines.push(bytes, |line| {
            if !blanks(line).is_empty() && !rows.record(line, found) {
                broken += 1;
            }
        });
        found.broken += broken + self.lines.too_long - too_long;
    }

    /// The last line has no end.
    pub fn settle(&mut self, found: &mut Found) {
        let (rows, mut whole) = (&mut self.rows, true);
        self.lines.settle(|line| whole = rows.record(line, found));
        found.broken += u64::from(!whole);
    }
}

impl Rows {
    /// One object. False: it is none; nothing of it was taken.
    pub fn record(&mut self, text: &[u8], found: &mut Found) -> bool {
        let mut record = Record::default();
        self.together.clear();
        let whole = self.object(text, "", &mut record, found, 0).is_some_and(|rest| blanks(rest).is_empty());
        if !whole {
            return false;
        }
        let at = record.at(self.count);
        self.count = at.step.saturating_add(1);
        self.together.tell(&at, found);
        if record.summary
            || found.total_steps.is_some_and(|total| record.step.is_some_and(|step| step >= total))
        {
            found.end = Some(End::Finished);
            self.ended = Some(at.step);
        } else if self.ended.is_some_and(|ended| ended != at.step) {
            // Somebody goes on: what was an end is none. An evaluation after the end has the end's step.
            found.end = None;
            self.ended = None;
        }
        true
    }

    fn object<'a>(
        &mut self,
        text: &'a [u8],
        above: &str,
        record: &mut Record,
        found: &mut Found,
        depth: usize,
    ) -> Option<&'a [u8]> {
        members(text, |raw, item| match item {
            Item::Nested(inner) if inner[0] == b'{' => {
                if depth < DEEPEST {
                    let above = format!("{above}{}/", unescaped(raw));
                    let _ = self.object(inner, &above, record, found, depth + 1);
                }
            }
            Item::Nested(_) => {}
            item => {
                let (at, key) = if above.is_empty() {
                    self.together.key(raw, unescaped)
                } else {
                    let path = [above.as_bytes(), raw].concat();
                    self.together.key(&path, unescaped)
                };
                if let Some(value) = record.take(key, item, found) {
                    self.together.value(at, value);
                }
            }
        })
    }
}
