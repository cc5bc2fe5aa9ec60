//! What the readers of foreign files give.

use crate::series::{Metrics, Series};

/// How a run ended, where its file tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// As it should.
    Finished,
    /// With this code of its process.
    Failed(i64),
}

/// Everything that a file told so far.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The curves.
    pub metrics: Metrics,
    /// The end, if the file told one. A `.wandb` file tells every end that it saw; `trainer_state.json` and lines of
    /// transformers and LLaMA-Factory tell a good one; `TensorBoard`'s files and plain tables tell none.
    pub end: Option<End>,
    /// Steps in all, where the file tells.
    pub total_steps: Option<u64>,
    /// What the run is called, where the file tells.
    pub name: Option<String>,
    /// Records that could not be read and were left out.
    pub broken: u64,
    /// Why nothing more of this file is read: a sentence.
    pub stopped: Option<&'static str>,
    /// When it began, in seconds since 1970, where the file tells.
    pub(super) began: Option<f64>,
}

impl Found {
    /// Seconds since the beginning, of an instant in seconds since 1970. The first instant is the beginning.
    pub(super) fn since(&mut self, instant: f64) -> Option<f64> {
        if !instant.is_finite() {
            return None;
        }
        Some((instant - *self.began.get_or_insert(instant)).max(0.0))
    }

    /// Seconds that usually lie between two points, by the newest of the longest curve: for [`super::standing`].
    pub fn gap(&self) -> Option<f64> {
        let longest = self.metrics.ids().map(|id| self.metrics.series(id)).max_by_key(Series::len)?;
        let times: Vec<f64> = longest.newest().take(50).filter_map(|sample| sample.at.seconds).collect();
        let mut gaps: Vec<f64> = times.windows(2).map(|pair| pair[0] - pair[1]).collect();
        gaps.sort_unstable_by(f64::total_cmp);
        gaps.get(gaps.len() / 2).copied()
    }

    /// When the run began, in seconds since 1970.
    pub const fn began(&self) -> Option<f64> {
        self.began
    }
}
