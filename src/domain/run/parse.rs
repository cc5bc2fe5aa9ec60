//! One line of `events.jsonl`.

use super::at::instant;
use super::event::{Checkpoint, Class, Failure, Final, Kind, Outcome, Progress};
use super::stage::Stage;
use crate::watch::flat::{Item, blanks, members, unescaped};
use chrono::{DateTime, Utc};
use std::str::FromStr;

/// The members of a line that any kind may have, by their names in the schema.
#[derive(Debug, Default)]
pub(super) struct Line<'a> {
    pub seq: Option<u64>,
    pub at: Option<DateTime<Utc>>,
    pub attempt: Option<u64>,
    pub kind: &'a [u8],
    pub step: Option<u64>,
    pub epoch: Option<f64>,
    /// The object of metrics.
    pub values: &'a [u8],
    /// Everything else, to be looked up.
    rest: Vec<(&'a [u8], Item<'a>)>,
}

/// Reads a line; `None`: it is no JSON object, or lacks one of the four members that every event has.
/// Metrics, of which there are most, have no other members and so cost no allocation.
pub(super) fn line(text: &[u8]) -> Option<Line<'_>> {
    let mut line = Line::default();
    let behind = members(text, |key, item| match (key, item) {
        (b"seq", item) => line.seq = item.count(),
        (b"at", Item::Text(text)) => line.at = instant(text),
        (b"attempt", item) => line.attempt = item.count(),
        (b"kind", Item::Text(kind)) => line.kind = kind,
        (b"step", item) => line.step = item.count(),
        (b"epoch", item) => line.epoch = item.number(),
        (b"values", Item::Nested(values)) => line.values = values,
        other => line.rest.push(other),
    })?;
    let whole = blanks(behind).is_empty() && !line.kind.is_empty();
    (whole && line.seq.is_some() && line.at.is_some() && line.attempt.is_some()).then_some(line)
}

impl<'a> Line<'a> {
    fn item(&self, name: &str) -> Option<Item<'a>> {
        self.rest.iter().find(|(key, _)| *key == name.as_bytes()).map(|(_, item)| *item)
    }

    fn text(&self, name: &str) -> Option<String> {
        self.item(name)?.text()
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.item(name)?.number().filter(|n| n.is_finite())
    }

    fn count(&self, name: &str) -> Option<u64> {
        self.item(name)?.count()
    }

    pub fn progress(&self) -> Progress {
        Progress {
            percent: self.number("percent").unwrap_or_default().clamp(0.0, 100.0),
            step: self.step,
            total_steps: self.count("total_steps"),
            epoch: self.epoch,
            total_epochs: self.number("total_epochs"),
            training_percent: self.number("training_percent"),
            seconds_per_step: self.number("seconds_per_step").filter(|s| *s >= 0.0),
            remaining_seconds: self.number("remaining_seconds").filter(|s| *s >= 0.0),
        }
    }

    /// What happened, for all kinds but progress and metrics. A known kind that lacks what it must have is
    /// [`Kind::Other`]: it is shown, and decides nothing.
    pub fn kind(&self) -> Kind {
        let known = match self.kind {
            b"stage" => self.stage(),
            b"checkpoint" => self.checkpoint().map(Kind::Checkpoint),
            b"log" => self.text("text").map(|text| Kind::Log { text, topic: self.text("topic") }),
            b"warning" => self
                .text("text")
                .map(|text| Kind::Warning { text, code: self.text("code").unwrap_or_default() }),
            b"error" => Some(Kind::Error(self.failure())),
            b"final" => self.ended().map(Kind::Final),
            _ => None,
        };
        known.unwrap_or_else(|| Kind::Other(unescaped(self.kind)))
    }

    fn stage(&self) -> Option<Kind> {
        let word = self.text("stage")?;
        if word == "resumed" {
            return Some(Kind::Resumed { step: self.step?, checkpoint: self.text("checkpoint") });
        }
        Some(Kind::Stage {
            stage: Stage::from_str(&word).ok(),
            word,
            detail: self.text("detail").filter(|d| !d.is_empty()),
        })
    }

    fn checkpoint(&self) -> Option<Checkpoint> {
        Some(Checkpoint {
            step: self.step?,
            name: self.text("name")?,
            bytes: self.count("bytes").unwrap_or_default(),
            reason: self.text("reason").unwrap_or_default(),
        })
    }

    fn failure(&self) -> Failure {
        let class = self.text("class").and_then(|word| Class::from_str(&word).ok()).unwrap_or(Class::Other);
        Failure {
            class,
            cause: self.text("cause").unwrap_or_else(|| "The worker gave no cause".to_owned()),
            fix: self.text("fix").unwrap_or_else(|| "Read the end of the log".to_owned()),
            step: self.step,
            line: self.count("line"),
            trace: self.text("trace"),
        }
    }

    fn ended(&self) -> Option<Final> {
        Some(Final {
            outcome: Outcome::from_str(&self.text("outcome")?).ok()?,
            exit_code: self.count("exit_code").unwrap_or_default(),
            step: self.step.unwrap_or_default(),
        })
    }
}
