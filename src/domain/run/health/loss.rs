//! What the curves say.

use super::{Alert, AlertKind, Severity};
use crate::series::{Direction, Sample, Series, Trend, number};

/// A gradient norm may be infinite once: mixed precision finds its scale that way. This many in a row are too many.
const BAD_GRADIENTS: usize = 3;

/// The last loss is no number, or the last three gradient norms are none.
pub(super) fn nan(
    loss: Option<Series<'_>>,
    eval: Option<Series<'_>>,
    norm: Option<Series<'_>>,
) -> Option<Alert> {
    let bad = |series: Option<Series<'_>>| series?.last().filter(|s| !s.value.is_finite());
    let gradients = || {
        let newest: Vec<Sample> = norm?.newest().take(BAD_GRADIENTS).collect();
        let all = newest.len() == BAD_GRADIENTS && newest.iter().all(|s| !s.value.is_finite());
        newest.last().copied().filter(|_| all)
    };
    let (what, sample) = bad(loss)
        .map(|sample| ("The loss", sample))
        .or_else(|| bad(eval).map(|sample| ("The evaluation loss", sample)))
        .or_else(|| gradients().map(|sample| ("The gradient norm", sample)))?;
    Some(Alert {
        kind: AlertKind::Nan,
        severity: Severity::Danger,
        text: format!("{what} is {} since step {}", number(sample.value), sample.at.step),
        advice: "Stop, and retry with a lower learning rate from the last checkpoint",
        step: Some(sample.at.step),
    })
}

/// Points of a block whose mean is compared, and blocks that are looked at.
const BLOCK: usize = 20;
const BLOCKS: usize = 20;
/// A loss above this many times its lowest block runs away.
const AWAY: f64 = 1.5;
/// It must also lie this many standard deviations of that block above it.
const BEYOND_NOISE: f64 = 3.0;

/// The mean of the last 20 points is 1.5 times the lowest of the 19 blocks of 20 before it, and beyond its noise.
pub(super) fn divergence(loss: Series<'_>) -> Option<Alert> {
    let newest: Vec<Sample> = loss.newest().filter(|s| s.value.is_finite()).take(BLOCK * BLOCKS).collect();
    let mut blocks = newest.chunks_exact(BLOCK).map(|block| (mean(block), block));
    let (now, latest) = blocks.next()?;
    let (lowest, block) = blocks.min_by(|a, b| a.0.total_cmp(&b.0))?;
    let away = (now - lowest) / lowest.abs();
    if away < AWAY - 1.0 || now - lowest < BEYOND_NOISE * deviation(block, lowest) || lowest == 0.0 {
        return None;
    }
    Some(Alert {
        kind: AlertKind::Divergence,
        severity: Severity::Danger,
        text: format!("The loss rose from {} to {}", number(lowest), number(now)),
        advice: "Stop, and retry with a lower learning rate or more warm-up",
        step: latest.last().map(|s| s.at.step),
    })
}

/// An evaluation loss this share above its best is worse; both of the newest two must be above it.
const WORSE: f64 = 0.02;

/// The last evaluation is 2 % worse than the best one, the one before was not better than the best either, and the training
/// loss has fallen since the best one.
pub(super) fn overfitting(loss: Series<'_>, eval: Series<'_>) -> Option<Alert> {
    let best = eval.lowest()?;
    let mut newest = eval.newest().filter(|s| s.value.is_finite());
    let (last, before) = (newest.next()?, newest.next()?);
    let worse = last.value - best.value >= WORSE * best.value.abs() && before.value > best.value;
    if !worse || before.at.step <= best.at.step {
        return None;
    }
    let now = mean(&loss.newest().filter(|s| s.value.is_finite()).take(BLOCK).collect::<Vec<_>>());
    let then = loss.mean(best.at.step.saturating_sub(reach(loss)), best.at.step)?;
    (now < then).then(|| Alert {
        kind: AlertKind::Overfitting,
        severity: Severity::Warning,
        text: format!(
            "The evaluation loss rose from {} at step {} to {}, while the training loss falls",
            number(best.value),
            best.at.step,
            number(last.value)
        ),
        advice: "Keep the checkpoint of the best evaluation; train fewer epochs or with more dropout",
        step: Some(best.at.step),
    })
}

/// Steps that the last block of points spans.
fn reach(loss: Series<'_>) -> u64 {
    let newest: Vec<Sample> = loss.newest().take(BLOCK).collect();
    newest.first().zip(newest.last()).map_or(0, |(last, first)| last.at.step - first.at.step)
}

/// Points over which a loss may stand still before it is said.
const STILL: usize = 200;
/// From this share of the training on, standing still is what a falling learning rate does.
const NEARLY_DONE: f64 = 90.0;

/// Over the last 200 points the loss changed by less than 1 % or less than its noise, before 90 % of the training.
pub(super) fn plateau(loss: Series<'_>, percent: Option<f64>) -> Option<Alert> {
    let trend = Trend::of(loss, STILL)?;
    let done = percent.is_some_and(|percent| percent >= NEARLY_DONE);
    if trend.points < STILL || trend.direction != Direction::Flat || done {
        return None;
    }
    Some(Alert {
        kind: AlertKind::Plateau,
        severity: Severity::Hint,
        text: format!("The loss stands at {} over the last {} steps", number(trend.end), trend.steps),
        advice: "If evaluation stands still too, stop here; otherwise a higher learning rate may help",
        step: None,
    })
}

#[expect(clippy::cast_precision_loss, reason = "a few points")]
fn mean(samples: &[Sample]) -> f64 {
    samples.iter().map(|s| s.value / samples.len() as f64).sum()
}

#[expect(clippy::cast_precision_loss, reason = "a few points")]
fn deviation(samples: &[Sample], mean: f64) -> f64 {
    samples.iter().map(|s| (s.value - mean).powi(2) / samples.len() as f64).sum::<f64>().sqrt()
}
