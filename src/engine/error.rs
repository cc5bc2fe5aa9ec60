//! The one error of the engine: what failed, on what, why, and what to do next.

use domain::sentence::told;
use domain::training_file::Blocked;
use serde::Serialize;
use std::{fmt, ops::Deref};

/// How a verb ended badly; decides the exit code (mission, "The command line").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// It was tried and went wrong: exit 1.
    Failed,
    /// It was asked for in a way that makes no sense: exit 2.
    Usage,
    /// A rule forbids it, and nothing was changed: exit 3.
    Refused,
    /// The thing it is about does not exist: exit 1.
    NotFound,
    /// The user stopped it: exit 130.
    Interrupted,
}

/// Something other than a conversation that stands in the way, usually a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Which thing: a path as it was given.
    pub on: String,
    /// Why.
    pub why: String,
}

/// What an [`Error`] says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// How it ended.
    pub kind: ErrorKind,
    /// What failed, e.g. `Cannot create the training file`.
    pub what: String,
    /// On which thing, e.g. its name; empty when `what` says it.
    pub on: String,
    /// Why, without a full stop.
    pub why: String,
    /// What to do next; empty when there is nothing to say.
    pub next: String,
    /// Conversations that block the request, each with its reason (S1.8, S1.9).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blocked: Vec<Blocked>,
    /// Other things that block the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
}

/// Why a verb did not do what it was asked. Its fields are those of [`Failure`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Error(Box<Failure>);

impl Error {
    fn new(kind: ErrorKind, what: impl Into<String>, why: impl Into<String>) -> Self {
        Self(Box::new(Failure {
            kind,
            what: what.into(),
            on: String::new(),
            why: why.into(),
            next: String::new(),
            blocked: Vec::new(),
            problems: Vec::new(),
        }))
    }
    /// The same, as part of something else that failed.
    pub(crate) fn says(mut self, what: impl Into<String>) -> Self {
        self.0.what = what.into();
        self
    }
    /// It was tried and went wrong.
    pub fn failed(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self::new(ErrorKind::Failed, what, why)
    }
    /// The request makes no sense.
    pub fn usage(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, what, why)
    }
    /// A rule forbids it; nothing was changed.
    pub fn refused(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self::new(ErrorKind::Refused, what, why)
    }
    /// There is no such thing.
    pub fn not_found(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, what, why)
    }
    /// The user stopped it.
    pub fn interrupted(what: impl Into<String>) -> Self {
        Self::new(ErrorKind::Interrupted, what, "it was stopped").next("Nothing half-done is left")
    }
    /// Names the thing it is about.
    #[must_use]
    pub fn on(mut self, on: impl fmt::Display) -> Self {
        self.0.on = on.to_string();
        self
    }
    /// Says what to do next, without a full stop.
    #[must_use]
    pub fn next(mut self, next: impl Into<String>) -> Self {
        self.0.next = next.into();
        self
    }
    /// Names the conversations that block the request.
    #[must_use]
    pub fn blocked(mut self, blocked: Vec<Blocked>) -> Self {
        self.0.blocked = blocked;
        self
    }
    /// Names the files that block the request.
    #[must_use]
    pub fn problems(mut self, problems: Vec<Problem>) -> Self {
        self.0.problems = problems;
        self
    }
    /// The exit code of the command line (mission).
    pub fn exit_code(&self) -> u8 {
        match self.kind {
            ErrorKind::Failed | ErrorKind::NotFound => 1,
            ErrorKind::Usage => 2,
            ErrorKind::Refused => 3,
            ErrorKind::Interrupted => 130,
        }
    }
}

impl Deref for Error {
    type Target = Failure;
    fn deref(&self) -> &Failure {
        &self.0
    }
}

impl fmt::Display for Error {
    /// `what on: why. next.`; the lists are the caller's to show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gap = if self.on.is_empty() { "" } else { " " };
        f.write_str(&told(&format!("{}{gap}{}", self.what, self.on), &self.why, &self.next))
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_on_what_why_and_what_next() {
        let e = Error::refused("Cannot create the training file", "2 conversations do not qualify")
            .on("“spring”")
            .next("Unselect them, or enrich them first");
        assert_eq!(
            e.to_string(),
            "Cannot create the training file “spring”: 2 conversations do not qualify. Unselect them, or enrich them first."
        );
        assert_eq!(e.exit_code(), 3);
    }

    #[test]
    fn stays_small_enough_to_be_returned_by_value() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
