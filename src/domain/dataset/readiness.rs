//! The readiness checklist (R2.11, R2.12, R2.13; training-pipeline 7 nos. 16 and 17).

use super::Shape;
use super::statistics::Facts;
use crate::numbers::{fixed, many, percent, thousands};
use serde::{Deserialize, Serialize};

/// Fewer examples than this are warned of.
pub const FEW: u64 = 100;
/// More examples than this need no review.
pub const ENOUGH: u64 = 500;
/// Fewer conversations than this are mentioned.
pub const CONVERSATIONS: u64 = 50;
/// Quality from which on a dataset is ready.
pub const GOOD: f64 = 3.0;
/// Quality from which on it is called high.
pub const HIGH: f64 = 4.0;

/// How an item of the checklist stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// In order.
    Pass,
    /// Good to know; changes nothing.
    Info,
    /// Should be looked at.
    Warn,
    /// Keeps the dataset from being trained with.
    Block,
}

/// One item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// How it stands.
    pub mark: Mark,
    /// What was found: one sentence.
    pub found: String,
    /// Why it matters: one sentence.
    pub why: String,
    /// What to do about it: one sentence; empty when nothing has to be done.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub next: String,
}

/// What comes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Ready for training.
    Ready,
    /// Can be trained with; somebody should look first.
    Review,
    /// Cannot be trained with.
    Blocked,
}

impl Verdict {
    /// The words of the screens.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Ready => "Ready for Training",
            Self::Review => "Review Recommended",
            Self::Blocked => "Cannot be trained",
        }
    }
}

/// The checklist with its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readiness {
    /// What comes of it.
    pub verdict: Verdict,
    /// In the order in which they are shown.
    pub items: Vec<Item>,
}

/// Judges a dataset. `critical` are the critical findings of its check; `length` is the sequence length to look at.
pub fn readiness(facts: &Facts, critical: u64, length: u32) -> Readiness {
    let mut items = vec![
        format(facts),
        findings(critical),
        volume(facts),
        conversations(facts),
        quality(facts),
        review(facts),
        doubled(facts),
        truncation(facts, length),
    ];
    for item in items.iter_mut().filter(|item| item.mark >= Mark::Warn) {
        item.next = next(&item.name, facts).to_owned();
    }
    let verdict = match items.iter().map(|i| i.mark).max() {
        Some(Mark::Block) => Verdict::Blocked,
        Some(Mark::Warn) => Verdict::Review,
        _ => Verdict::Ready,
    };
    Readiness { verdict, items }
}

fn item(name: &str, mark: Mark, found: String, why: &str) -> Item {
    Item { name: name.to_owned(), mark, found, why: why.to_owned(), next: String::new() }
}

/// What to do about an item that is not in order.
fn next(name: &str, facts: &Facts) -> &'static str {
    match name {
        "format" if matches!(facts.shape, Some(Shape::Raw | Shape::Enriched)) => {
            "Import it as a conversation, and add that to a training file."
        }
        "format" => "Make a training file, or convert it to chat lines.",
        "check" => "Mend what the findings name, and add the file again.",
        "volume" => "Add more conversations to the training file, and make a dataset of it again.",
        "quality" => "Leave the weakest conversations out, or improve them.",
        "length" => "Train with a longer max_seq_length, or split the longest conversations.",
        _ => "",
    }
}

fn format(facts: &Facts) -> Item {
    let why = "Version 4 carries personas, arcs and quality; plain chats train as well, but say nothing about themselves.";
    let (mark, found) = match facts.shape {
        Some(shape @ (Shape::V4Jsonl | Shape::Full)) => (Mark::Pass, format!("The format is {shape}.")),
        Some(shape @ (Shape::Turns | Shape::Conversations | Shape::Messages)) => {
            (Mark::Info, format!("The format is {shape}, without scaffolding and quality."))
        }
        Some(shape) => {
            (Mark::Block, format!("One {shape} conversation is no dataset; make a training file of it."))
        }
        None => (Mark::Block, "The format was not recognised.".to_owned()),
    };
    item("format", mark, found, why)
}

fn findings(critical: u64) -> Item {
    let why = "A critical finding is something that no training can read.";
    match critical {
        0 => item("check", Mark::Pass, "The check found nothing critical.".to_owned(), why),
        n => item("check", Mark::Block, format!("The check has {}.", many(n, "critical finding")), why),
    }
}

fn volume(facts: &Facts) -> Item {
    let why = "Few examples are learnt by heart; 500 to 1,000 are the least that is recommended.";
    let are = if facts.examples == 1 { "is" } else { "are" };
    let there = format!("There {are} {}", many(facts.examples, "trainable example"));
    let (mark, found) = match facts.examples {
        0 => (Mark::Block, "There is no trainable example.".to_owned()),
        n if n < FEW => (Mark::Warn, format!("{there}; fewer than {FEW} teach very little.")),
        n if n <= ENOUGH => (Mark::Warn, format!("{there}; more than {ENOUGH} are recommended.")),
        _ => (Mark::Pass, format!("{there}.")),
    };
    item("volume", mark, found, why)
}

fn conversations(facts: &Facts) -> Item {
    let mark = if facts.conversations < CONVERSATIONS { Mark::Info } else { Mark::Pass };
    let found = format!("They come from {}.", many(facts.conversations, "conversation"));
    item("conversations", mark, found, "Many examples of few conversations repeat themselves.")
}

