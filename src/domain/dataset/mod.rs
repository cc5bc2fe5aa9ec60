//! A dataset: a training file or an uploaded file that was read, recognised, checked and counted.

pub mod check;
pub mod compare;
pub mod passage;
pub mod readiness;
pub mod report;
pub mod row;
mod scan;
pub mod state;
pub mod statistics;
pub mod table;

pub use crate::recognize::Shape;
pub use check::{Checker, NotADataset, Options, check_bytes};
pub use passage::Passage;
pub use report::{Code, Finding, LineError, LineErrorKind, Place, Platform, Report, Severity, Tokens};
pub use row::DatasetRow;

/// A line or value longer than this is taken for a broken file, in which nothing ends.
pub const LONGEST: usize = 512 << 20;

impl Shape {
    /// One object per line; otherwise the whole file is one JSON object.
    pub const fn is_lines(self) -> bool {
        matches!(self, Self::V4Jsonl | Self::Turns | Self::Conversations | Self::Messages)
    }
}
