//! The files of a model on this machine, each held to its digest.

use super::Downloaded;
use super::read::find;
use crate::engine::from_files;
use crate::local::{Part, Sink as _};
use crate::{CancellationToken, Engine, Error, Progress, Result, local, objects};
use domain::manifest::File;
use futures::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use std::io::Read as _;
use std::path::{Path, PathBuf};

const WHAT: &str = "Cannot download the model";

/// Copies all files into a folder called after the model, below `to`. What lies there with the right digest is not copied again,
/// an interrupted download goes on where it was, also in the middle of a file. Stage: `downloading`, in bytes.
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
            let key = format!("{}/{}/{}", engine.db().user(), model.lineage.job, file.path);
            copy(engine, &objects::model_key(&key), file, &path, &told, cancel).await?;
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
    let opened = match std::fs::File::open(path) {
        Ok(opened) => opened,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(e) => return Err(fail(&e)),
    };
    if opened.metadata().map_err(|e| fail(&e))?.len() != file.bytes {
        return Ok(false);
    }
    let (digest, _) = digest_of(&opened).map_err(|e| fail(&e))?;
    Ok(is_named(file, digest))
}

/// The digest of what can be read from here on, and how many bytes that were.
fn digest_of(mut from: &std::fs::File) -> std::io::Result<(Sha256, u64)> {
    let (mut digest, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 20]);
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok((digest, bytes)),
            read => {
                digest.update(&buffer[..read]);
                bytes += read as u64;
            }
        }
    }
}

fn is_named(file: &File, digest: Sha256) -> bool {
    hex::encode(digest.finalize()).eq_ignore_ascii_case(&file.sha256)
}

/// Copies one, from where an earlier copy of it stopped. What is not what it should be in the end is copied once more, from its beginning.
async fn copy(
    engine: &Engine,
    key: &str,
    file: &File,
    path: &Path,
    told: &(dyn Fn(u64) + Send + Sync),
    cancel: &CancellationToken,
) -> Result<()> {
    let part = Part::resume(path)?;
    let (mut digest, mut done) = digest_of(&part.file).map_err(|e| local::error(WHAT, path, &e))?;
    loop {
        if done > file.bytes {
            part.restart()?;
            (digest, done) = (Sha256::new(), 0);
        }
        let begun = done;
        if let Err(error) = fill(engine, key, file, (&part, &mut digest, &mut done), told, cancel).await {
            part.leave();
            return Err(error);
        }
        if done == file.bytes && is_named(file, std::mem::take(&mut digest)) {
            part.sync()?;
            return part.keep().map(|_| ());
        }
        if begun == 0 {
            return Err(Error::failed(WHAT, "the file in the store is not what the manifest says")
                .on(&file.path)
                .next("Train it again, or restore the store from a backup"));
        }
        part.restart()?;
        (digest, done) = (Sha256::new(), 0);
    }
}

/// Adds what is still missing.
async fn fill(
    engine: &Engine,
    key: &str,
    file: &File,
    (part, digest, done): (&Part, &mut Sha256, &mut u64),
    told: &(dyn Fn(u64) + Send + Sync),
    cancel: &CancellationToken,
) -> Result<()> {
    if *done == file.bytes && file.bytes > 0 {
        return Ok(());
    }
    let (_, mut chunks) = engine.files().get_from(key, *done).await.map_err(from_files(WHAT))?;
    while let Some(chunk) = chunks.try_next().await.map_err(from_files(WHAT))? {
        if cancel.is_cancelled() {
            return Err(Error::interrupted(WHAT).next("Start it again: it goes on where it was"));
        }
        part.write_at(&chunk, *done)?;
        digest.update(&chunk);
        *done += chunk.len() as u64;
        told(*done);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::engine;
    use bytes::Bytes;

    const KEY: &str = "models/u/run/adapter_model.safetensors";

    fn weights() -> (Vec<u8>, File) {
        let bytes: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
        let file = File {
            path: "adapter_model.safetensors".to_owned(),
            bytes: bytes.len() as u64,
            sha256: hex::encode(Sha256::digest(&bytes)),
        };
        (bytes, file)
    }

    /// Copies until the connection is cut after so many bytes.
    async fn cut(engine: &Engine, file: &File, path: &Path, after: u64) {
        let cancel = CancellationToken::new();
        let told = |done| {
            if done >= after {
                cancel.cancel();
            }
        };
        let error = copy(engine, KEY, file, path, &told, &cancel).await.expect_err("it was cut");
        assert!(error.to_string().contains("download"), "{error}");
        assert!(!path.exists(), "a half one has no name");
    }

    #[tokio::test]
    async fn a_file_that_was_cut_goes_on_where_it_was() {
        let dir = tempfile::tempdir().expect("a folder");
        let (engine, path, (mut bytes, file)) =
            (engine(dir.path()).await, dir.path().join("got/a"), weights());
        engine.files().put(KEY, Bytes::from(bytes.clone())).await.expect("stored");
        cut(&engine, &file, &path, 400_000).await;
        // What is here already is not read again: nobody sees that the store has something else there now.
        bytes[..400_000].fill(0);
        engine.files().put(KEY, Bytes::from(bytes)).await.expect("stored");
        let never = CancellationToken::new();
        copy(&engine, KEY, &file, &path, &|_| {}, &never).await.expect("copied");
        assert!(is_whole(&path, &file).expect("read"));
        assert_eq!(crate::testing::tree(&dir.path().join("got")), ["a"]);
    }

    #[tokio::test]
    async fn a_wrong_beginning_is_copied_anew() {
        let dir = tempfile::tempdir().expect("a folder");
        let (engine, path, (bytes, file)) = (engine(dir.path()).await, dir.path().join("got/a"), weights());
        engine.files().put(KEY, Bytes::from(bytes.clone())).await.expect("stored");
        let never = CancellationToken::new();
        for left in [1_000, bytes.len(), bytes.len() + 1] {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            let part = path.with_file_name(".a.brightrun-part");
            std::fs::write(&part, vec![7; left]).expect("written");
            copy(&engine, KEY, &file, &path, &|_| {}, &never).await.expect("copied");
            assert!(is_whole(&path, &file).expect("read") && !part.exists(), "{left}");
            std::fs::remove_file(&path).expect("removed");
        }
        // Where the store itself is wrong, nothing stays and nothing is tried for ever.
        engine.files().put(KEY, Bytes::from_static(b"something else")).await.expect("stored");
        let error = copy(&engine, KEY, &file, &path, &|_| {}, &never).await.expect_err("wrong");
        assert!(error.to_string().contains("not what the manifest says"), "{error}");
        assert_eq!(crate::testing::tree(&dir.path().join("got")), [""; 0]);
    }
}
