//! What is wrong with the content of a file of ours, and where.

use crate::json::{self, Position};

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The text is no JSON.
    #[error("{0}")]
    Json(json::Kind),
    /// A field that must be there is not.
    #[error("is missing")]
    Missing,
    /// A field has the wrong type.
    #[error("must be {0}")]
    Type(&'static str),
    /// A field holds nothing.
    #[error("is empty")]
    Empty,
    /// The bytes are no longer those that were surveyed.
    #[error("changed while it was being read; run it again")]
    Changed,
}

/// The first fault of a file: which field, what, where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The path of the field, e.g. `training_pairs[3].target_response`; empty when the text is no JSON.
    pub field: String,
    /// What is wrong with it.
    pub problem: Problem,
    /// Where: the field, or the object that lacks it.
    pub at: Position,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.field.is_empty() {
            write!(f, "{} ", self.field)?;
        }
        write!(f, "{} (line {}, column {})", self.problem, self.at.line, self.at.column)
    }
}

impl std::error::Error for Fault {}

impl From<json::Error> for Fault {
    fn from(error: json::Error) -> Self {
        Self { field: String::new(), problem: Problem::Json(error.kind), at: error.at }
    }
}

impl Fault {
    #[cold]
    pub(crate) fn new(field: impl Into<String>, problem: Problem, at: Position) -> Self {
        Self { field: field.into(), problem, at }
    }

    /// The same fault, in a bigger file of which the faulty part begins at `start`.
    #[must_use]
    pub fn moved(self, start: Position) -> Self {
        Self { at: self.at.moved(start), ..self }
    }

    /// The same fault of a field that lies inside `outer`.
    #[must_use]
    pub(crate) fn inside(self, outer: &str) -> Self {
        let dot = if self.field.is_empty() || self.field.starts_with('[') { "" } else { "." };
        if matches!(self.problem, Problem::Json(_)) {
            return self;
        }
        Self { field: format!("{outer}{dot}{}", self.field), ..self }
    }
}
