//! Where a dataset stands, and what its row may hold (R2.01–R2.08; training-pipeline 1.2, 7 nos. 11–13 and 22).

use crate::conversation::{UnknownWord, words};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Characters that a name has at most: the column's 200, not the 255 of the platform's API.
pub const NAME: usize = 200;
/// Characters that a file name has at most.
pub const FILE_NAME: usize = 255;
/// Bytes that a file has at most when nothing else is set: 500 MiB.
pub const LARGEST: u64 = 500 << 20;

words! {
    /// Where a dataset stands. Being removed is a time beside it.
    DatasetStatus, "dataset status" {
        /// Its file is on its way.
        Uploading = "uploading",
        /// It is being checked.
        Validating = "validating",
        /// It was checked, and nothing critical was found.
        Ready = "ready",
        /// It cannot be trained with.
        Error = "error",
    }
}

words! {
    /// What happens to a dataset.
    Event, "dataset event" {
        /// Its file is there; a check begins. A checked one is checked again.
        Confirm = "confirm",
        /// The check found nothing critical.
        Pass = "pass",
        /// The check found something critical, or the file cannot be read.
        Fail = "fail",
    }
}

/// A state does not allow an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a dataset that is {from} cannot {event}")]
pub struct Refused {
    /// The state.
    pub from: DatasetStatus,
    /// What was tried.
    pub event: Event,
}

impl DatasetStatus {
    /// The state after an event.
    ///
    /// # Errors
    /// It is not allowed: a check under way is not begun again, and only a check passes or fails.
    pub const fn after(self, event: Event) -> Result<Self, Refused> {
        match (self, event) {
            (Self::Uploading | Self::Ready | Self::Error, Event::Confirm) => Ok(Self::Validating),
            (Self::Validating, Event::Pass) => Ok(Self::Ready),
            // An upload that breaks off is an error as well.
            (Self::Uploading | Self::Validating, Event::Fail) => Ok(Self::Error),
            (from, event) => Err(Refused { from, event }),
        }
    }
}

words! {
    /// The format of a row; other files are known by their shape.
    Format, "dataset format" {
        /// The platform's fourth format.
        V4 = "brightrun_lora_v4",
        /// The one before.
        V3 = "brightrun_lora_v3",
    }
}

impl Format {
    /// Reads any spelling that was ever used: with hyphens, or the version alone.
    pub fn read(word: &str) -> crate::lenient::Word<Self> {
        match word.trim().to_ascii_lowercase().replace('-', "_").as_str() {
            "4.0.0" | "v4" => crate::lenient::Word::Known(Self::V4),
            "3.0.0" | "v3" => crate::lenient::Word::Known(Self::V3),
            other => other
                .parse()
                .map_or_else(|_| crate::lenient::Word::Unknown(word.to_owned()), crate::lenient::Word::Known),
        }
    }
}

/// What is wrong with a new dataset: one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The name is empty or too long.
    #[error("a name has 1 to {NAME} characters, not {0}")]
    Name(usize),
    /// The file's name is empty or too long.
    #[error("a file name has 1 to {FILE_NAME} characters, not {0}")]
    FileName(usize),
    /// The file is empty.
    #[error("the file is empty")]
    Empty,
    /// The file is too large.
    #[error("the file has {} MiB; at most {} are allowed", size.div_ceil(1 << 20), most >> 20)]
    Large {
        /// Bytes that it has.
        size: u64,
        /// Bytes that are allowed.
        most: u64,
    },
}

/// Everything that is wrong with a new dataset (R2.01, R2.02). `most` are the bytes that are allowed.
pub fn check_new(name: &str, file_name: &str, size: u64, most: u64) -> Vec<Fault> {
    let mut faults = Vec::new();
    let (name, file) = (name.trim().chars().count(), file_name.chars().count());
    if !(1..=NAME).contains(&name) {
        faults.push(Fault::Name(name));
    }
    if !(1..=FILE_NAME).contains(&file) {
        faults.push(Fault::FileName(file));
    }
    if size == 0 {
        faults.push(Fault::Empty);
    } else if size > most {
        faults.push(Fault::Large { size, most });
    }
    faults
}

/// Why a run cannot be made from a dataset (R2.13, R3.13): a clause; `None`: it can. `status` is the row's word.
pub fn untrainable(
    status: &crate::lenient::Word<DatasetStatus>,
    training_ready: bool,
    removed: bool,
) -> Option<String> {
    if removed {
        Some("it was removed".to_owned())
    } else if !status.is(DatasetStatus::Ready) {
        Some(format!("it is {status}, not ready"))
    } else if training_ready {
        None
    } else {
        Some("it was not found ready for training; check it again".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lenient::Word;

    #[test]
    fn the_allowed_changes_are_these() {
        let allowed: Vec<String> = DatasetStatus::ALL
            .iter()
            .flat_map(|s| {
                Event::ALL.iter().filter_map(move |e| Some(format!("{s} {e} {}", s.after(*e).ok()?)))
            })
            .collect();
        assert_eq!(
            allowed,
            [
                "uploading confirm validating",
                "uploading fail error",
                "validating pass ready",
                "validating fail error",
                "ready confirm validating",
                "error confirm validating",
            ]
        );
    }

    #[test]
    fn formats_are_read_in_every_spelling() {
        for word in ["brightrun_lora_v4", "brightrun-lora-v4", "4.0.0", "V4"] {
            assert!(Format::read(word).is(Format::V4), "{word}");
        }
        assert_eq!(Format::read("parquet"), Word::Unknown("parquet".to_owned()));
    }

    #[test]
    fn limits_are_in_characters_and_inclusive() {
        assert_eq!(check_new(&"ü".repeat(200), "f", LARGEST, LARGEST), []);
        assert_eq!(
            check_new("", &"f".repeat(256), 0, LARGEST),
            [Fault::Name(0), Fault::FileName(256), Fault::Empty]
        );
        assert_eq!(check_new(&"x".repeat(201), "f", LARGEST + 1, LARGEST).len(), 2);
    }

    #[test]
    fn only_ready_datasets_are_trained() {
        let ready = Word::Known(DatasetStatus::Ready);
        assert_eq!(untrainable(&ready, true, false), None);
        assert!(untrainable(&ready, true, true).is_some() && untrainable(&ready, false, false).is_some());
        assert_eq!(
            untrainable(&Word::read("archiving"), true, false).as_deref(),
            Some("it is archiving, not ready")
        );
    }
}
