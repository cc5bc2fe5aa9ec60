//! The files of a model on this machine, each held to its digest.

use super::Downloaded;
use super::read::find;
use crate::engine::from_files;
use crate::local::{Part, Sink as _};
use crate::{CancellationToken, Engine, Error, Progress, Result, local, objects};
use domain::manifest::File;
use domain::model::Model;
use futures::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use std::io::Read as _;
use std::path::{Path, PathBuf};

const WHAT: &str = "Cannot download the model";

/// Copies all files into a folder called after the model, below `to`. What lies there with the right digest is not copied again,
/// so an interrupted download goes on where it was. Stage: `downloading`, in bytes.
pub async fn download(
    engine: &Engine,
    model: &str,
    to: &Path,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Downloaded> {
    let model = find(engine, model).await?;
    let folder = to.join(local::safe_name(&format!("{} {}", model.name, model.version)));
    let mut done = Downloaded { path: folder.clone(), copied: 0, kept: 0, bytes: 0 };
    for file in &model.files {
        let path = place(&folder, file)?;
        if is_whole(&path, file)? {
            done.kept += 1;
        } else {
            let told = |so_far| {
                progress.step_on("downloading", done.bytes + so_far, Some(model.bytes()), &file.path);
            };
            copy(engine, &model, file, &path, &told, cancel).await?;
            done.copied += 1;
        }
        done.bytes += file.bytes;
        progress.step_on("downloading", done.bytes, Some(model.bytes()), &file.path);
    }
    Ok(done)
}

/// Only below the folder, whatever a row says.
fn place(folder: &Path, file: &File) -> Result<PathBuf> {
    let sound = file
        .path
        .split('/')
        .all(|part| !part.is_empty() && part != "." && part != ".." && !part.contains('\\'));
    if sound {
        Ok(folder.join(&file.path))
    } else {
        Err(Error::refused(WHAT, "this is no name of a file").on(&file.path))
    }
}

fn is_whole(path: &Path, file: &File) -> Result<bool> {
    let fail = |e: &std::io::Error| local::error(WHAT, path, e);
    let mut opened = match std::fs::File::open(path) {
        Ok(opened) => opened,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(e) => return Err(fail(&e)),
    };
    if opened.metadata().map_err(|e| fail(&e))?.len() != file.bytes {
        return Ok(false);
    }
    let (mut digest, mut buffer) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        match opened.read(&mut buffer).map_err(|e| fail(&e))? {
            0 => return Ok(hex::encode(digest.finalize()).eq_ignore_ascii_case(&file.sha256)),
            read => digest.update(&buffer[..read]),
        }
    }
}

async fn copy(
    engine: &Engine,
    model: &Model,
    file: &File,
    path: &Path,
    told: &(dyn Fn(u64) + Send + Sync),
    cancel: &CancellationToken,
) -> Result<()> {
    let key = objects::model_key(&format!("{}/{}/{}", engine.db().user(), model.lineage.job, file.path));
    let (_, mut chunks) = engine.files().get_stream(&key).await.map_err(from_files(WHAT))?;
    let part = Part::begin(path)?;
    let (mut digest, mut done) = (Sha256::new(), 0);
    while let Some(chunk) = chunks.try_next().await.map_err(from_files(WHAT))? {
        if cancel.is_cancelled() {
            return Err(
                Error::interrupted(WHAT).next("Start it again: files that are whole are not copied again")
            );
        }
        part.write_at(&chunk, done)?;
        digest.update(&chunk);
        done += chunk.len() as u64;
        told(done);
    }
    if done != file.bytes || !hex::encode(digest.finalize()).eq_ignore_ascii_case(&file.sha256) {
        return Err(Error::failed(WHAT, "the file in the store is not what the manifest says")
            .on(&file.path)
            .next("Train it again, or restore the store from a backup"));
    }
    part.sync()?;
    part.keep().map(|_| ())
}
