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
}

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
        }
    }

    /// The next bytes, however they were cut.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), NotADataset> {
        self.digest.update(bytes);
        self.bytes += bytes.len() as u64;
        self.checker.feed(bytes)?;
        match (&mut self.counter, self.checker.shape()) {
            (Counter::Counting(reader), _) => reader.feed(bytes),
            (Counter::Waiting(begun), Some(shape)) => {
                let mut reader = Reader::new(shape, self.measure);
                reader.feed(begun);
                reader.feed(bytes);
                self.counter = Counter::Counting(Box::new(reader));
            }
            (Counter::Waiting(begun), None) => begun.extend_from_slice(bytes),
        }
        Ok(())
    }

    /// No bytes are left.
    pub fn finish(self) -> Result<Scanned, NotADataset> {
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
