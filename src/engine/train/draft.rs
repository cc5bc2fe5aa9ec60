//! What somebody configured for a dataset and has not started yet: it is kept with the dataset's key and comes back
//! (R3.10; decision 0151).

use super::Request;
use crate::{Engine, Result, memory};
use domain::configuration::Configuration;
use domain::hyperparameters::Field;
use domain::ids::DatasetId;
use domain::place::Place;

fn key(dataset: DatasetId) -> String {
    format!("train.draft.{dataset}")
}

/// The draft of a dataset. What another version of the program has written, and we do not understand, counts as none.
pub async fn draft(engine: &Engine, dataset: DatasetId) -> Result<Option<Configuration>> {
    let kept = memory::recall(engine, &key(dataset)).await?;
    Ok(kept.and_then(|value| serde_json::from_value(value).ok()))
}

/// Keeps a draft with its dataset, in place of the one before.
pub async fn keep_draft(engine: &Engine, dataset: DatasetId, draft: &Configuration) -> Result<()> {
    memory::keep(engine, &key(dataset), &serde_json::to_value(draft).unwrap_or_default()).await
}

impl Request {
    /// The training that a draft describes. Every setting is said, since a value that equals the preset's today may not do so
    /// tomorrow: a preset is a file.
    pub fn of(dataset: DatasetId, draft: &Configuration) -> Self {
        let set = Field::ALL.iter().map(|field| (field.to_string(), draft.hyperparameters.typed(*field)));
        Self {
            dataset: dataset.to_string(),
            base_model: draft.base_model.clone(),
            preset: draft.based_on.clone(),
            set: set.collect(),
            place: Some(draft.place),
            gpu: draft.gpu.clone().filter(|_| draft.place != Place::Local),
            gpus: Some(draft.gpus),
            name: Some(draft.name.trim().to_owned()).filter(|name| !name.is_empty()),
            notes: draft.notes.clone(),
            tags: draft.tags.clone(),
            max_cost: draft.max_cost,
            over_budget: draft.over_budget.clone(),
            max_hours: Some(draft.max_hours),
            any_value: draft.any_value,
            merge: draft.merge,
        }
    }
}
