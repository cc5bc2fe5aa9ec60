//! What a row is filed under.

use domain::filter::Column;
use std::collections::{BTreeSet, HashSet};

/// A kind of values: a column, or what the search text consists of.
pub mod kind {
    /// Every row; the one value is empty.
    pub const ALL: &str = "all";
    /// Quality without its decimal.
    pub const WHOLE: &str = "whole";
    /// A word of the search text, but for the key of the conversation.
    pub const WORD: &str = "word";
    /// One or two letters that some key holds; without rows.
    pub const LETTERS: &str = "letters";
    /// Whose row it is; only Postgres keeps the rows of several users.
    pub const OWNER: &str = "owner";
}

/// Kind and value. No value is the empty value.
pub type Term = (&'static str, String);

/// The columns whose values are filed, by the name of the kind.
pub const fn of_column(column: Column) -> Option<&'static str> {
    Some(match column {
        Column::Persona => "persona",
        Column::Arc => "arc",
        Column::Topic => "topic",
        Column::Tier => "tier",
        Column::Status => "status",
        Column::Enrichment => "enrichment",
        Column::Turns => "turns",
        Column::Quality => "quality",
        Column::InFiles => "in files",
        Column::Id | Column::Title | Column::Batch | Column::Size | Column::Created => return None,
    })
}

/// What of a row is filed.
pub struct State<'a> {
    pub key: &'a str,
    pub owner: Option<&'a str>,
    pub words: [&'a str; 6],
    pub turns: i64,
    pub quality: Option<f64>,
    pub in_files: i64,
    pub search: &'a str,
}

/// In the order of [`State::words`].
const WORDS: [Column; 6] =
    [Column::Persona, Column::Arc, Column::Topic, Column::Tier, Column::Status, Column::Enrichment];

impl State<'_> {
    pub fn terms(&self) -> BTreeSet<Term> {
        let column = |column, value: String| (of_column(column).unwrap_or_default(), value);
        let mut terms: BTreeSet<Term> =
            WORDS.iter().zip(self.words).map(|(name, value)| column(*name, value.to_owned())).collect();
        terms.insert((kind::ALL, String::new()));
        terms.insert(column(Column::Turns, self.turns.to_string()));
        terms.insert(column(Column::InFiles, self.in_files.to_string()));
        terms.insert(column(Column::Quality, self.quality.map_or_else(String::new, tenths)));
        if let Some(quality) = self.quality {
            terms.insert((kind::WHOLE, format!("{}", quality.floor())));
        }
        if let Some(owner) = self.owner {
            terms.insert((kind::OWNER, owner.to_owned()));
        }
        let (key, search) = (fold(self.key), fold(self.search));
        let own: HashSet<&str> = words(&key).collect();
        let words = words(&search).filter(|word| !own.contains(word));
        terms.extend(words.map(|word| (kind::WORD, word.to_owned())));
        terms
    }
}

/// Quality as it is filed: it is kept to one decimal.
pub fn tenths(quality: f64) -> String {
    format!("{quality:.1}")
}

/// As the search text is written.
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// What a word of a search, which has no space in it, can be a part of.
fn words(search: &str) -> impl Iterator<Item = &str> {
    search.split(|c: char| c.is_whitespace() || c == '\u{1f}').filter(|word| !word.is_empty())
}

/// Single letters and pairs of them.
pub fn letters(key: &str) -> impl Iterator<Item = Term> + use<> {
    let all: Vec<char> = key.chars().collect();
    let pairs: Vec<String> = (1..=2).flat_map(|n| all.windows(n).map(String::from_iter)).collect();
    pairs.into_iter().map(|pair| (kind::LETTERS, pair))
}

/// All groups of three letters of a word, as the trigram index asks for them; none when it is shorter.
pub fn groups(word: &str) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut groups: Vec<String> = Vec::new();
    for group in letters.windows(3) {
        let group = format!("\"{}\"", String::from_iter(group).replace('"', "\"\""));
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    (!groups.is_empty()).then(|| groups.join(" AND "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_words_have_no_groups() {
        assert_eq!(groups("50"), None);
    }

    #[test]
    fn quotes_stay_inside_their_group() {
        assert_eq!(groups("x\"y\"").as_deref(), Some("\"x\"\"y\" AND \"\"\"y\"\"\""));
    }

    #[test]
    fn the_key_is_no_word() {
        let state = State {
            key: "A-1",
            owner: Some("me"),
            words: ["", "calm", "", "template", "draft", "completed"],
            turns: 7,
            quality: Some(8.5),
            in_files: 0,
            search: "ÜBER a-1\u{1f}a-1\u{1f}\u{1f}calm",
        };
        let terms = state.terms();
        let words: Vec<&str> = terms.iter().filter(|t| t.0 == kind::WORD).map(|t| t.1.as_str()).collect();
        assert_eq!(words, ["calm", "über"]);
        for wanted in [
            ("persona", ""),
            ("quality", "8.5"),
            (kind::WHOLE, "8"),
            ("turns", "7"),
            ("in files", "0"),
            (kind::OWNER, "me"),
        ] {
            assert!(terms.contains(&(wanted.0, wanted.1.to_owned())), "{wanted:?}");
        }
    }
}
