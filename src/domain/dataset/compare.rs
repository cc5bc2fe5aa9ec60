//! Two to four datasets side by side (R2.16; screens P02).

use super::readiness::readiness;
use super::statistics::{Cell, Facts};
use crate::numbers::{UNKNOWN, fixed, percent, thousands};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What is compared.
    pub label: String,
    /// A value for each dataset, in their order.
    pub values: Vec<String>,
    /// They are not all the same.
    pub differs: bool,
}

/// Datasets side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Their names.
    pub names: Vec<String>,
    /// What was counted.
    pub lines: Vec<Line>,
    /// Conversations of each persona and arc that one of them has.
    pub scaffolding: Vec<Line>,
    /// The token counts were made in different ways: they cannot be compared.
    pub mixed_methods: bool,
}

/// So many cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("two to four datasets can be compared, not {0}")]
pub struct WrongNumber(pub usize);

/// A dataset to compare: its name, what was counted, and the critical findings of its check.
pub type Entry<'a> = (&'a str, &'a Facts, u64);

/// Compares datasets, in the order given. `length` is the sequence length to look at.
///
/// # Errors
/// There are fewer than two or more than four.
pub fn compare(entries: &[Entry], length: u32) -> Result<Comparison, WrongNumber> {
    if !(2..=4).contains(&entries.len()) {
        return Err(WrongNumber(entries.len()));
    }
    let line = |label: &str, of: &dyn Fn(&Facts) -> String| {
        line(label, entries.iter().map(|(_, f, _)| of(f)).collect())
    };
    let number = |n: Option<f64>, decimals| n.map_or_else(|| UNKNOWN.to_owned(), |n| fixed(n, decimals));
    let mut lines = vec![
        line("format", &|f| f.shape.map_or_else(|| UNKNOWN.to_owned(), |s| s.to_string())),
        line("conversations", &|f| thousands(f.conversations)),
        line("pairs", &|f| thousands(f.pairs)),
        line("trainable examples", &|f| thousands(f.examples)),
        line("turns per conversation", &|f| number(f.turns_per_conversation(), 1)),
        line("tokens", &|f| thousands(f.tokens.total)),
        line("tokens counted by", &|f| f.tokens.method.clone()),
        line("tokens per example", &|f| number(f.tokens.mean, 0)),
        line("longest example", &|f| {
            f.tokens.max.map_or_else(|| UNKNOWN.to_owned(), |m| thousands(u64::from(m)))
        }),
        line(&format!("longer than {}", thousands(u64::from(length))), &|f| percent(f.truncated(length), 1)),
        line("quality", &|f| number(f.scores.mean(), 2)),
        line("reviewed", &|f| percent(f.reviewed_share(), 0)),
        line("doubled turns", &|f| thousands(f.doubled)),
        line("roles out of order", &|f| thousands(f.unordered)),
        line("broken lines", &|f| thousands(f.broken)),
    ];
    let verdicts =
        entries.iter().map(|(_, f, critical)| readiness(f, *critical, length).verdict.words().to_owned());
    lines.push(self::line("readiness", verdicts.collect()));
    let methods: BTreeSet<&str> = entries.iter().map(|(_, f, _)| &*f.tokens.method).collect();
    let names = entries.iter().map(|(name, ..)| (*name).to_owned()).collect();
    Ok(Comparison { names, lines, scaffolding: scaffolding(entries), mixed_methods: methods.len() > 1 })
}

fn line(label: &str, values: Vec<String>) -> Line {
    let differs = values.iter().any(|v| *v != values[0]);
    Line { label: label.to_owned(), values, differs }
}

fn scaffolding(entries: &[Entry]) -> Vec<Line> {
    let keys = |cell: &Cell| (cell.persona.clone(), cell.arc.clone());
    let all: BTreeSet<(String, String)> =
        entries.iter().flat_map(|(_, f, _)| f.cells.iter().map(keys)).collect();
    let count = |facts: &Facts, wanted: &(String, String)| -> u64 {
        facts
            .cells
            .iter()
            .filter(|c| c.persona == wanted.0 && c.arc == wanted.1)
            .map(|c| c.conversations)
            .sum()
    };
    let named = |key: &str| if key.is_empty() { UNKNOWN.to_owned() } else { key.to_owned() };
    all.iter()
        .map(|pair| {
            let values = entries.iter().map(|(_, f, _)| thousands(count(f, pair))).collect();
            line(&format!("{} × {}", named(&pair.0), named(&pair.1)), values)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::Shape;
    use super::super::statistics::{Measure, Reader};
    use super::*;

    fn facts(persona: &str, times: usize) -> Facts {
        let mut reader = Reader::new(Shape::V4Jsonl, Measure::Words);
        for n in 0..times {
            let line = serde_json::json!({"conversation_id": n.to_string(), "conversation_metadata": {"persona_archetype": persona},
                "conversation_history": [], "current_user_input": "a", "target_response": "b"});
            reader.feed(format!("{line}\n").as_bytes());
        }
        reader.finish(&[])
    }

    #[test]
    fn two_to_four_are_compared() {
        let f = facts("p", 1);
        for n in [0, 1, 5] {
            assert_eq!(compare(&vec![("x", &f, 0); n], 2048), Err(WrongNumber(n)));
        }
        let c = compare(&[("x", &f, 0), ("y", &f, 1)], 2048).unwrap();
        let differing: Vec<_> = c.lines.iter().filter(|l| l.differs).map(|l| &l.label[..]).collect();
        assert_eq!(differing, ["readiness"]);
        assert!(!c.mixed_methods);
    }

    #[test]
    fn every_kind_that_one_has_is_a_line() {
        let (a, b) = (facts("p", 2), facts("q", 3));
        let c = compare(&[("a", &a, 0), ("b", &b, 0)], 2048).unwrap();
        let found: Vec<_> = c.scaffolding.iter().map(|l| (&l.label[..], &l.values[..])).collect();
        assert_eq!(
            found,
            [
                ("p × –", &["2".to_owned(), "0".to_owned()][..]),
                ("q × –", &["0".to_owned(), "3".to_owned()][..])
            ]
        );
    }

    #[test]
    fn counts_made_in_different_ways_are_said_to_be() {
        let a = facts("p", 1);
        let mut b = a.clone();
        b.tokens.method = "tokenizer m".to_owned();
        assert!(compare(&[("a", &a, 0), ("b", &b, 0)], 2048).unwrap().mixed_methods);
        let empty = facts("p", 0);
        let c = compare(&[("a", &a, 0), ("e", &empty, 0)], 2048).unwrap();
        assert_eq!(c.lines.iter().find(|l| l.label == "tokens per example").unwrap().values[1], UNKNOWN);
    }
}
