//! `LevelDB`'s log format as W&B writes it: blocks of 32 KiB, a header of seven bytes in the first one, fragments with CRC-32
//! (IEEE, over type and data), length and type. A record that does not fit into its block goes on in the next.

use super::super::crc::ieee;

/// The beginning of every file: a name, a magic number and the version.
pub(in super::super) const HEADER: [u8; 7] = *b":W&B\xe1\xbe\x00";
const BLOCK: u64 = 32 << 10;
const FRAGMENT: usize = 7;
/// Largest record that is kept; a larger one is passed over.
const LARGEST: usize = 16 << 20;

/// Which part of a record a fragment is.
const FULL: u8 = 1;
const FIRST: u8 = 2;
const MIDDLE: u8 = 3;
const LAST: u8 = 4;

#[derive(Debug, Clone, Default)]
pub(super) struct Log {
    /// Bytes of the file that are done.
    done: u64,
    kept: Vec<u8>,
    /// The record whose last fragment has not come; `None`: there is none, or it is lost.
    record: Option<Vec<u8>>,
    /// Bytes to pass over, up to the next block.
    skip: u64,
    /// Records that were lost.
    pub damaged: u64,
    /// It is another kind of file.
    pub foreign: bool,
}

impl Log {
    /// Tells every record that is whole now.
    pub fn push(&mut self, bytes: &[u8], mut each: impl FnMut(&[u8])) {
        if self.foreign {
            return;
        }
        let mut kept = std::mem::take(&mut self.kept);
        let rest = if kept.is_empty() {
            self.fragments(bytes, &mut each)
        } else {
            kept.extend_from_slice(bytes);
            self.fragments(&kept, &mut each)
        };
        self.kept = rest.to_vec();
    }

    fn fragments<'a>(&mut self, mut bytes: &'a [u8], each: &mut impl FnMut(&[u8])) -> &'a [u8] {
        if self.done == 0 {
            let Some((header, rest)) = bytes.split_first_chunk::<7>() else { return bytes };
            if *header != HEADER {
                self.foreign = true;
                return &[];
            }
            self.done = header.len() as u64;
            bytes = rest;
        }
        loop {
            let pass = usize::try_from(self.skip).unwrap_or(usize::MAX).min(bytes.len());
            bytes = self.over(bytes, pass);
            self.skip -= pass as u64;
            let left = BLOCK - self.done % BLOCK;
            if left < FRAGMENT as u64 {
                self.skip = left;
                if bytes.is_empty() {
                    return bytes;
                }
                continue;
            }
            let Some((head, rest)) = bytes.split_first_chunk::<FRAGMENT>() else { return bytes };
            let [a, b, c, d, low, high, part] = *head;
            let length = usize::from(u16::from_le_bytes([low, high]));
            if length as u64 + FRAGMENT as u64 > left || !(FULL..=LAST).contains(&part) {
                // Zeros are what a writer leaves that made room first; anything else is damage. Both end the block.
                if *head != [0; FRAGMENT] {
                    self.lost();
                }
                self.skip = left;
                continue;
            }
            let Some(data) = rest.get(..length) else { return bytes };
            if ieee(&[&[part], data]) == u32::from_le_bytes([a, b, c, d]) {
                self.fragment(part, data, each);
                bytes = self.over(bytes, FRAGMENT + length);
            } else {
                self.lost();
                self.skip = left;
            }
        }
    }

    fn over<'a>(&mut self, bytes: &'a [u8], count: usize) -> &'a [u8] {
        self.done += count as u64;
        &bytes[count..]
    }

    fn lost(&mut self) {
        self.record = None;
        self.damaged += 1;
    }

    fn fragment(&mut self, part: u8, data: &[u8], each: &mut impl FnMut(&[u8])) {
        match part {
            FULL => {
                self.record = None;
                each(data);
            }
            FIRST => self.record = Some(data.to_vec()),
            _ => {
                let Some(record) = &mut self.record else { return };
                if record.len() + data.len() > LARGEST {
                    self.lost();
                    return;
                }
                record.extend_from_slice(data);
                if part == LAST
                    && let Some(record) = self.record.take()
                {
                    each(&record);
                }
            }
        }
        debug_assert!(part <= LAST && (part != MIDDLE || self.record.is_some()));
    }
}
