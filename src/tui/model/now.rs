//! The time, as an argument.

use chrono::{DateTime, Utc};
use std::time::Instant;

/// Both clocks, read once per message by the runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// For deadlines and durations.
    pub mono: Instant,
    /// For what people read.
    pub wall: DateTime<Utc>,
}
