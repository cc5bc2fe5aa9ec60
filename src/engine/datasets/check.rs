//! Reads a dataset of the store again: is it still what it was, and is it ready?

use super::scan::{LENGTH, Scan};
use super::tokenizer::Counter;
use super::{Checked, Recheck};
use crate::engine::{from_db, from_files};
use crate::{CancellationToken, Engine, Error, Progress, Result, objects};
use domain::dataset::DatasetRow;
use domain::dataset::readiness::{Readiness, readiness};
use domain::dataset::statistics::Measure;
use futures::TryStreamExt as _;

const WHAT: &str = "Cannot check the dataset";

/// Checks it, and keeps what was found. Refused when the bytes are no longer those that were added. Stage: `checking`, in bytes.
pub async fn check(
    engine: &Engine,
    dataset: &str,
    how: &Recheck,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Checked> {
    let mut row = super::find(engine, dataset).await?;
    let counter = match &how.tokenizer {
        Some(wanted) => Some(Counter::open(engine, wanted)?),
        // As it was counted before, while that tokenizer is there.
        None => row
            .facts
            .as_ref()
            .and_then(|facts| facts.tokens.tokenizer())
            .and_then(|name| Counter::open(engine, name).ok()),
    };
    let measure = counter.as_ref().map_or(Measure::Words, Counter::measure);
    let key = objects::copy_of(&row);
    let (size, mut chunks) = engine.files().get_stream(&key).await.map_err(from_files(WHAT))?;
    let mut scan = Scan::new(&row.name, &how.lengths, measure);
    let odd =
        |e: &domain::dataset::NotADataset| Error::refused(WHAT, e.why.clone()).on(format!("“{}”", e.file));
    let mut done = 0;
    while let Some(chunk) = chunks.try_next().await.map_err(from_files(WHAT))? {
        if cancel.is_cancelled() {
            return Err(Error::interrupted(WHAT));
        }
        scan.feed(&chunk).map_err(|e| odd(&e))?;
        done += chunk.len() as u64;
        progress.step("checking", done, Some(size));
    }
    let scanned = scan.finish().map_err(|e| odd(&e))?;
    if row.sha256.as_ref().is_some_and(|known| !known.is_empty() && *known != scanned.sha256) {
        return Err(Error::refused(WHAT, "its file is not the one that was added: the sha256 differs")
            .on(format!("“{}”", row.name))
            .next("Add it again from its source"));
    }
    row.sha256 = Some(scanned.sha256);
    row.file_size = scanned.bytes;
    row.judge(scanned.facts, scanned.report, engine.now());
    engine.db().judge_dataset(&row, engine.now()).await.map_err(from_db(WHAT))?;
    checked(row)
}

/// The answer about a row that was judged.
pub(super) fn checked(row: DatasetRow) -> Result<Checked> {
    let (Some(readiness), Some(report)) = (checklist(&row, LENGTH), row.report.clone()) else {
        return Err(Error::failed(WHAT, "nothing was found out about it").on(format!("“{}”", row.name)));
    };
    Ok(Checked { dataset: row, readiness, report })
}

/// The checklist at a sequence length; `None`: it was never checked here.
pub(crate) fn checklist(row: &DatasetRow, length: u32) -> Option<Readiness> {
    Some(readiness(row.facts.as_ref()?, row.critical().unwrap_or(0), length))
}
