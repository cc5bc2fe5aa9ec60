//! Finds where a JSON value ends without reading it, and goes on where it stopped when more bytes come.

use memchr::memchr2;

/// A scan under way. Begins at the first byte of a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Scan {
    /// Bytes that are done.
    pub at: usize,
    depth: usize,
    in_text: bool,
}

impl Scan {
    /// Nothing is scanned yet.
    pub const NEW: Self = Self { at: 0, depth: 0, in_text: false };

    /// The value is a number or a bare word so far, which only what follows it can end.
    pub const fn is_scalar(self) -> bool {
        self.depth == 0 && !self.in_text
    }

    /// The end of the value that begins at byte 0 of `bytes`; `None`: it goes on beyond them.
    pub fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        while self.at < bytes.len() {
            if self.in_text {
                let Some(found) = memchr2(b'"', b'\\', &bytes[self.at..]) else {
                    self.at = bytes.len();
                    return None;
                };
                let at = self.at + found;
                if bytes[at] == b'\\' {
                    if at + 1 >= bytes.len() {
                        self.at = at;
                        return None;
                    }
                    self.at = at + 2;
                    continue;
                }
                self.in_text = false;
                self.at = at + 1;
                if self.depth == 0 {
                    return Some(self.at);
                }
                continue;
            }
            match bytes[self.at] {
                b'"' if self.depth == 0 && self.at > 0 => return Some(self.at),
                b'"' => self.in_text = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        self.at += 1;
                        return Some(self.at);
                    }
                }
                b'}' | b']' | b',' | b':' | b' ' | b'\n' | b'\r' | b'\t' if self.depth == 0 => {
                    return Some(self.at);
                }
                _ => {}
            }
            self.at += 1;
        }
        None
    }
}

/// Bytes of white space at the beginning.
pub(super) fn blanks(bytes: &[u8]) -> usize {
    bytes.iter().position(|b| !matches!(b, b' ' | b'\n' | b'\r' | b'\t')).unwrap_or(bytes.len())
}
