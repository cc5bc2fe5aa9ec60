//! What is wrong with the settings.

use crate::Error;
use serde::Serialize;
use std::fmt;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where: a file with its line, a variable, a flag.
    pub place: String,
    /// What is wrong, with the key.
    pub why: String,
    /// What to do.
    pub next: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}. {}.", self.place, self.why, self.next)
    }
}

/// Everything that is wrong, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
pub struct ConfigError {
    /// Never empty.
    pub problems: Vec<Problem>,
}

impl ConfigError {
    /// One problem.
    pub(super) fn one(place: impl fmt::Display, why: impl Into<String>, next: impl Into<String>) -> Self {
        Self { problems: vec![Problem { place: place.to_string(), why: why.into(), next: next.into() }] }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.problems.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl From<ConfigError> for Error {
    /// The first problem is the error's own, the others are listed with it.
    fn from(error: ConfigError) -> Self {
        let mut problems = error.problems.into_iter();
        let Some(first) = problems.next() else {
            return Self::usage("Cannot read the config", "it is wrong");
        };
        let rest = problems.map(|problem| crate::Problem {
            on: problem.place,
            why: format!("{}. {}.", problem.why, problem.next),
        });
        Self::usage("Cannot read the config", first.why)
            .on(first.place)
            .next(first.next)
            .problems(rest.collect())
    }
}
