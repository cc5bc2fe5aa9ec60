//! Whole lines out of chunks that were cut anywhere.

use memchr::{memchr, memrchr};

/// Longest line that is kept; a longer one is left out and counted.
pub(crate) const LONGEST: usize = 8 << 20;

/// Keeps the line that is not complete yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lines {
    kept: Vec<u8>,
    /// The present line is longer than [`LONGEST`].
    dropping: bool,
    /// Lines that were left out for their length.
    pub too_long: u64,
}

impl Lines {
    /// Tells every line that is complete now, without its end.
    pub fn push(&mut self, bytes: &[u8], mut each: impl FnMut(&[u8])) {
        let Some(last) = memrchr(b'\n', bytes) else { return self.keep(bytes) };
        let (whole, tail) = (&bytes[..=last], &bytes[last + 1..]);
        let mut at = 0;
        while let Some(length) = memchr(b'\n', &whole[at..]) {
            let line = &whole[at..at + length];
            at += length + 1;
            if self.kept.is_empty() && !self.dropping {
                each(trimmed(line));
                continue;
            }
            self.keep(line);
            if self.dropping {
                self.dropping = false;
            } else {
                each(trimmed(&self.kept));
            }
            self.kept.clear();
        }
        self.keep(tail);
    }

    fn keep(&mut self, part: &[u8]) {
        if self.dropping {
            return;
        }
        if self.kept.len() + part.len() > LONGEST {
            self.dropping = true;
            self.too_long += 1;
            self.kept = Vec::new();
            return;
        }
        self.kept.extend_from_slice(part);
    }

    /// Tells what stands behind the last line end as a line: the file is finished, and its last line has no end.
    pub fn settle(&mut self, mut each: impl FnMut(&[u8])) {
        if !self.kept.is_empty() && !self.dropping {
            let line = std::mem::take(&mut self.kept);
            each(trimmed(&line));
        }
    }
}

fn trimmed(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parts: &[&[u8]]) -> (Vec<String>, Lines) {
        let (mut lines, mut seen) = (Lines::default(), Vec::new());
        for part in parts {
            lines.push(part, |line| seen.push(String::from_utf8_lossy(line).into_owned()));
        }
        (seen, lines)
    }

    #[test]
    fn a_line_may_come_in_pieces() {
        let (seen, lines) = read(&[b"a\r\nb", b"", b"c\n\nd\ne", b"f"]);
        assert_eq!(seen, ["a", "bc", "", "d"]);
        assert_eq!(lines.kept, b"ef");
        let (mut lines, mut rest) = (lines, Vec::new());
        lines.settle(|line| rest.extend_from_slice(line));
        lines.settle(|_| panic!("it was told"));
        assert_eq!(rest, b"ef");
    }

    #[test]
    fn a_line_without_end_is_not_kept() {
        let long = vec![b'x'; LONGEST / 2 + 1];
        let (seen, lines) = read(&[&long, &long, &long, b"\nnext\n"]);
        assert_eq!((seen, lines.too_long, lines.kept.len()), (vec!["next".to_owned()], 1, 0));
    }
}
