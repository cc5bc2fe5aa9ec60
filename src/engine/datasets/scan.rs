//! One pass over a dataset's bytes: digest, findings and statistics together, in bounded memory.

use domain::dataset::statistics::{Facts, Measure, Reader, Statistics};
use domain::dataset::{Checker, NotADataset, Options, Report};
use sha2::{Digest as _, Sha256};

/// Sequence lengths that examples are held against.
pub(super) const LENGTHS: [u32; 4] = [512, 1024, 2048, 4096];
/// The length that a checklist looks at when no other is chosen: that of the default settings.
pub(crate) const LENGTH: u32 = 2048;

/// A pass under way.
pub(super) struct Scan<'a> {
    measure: Measure<'a>,
    digest: Sha256,
    checker: Checker,
    counter: Counter<'a>,
    bytes: u64,
    /// Bytes that were fed and are not looked at yet.
    pending: Vec<u8>,
}

/// So many bytes are looked at at once: beside them a thread costs nothing.
const PIECE: usize = 1 << 20;

/// Statistics need to know the shape, which the checker finds out at the first line.
enum Counter<'a> {
    Waiting(Vec<u8>),
    Counting(Box<Reader<'a>>),
}

/// What a pass found.
pub(super) struct Scanned {
    pub sha256: String,
    pub bytes: u64,
    pub report: Report,
    pub facts: Facts,
}

impl<'a> Scan<'a> {
    pub fn new(file: &str, lengths: &[u32], measure: Measure<'a>) -> Self {
        let lengths = if lengths.is_empty() { LENGTHS.to_vec() } else { lengths.to_vec() };
        let options = Options { max_lengths: lengths, ..Options::default() };
        Self {
            measure,
            digest: Sha256::new(),
            checker: Checker::new(file, &options),
            counter: Counter::Waiting(Vec::new()),
            bytes: 0,
            pending: Vec::with_capacity(PIECE),
        }
    }

    /// The next bytes, however they were cut. What is wrong with them may be said at the next ones, or at the end.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), NotADataset> {
        self.bytes += bytes.len() as u64;
        if self.pending.is_empty() && bytes.len() >= PIECE {
            return self.look(bytes);
        }
        self.pending.extend_from_slice(bytes);
        if self.pending.len() < PIECE {
            return Ok(());
        }
        self.flush()
    }

    fn flush(&mut self) -> Result<(), NotADataset> {
        let mut pending = std::mem::take(&mut self.pending);
        let looked = self.look(&pending);
        pending.clear();
        self.pending = pending;
        looked
    }

    /// Checks on one core, counts and digests on another.
    fn look(&mut self, bytes: &[u8]) -> Result<(), NotADataset> {
        let Self { checker, counter, digest, measure, .. } = self;
        if let Counter::Counting(reader) = counter {
            return std::thread::scope(|scope| {
                scope.spawn(|| {
                    digest.update(bytes);
                    reader.feed(bytes);
                });
                checker.feed(bytes)
            });
        }
        digest.update(bytes);
        checker.feed(bytes)?;
        let Counter::Waiting(begun) = counter else { return Ok(()) };
        begun.extend_from_slice(bytes);
        if let Some(shape) = checker.shape() {
            let mut reader = Reader::new(shape, *measure);
            reader.feed(begun);
            *counter = Counter::Counting(Box::new(reader));
        }
        Ok(())
    }

    /// No bytes are left.
    pub fn finish(mut self) -> Result<Scanned, NotADataset> {
        self.flush()?;
        let report = self.checker.finish()?;
        let facts = match (self.counter, report.shape) {
            (Counter::Counting(reader), _) => reader.finish(&LENGTHS),
            // A file of a few bytes, whose shape is known only at its end.
            (Counter::Waiting(begun), Some(shape)) => {
                let mut reader = Reader::new(shape, self.measure);
                reader.feed(&begun);
                reader.finish(&LENGTHS)
            }
            (Counter::Waiting(_), None) => Statistics::default().finish(None, &self.measure, &LENGTHS),
        };
        Ok(Scanned { sha256: hex::encode(self.digest.finalize()), bytes: self.bytes, report, facts })
    }
}
