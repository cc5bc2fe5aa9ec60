//! The dataset of a training file: the one that holds what the file holds now, else a new one.

use super::add::{Added, added};
use super::{Add, Source, list};
use crate::{CancellationToken, Engine, Progress, Result, files};
use domain::dataset::DatasetRow;

/// Finds the newest dataset that was made of a training file since it was last built; makes one when there is none. Stage: `reading`,
/// in bytes.
pub async fn of_file(
    engine: &Engine,
    file: &str,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<DatasetRow> {
    let file = files::find(engine, file).await?;
    let known = list(engine, false).await?;
    let made = known.iter().find(|row| row.training_file == Some(file.id) && row.created >= file.updated);
    if let Some(row) = made {
        return Ok(row.clone());
    }
    let taken: Vec<&str> = known.iter().map(|row| row.name.as_str()).collect();
    let request = Add {
        source: Source::TrainingFile(file.id.to_string()),
        name: Some(free_name(&file.name, &taken)),
        description: None,
        tokenizer: None,
        again: false,
    };
    // A file that was built again and says the same is the dataset that it was.
    Ok(match added(engine, request, progress, cancel).await? {
        Added::New(checked) => checked.dataset,
        Added::Known(row) => *row,
    })
}

/// `spring`, or `spring 2` when that is taken.
pub fn free_name(name: &str, taken: &[&str]) -> String {
    let mut numbered = (2..).map(|n| format!("{name} {n}"));
    let mut free = name.to_owned();
    while taken.contains(&free.as_str()) {
        free = numbered.next().unwrap_or_default();
    }
    free
}
