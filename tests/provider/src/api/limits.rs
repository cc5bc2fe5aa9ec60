//! How many requests are let through.

use crate::clock::{Ms, SECOND};
use crate::settings::Window;
use std::collections::HashMap;

/// Names and values.
pub(crate) type Headers = Vec<(&'static str, String)>;

/// Counters of fixed windows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Limiter {
    /// Window's start and requests in it, by whose they are and which window.
    counts: HashMap<(String, &'static str), (Ms, u32)>,
}

/// Base limits of the jobs API per endpoint: requests in ten seconds.
const JOBS: &[(&str, u32)] = &[
    ("jobs.runsync", 2_000),
    ("jobs.run", 1_000),
    ("jobs.status", 2_000),
    ("jobs.stream", 2_000),
    ("jobs.cancel", 100),
    ("jobs.purge", 2),
    ("jobs.requests", 10),
];

impl Limiter {
    /// Counts a request; whether it is one too many, and the seconds until the window ends.
    fn count(&mut self, now: Ms, who: &str, window: Window) -> (u32, Ms, bool) {
        let entry = self.counts.entry((who.to_owned(), window.name)).or_insert((now, 0));
        if now >= entry.0 + window.length {
            *entry = (now - now.rem_euclid(SECOND), 0);
        }
        let left = (entry.0 + window.length - now + SECOND - 1) / SECOND;
        let over = entry.1 >= window.quota;
        if !over {
            entry.1 += 1;
        }
        (window.quota - entry.1, left, over)
    }

    /// REST v2: headers for the answer, and the window that is full, if one is.
    pub(crate) fn rest(
        &mut self,
        now: Ms,
        windows: &[Window],
        key: &str,
    ) -> (Headers, Option<(&'static str, Ms)>) {
        if windows.is_empty() {
            return (Vec::new(), None);
        }
        let mut full = None;
        let mut left = Vec::new();
        let mut policy = Vec::new();
        for window in windows {
            let (remaining, seconds, over) = self.count(now, key, *window);
            if over {
                full = Some((window.name, seconds));
            }
            left.push(format!("\"{}\";r={remaining};t={seconds}", window.name));
            policy.push(format!("\"{}\";q={};w={}", window.name, window.quota, window.length / SECOND));
        }
        (vec![("ratelimit", left.join(", ")), ("ratelimit-policy", policy.join(", "))], full)
    }

    /// The jobs API: whether this is one too many.
    pub(crate) fn job(&mut self, now: Ms, endpoint: &str, name: &'static str) -> bool {
        let Some((_, quota)) = JOBS.iter().find(|(known, _)| *known == name) else { return false };
        self.count(now, endpoint, Window { name, quota: *quota, length: 10 * SECOND }).2
    }
}
