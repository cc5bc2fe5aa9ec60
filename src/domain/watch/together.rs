//! The values of one record, gathered before they are told.

use super::found::Found;
use super::keys::Key;
use crate::series::{At, MOST};
use std::collections::HashMap;

/// A key that was seen before.
#[derive(Debug, Clone)]
struct Known {
    raw: Box<[u8]>,
    name: Box<str>,
    key: Key,
}

/// Keys as they stand in a file, each looked at once, and the values of the present record.
#[derive(Debug, Clone, Default)]
pub(super) struct Together {
    known: Vec<Known>,
    by_raw: HashMap<Box<[u8]>, usize>,
    values: Vec<(usize, f64)>,
}

/// Keys that are looked through before the map is asked: records have few.
const FEW: usize = 12;

impl Together {
    /// What a key means, and its number for [`Together::value`]. `name` makes its name when it is new.
    pub fn key(&mut self, raw: &[u8], name: impl FnOnce(&[u8]) -> String) -> (usize, Key) {
        // What a run may hold is decided by its metrics; here only nothing may grow without bound.
        if self.known.len() >= MOST && !self.by_raw.contains_key(raw) {
            return (0, Key::Nothing);
        }
        let few = self.known.iter().take(FEW).position(|known| *known.raw == *raw);
        let at = few.or_else(|| self.by_raw.get(raw).copied()).unwrap_or_else(|| {
            let name = name(raw);
            let key = Key::of(&name);
            self.by_raw.insert(raw.into(), self.known.len());
            self.known.push(Known { raw: raw.into(), name: name.into(), key });
            self.known.len() - 1
        });
        (at, self.known[at].key)
    }

    /// A metric's value.
    pub fn value(&mut self, at: usize, value: f64) {
        self.values.push((at, value));
    }

    /// Forgets the present record.
    pub fn clear(&mut self) {
        self.values.clear();
    }

    /// Tells the record.
    pub fn tell(&mut self, at: &At, found: &mut Found) {
        if self.values.is_empty() {
            return;
        }
        let values: Vec<(&str, f64)> =
            self.values.iter().map(|(at, v)| (&*self.known[*at].name, *v)).collect();
        found.metrics.record(at, &values);
        self.values.clear();
    }
}
