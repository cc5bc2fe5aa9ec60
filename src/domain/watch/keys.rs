//! What a column or key means: trainers agree on little.

use super::flat::{Item, count};
use super::found::Found;
use crate::run::instant;
use crate::series::At;

/// What stands under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Step,
    Epoch,
    /// Since 1970 or since the beginning, told apart by its size; or as text.
    Time,
    Tokens,
    TotalSteps,
    /// Found at the end of a run only.
    Summary,
    /// A metric.
    Metric,
    /// Neither: a count of rows, a percentage of the way.
    Nothing,
}

impl Key {
    /// By the name, whatever its case; what stands before the last `/` does not matter for axes (`train/epoch`).
    pub fn of(name: &str) -> Self {
        let lower = name.trim().to_ascii_lowercase().replace(' ', "_");
        match lower.rsplit('/').next().unwrap_or(&lower) {
            "step" | "_step" | "steps" | "global_step" | "iteration" | "iter" | "current_steps"
            | "training_step" | "train_step" | "step_number" => Self::Step,
            "epoch" | "epochs" => Self::Epoch,
            "time"
            | "timestamp"
            | "_timestamp"
            | "_runtime"
            | "wall_time"
            | "walltime"
            | "seconds"
            | "elapsed"
            | "elapsed_time"
            | "elapsed_seconds"
            | "elapsed_time_seconds"
            | "date"
            | "datetime"
            | "created_at"
            | "at" => Self::Time,
            "tokens" | "tokens_seen" | "num_tokens" | "total_tokens" | "num_input_tokens_seen" => {
                Self::Tokens
            }
            "total_steps" | "max_steps" => Self::TotalSteps,
            "train_runtime" => Self::Summary,
            "percentage" | "remaining_time" | "" => Self::Nothing,
            _ => Self::Metric,
        }
    }
}

/// Numbers above this are instants: seconds since 1970 from 2001 on. No run takes 30 years.
const INSTANT: f64 = 1e9;
/// Above this they count milliseconds.
const MILLISECONDS: f64 = 1e11;

/// Seconds since the beginning of the run.
pub(super) fn seconds(item: Item<'_>, found: &mut Found) -> Option<f64> {
    match item {
        Item::Number(number) if number >= MILLISECONDS => found.since(number / 1000.0),
        Item::Number(number) if number >= INSTANT => found.since(number),
        Item::Number(number) => Some(number).filter(|n| *n >= 0.0),
        Item::Text(text) => match spoken(text) {
            Some(elapsed) => Some(elapsed),
            None => found.since(written(text)?),
        },
        _ => None,
    }
}

/// `1:02:03` or `1 day, 1:02:03`, as Python writes a duration.
fn spoken(text: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(text).ok()?.trim();
    let (days, clock) = match text.split_once(" day") {
        Some((days, rest)) => (days.trim().parse::<f64>().ok()?, rest.rsplit(' ').next()?),
        None => (0.0, text),
    };
    let parts = clock
        .split(':')
        .map(|part| part.parse::<f64>().ok().filter(|n| *n >= 0.0))
        .collect::<Option<Vec<_>>>()?;
    match parts[..] {
        [hours, minutes, seconds] => Some(((days * 24.0 + hours) * 60.0 + minutes) * 60.0 + seconds),
        _ => None,
    }
}

/// An instant as text, in seconds since 1970. One without a zone is taken for UTC: only differences count.
#[expect(clippy::cast_precision_loss, reason = "milliseconds until the year 280000")]
fn written(text: &[u8]) -> Option<f64> {
    let at = instant(text).or_else(|| {
        let text = std::str::from_utf8(text).ok()?.trim().replace('T', " ");
        chrono::NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S%.f").ok().map(|at| at.and_utc())
    })?;
    Some(at.timestamp_millis() as f64 / 1000.0)
}

/// One record of a flat format while its members come in.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub step: Option<u64>,
    pub epoch: Option<f64>,
    pub seconds: Option<f64>,
    pub tokens: Option<u64>,
    /// Known at the end of a run only.
    pub summary: bool,
}

impl Record {
    /// Takes a member that is no metric; the number back, if it is one.
    pub fn take(&mut self, key: Key, item: Item<'_>, found: &mut Found) -> Option<f64> {
        match key {
            Key::Step => self.step = self.step.or_else(|| whole(item)),
            Key::Epoch => self.epoch = item.number().or(self.epoch),
            Key::Time => self.seconds = self.seconds.or_else(|| seconds(item, found)),
            Key::Tokens => self.tokens = whole(item).or(self.tokens),
            Key::TotalSteps => found.total_steps = whole(item).filter(|n| *n > 0).or(found.total_steps),
            Key::Summary => self.summary |= item.number().is_some(),
            Key::Metric => return item.number(),
            Key::Nothing => {}
        }
        None
    }

    /// Where it lies; `otherwise` where it tells no step.
    pub fn at(&self, otherwise: u64) -> At {
        let step = self.step.unwrap_or(otherwise);
        At { step, epoch: self.epoch, seconds: self.seconds, tokens: self.tokens }
    }
}

/// A count that may be written as `100.0`.
fn whole(item: Item<'_>) -> Option<u64> {
    item.number().and_then(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_found_by_many_names() {
        for (name, key) in [
            ("Step", Key::Step),
            ("train/global_step", Key::Step),
            ("Wall time", Key::Time),
            ("train/epoch", Key::Epoch),
            ("train/loss", Key::Metric),
            ("num_input_tokens_seen", Key::Tokens),
            ("batch", Key::Metric),
            ("percentage", Key::Nothing),
        ] {
            assert_eq!(Key::of(name), key, "{name}");
        }
    }

    #[test]
    fn times_are_read_however_they_are_written() {
        let mut found = Found::default();
        let mut read = |item| seconds(item, &mut found);
        assert_eq!(read(Item::Number(1_700_000_000.0)), Some(0.0));
        assert_eq!(read(Item::Number(1_700_000_002_500.0)), Some(2.5));
        assert_eq!(read(Item::Number(12.5)), Some(12.5));
        assert_eq!(read(Item::Text(b"2023-11-14T22:13:30Z")), Some(10.0));
        assert_eq!(read(Item::Text(b"2023-11-14 22:13:30.5")), Some(10.5));
        assert_eq!(read(Item::Text(b"1:02:03")), Some(3723.0));
        assert_eq!(read(Item::Text(b"2 days, 0:00:01")), Some(172_801.0));
        for bad in [Item::Text(b"soon"), Item::Null, Item::Number(-1.0), Item::Number(f64::NAN)] {
            assert_eq!(read(bad), None);
        }
    }
}
