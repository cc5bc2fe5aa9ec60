//! Lineage from its other end: what was made of a dataset.

use super::Made;
use crate::engine::from_db;
use crate::{Engine, Result};
use domain::ids::DatasetId;

/// The runs over a dataset, newest first, each with its model.
pub(crate) async fn of_dataset(engine: &Engine, dataset: DatasetId) -> Result<Vec<Made>> {
    let runs = engine.db().runs_over(dataset).await.map_err(from_db("Cannot read the runs"))?;
    let made = |stored: store::StoredRun| {
        let job = stored.run.job;
        Made { run: job.id, name: job.name, status: job.status.to_string(), model: job.model }
    };
    Ok(runs.into_iter().map(made).collect())
}
