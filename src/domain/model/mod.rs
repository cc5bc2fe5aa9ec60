//! A model: the adapter that a finished run left, with its lineage and what is known of its quality (R5.01–R5.11;
//! training-pipeline 7 nos. 33–38).

mod compare;
mod delete;
mod lineage;
mod quality;
mod report;
mod row;
mod status;
pub mod table;
#[cfg(test)]
mod tests;

pub use compare::{Comparison, Line, compare};
pub use delete::{WrongName, confirm_delete};
pub use lineage::{Lineage, automatic_name, next_version};
pub use quality::{Losses, Method, Quality, Rating, rate};
pub use report::{Curve, Report, html, markdown};
pub use status::{Action, ModelStatus, NotAllowed};

use crate::lenient::Word;
use crate::manifest::{File, Manifest};
use crate::money::{Range, Usd};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An adapter and everything that is known about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// Key.
    pub id: crate::ids::ModelId,
    /// What to call it.
    pub name: String,
    /// Version among the models of the same dataset, `1.0.0`.
    pub version: String,
    /// More about it.
    pub description: String,
    /// What it is used for.
    pub status: Word<ModelStatus>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// What it came from.
    pub lineage: Lineage,
    /// How good it is, and how that was judged.
    pub quality: Quality,
    /// How it was made.
    pub summary: Summary,
    /// The files, with their digests.
    pub files: Vec<File>,
}

/// How a model was made, in numbers. What is unknown is `None`, never 0.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Optimizer steps.
    pub steps: Option<u64>,
    /// Passes.
    pub epochs: Option<f64>,
    /// Seconds in steps and evaluations.
    pub training_seconds: Option<f64>,
    /// The last training loss.
    pub final_loss: Option<f64>,
    /// Examples that it was trained with.
    pub examples: Option<u64>,
    /// Of them cut at the sequence length.
    pub truncated: Option<u64>,
    /// On what.
    pub device: Option<String>,
    /// What had been estimated.
    pub estimated_cost: Option<Range>,
    /// What it cost.
    pub cost: Option<Usd>,
    /// Which worker made it.
    pub worker: Option<String>,
}

impl Summary {
    /// What a manifest says.
    pub fn of(manifest: &Manifest) -> Self {
        let device = &manifest.device;
        let name = device.name.as_deref().unwrap_or(&device.kind);
        let revision = manifest.worker.revision.as_deref().map(|r| format!(" ({r})")).unwrap_or_default();
        Self {
            steps: Some(manifest.steps),
            epochs: Some(manifest.epochs),
            training_seconds: Some(manifest.training_seconds),
            final_loss: manifest.metric("loss"),
            examples: Some(manifest.dataset.train_examples),
            truncated: Some(manifest.dataset.truncated),
            device: Some(if device.count > 1 {
                format!("{} × {name}", device.count)
            } else {
                name.to_owned()
            }),
            estimated_cost: None,
            cost: None,
            worker: Some(format!("{}{revision}", manifest.worker.version)),
        }
    }
}

impl Model {
    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().fold(0, |sum, file| sum.saturating_add(file.bytes))
    }
}
