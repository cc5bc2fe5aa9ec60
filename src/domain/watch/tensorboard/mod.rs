//! `TensorBoard`'s event files: records of a length, its checksum, the data and their checksum.

mod event;

use super::crc::masked;
use super::found::Found;
use event::Events;

/// Largest record that is kept; a larger one, such as an image or a graph, is passed over.
const LARGEST: u64 = 16 << 20;
const HEAD: usize = 12;
const FOOT: usize = 4;

#[derive(Debug, Clone, Default)]
pub(super) struct TensorBoard {
    kept: Vec<u8>,
    /// Bytes of a large record that are still to be passed over.
    skip: u64,
    events: Events,
    /// Nothing more of it can be read.
    damaged: bool,
}

/// What the run says while the file that was written last is one that cannot be read any further.
const DAMAGED: &str = "The file is damaged: a record's length is not what its checksum says";

impl TensorBoard {
    pub fn push(&mut self, bytes: &[u8], found: &mut Found) {
        found.stopped = self.damaged.then_some(DAMAGED);
        if self.damaged {
            return;
        }
        let mut kept = std::mem::take(&mut self.kept);
        let rest = if kept.is_empty() {
            self.records(bytes, found)
        } else {
            kept.extend_from_slice(bytes);
            self.records(&kept, found)
        };
        self.kept = rest.to_vec();
        // What waits for more values of its step is shown now; the rest finds its row.
        self.events.flush(found);
    }

    /// Reads the whole records and returns what is left.
    fn records<'a>(&mut self, mut bytes: &'a [u8], found: &mut Found) -> &'a [u8] {
        loop {
            if self.skip > 0 {
                let now = usize::try_from(self.skip).unwrap_or(usize::MAX).min(bytes.len());
                bytes = &bytes[now..];
                self.skip -= now as u64;
            }
            let Some(length) = length(bytes) else {
                if bytes.len() >= HEAD {
                    self.damaged = true;
                    found.stopped = Some(DAMAGED);
                    return &[];
                }
                return bytes;
            };
            if length > LARGEST {
                self.skip = (HEAD + FOOT) as u64 + length;
                continue;
            }
            let end = HEAD + usize::try_from(length).unwrap_or_default();
            let Some((record, rest)) = bytes.split_at_checked(end + FOOT) else { return bytes };
            bytes = rest;
            let (data, foot) = record[HEAD..].split_at(end - HEAD);
            if foot == masked(data).to_le_bytes() {
                self.events.event(data, found);
            } else {
                found.broken += 1;
            }
        }
    }
}

/// The length of the record at the beginning; `None`: too few bytes, or its checksum says otherwise.
pub(super) fn length(bytes: &[u8]) -> Option<u64> {
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    let (sum, _) = rest.split_first_chunk::<4>()?;
    // A record of a petabyte is no record, whatever its checksum.
    let known = u64::from_le_bytes(*length);
    (masked(length).to_le_bytes() == *sum && known < 1 << 50).then_some(known)
}
