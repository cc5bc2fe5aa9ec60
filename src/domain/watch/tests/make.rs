//! Writers of the binary formats, for files that no tool would write.

use super::super::crc::{ieee, masked};

pub(super) fn varint(mut number: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while number >= 0x80 {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
    out
}

pub(super) fn bytes(number: u64, data: &[u8]) -> Vec<u8> {
    [varint(number << 3 | 2), varint(data.len() as u64), data.to_vec()].concat()
}

pub(super) fn count(number: u64, value: u64) -> Vec<u8> {
    [varint(number << 3), varint(value)].concat()
}

pub(super) fn double(number: u64, value: f64) -> Vec<u8> {
    [varint(number << 3 | 1), value.to_le_bytes().to_vec()].concat()
}

pub(super) fn float(number: u64, value: f32) -> Vec<u8> {
    [varint(number << 3 | 5), value.to_le_bytes().to_vec()].concat()
}

/// A `TFRecord`.
pub(super) fn tfrecord(data: &[u8]) -> Vec<u8> {
    let length = (data.len() as u64).to_le_bytes();
    [&length[..], &masked(&length).to_le_bytes(), data, &masked(data).to_le_bytes()].concat()
}

/// An event with values that were made before.
pub(super) fn event(step: u64, wall: f64, values: &[Vec<u8>]) -> Vec<u8> {
    let summary: Vec<u8> = values.iter().flat_map(|value| bytes(1, value)).collect();
    tfrecord(&[double(1, wall), count(2, step), bytes(5, &summary)].concat())
}

/// A log of W&B while it is being written.
pub(super) struct Log(pub Vec<u8>);

impl Log {
    pub fn new() -> Self {
        Self(b":W&B\xe1\xbe\x00".to_vec())
    }

    pub fn record(&mut self, mut data: &[u8]) {
        let mut first = true;
        loop {
            let left = 32768 - self.0.len() % 32768;
            if left < 7 {
                self.0.resize(self.0.len() + left, 0);
                continue;
            }
            let now = data.len().min(left - 7);
            let (part, rest) = data.split_at(now);
            let kind = match (first, rest.is_empty()) {
                (true, true) => 1,
                (true, false) => 2,
                (false, false) => 3,
                (false, true) => 4,
            };
            self.0.extend_from_slice(&ieee(&[&[kind], part]).to_le_bytes());
            self.0.extend_from_slice(&u16::try_from(now).unwrap().to_le_bytes());
            self.0.push(kind);
            self.0.extend_from_slice(part);
            (first, data) = (false, rest);
            if data.is_empty() {
                return;
            }
        }
    }

    pub fn history(&mut self, items: &[(&str, &str)]) {
        let history: Vec<u8> = items
            .iter()
            .flat_map(|(key, json)| {
                bytes(1, &[bytes(2, key.as_bytes()), bytes(16, json.as_bytes())].concat())
            })
            .collect();
        self.record(&bytes(2, &history));
    }
}
