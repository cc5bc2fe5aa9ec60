//! Two to four datasets side by side.

use super::scan::LENGTH;
use crate::{Engine, Error, Result};
use domain::dataset::compare::{Comparison, Entry};

const WHAT: &str = "Cannot compare the datasets";

/// Compares them in the order given. `length` is the sequence length to look at.
pub async fn compare(engine: &Engine, datasets: &[String], length: Option<u32>) -> Result<Comparison> {
    let mut rows = Vec::new();
    for dataset in datasets {
        rows.push(super::find(engine, dataset).await?);
    }
    let mut entries: Vec<Entry> = Vec::new();
    for row in &rows {
        let Some(facts) = &row.facts else {
            return Err(Error::refused(WHAT, "it was never checked by brightrun")
                .on(format!("“{}”", row.name))
                .next("Check it with `brightrun datasets check`"));
        };
        entries.push((&row.name, facts, row.critical().unwrap_or(0)));
    }
    domain::dataset::compare::compare(&entries, length.unwrap_or(LENGTH))
        .map_err(|e| Error::usage(WHAT, e.to_string()))
}