fn quality(facts: &Facts) -> Item {
    let why = "Scores are given by whoever made the file, from 1 to 5; equal ones are no measurement.";
    let (mark, found) = match facts.scores.mean() {
        None => (Mark::Info, "There are no quality scores.".to_owned()),
        Some(mean) if mean < GOOD => {
            (Mark::Warn, format!("Quality is {} of 5, below {GOOD:.1}.", fixed(mean, 1)))
        }
        Some(mean) if !facts.scores.is_measured() => {
            (Mark::Info, format!("Every score is {}: they are no measurement.", fixed(mean, 1)))
        }
        Some(mean) if mean >= HIGH => (Mark::Pass, format!("Quality is {} of 5: high.", fixed(mean, 1))),
        Some(mean) => (Mark::Pass, format!("Quality is {} of 5.", fixed(mean, 1))),
    };
    item("quality", mark, found, why)
}

fn review(facts: &Facts) -> Item {
    let share = facts.reviewed_share();
    let mark = if facts.reviewed == 0 { Mark::Info } else { Mark::Pass };
    let found = format!("Humans have reviewed {} of it.", percent(share, 0));
    item(
        "review",
        mark,
        found,
        "Nothing reviewed is acceptable for a first try; read some of it before production.",
    )
}

fn doubled(facts: &Facts) -> Item {
    let why = "The worker leaves the repeated turn out, so nothing has to be mended.";
    let found = match facts.doubled {
        0 => "No history repeats the current input.".to_owned(),
        1 => "1 history repeats the current input.".to_owned(),
        n => format!("{} histories repeat the current input.", thousands(n)),
    };
    item("doubled turns", if facts.doubled == 0 { Mark::Pass } else { Mark::Info }, found, why)
}

/// Half of the answers cut off is no training.
fn truncation(facts: &Facts, length: u32) -> Item {
    let share = facts.truncated(length);
    let mark = match share {
        s if s <= 0.0 => Mark::Pass,
        s if s <= 0.05 => Mark::Info,
        _ => Mark::Warn,
    };
    let how = if facts.tokens.exact { "" } else { " by estimate" };
    let found = format!(
        "{} of the examples are longer than {} tokens{how}.",
        percent(share, 1),
        thousands(u64::from(length))
    );
    item("length", mark, found, "What is longer is cut at its end, where the answer stands.")
}

#[cfg(test)]
mod tests {
    use super::super::statistics::{Measure, Statistics};
    use super::*;

    fn facts(examples: u64) -> Facts {
        let empty = Statistics::default().finish(Some(Shape::V4Jsonl), &Measure::Words, &[]);
        let mut facts = Facts { examples, pairs: examples, conversations: 60, ..empty };
        (0..examples).for_each(|_| facts.lengths.add(100));
        facts
    }

    fn mark(r: &Readiness, name: &str) -> Mark {
        r.items.iter().find(|i| i.name == name).unwrap().mark
    }

    #[test]
    fn volume_has_the_borders_of_the_rule() {
        let marks = [0, 1, 99, 100, 500, 501].map(|n| mark(&readiness(&facts(n), 0, 2048), "volume"));
        assert_eq!(marks, [Mark::Block, Mark::Warn, Mark::Warn, Mark::Warn, Mark::Warn, Mark::Pass]);
        let verdicts = [0, 500, 501].map(|n| readiness(&facts(n), 0, 2048).verdict);
        assert_eq!(verdicts, [Verdict::Blocked, Verdict::Review, Verdict::Ready]);
    }

    #[test]
    fn critical_findings_and_foreign_files_block() {
        assert_eq!(readiness(&facts(600), 1, 2048).verdict, Verdict::Blocked);
        let raw = Facts { shape: Some(Shape::Raw), ..facts(600) };
        assert_eq!(readiness(&raw, 0, 2048).verdict, Verdict::Blocked);
        let chat = Facts { shape: Some(Shape::Messages), ..facts(600) };
        assert_eq!(readiness(&chat, 0, 2048).verdict, Verdict::Ready);
    }

    #[test]
    fn low_quality_is_reviewed_and_equal_scores_are_no_measurement() {
        let with = |scores: &[f64]| {
            let mut f = facts(600);
            for s in scores {
                f.scores.count += 1;
                f.scores.sum += s;
                f.scores.min = Some(f.scores.min.unwrap_or(*s).min(*s));
                f.scores.max = Some(f.scores.max.unwrap_or(*s).max(*s));
            }
            mark(&readiness(&f, 0, 2048), "quality")
        };
        assert_eq!(
            [with(&[]), with(&[3.0, 3.0]), with(&[2.0, 3.9]), with(&[2.0, 4.0])],
            [Mark::Info, Mark::Info, Mark::Warn, Mark::Pass]
        );
    }

    #[test]
    fn what_is_cut_is_warned_of() {
        assert_eq!(
            [99, 100].map(|l| mark(&readiness(&facts(600), 0, l), "length")),
            [Mark::Warn, Mark::Pass]
        );
        let found = readiness(&facts(600), 0, 99).items.pop().unwrap().found;
        assert_eq!(found, "100.0 % of the examples are longer than 99 tokens by estimate.");
    }

    #[test]
    fn what_is_not_in_order_says_what_to_do() {
        for (facts, critical, length) in [(facts(0), 3, 512), (facts(200), 0, 99)] {
            for item in readiness(&facts, critical, length).items {
                assert_eq!(item.mark >= Mark::Warn, item.next.ends_with('.'), "{item:?}");
            }
        }
        let raw = Facts { shape: Some(Shape::Raw), ..facts(600) };
        assert!(readiness(&raw, 0, 2048).items[0].next.starts_with("Import"));
    }

    #[test]
    fn every_item_explains_itself() {
        assert!(
            readiness(&facts(0), 3, 512).items.iter().all(|i| i.why.ends_with('.') && i.found.ends_with('.'))
        );
    }
}
