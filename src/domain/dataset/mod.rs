//! A dataset: a training file or an uploaded file that was read, recognised, checked and counted.

pub mod check;
pub mod report;
mod scan;

pub use crate::recognize::Shape;
pub use check::{Checker, NotADataset, Options, check_bytes};
pub use report::{Code, Finding, LineError, LineErrorKind, Place, Platform, Report, Severity, Tokens};

impl Shape {
    /// One object per line; otherwise the whole file is one JSON object.
    pub const fn is_lines(self) -> bool {
        matches!(self, Self::V4Jsonl | Self::Turns | Self::Conversations | Self::Messages)
    }
}
