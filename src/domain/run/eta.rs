//! When it will be done.

use super::at::seconds;
use super::facts::Facts;
use super::roles::Roles;
use super::stage::Part;
use crate::series::{Metrics, Sample, Series};
use chrono::{DateTime, Utc};

/// Steps whose pace counts.
const STEPS: usize = 50;
/// The pace of a run is never surer than this share.
const SUREST: f64 = 0.02;

/// How long the run still takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Eta {
    /// Seconds from now.
    pub seconds: f64,
    /// Seconds that it may be more or less: the distance between the newest pace and that of the whole attempt, and two
    /// percent at least.
    pub spread: f64,
}

/// What is left of the run; `None` before the first steps of an attempt, and where the number of steps is not known.
///
/// The worker's own word counts first; otherwise the steps that are left times the median of the newest 50 (R4.03).
pub fn eta(facts: &Facts, metrics: &Metrics, now: DateTime<Utc>) -> Option<Eta> {
    if facts.ended.is_some() || facts.part() != Some(Part::Train) {
        return None;
    }
    let (at, progress) = facts.progress?;
    let loss = Roles::of(metrics).loss.map(|id| metrics.series(id));
    let recent = progress
        .seconds_per_step
        .filter(|s| *s > 0.0)
        .or_else(|| loss.and_then(|loss| median(&mut paces(loss, STEPS, facts.resumed_at))))?;
    let left = progress.total_steps?.saturating_sub(progress.step?);
    #[expect(clippy::cast_precision_loss, reason = "steps of a run")]
    let expected = progress.remaining_seconds.unwrap_or(left as f64 * recent);
    let overall = loss.and_then(|loss| overall(facts, loss)).unwrap_or(recent);
    let share = ((recent - overall).abs() / recent).clamp(SUREST, 1.0);
    // Time goes on between two events.
    let left = (expected - seconds(at, now).max(0.0)).max(0.0);
    Some(Eta { seconds: left, spread: left * share })
}

/// Seconds per step over the whole attempt.
fn overall(facts: &Facts, loss: Series<'_>) -> Option<f64> {
    let last = loss.last()?;
    let from = facts.resumed_at.unwrap_or_default() + 1;
    #[expect(clippy::cast_precision_loss, reason = "steps of a run")]
    let first = loss.from(crate::series::Axis::Step, from as f64)?;
    pace(first, last)
}

#[expect(clippy::cast_precision_loss, reason = "steps of a run")]
fn pace(first: Sample, last: Sample) -> Option<f64> {
    let steps = last.at.step.checked_sub(first.at.step).filter(|n| *n > 0)? as f64;
    Some((last.at.seconds? - first.at.seconds?) / steps)
}

/// Seconds per step between the newest samples, newest first; nothing from before the attempt.
pub(super) fn paces(series: Series<'_>, most: usize, resumed_at: Option<u64>) -> Vec<f64> {
    let newest: Vec<Sample> = series
        .newest()
        .take(most + 1)
        .take_while(|sample| resumed_at.is_none_or(|step| sample.at.step > step))
        .collect();
    newest.windows(2).filter_map(|pair| pace(pair[1], pair[0])).collect()
}

/// The middle of some numbers; `None` when there are none.
pub(super) fn median(numbers: &mut [f64]) -> Option<f64> {
    numbers.sort_unstable_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied()
}
