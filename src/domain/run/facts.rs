//! What a header, the four parts and the state are made of.

use super::event::{Checkpoint, Failure, Final, Kind, Progress};
use super::stage::{Part, Stage};
use chrono::{DateTime, Utc};

/// From when to when something went on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stretch {
    /// `None`: it has not begun.
    pub from: Option<DateTime<Utc>>,
    /// `None`: it goes on, or has not begun.
    pub to: Option<DateTime<Utc>>,
    /// The newest sub-status.
    pub detail: Option<String>,
}

/// The newest of everything that was told.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// First event of the first attempt.
    pub started: Option<DateTime<Utc>>,
    /// The newest attempt, from 1; 0: nothing was told.
    pub attempt: u64,
    /// Its first event.
    pub attempt_started: Option<DateTime<Utc>>,
    /// The newest event of any kind, by the worker's clock.
    pub last_at: Option<DateTime<Utc>>,
    /// What the worker does.
    pub stage: Option<Stage>,
    /// The four parts of this attempt, by [`Part::index`].
    pub parts: [Stretch; 4],
    /// How far it is.
    pub progress: Option<(DateTime<Utc>, Progress)>,
    /// Where this attempt took the run up.
    pub resumed_at: Option<u64>,
    /// The newest complete checkpoint.
    pub checkpoint: Option<(DateTime<Utc>, Checkpoint)>,
    /// Why this attempt fails.
    pub error: Option<Failure>,
    /// How this attempt ended.
    pub ended: Option<(DateTime<Utc>, Final)>,
    /// Warnings in all.
    pub warnings: u64,
}

impl Facts {
    /// Something was told at this instant by this attempt.
    pub(super) fn heard(&mut self, at: DateTime<Utc>, attempt: u64) {
        self.started.get_or_insert(at);
        self.last_at = self.last_at.max(Some(at));
        if attempt > self.attempt {
            self.attempt = attempt;
            self.attempt_started = Some(at);
            self.stage = None;
            self.parts = Default::default();
            self.resumed_at = None;
            self.error = None;
            self.ended = None;
        }
    }

    pub(super) fn take(&mut self, at: DateTime<Utc>, kind: &Kind) {
        match kind {
            Kind::Stage { stage: Some(stage), detail, .. } => self.enter(at, *stage, detail.as_ref()),
            Kind::Resumed { step, .. } => {
                self.resumed_at = Some(*step);
                if let Some((_, progress)) = &mut self.progress {
                    progress.step = Some(*step);
                    (progress.epoch, progress.training_percent) = (None, None);
                }
            }
            Kind::Checkpoint(checkpoint) => self.checkpoint = Some((at, checkpoint.clone())),
            Kind::Warning { .. } => self.warnings += 1,
            Kind::Error(failure) => self.error = Some(failure.clone()),
            Kind::Final(ended) => {
                self.ended = Some((at, *ended));
                self.close(at);
            }
            Kind::Stage { stage: None, .. } | Kind::Log { .. } | Kind::Other(_) => {}
        }
    }

    /// Stages other than training tell less: what they leave out stays. The percentage never falls.
    pub(super) fn progressed(&mut self, at: DateTime<Utc>, new: Progress) {
        let old = self.progress.map(|(_, old)| old).unwrap_or_default();
        let progress = Progress {
            percent: new.percent.max(old.percent),
            step: new.step.or(old.step),
            total_steps: new.total_steps.or(old.total_steps),
            epoch: new.epoch.or(old.epoch),
            total_epochs: new.total_epochs.or(old.total_epochs),
            training_percent: new.training_percent.or(old.training_percent),
            ..new
        };
        self.progress = Some((at, progress));
    }

    fn enter(&mut self, at: DateTime<Utc>, stage: Stage, detail: Option<&String>) {
        self.stage = Some(stage);
        let Some(part) = stage.part() else { return };
        for (other, stretch) in self.parts.iter_mut().enumerate() {
            if other != part.index() && stretch.from.is_some() && stretch.to.is_none() {
                stretch.to = Some(at);
            }
        }
        let stretch = &mut self.parts[part.index()];
        stretch.from.get_or_insert(at);
        stretch.to = (stage == Stage::Completed).then_some(at);
        if let Some(detail) = detail {
            stretch.detail = Some(detail.clone());
        }
    }

    fn close(&mut self, at: DateTime<Utc>) {
        for stretch in &mut self.parts {
            if stretch.from.is_some() {
                stretch.to.get_or_insert(at);
            }
        }
    }

    /// The part that goes on, or the last one that did.
    pub fn part(&self) -> Option<Part> {
        self.stage.and_then(Stage::part)
    }

    /// How much of a part is done, from 0 to 1, as far as the percentage of the whole run tells.
    pub fn share(&self, part: Part) -> f64 {
        let stretch = &self.parts[part.index()];
        if stretch.to.is_some() && self.error.is_none() && self.part() != Some(part) {
            return 1.0;
        }
        let Some((_, progress)) = &self.progress else { return 0.0 };
        if part == Part::Train
            && let Some(percent) = progress.training_percent
        {
            return (percent / 100.0).clamp(0.0, 1.0);
        }
        let (from, to) = part.percent();
        ((progress.percent - from) / (to - from)).clamp(0.0, 1.0)
    }
}
