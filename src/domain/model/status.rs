//! What a model is used for, and which change is allowed (R5.05; training-pipeline 7 no. 33).

use crate::conversation::{UnknownWord, words};
use crate::lenient::Word;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// What a model is used for.
    ModelStatus, "model status" {
        /// Kept.
        Stored = "stored",
        /// Being tried.
        Testing = "testing",
        /// In use.
        Production = "production",
        /// Put away; comes back as stored.
        Archived = "archived",
    }
}

words! {
    /// What can be done with a model's status.
    Action, "action" {
        /// Try it.
        Test = "test",
        /// Use it.
        Deploy = "deploy",
        /// Take it out of use, or out of the archive.
        Store = "store",
        /// Put it away.
        Archive = "archive",
    }
}

/// A status does not allow an action.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a model that is {status} cannot {action}; {fix}")]
pub struct NotAllowed {
    /// The status.
    pub status: String,
    /// What was tried.
    pub action: &'static str,
    /// What to do instead.
    pub fix: &'static str,
}

impl ModelStatus {
    /// Reads a row's word; `deployed` is production.
    pub fn read(word: &str) -> Word<Self> {
        if word == "deployed" { Word::Known(Self::Production) } else { Word::read(word) }
    }

    /// The status after an action.
    ///
    /// # Errors
    /// It is not allowed.
    pub fn after(self, action: Action) -> Result<Self, NotAllowed> {
        let no = |words, fix| Err(NotAllowed { status: self.word().to_owned(), action: words, fix });
        match (self, action) {
            (Self::Stored | Self::Testing, Action::Test) => Ok(Self::Testing),
            (Self::Stored | Self::Testing, Action::Deploy) => Ok(Self::Production),
            (Self::Production, Action::Deploy) => no("be deployed", "it is in use already"),
            (Self::Production | Self::Archived, Action::Test) => no("be tested", "store it first"),
            (Self::Archived, Action::Deploy) => no("be deployed", "store it first"),
            (_, Action::Store) => Ok(Self::Stored),
            (Self::Archived, Action::Archive) => no("be archived", "it is archived already"),
            (_, Action::Archive) => Ok(Self::Archived),
        }
    }
}
