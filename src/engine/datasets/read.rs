//! Datasets: list, show, archive.

use super::DatasetDetail;
use super::check::checklist;
use super::scan::LENGTH;
use crate::engine::from_db;
use crate::{CancellationToken, Engine, Error, Result, objects};
use domain::dataset::{DatasetRow, Passage, Place};

/// All of them, newest first.
pub async fn list(engine: &Engine, include_archived: bool) -> Result<Vec<DatasetRow>> {
    engine.db().datasets(include_archived).await.map_err(from_db("Cannot list the datasets"))
}

/// One with its checklist and statistics; `dataset` is its name or its key. `length` is the sequence length to look at.
pub async fn show(engine: &Engine, dataset: &str, length: Option<u32>) -> Result<DatasetDetail> {
    let row = find(engine, dataset).await?;
    let training_file = match row.training_file {
        Some(id) => {
            let found = engine.db().training_file(&id.to_string()).await;
            found.map_err(from_db("Cannot read the dataset"))?.map(|file| file.name)
        }
        None => None,
    };
    let readiness = checklist(&row, length.unwrap_or(LENGTH));
    let made = crate::models::of_dataset(engine, row.id).await?;
    Ok(DatasetDetail { training_file, readiness, facts: row.facts.clone(), made, dataset: row })
}

/// What stands at a place that its check names.
pub async fn passage(
    engine: &Engine,
    dataset: &str,
    place: &Place,
    cancel: &CancellationToken,
) -> Result<Passage> {
    let row = find(engine, dataset).await?;
    let shape = row.report.as_ref().and_then(|report| report.shape);
    crate::passage::read(engine, (&objects::copy_of(&row), &row.name), shape, place, cancel).await
}

/// Puts it away, or back.
pub async fn archive(engine: &Engine, dataset: &str, archived: bool) -> Result<DatasetRow> {
    let found = find(engine, dataset).await?;
    let done = engine.db().archive_dataset(found.id, archived, engine.now()).await;
    done.map_err(from_db("Cannot archive the dataset"))?;
    find(engine, &found.id.to_string()).await
}

/// The row of a name or key.
pub(crate) async fn find(engine: &Engine, dataset: &str) -> Result<DatasetRow> {
    const WHAT: &str = "Cannot find the dataset";
    engine.db().dataset(dataset).await.map_err(from_db(WHAT))?.ok_or_else(|| {
        Error::not_found(WHAT, "there is none of this name or key")
            .on(format!("“{dataset}”"))
            .next("See them with `brightrun datasets list`")
    })
}
