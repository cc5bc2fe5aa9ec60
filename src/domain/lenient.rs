//! Words that a database may hold although we do not know them: kept as they are and shown, never a reason to lose a row.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// A word of a set, or what stood there instead. The platform's tables have no CHECK on their states
/// (training-pipeline 2.1), so a row may say anything.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Word<T> {
    /// One of ours, by name or by an old alias.
    Known(T),
    /// Something else, as it stood there.
    Unknown(String),
}

impl<T: FromStr> Word<T> {
    /// Reads a word; never fails.
    pub fn read(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Unknown(text.to_owned()), Self::Known)
    }
}

impl<T: Copy> Word<T> {
    /// The word if we know it.
    pub const fn known(&self) -> Option<T> {
        match self {
            Self::Known(word) => Some(*word),
            Self::Unknown(_) => None,
        }
    }
}

impl<T: Copy + PartialEq> Word<T> {
    /// Whether it is this word.
    pub fn is(&self, word: T) -> bool {
        self.known() == Some(word)
    }
}

impl<T> From<T> for Word<T> {
    fn from(word: T) -> Self {
        Self::Known(word)
    }
}

impl<T: fmt::Display> fmt::Display for Word<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(word) => word.fmt(f),
            Self::Unknown(text) => f.pad(text),
        }
    }
}

impl<T: fmt::Display> Serialize for Word<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T: FromStr> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::read(&String::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::Role;

    #[test]
    fn an_unknown_word_comes_back_as_it_was() {
        let word: Word<Role> = serde_json::from_str("\"moderator\"").unwrap();
        assert_eq!(word, Word::Unknown("moderator".to_owned()));
        assert_eq!(word.known(), None);
        assert_eq!(serde_json::to_string(&word).unwrap(), "\"moderator\"");
        assert!(Word::<Role>::read("user").is(Role::User));
    }
}
