//! A file that somebody else writes: what it grew by, and whether it was written anew.

use chrono::{DateTime, Utc};
use std::fs::{File, Metadata};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

/// Seconds after which a file among several is looked at as rarely as new ones are looked for.
const OLD: i64 = 600;

/// What a file system says of a file. Another stamp means other content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Bytes.
    pub len: u64,
    /// Last change.
    pub modified: Option<DateTime<Utc>>,
    /// Device and number, where the system has them.
    identity: (u64, u64),
}

impl Stamp {
    pub fn of(meta: &Metadata) -> Self {
        Self { len: meta.len(), modified: meta.modified().ok().map(DateTime::from), identity: number(meta) }
    }
}

#[cfg(unix)]
fn number(meta: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (meta.dev(), meta.ino())
}

#[cfg(not(unix))]
const fn number(_meta: &Metadata) -> (u64, u64) {
    (0, 0)
}

/// Which folder a path is, by device and number; `None`: it is none.
pub(super) fn identity(path: &Path) -> Option<(u64, u64)> {
    std::fs::metadata(path).ok().filter(Metadata::is_dir).map(|meta| number(&meta))
}

/// Whether what follows goes on where the last bytes ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// It is as it was, or longer.
    Same,
    /// It was replaced or cut: what follows begins at its first byte.
    Anew,
}

/// A file that is read while it grows.
#[derive(Debug)]
pub(super) struct Growing {
    path: PathBuf,
    open: Option<File>,
    stamp: Option<Stamp>,
    read: u64,
    /// Each change is a new file, as with a state that is written anew each time.
    whole: bool,
}

impl Growing {
    pub fn new(path: &Path, whole: bool) -> Self {
        Self { path: path.to_owned(), open: None, stamp: None, read: 0, whole }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// From now on each change is a new file.
    pub fn set_whole(&mut self, whole: bool) {
        self.whole = whole;
    }

    /// What the last look found.
    pub const fn stamp(&self) -> Option<Stamp> {
        self.stamp
    }

    /// Nobody has written it for long: most likely nobody will.
    pub fn is_old(&self, now: DateTime<Utc>) -> bool {
        let modified = self.stamp.and_then(|stamp| stamp.modified);
        modified.is_some_and(|at| (now - at).num_seconds() > OLD)
    }

    /// Begins at the first byte again.
    pub fn rewind(&mut self) {
        self.open = None;
        self.read = 0;
    }

    /// Bytes that are there and were not read.
    pub fn left(&self) -> u64 {
        self.stamp.map_or(0, |stamp| stamp.len.saturating_sub(self.read))
    }

    /// Asks the file system. A file that is gone for a moment is looked at again later: it is being replaced.
    pub fn look(&mut self) -> io::Result<Look> {
        let now = Stamp::of(&std::fs::metadata(&self.path)?);
        let before = self.stamp.replace(now);
        let anew = before.is_some_and(|before| {
            before.identity != now.identity
                || now.len < self.read
                || self.whole && self.read > 0 && before != now
        });
        if anew {
            self.rewind();
        }
        Ok(if anew { Look::Anew } else { Look::Same })
    }

    /// The next bytes, as many as fit; none: it is read to its end.
    pub fn next<'a>(&mut self, into: &'a mut [u8]) -> io::Result<&'a [u8]> {
        let file = if let Some(file) = &mut self.open {
            file
        } else {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(self.read))?;
            self.open.insert(file)
        };
        loop {
            match file.read(into) {
                Ok(count) => {
                    self.read += count as u64;
                    return Ok(&into[..count]);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}
