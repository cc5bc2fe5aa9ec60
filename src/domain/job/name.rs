//! Names, notes and tags of runs (R3.11).

use chrono::NaiveDate;

/// Characters that a name has at least.
const SHORTEST: usize = 3;
/// Characters that a name has at most.
pub(super) const LONGEST: usize = 100;
const TAGS: usize = 10;

/// What is wrong with a name or tags: one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// Too short or too long.
    #[error("a name has {SHORTEST} to {LONGEST} characters, not {0}")]
    Length(usize),
    /// A line break or the like.
    #[error("a name is one line of text")]
    Control,
    /// Too many tags.
    #[error("{0} tags are too many; at most {TAGS} fit")]
    Tags(usize),
    /// A tag of a wrong form.
    #[error("the tag `{0}` must have 3 to 30 small letters, digits and hyphens")]
    Tag(String),
}

/// `{dataset} - {preset} - {date}`; a long dataset name is cut, so that preset and date stay.
pub fn automatic_name(dataset: &str, preset: &str, day: NaiveDate) -> String {
    let end = format!(" - {preset} - {day}");
    let room = LONGEST.saturating_sub(end.chars().count());
    let dataset: String = dataset.chars().filter(|c| !c.is_control()).take(room).collect();
    format!("{}{end}", dataset.trim())
}

/// Takes a name without surrounding blanks.
///
/// # Errors
/// It is too short, too long, or no line of text.
pub fn check_name(name: &str) -> Result<String, NameFault> {
    let name = name.trim();
    let count = name.chars().count();
    if !(SHORTEST..=LONGEST).contains(&count) {
        return Err(NameFault::Length(count));
    }
    if name.chars().any(char::is_control) { Err(NameFault::Control) } else { Ok(name.to_owned()) }
}

/// Takes tags: each once, in the order given.
///
/// # Errors
/// There are too many, or one has a wrong form.
pub fn check_tags(tags: &[String]) -> Result<Vec<String>, NameFault> {
    let mut taken: Vec<String> = Vec::new();
    for tag in tags {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !(3..=30).contains(&tag.len()) || !tag.chars().all(fits) {
            return Err(NameFault::Tag(tag.clone()));
        }
        if !taken.contains(tag) {
            taken.push(tag.clone());
        }
    }
    if taken.len() > TAGS { Err(NameFault::Tags(taken.len())) } else { Ok(taken) }
}
