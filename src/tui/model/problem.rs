//! What went wrong, as the screens show it.

use domain::sentence::told;
use domain::training_file::Blocked;
use std::fmt;

/// An error of the engine, or of the dashboard itself, as plain data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problem {
    /// What failed.
    pub what: String,
    /// On which thing; may be empty.
    pub on: String,
    /// Why.
    pub why: String,
    /// What to do next; may be empty.
    pub next: String,
    /// Lines that name each thing that stands in the way.
    pub details: Vec<String>,
    /// The conversations among them, so that a screen can take their marks away (S1.8).
    pub blocked: Vec<Blocked>,
    /// The user stopped it himself: no error to speak of.
    pub interrupted: bool,
}

impl Problem {
    /// A problem without an object.
    pub fn new(what: impl Into<String>, why: impl Into<String>, next: impl Into<String>) -> Self {
        Self { what: what.into(), why: why.into(), next: next.into(), ..Self::default() }
    }

    /// Everything there is to say, by line.
    pub fn full(&self) -> String {
        let mut lines = vec![self.to_string()];
        lines.extend(self.details.iter().map(|line| format!("- {line}")));
        lines.join("\n")
    }

    /// What failed and on what.
    pub fn headline(&self) -> String {
        match (self.what.is_empty(), self.on.is_empty()) {
            (_, true) => self.what.clone(),
            (true, false) => self.on.clone(),
            (false, false) => format!("{} {}", self.what, self.on),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&told(&self.headline(), &self.why, &self.next))
    }
}
