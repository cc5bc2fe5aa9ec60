//! A training file in another shape, or checked.

use super::download::{download, target};
use super::{Download, Downloaded, Export, Object};
use crate::convert::{self, Target};
use crate::engine::from_files;
use crate::{CancellationToken, Engine, Error, Progress, Result, check, objects};
use domain::dataset::{Checker, Passage, Place, Shape};
use futures::TryStreamExt as _;

/// Writes it in another shape. Stage: `writing`.
pub async fn export(
    engine: &Engine,
    request: Export,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Downloaded> {
    let object = match request.format {
        Target::V4Json => Object::Json,
        Target::V4Jsonl => Object::Jsonl,
        Target::Messages | Target::ShareGpt | Target::Alpaca => {
            return convert_object(engine, request, progress, cancel).await;
        }
    };
    download(engine, Download { file: request.file, object, to: request.to }, progress, cancel).await
}

async fn convert_object(
    engine: &Engine,
    request: Export,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Downloaded> {
    let file = super::read::find(engine, &request.file).await?;
    let name = format!("{} {}", file.name, request.format.word());
    let output = target(&request.to, &name, convert::extension(request.format));
    let key = objects::training_key(&file.json_path);
    let (size, mut chunks) = engine.files().get_stream(&key).await.map_err(from_files("Cannot export"))?;
    let mut stream = convert::Chat::begin(request.format, &output)?;
    let mut done = 0;
    while let Some(chunk) = chunks.try_next().await.map_err(from_files("Cannot export"))? {
        if cancel.is_cancelled() {
            return Err(Error::interrupted("Cannot export"));
        }
        stream.full(&chunk)?;
        done += chunk.len() as u64;
        progress.step("writing", done, Some(size));
    }
    stream.end()
}

/// What stands at a place that its check names; `shape` is what the check took it for.
pub async fn passage(
    engine: &Engine,
    file: &str,
    shape: Option<Shape>,
    place: &Place,
    cancel: &CancellationToken,
) -> Result<Passage> {
    let file = super::read::find(engine, file).await?;
    let key = objects::training_key(&file.json_path);
    crate::passage::read(engine, (&key, &file.name), shape, place, cancel).await
}

/// What the check finds in its JSON, held against these sequence lengths (none: the usual ones). Stage: `checking`, in bytes.
pub async fn check(
    engine: &Engine,
    file: &str,
    lengths: &[u32],
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<check::FileReport> {
    const WHAT: &str = "Cannot check the training file";
    let file = super::read::find(engine, file).await?;
    let key = objects::training_key(&file.json_path);
    let (size, mut chunks) = engine.files().get_stream(&key).await.map_err(from_files(WHAT))?;
    let mut checker = Checker::new(file.name.clone(), &check::options(lengths));
    let failed = |error: String| check::FileReport::Failed { file: file.name.clone(), error };
    let mut done = 0;
    while let Some(chunk) = chunks.try_next().await.map_err(from_files(WHAT))? {
        if cancel.is_cancelled() {
            return Err(Error::interrupted(WHAT));
        }
        if let Err(e) = checker.feed(&chunk) {
            return Ok(failed(e.to_string()));
        }
        done += chunk.len() as u64;
        progress.step("checking", done, Some(size));
    }
    Ok(match checker.finish() {
        Ok(report) => check::FileReport::Checked(Box::new(report)),
        Err(e) => failed(e.to_string()),
    })
}
