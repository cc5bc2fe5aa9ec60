//! The clock, and variables that look like settings and are none.

use super::Line;
use crate::clock::Clock;
use crate::config::{Sources, keys};
use chrono::{DateTime, Utc};

/// Variables of ours that are no settings.
const OURS: &[&str] = &["BRIGHTRUN_CONFIG", "BRIGHTRUN_DATA_DIR", "BRIGHTRUN_REFERENCE", "BRIGHTRUN_BLESS"];
/// When this program did not exist yet, in seconds since 1970: 2025-01-01.
const BEFORE: i64 = 1_735_689_600;

pub(super) fn check(sources: &Sources, lines: &mut Vec<Line>) {
    lines.push(clock(Clock::default().real()));
    let known: Vec<String> = keys().iter().map(crate::config::Key::variable).collect();
    for name in sources.env.keys().filter(|name| name.starts_with("BRIGHTRUN_")) {
        if !known.contains(name) && !OURS.contains(&name.as_str()) {
            let what = format!("the variable {name} is no setting and does nothing");
            lines.push(Line::warn("variables", what, "`brightrun config show` lists the settings"));
        }
    }
}

pub(super) fn clock(now: DateTime<Utc>) -> Line {
    let shown = now.format("%Y-%m-%d %H:%M UTC");
    if now.timestamp() < BEFORE {
        let next = "Set the clock: dates in files would be wrong, and S3 refuses such requests";
        return Line::fail("clock", format!("it says {shown}"), next);
    }
    Line::ok("clock", format!("it says {shown}"))
}
