//! A training run as the database knows it: its states, who may change them, and what its row says
//! (training-pipeline 1.4, 4.9, 7 nos. 24–32).

mod cancel;
mod failure;
mod health;
mod lease;
mod name;
mod place;
mod progress;
mod queue;
mod retry;
mod run;
mod setback;
mod stage;
mod status;
pub mod table;
#[cfg(test)]
mod tests;

pub use cancel::{Cancel, CancelReason, NOTES, NotesTooLong};
pub use failure::{Failure, FailureClass, Outside, REPEATS};
pub use health::{Health, Patience};
pub use lease::{Held, Lease, claim};
pub use name::{NameFault, automatic_name, check_name, check_tags};
pub use place::GpuConfig;
pub use progress::Progress;
pub use queue::{QUEUE_LIMIT, Queued, Waiting, startable, waiting};
pub use retry::{NotRetriable, retry_name};
pub use run::{Run, Wish};
pub use setback::Setback;
pub use stage::{Stage, Wait};
pub use status::{Move, Refused, Status};

use crate::cost::Meter;
use crate::hyperparameters::Hyperparameters;
use crate::ids::{DatasetId, JobId, ModelId};
use crate::lenient::Word;
use crate::money::{PerHour, Range, Usd};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One run, with the columns of `training_jobs` in our types. A state that nobody knows is kept as it stands there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Key.
    pub id: JobId,
    /// What to call it; rows of the platform have none and are called by their key.
    pub name: String,
    /// What it trains on.
    pub dataset: DatasetId,
    /// Preset, or `custom`.
    pub preset_id: String,
    /// Settings.
    pub hyperparameters: Hyperparameters,
    /// Machine and price.
    pub gpu: GpuConfig,
    /// Where it stands.
    pub status: Word<Status>,
    /// What it does.
    pub stage: Word<Stage>,
    /// What it does, in words.
    pub stage_message: Option<String>,
    /// How far it is.
    pub progress: Progress,
    /// Somebody asked it to stop; it ends as cancelled when the process is gone.
    pub cancelling: Option<Cancel>,
    /// When it was made.
    pub queued_at: DateTime<Utc>,
    /// When it was given to its place.
    pub started_at: Option<DateTime<Utc>>,
    /// When the machine began to work in this attempt: what is billed begins here.
    pub gpu_started_at: Option<DateTime<Utc>>,
    /// Milliseconds that machines of earlier attempts worked. Ours alone; rows of the platform have none.
    pub billed_ms: u64,
    /// What its rented machines of earlier attempts cost, each by its own price; a cost record of its own says so. Ours alone.
    #[serde(default)]
    pub paid: Usd,
    /// When it ended.
    pub completed_at: Option<DateTime<Utc>>,
    /// When somebody heard of it last.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// What was estimated.
    pub estimated_cost: Option<Range>,
    /// What it has cost.
    pub current_cost: Usd,
    /// What it has cost in the end.
    pub final_cost: Option<Usd>,
    /// What ended the attempt before this one. Ours alone; also when the next one works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setback: Option<Setback>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// The run that it repeats.
    pub retry_of: Option<JobId>,
    /// How often it was started over by itself.
    pub attempts: u32,
    /// The provider's id; written down before anything else happens.
    pub external_id: Option<String>,
    /// What came out.
    pub model: Option<ModelId>,
}

impl Job {
    /// A run that waits for its turn, and has cost nothing.
    pub fn new(id: JobId, name: String, dataset: DatasetId, gpu: GpuConfig, now: DateTime<Utc>) -> Self {
        Self {
            id,
            name,
            dataset,
            preset_id: String::new(),
            hyperparameters: Hyperparameters::default(),
            gpu,
            status: Word::Known(Status::Queued),
            stage: Word::Known(Stage::QUEUED),
            stage_message: None,
            progress: Progress::default(),
            cancelling: None,
            queued_at: now,
            started_at: None,
            gpu_started_at: None,
            billed_ms: 0,
            paid: Usd::ZERO,
            completed_at: None,
            last_seen_at: None,
            estimated_cost: None,
            current_cost: Usd::ZERO,
            final_cost: None,
            setback: None,
            failure: None,
            retry_of: None,
            attempts: 0,
            external_id: None,
            model: None,
        }
    }

    /// What is billed for it; `None`: its row has no price.
    pub fn meter(&self) -> Option<Meter> {
        self.gpu.usd_per_hour.map(|price| self.at(price))
    }

    fn at(&self, usd_per_hour: PerHour) -> Meter {
        Meter {
            usd_per_hour,
            gpus: self.gpu.count,
            fixed: self.paid,
            earlier_ms: self.billed_ms,
            since: self.gpu_started_at,
            until: self.completed_at,
        }
    }

    /// Changes the state, with the times that go with it. A state that nobody knows is never changed.
    ///
    /// # Errors
    /// The state does not allow it; nothing is changed then.
    pub fn go(&mut self, step: Move, now: DateTime<Utc>) -> Result<(), Refused> {
        let Word::Known(from) = self.status else {
            return Err(Refused {
                from: self.status.to_string(),
                step,
                why: "nobody knows this state".to_owned(),
            });
        };
        let to = from.after(step)?;
        match to {
            Status::Initializing => self.started_at = self.started_at.or(Some(now)),
            Status::Running => self.gpu_started_at = self.gpu_started_at.or(Some(now)),
            Status::Queued => {
                // Waiting again is not billed.
                self.billed_ms = self.at(PerHour::default()).billed_ms(now);
                self.gpu_started_at = None;
                self.attempts = self.attempts.saturating_add(1);
            }
            _ => {}
        }
        if to.is_over() {
            self.completed_at = self.completed_at.or(Some(now));
            self.current_cost = self.meter().map_or(self.current_cost, |m| m.so_far(now));
            self.final_cost = self.final_cost.or(Some(self.current_cost));
        }
        if to == Status::Completed {
            self.progress.finish();
            self.stage = Word::Known(Stage::Works(crate::run::Stage::Completed));
        }
        self.status = Word::Known(to);
        self.last_seen_at = self.last_seen_at.max(Some(now));
        Ok(())
    }
}
