//! What the machine says.

use super::super::eta::{median, paces};
use super::super::state::State;
use super::{Alert, AlertKind, Severity};
use crate::series::{Series, duration, number};

/// Newest steps that are compared with those before them.
const NEW: usize = 20;
/// Steps before them, and how many of these there must be.
const OLD: usize = 200;
const ENOUGH: usize = 20;
/// Steps that take this many times as long are slow.
const SLOWER: f64 = 2.0;

/// The median of the last 20 steps is twice that of the up to 200 before them, within one attempt.
pub(super) fn slow_down(loss: Series<'_>, resumed_at: Option<u64>) -> Option<Alert> {
    let mut all = paces(loss, NEW + OLD, resumed_at);
    if all.len() < NEW + ENOUGH {
        return None;
    }
    let before = median(&mut all[NEW..])?;
    let now = median(&mut all[..NEW])?;
    if before <= 0.0 || now < before * SLOWER {
        return None;
    }
    Some(Alert {
        kind: AlertKind::SlowDown,
        severity: Severity::Warning,
        text: format!("A step takes {}, {} before", duration(now), duration(before)),
        advice: "Look for another program on the machine, a hot GPU or a slow disk",
        step: loss.last().map(|s| s.at.step),
    })
}

/// Measurements that are looked at, and how many there must be.
const MEASURED: usize = 10;
const MEASURED_ENOUGH: usize = 5;
/// Percent below which the GPU waits more than it works (R4.06).
const HALF: f64 = 50.0;

/// The mean of the last 10 measurements is under 50 %, of at least 5.
pub(super) fn gpu_idle(gpu: Series<'_>) -> Option<Alert> {
    let newest: Vec<f64> = gpu.newest().map(|s| s.value).filter(|v| v.is_finite()).take(MEASURED).collect();
    if newest.len() < MEASURED_ENOUGH {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "ten at most")]
    let mean = newest.iter().sum::<f64>() / newest.len() as f64;
    (mean < HALF).then(|| Alert {
        kind: AlertKind::GpuIdle,
        severity: Severity::Hint,
        text: format!("The GPU is used to {} %", number(mean.round())),
        advice: "A larger batch or less gradient accumulation uses it better",
        step: None,
    })
}

/// The state says stale.
pub(super) fn no_contact(state: &State) -> Option<Alert> {
    let State::Stale { silent } = state else { return None };
    Some(Alert {
        kind: AlertKind::NoContact,
        severity: Severity::Danger,
        text: format!("Nothing was heard for {}", duration(silent.round())),
        advice: "Look whether the machine still runs: it may still cost money",
        step: None,
    })
}
