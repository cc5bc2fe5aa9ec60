//! One record (`wandb/proto/wandb_internal.proto`, checked with wandb 0.31.0).

use super::super::flat::{Item, item};
use super::super::found::{End, Found};
use super::super::keys::Record;
use super::super::proto::{Field, fields};
use super::super::together::Together;
use crate::series::At;

#[derive(Debug, Clone, Default)]
pub(super) struct Records {
    history: Together,
    system: Together,
    /// Steps of the history, by which measurements of the machine are placed: they have none of their own.
    last: At,
    next: u64,
    /// A key in parts, joined.
    path: Vec<u8>,
}

/// Numbers of `Record`'s fields.
const HISTORY: u64 = 2;
const STATS: u64 = 7;
const RUN: u64 = 17;
const EXIT: u64 = 18;

impl Records {
    pub fn record(&mut self, data: &[u8], found: &mut Found) {
        let whole = fields(data, |number, field| {
            let Field::Bytes(message) = field else { return };
            match number {
                HISTORY => self.history(message, found),
                STATS => self.stats(message, found),
                RUN => run(message, found),
                EXIT => exit(message, found),
                _ => {}
            }
        });
        found.broken += u64::from(!whole);
    }

    fn history(&mut self, message: &[u8], found: &mut Found) {
        let (mut record, mut own, mut ran, mut stamp) = (Record::default(), None, None, None);
        self.history.clear();
        fields(message, |number, field| match (number, field) {
            (1, Field::Bytes(entry)) => {
                let Some(value) = entry_of(entry, &mut self.path) else { return };
                match self.path.as_slice() {
                    b"_step" => own = own.or_else(|| value.count()),
                    b"_runtime" => ran = value.number(),
                    b"_timestamp" => stamp = value.number(),
                    path if path.first() == Some(&b'_') => {}
                    path => {
                        let (at, key) =
                            self.history.key(path, |raw| String::from_utf8_lossy(raw).into_owned());
                        if let Some(number) = record.take(key, value, found) {
                            self.history.value(at, number);
                        }
                    }
                }
            }
            (2, Field::Bytes(step)) => own = Some(step_of(step)).or(own),
            _ => {}
        });
        // The beginning is where both clocks meet.
        if let (Some(ran), Some(stamp)) = (ran, stamp) {
            found.began.get_or_insert(stamp - ran);
        }
        record.seconds = ran.or_else(|| stamp.and_then(|s| found.since(s))).or(record.seconds);
        // A trainer's own step counts more than W&B's number of the record.
        let at = record.at(own.unwrap_or(self.next));
        self.next = own.unwrap_or(self.next).saturating_add(1);
        self.last = at;
        self.history.tell(&at, found);
    }

    fn stats(&mut self, message: &[u8], found: &mut Found) {
        let mut stamp = None;
        self.system.clear();
        fields(message, |number, field| match (number, field) {
            (2, Field::Bytes(time)) => stamp = timestamp(time),
            (3, Field::Bytes(entry)) => {
                let Some(value) = entry_of(entry, &mut self.path).and_then(Item::number) else { return };
                let name = |raw: &[u8]| format!("system/{}", String::from_utf8_lossy(raw));
                let (at, _) = self.system.key(&self.path, name);
                self.system.value(at, value);
            }
            _ => {}
        });
        let seconds = stamp.and_then(|stamp| found.since(stamp)).or(self.last.seconds);
        self.system.tell(&At { seconds, ..self.last }, found);
    }
}

/// A `HistoryItem` or `StatsItem`: its key goes into `path`, parts joined by dots. `None`: it has no value.
fn entry_of<'a>(entry: &'a [u8], path: &mut Vec<u8>) -> Option<Item<'a>> {
    path.clear();
    let (mut value, mut nested) = (None, false);
    fields(entry, |number, field| match (number, field) {
        (1, Field::Bytes(key)) if !nested => path.extend_from_slice(key),
        (2, Field::Bytes(part)) => {
            if std::mem::replace(&mut nested, true) {
                path.push(b'.');
            } else {
                path.clear();
            }
            path.extend_from_slice(part);
        }
        (4, Field::Varint(yes)) => value = Some(if yes == 0 { Item::False } else { Item::True }),
        (5, Field::Varint(zigzag)) => value = Some(Item::Number(zigzagged(zigzag))),
        (6, field) => value = field.double().map(Item::Number),
        (7, Field::Bytes(text)) => value = Some(Item::Text(text)),
        (8 | 16, Field::Bytes(json)) => value = item(json).map(|(item, _)| item),
        _ => {}
    });
    value
}

#[expect(clippy::cast_precision_loss, reason = "curves are doubles")]
fn zigzagged(number: u64) -> f64 {
    ((number >> 1).cast_signed() ^ -(number & 1).cast_signed()) as f64
}

/// `HistoryStep.num`; 0 is not written.
fn step_of(message: &[u8]) -> u64 {
    let mut step = 0;
    fields(message, |number, field| {
        if let (1, Some(value)) = (number, field.signed()) {
            step = u64::try_from(value).unwrap_or_default();
        }
    });
    step
}

/// `google.protobuf.Timestamp` in seconds since 1970.
#[expect(clippy::cast_precision_loss, reason = "seconds of this millennium")]
fn timestamp(message: &[u8]) -> Option<f64> {
    let (mut seconds, mut nanos) = (None, 0);
    fields(message, |number, field| match number {
        1 => seconds = field.signed(),
        2 => nanos = field.signed().unwrap_or_default(),
        _ => {}
    });
    Some(seconds? as f64 + nanos as f64 / 1e9)
}

/// `RunRecord`: what it is called. A resumed run goes on: it has not ended.
fn run(message: &[u8], found: &mut Found) {
    fields(message, |number, field| match (number, field) {
        (8, Field::Bytes(name)) => found.name = Some(String::from_utf8_lossy(name).into_owned()),
        (17, Field::Bytes(time)) => {
            if let Some(began) = timestamp(time) {
                found.began.get_or_insert(began);
            }
        }
        _ => {}
    });
    found.end = None;
}

/// `RunExitRecord`: its code; 0 is not written.
fn exit(message: &[u8], found: &mut Found) {
    let mut code = 0;
    fields(message, |number, field| {
        if number == 1 {
            code = field.signed().unwrap_or_default();
        }
    });
    found.end = Some(if code == 0 { End::Finished } else { End::Failed(code) });
}
