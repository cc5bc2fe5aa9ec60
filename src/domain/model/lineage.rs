//! What a model came from (R5.08, R5.09).

use crate::ids::{DatasetId, JobId, ModelId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Dataset → configuration → run → model, and the model that it was made again from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lineage {
    /// The dataset.
    pub dataset: DatasetId,
    /// Its name then.
    pub dataset_name: String,
    /// Digest of its file then; `None`: rows of the platform do not say.
    pub dataset_sha256: Option<String>,
    /// The run.
    pub job: JobId,
    /// Its name.
    pub job_name: String,
    /// Id of the base model.
    pub base_model: Option<String>,
    /// Preset, or `custom`.
    pub preset_id: String,
    /// The settings as rows keep them.
    pub hyperparameters: serde_json::Value,
    /// The model before it.
    pub parent: Option<ModelId>,
}

/// `{dataset}-{preset}-{date}` (R5.02), cut to the 200 characters of the column at the dataset's name.
pub fn automatic_name(dataset: &str, preset: &str, day: NaiveDate) -> String {
    let end = format!("-{preset}-{day}");
    let room = 200_usize.saturating_sub(end.chars().count());
    let dataset: String = dataset.chars().filter(|c| !c.is_control()).take(room).collect();
    format!("{}{end}", dataset.trim())
}

/// The version of one more model of a dataset: the highest one's first number and one more. Versions of another form
/// are passed over.
pub fn next_version<'a>(versions: impl IntoIterator<Item = &'a str>) -> String {
    let first = |v: &str| v.trim_start_matches('v').split('.').next()?.parse::<u32>().ok();
    let highest = versions.into_iter().filter_map(first).max().unwrap_or(0);
    format!("{}.0.0", highest.saturating_add(1))
}
