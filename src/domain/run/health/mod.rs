//! What is wrong with a run that still runs. Every threshold stands where it is used and is tested from both sides.

mod loss;
mod machine;

use super::facts::Facts;
use super::roles::Roles;
use super::state::State;
use crate::conversation::{UnknownWord, words};
use crate::series::Metrics;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// What is wrong.
    AlertKind, "alert" {
        /// Loss or gradients are no numbers.
        Nan = "nan",
        /// The loss runs away.
        Divergence = "divergence",
        /// The loss stands still.
        Plateau = "plateau",
        /// Evaluation gets worse while training gets better.
        Overfitting = "overfitting",
        /// Steps take much longer than before.
        SlowDown = "slow_down",
        /// The GPU waits more than it works.
        GpuIdle = "gpu_idle",
        /// Nothing is heard.
        NoContact = "no_contact",
    }
}

words! {
    /// How bad it is.
    Severity, "severity of an alert" {
        /// Good to know.
        Hint = "hint",
        /// Look at it soon.
        Warning = "warning",
        /// Going on costs money for nothing.
        Danger = "danger",
    }
}

/// Something is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// What.
    pub kind: AlertKind,
    /// How bad.
    pub severity: Severity,
    /// One sentence with the numbers.
    pub text: String,
    /// One sentence with what helps.
    pub advice: &'static str,
    /// Since which step, where there is one.
    pub step: Option<u64>,
}

/// Everything that is wrong now, worst first. Looks at a few hundred points, however long the run is.
pub fn alerts(facts: &Facts, metrics: &Metrics, state: &State) -> Vec<Alert> {
    let roles = Roles::of(metrics);
    let series = |id: Option<_>| id.map(|id| metrics.series(id));
    let (loss, eval) = (series(roles.loss), series(roles.eval));
    let percent = facts.progress.map(|(_, p)| p.training_percent.unwrap_or(p.percent));
    let mut found: Vec<Alert> = [
        loss::nan(loss, eval, series(roles.grad_norm)),
        loss.and_then(loss::divergence),
        loss.zip(eval).and_then(|(loss, eval)| loss::overfitting(loss, eval)),
        loss.and_then(|loss| loss::plateau(loss, percent)),
        loss.and_then(|loss| machine::slow_down(loss, facts.resumed_at)),
        series(roles.gpu).and_then(machine::gpu_idle),
        machine::no_contact(state),
    ]
    .into_iter()
    .flatten()
    .collect();
    // What helps a running run is no help for one that has ended.
    if state.is_end() {
        found.retain(|alert| {
            matches!(alert.kind, AlertKind::Nan | AlertKind::Divergence | AlertKind::Overfitting)
        });
    }
    found.sort_by_key(|alert| std::cmp::Reverse(alert.severity));
    found
}
