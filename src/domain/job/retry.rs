//! Running again (R4.16).

use super::{Job, Progress, Status};
use crate::ids::JobId;
use chrono::{DateTime, Utc};

/// A run cannot be repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a run that is {0} cannot be retried; only failed and cancelled ones can")]
pub struct NotRetriable(pub String);

/// The name of a repetition: `name (Retry #2)`. What is cut off to fit is the name, never its number.
pub fn retry_name(name: &str) -> String {
    let (bare, number) = parted(name);
    let end = format!(" (Retry #{})", number.saturating_add(1));
    let room = super::name::LONGEST.saturating_sub(end.len());
    let bare: String = bare.chars().take(room).collect();
    format!("{}{end}", bare.trim_end())
}

/// A name without its number, and the number; 0 for a first run.
fn parted(name: &str) -> (&str, u32) {
    let parts = || {
        let (bare, rest) = name.strip_suffix(')')?.rsplit_once(" (Retry #")?;
        Some((bare, rest.parse().ok()?))
    };
    parts().unwrap_or((name, 0))
}

impl Job {
    /// The same again, as a new run that names this one.
    #[must_use]
    pub fn again(&self, id: JobId, now: DateTime<Utc>) -> Self {
        Self {
            preset_id: self.preset_id.clone(),
            hyperparameters: self.hyperparameters.clone(),
            progress: Progress {
                total_steps: self.progress.total_steps,
                total_epochs: self.progress.total_epochs,
                ..Progress::default()
            },
            estimated_cost: self.estimated_cost,
            retry_of: Some(self.id),
            ..Self::new(id, retry_name(&self.name), self.dataset, self.gpu.clone(), now)
        }
    }

    /// Whether it can be repeated. The repetition is a new run with `retry_of` set; this one stays as it is.
    ///
    /// # Errors
    /// It has not ended, ended well, or its state is unknown.
    pub fn retriable(&self) -> Result<(), NotRetriable> {
        match self.status.known() {
            Some(Status::Failed | Status::Cancelled) => Ok(()),
            _ => Err(NotRetriable(self.status.to_string())),
        }
    }
}
