//! When to wake up: at the next instant at which something changes by itself, and not before.

use crate::model::Model;
use std::time::Instant;

/// The next such instant; `None`: sleep until something comes in. An instant in the past means now.
pub fn next_deadline(model: &Model, now: Instant) -> Option<Instant> {
    crate::update::deadline(model, now)
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
