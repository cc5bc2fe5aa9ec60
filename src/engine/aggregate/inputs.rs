//! The inputs of the two passes, and the groups in which threads take them.

use domain::training_file::build::Entry;
use std::ops::Range;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// Reading and transcoding are done by this many threads, as many as the smallest machines have.
pub(super) const THREADS: usize = 2;
/// Files that a thread takes at once hold no more than this together: one turn and one write for all of them.
const GROUP: u64 = 512 << 10;

/// Every input with what is written of its conversations, packed: there may be very many.
pub(crate) struct Inputs {
    pub(super) paths: Vec<PathBuf>,
    /// Where the entries of each input end.
    pub(super) ends: Vec<usize>,
    pub(super) entries: Vec<Entry>,
    /// What each input was when it was surveyed: the head is made of that, so the second pass must meet the same.
    pub(super) stamps: Vec<Stamp>,
}

/// How a file that was written since is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Stamp(u64, u64, i64, i64);

impl Stamp {
    /// A file that cannot be asked is found out when it is opened.
    pub fn of(path: &Path) -> Self {
        std::fs::metadata(path)
            .map_or_else(|_| Self::default(), |m| Self(m.ino(), m.size(), m.mtime(), m.mtime_nsec()))
    }
}

/// Neighbours that are worked on together: many small files, or one.
pub(super) fn groups(stamps: &[Stamp]) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let (mut start, mut size) = (0, 0);
    for (at, Stamp(_, bytes, ..)) in stamps.iter().enumerate() {
        if at > start && size + bytes > GROUP {
            all.push(start..at);
            (start, size) = (at, 0);
        }
        size += bytes;
    }
    if start < stamps.len() {
        all.push(start..stamps.len());
    }
    all
}

impl Inputs {
    /// One of them: its path, what is written of it, and what it was.
    pub(super) fn get(&self, index: usize) -> (&Path, &[Entry], Stamp) {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        (&self.paths[index], &self.entries[start..self.ends[index]], self.stamps[index])
    }
    /// Everything that is written, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
    /// Puts other inputs behind these.
    pub fn extend(&mut self, other: Self) {
        let before = self.entries.len();
        self.paths.extend(other.paths);
        self.ends.extend(other.ends.into_iter().map(|end| end + before));
        self.entries.extend(other.entries);
        self.stamps.extend(other.stamps);
    }
}
