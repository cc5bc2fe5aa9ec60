//! Objects of a training file to this machine.

use super::{Download, Downloaded, Object};
use crate::engine::from_files;
use crate::local::{self, Part, Sink as _};
use crate::{CancellationToken, Engine, Error, Progress, Result, objects};
use futures::TryStreamExt as _;
use std::path::{Path, PathBuf};

const WHAT: &str = "Cannot download";

/// Copies one of the two objects to this machine. Stage: `downloading`, in bytes.
pub async fn download(
    engine: &Engine,
    request: Download,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Downloaded> {
    let file = super::read::find(engine, &request.file).await?;
    let (path, extension, items) = match request.object {
        Object::Json => (&file.json_path, "json", Some(u64::from(file.conversations))),
        Object::Jsonl => (&file.jsonl_path, "jsonl", None),
    };
    let (size, mut chunks) =
        engine.files().get_stream(&objects::training_key(path)).await.map_err(from_files(WHAT))?;
    let part = Part::begin(&target(&request.to, &file.name, extension))?;
    let mut done = 0;
    while let Some(chunk) = chunks.try_next().await.map_err(from_files(WHAT))? {
        if cancel.is_cancelled() {
            return Err(Error::interrupted(WHAT));
        }
        part.write_at(&chunk, done)?;
        done += chunk.len() as u64;
        progress.step("downloading", done, Some(size));
    }
    if done != size {
        return Err(Error::failed(WHAT, format!("{done} of {size} bytes came"))
            .on(&file.name)
            .next("Try again"));
    }
    part.sync()?;
    Ok(Downloaded { path: part.keep()?, bytes: done, items })
}

/// The file to write: `to` itself, or a file called after the training file when it is a folder.
pub(super) fn target(to: &Path, name: &str, extension: &str) -> PathBuf {
    if to.is_dir() { to.join(format!("{}.{extension}", local::safe_name(name))) } else { to.to_owned() }
}
