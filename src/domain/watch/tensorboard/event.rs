//! One event (`tensorflow/core/util/event.proto`, `summary.proto`, `tensor.proto`).

use super::super::found::{End, Found};
use super::super::keys::Key;
use super::super::proto::{Field, fields};
use super::super::together::Together;
use crate::series::{At, MOST};
use std::collections::HashSet;

/// Values of one step are told together: trainers write one event per metric.
#[derive(Debug, Clone, Default)]
pub(super) struct Events {
    at: At,
    together: Together,
    /// Tags that hold texts, histograms or pictures: only their first event says so.
    others: HashSet<Box<[u8]>>,
}

/// `SessionLog.status`
const START: u64 = 1;
const STOP: u64 = 2;

impl Events {
    pub fn event(&mut self, data: &[u8], found: &mut Found) {
        let (mut wall, mut step, mut summary, mut session) = (None, 0_i64, None, None);
        let whole = fields(data, |number, field| match number {
            1 => wall = field.double(),
            2 => step = field.signed().unwrap_or_default(),
            5 => summary = field.bytes(),
            7 => session = field.bytes(),
            _ => {}
        });
        let (true, Ok(step)) = (whole, u64::try_from(step)) else {
            found.broken += 1;
            return;
        };
        if let Some(session) = session {
            self.flush(found);
            let mut status = 0;
            fields(session, |number, field| {
                if let (1, Field::Varint(value)) = (number, field) {
                    status = value;
                }
            });
            match status {
                START => {
                    found.metrics.void_from(step);
                    found.end = None;
                }
                STOP => found.end = Some(End::Finished),
                _ => {}
            }
        }
        let Some(summary) = summary else { return };
        // The run begins with its first values; the file was made earlier.
        let seconds = wall.and_then(|wall| found.since(wall));
        if step != self.at.step {
            self.flush(found);
        }
        self.at = At { step, seconds: seconds.or(self.at.seconds), ..self.at };
        let whole = fields(summary, |number, field| {
            if let (1, Field::Bytes(value)) = (number, field) {
                self.value(value);
            }
        });
        found.broken += u64::from(!whole);
    }

    pub fn flush(&mut self, found: &mut Found) {
        self.together.tell(&self.at, found);
        self.at = At::step(self.at.step);
    }

    fn value(&mut self, value: &[u8]) {
        let (mut tag, mut number, mut tensor, mut plugin): (&[u8], _, _, &[u8]) = (b"", None, None, b"");
        fields(value, |which, field| match which {
            1 => tag = field.bytes().unwrap_or_default(),
            2 => number = field.double(),
            8 => tensor = field.bytes(),
            9 => plugin = field.bytes().map_or(b"", plugin_of),
            _ => {}
        });
        if !plugin.is_empty() && plugin != b"scalars" && self.others.len() < MOST {
            self.others.insert(tag.into());
        }
        let Some(number) = number.or_else(|| tensor.and_then(scalar)) else { return };
        if tag.is_empty() || self.others.contains(tag) {
            return;
        }
        let (at, key) = self.together.key(tag, |raw| String::from_utf8_lossy(raw).into_owned());
        match key {
            // Trainers log these beside the metrics, in events of their own.
            Key::Epoch => self.at.epoch = Some(number),
            Key::Tokens => self.at.tokens = super::super::flat::count(number),
            _ => self.together.value(at, number),
        }
    }
}

/// `SummaryMetadata.plugin_data.plugin_name`
fn plugin_of(metadata: &[u8]) -> &[u8] {
    let mut name: &[u8] = b"";
    fields(metadata, |which, field| {
        if let (1, Field::Bytes(data)) = (which, field) {
            fields(data, |which, field| {
                if let (1, Field::Bytes(found)) = (which, field) {
                    name = found;
                }
            });
        }
    });
    name
}

/// A tensor's only number; `None`: it has none or several.
fn scalar(tensor: &[u8]) -> Option<f64> {
    let (mut kind, mut elements, mut content, mut number) = (0, Some(1_u64), None, None);
    let mut count = 0_u32;
    fields(tensor, |which, field| match (which, field) {
        (1, Field::Varint(value)) => kind = value,
        (2, Field::Bytes(shape)) => elements = size(shape),
        (4, Field::Bytes(bytes)) => content = Some(bytes).filter(|b| !b.is_empty()),
        (5..=7 | 10 | 11 | 13 | 16 | 17, field) => {
            count += 1;
            number = number.or_else(|| element(kind, which, field));
        }
        _ => {}
    });
    if elements != Some(1) || count > 1 {
        return None;
    }
    number.or_else(|| content.and_then(|bytes| raw(kind, bytes)))
}

/// Elements of a tensor of this shape.
fn size(shape: &[u8]) -> Option<u64> {
    let mut elements = Some(1_u64);
    fields(shape, |which, field| {
        if let (2, Field::Bytes(dimension)) = (which, field) {
            let mut length = 0;
            fields(dimension, |which, field| {
                if let (1, Field::Varint(value)) = (which, field) {
                    length = value;
                }
            });
            elements = elements.and_then(|n| n.checked_mul(length));
        }
    });
    elements
}

/// The only number of a repeated field, packed or not.
#[expect(clippy::cast_precision_loss, reason = "curves are doubles")]
fn element(kind: u64, which: u64, field: Field<'_>) -> Option<f64> {
    let field = match field {
        Field::Bytes(packed) if which == 5 => Field::Fixed32(u32::from_le_bytes(packed.try_into().ok()?)),
        Field::Bytes(packed) if which == 6 => Field::Fixed64(u64::from_le_bytes(packed.try_into().ok()?)),
        Field::Bytes(packed) => {
            Field::Varint(super::super::proto::varint(packed).filter(|(_, rest)| rest.is_empty())?.0)
        }
        plain => plain,
    };
    match (which, field) {
        (5 | 6, field) => field.double(),
        (13, Field::Varint(bits)) => short(kind, u16::try_from(bits).ok()?),
        (16 | 17, Field::Varint(value)) => Some(value as f64),
        (_, field) => field.signed().map(|value| value as f64),
    }
}

/// A number as it lies in memory (`tensor_content`), by `DataType`.
#[expect(clippy::cast_precision_loss, reason = "curves are doubles")]
fn raw(kind: u64, bytes: &[u8]) -> Option<f64> {
    match kind {
        1 => Some(f64::from(f32::from_le_bytes(bytes.try_into().ok()?))),
        2 => Some(f64::from_le_bytes(bytes.try_into().ok()?)),
        3 => Some(f64::from(i32::from_le_bytes(bytes.try_into().ok()?))),
        9 => Some(i64::from_le_bytes(bytes.try_into().ok()?) as f64),
        14 | 19 => short(kind, u16::from_le_bytes(bytes.try_into().ok()?)),
        _ => None,
    }
}

/// `bfloat16` (14) or `half` (19).
fn short(kind: u64, bits: u16) -> Option<f64> {
    let bits = u32::from(bits);
    match kind {
        14 => Some(f64::from(f32::from_bits(bits << 16))),
        19 => {
            let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
            let (exponent, fraction) = (bits >> 10 & 0x1f, f64::from(bits & 0x3ff));
            let size = match exponent {
                0 => fraction * 2_f64.powi(-24),
                31 if fraction == 0.0 => f64::INFINITY,
                31 => f64::NAN,
                _ => (1.0 + fraction / 1024.0) * 2_f64.powi(i32::try_from(exponent).unwrap_or_default() - 15),
            };
            Some(sign * size)
        }
        _ => None,
    }
}
