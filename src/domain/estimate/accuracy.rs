//! How good past estimates were (R3.06).

use super::PastRun;
use serde::{Deserialize, Serialize};

/// The mean absolute error of estimates, as a share of what was estimated.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Accuracy {
    /// Runs that had an estimate and an end.
    pub runs: usize,
    /// 0.12 is ±12 %.
    pub mean_error: f64,
}

impl Accuracy {
    /// From pairs of what was estimated and what it took, in any unit. Pairs with numbers that are not above 0 say
    /// nothing. `None` without any.
    pub fn of(pairs: impl IntoIterator<Item = (f64, f64)>) -> Option<Self> {
        let sound = |n: f64| n.is_finite() && n > 0.0;
        let (mut runs, mut sum) = (0, 0.0);
        for (estimated, actual) in pairs.into_iter().filter(|(e, a)| sound(*e) && sound(*a)) {
            runs += 1;
            sum += (actual / estimated - 1.0).abs();
        }
        (runs > 0).then(|| Self { runs, mean_error: sum / crate::numbers::float(runs as u64) })
    }

    /// Of the runs with this preset; of all runs while none of it has ended.
    pub fn of_preset(history: &[PastRun], preset: &str) -> Option<Self> {
        let own = history.iter().filter(|run| run.preset.as_deref() == Some(preset));
        Self::of(own.filter_map(PastRun::guess))
            .or_else(|| Self::of(history.iter().filter_map(PastRun::guess)))
    }

    /// `past estimates within ±12 % (7 runs)`
    pub fn words(&self) -> String {
        let runs = crate::numbers::many(self.runs as u64, "run");
        format!("past estimates within ±{:.0} % ({runs})", self.mean_error * 100.0)
    }
}
