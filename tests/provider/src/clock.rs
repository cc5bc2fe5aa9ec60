//! Moments of the simulation: milliseconds since 1970, moved by whoever drives the world.

use chrono::{DateTime, SecondsFormat};

/// A moment, or a length of time: milliseconds.
pub type Ms = i64;

/// One second.
pub const SECOND: Ms = 1_000;
/// One minute.
pub const MINUTE: Ms = 60 * SECOND;
/// One hour.
pub const HOUR: Ms = 60 * MINUTE;
/// One day.
pub const DAY: Ms = 24 * HOUR;

/// 2026-11-20T00:00:00Z, where worlds begin that are not told otherwise.
pub const BEGINNING: Ms = 1_795_132_800_000;

/// A moment as the provider writes it: UTC, whole seconds.
pub fn written(at: Ms) -> String {
    DateTime::from_timestamp_millis(at).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A moment with milliseconds, as the worker writes it in events.
pub fn written_exactly(at: Ms) -> String {
    DateTime::from_timestamp_millis(at).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Reads RFC 3339.
pub fn read(text: &str) -> Option<Ms> {
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.timestamp_millis())
}

/// A length of time that is drawn anew each time: from `least` to `most`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Shortest, milliseconds.
    pub least: Ms,
    /// Longest, milliseconds.
    pub most: Ms,
}

impl Span {
    /// Always the same length.
    pub const fn just(ms: Ms) -> Self {
        Self { least: ms, most: ms }
    }

    /// From `least` to `most` milliseconds.
    pub const fn between(least: Ms, most: Ms) -> Self {
        Self { least, most }
    }
}
