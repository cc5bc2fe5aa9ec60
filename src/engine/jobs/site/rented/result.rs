//! Bringing the result home: archive or folder, held to its digest, unpacked with care, the manifest last.

use super::depot::{Depot, Way};
use crate::jobs::rundir::RunDir;
use crate::{Error, Result, local};
use domain::manifest::Manifest;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

const WHAT: &str = "Cannot fetch the result";
/// What an archive may hold; anything else in it is left there.
const WANTED: [&str; 4] = ["adapter", "merged", "spec.json", "base_model.json"];

#[derive(Deserialize)]
struct Archive {
    bytes: u64,
    parts: u32,
    sha256: String,
}

/// Brings it into the run directory. `false`: there is no manifest, so the run is not finished. Interrupted, it begins again; the
/// manifest is written here last, as it is there.
pub(super) async fn fetch(depot: &Depot, folder: &RunDir, run: &str) -> Result<bool> {
    let Some(manifest) = depot.get("manifest.json").await? else { return Ok(false) };
    folder.make()?;
    match depot.way {
        Way::Signed => archive(depot, folder).await?,
        Way::Volume => files(depot, folder, &manifest, run).await?,
    }
    let (path, part) = (folder.file("manifest.json"), folder.file(".manifest.json"));
    let written = fs::write(&part, &manifest).and_then(|()| fs::rename(&part, &path));
    written.map_err(|e| local::error(WHAT, &path, &e))?;
    Ok(true)
}

async fn archive(depot: &Depot, folder: &RunDir) -> Result<()> {
    let text = depot.get("result.json").await?;
    let Some(text) = text else { return Err(Error::refused(WHAT, "there is a manifest and no result.json")) };
    let archive: Archive = serde_json::from_slice(&text)
        .map_err(|e| Error::refused(WHAT, format!("it makes no sense: {e}")).on("result.json"))?;
    let path = folder.file(".result.tar");
    let fail = |e: &io::Error| local::error(WHAT, &path, e);
    let mut file = tokio::fs::File::create(&path).await.map_err(|e| fail(&e))?;
    let (mut bytes, mut digest) = (0, Sha256::new());
    for part in 0..archive.parts {
        let seen = |piece: &[u8]| digest.update(piece);
        bytes += depot.append_to(&format!("result/{part:05}"), (&mut file, &path), seen).await?;
    }
    file.sync_all().await.map_err(|e| fail(&e))?;
    drop(file);
    let whole =
        bytes == archive.bytes && hex::encode(digest.finalize()).eq_ignore_ascii_case(&archive.sha256);
    let done = if whole {
        let (from, to) = (path.clone(), folder.path().to_owned());
        let unpacked = tokio::task::spawn_blocking(move || unpack(&from, &to)).await;
        unpacked.unwrap_or_else(|e| Err(Error::failed(WHAT, e.to_string())))
    } else {
        Err(Error::refused(WHAT, "the parts are not what result.json says").on("result"))
    };
    // One that cannot be used is as large as one that can.
    let removed = fs::remove_file(&path).map_err(|e| fail(&e));
    done.and(removed)
}

/// Where an entry goes; `None`: it is none of what is wanted. Refused: it points out of the folder.
fn target(name: &Path) -> Result<Option<PathBuf>> {
    let mut clean = PathBuf::new();
    for part in name.components() {
        match part {
            Component::Normal(part) => clean.push(part),
            Component::CurDir => {}
            _ => {
                return Err(
                    Error::refused(WHAT, "the archive holds a path that points out of it").on(name.display())
                );
            }
        }
    }
    let first = clean.components().next().and_then(|first| first.as_os_str().to_str());
    Ok(first.is_some_and(|first| WANTED.contains(&first)).then_some(clean))
}

/// Plain files and folders only: no links, no devices, no rights.
fn unpack(archive: &Path, folder: &Path) -> Result<()> {
    let fail = |e: &io::Error| local::error(WHAT, archive, e);
    let mut tar = tar::Archive::new(fs::File::open(archive).map_err(|e| fail(&e))?);
    for entry in tar.entries().map_err(|e| fail(&e))? {
        let mut entry = entry.map_err(|e| fail(&e))?;
        let name = entry.path().map_err(|e| fail(&e))?.into_owned();
        let Some(clean) = target(&name)? else { continue };
        let path = folder.join(&clean);
        let kind = entry.header().entry_type();
        let written = if kind.is_dir() {
            fs::create_dir_all(&path)
        } else if kind.is_file() {
            let parent = path.parent().map_or(Ok(()), fs::create_dir_all);
            parent.and_then(|()| {
                let mut file = fs::File::create(&path)?;
                io::copy(&mut entry, &mut file)?;
                file.sync_all()
            })
        } else {
            return Err(
                Error::refused(WHAT, "the archive holds something that is no plain file").on(name.display())
            );
        };
        written.map_err(|e| local::error(WHAT, &path, &e))?;
    }
    Ok(())
}

/// The files that the manifest names, from the volume. They are held to it when they are kept.
async fn files(depot: &Depot, folder: &RunDir, manifest: &[u8], run: &str) -> Result<()> {
    let Ok(manifest) = Manifest::read(manifest, run) else { return Ok(()) };
    let also = ["spec.json", "base_model.json"].map(str::to_owned);
    for name in manifest.files.iter().map(|file| file.path.clone()).chain(also) {
        let Some(clean) = target(Path::new(&name))? else { continue };
        if depot.head(&name).await?.is_none() {
            continue;
        }
        let path = folder.path().join(clean);
        let fail = |e: &io::Error| local::error(WHAT, &path, e);
        path.parent().map_or(Ok(()), fs::create_dir_all).map_err(|e| fail(&e))?;
        let mut file = tokio::fs::File::create(&path).await.map_err(|e| fail(&e))?;
        depot.append_to(&name, (&mut file, &path), |_| {}).await?;
        file.sync_all().await.map_err(|e| fail(&e))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tar_of(entries: &[(&str, tar::EntryType, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, kind, bytes) in entries {
            let mut header = tar::Header::new_ustar();
            // The library refuses such names when it writes; an attacker does not.
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            header.set_entry_type(*kind);
            header.set_size(bytes.len() as u64);
            header.set_mode(0o777);
            header.set_cksum();
            builder.append(&header, *bytes).unwrap();
        }
        builder.into_inner().unwrap()
    }

    #[test]
    fn an_archive_lands_inside_its_folder_or_not_at_all() {
        use tar::EntryType::{Directory, Link, Regular, Symlink};
        let dir = tempfile::tempdir().unwrap();
        let (archive, folder) = (dir.path().join("a.tar"), dir.path().join("run"));
        fs::create_dir(&folder).unwrap();
        let good: &[(&str, tar::EntryType, &[u8])] = &[
            ("adapter/", Directory, b""),
            ("./adapter/weights.bin", Regular, b"1234"),
            ("events.jsonl", Regular, b"not wanted"),
            ("spec.json", Regular, b"{}"),
        ];
        fs::write(&archive, tar_of(good)).unwrap();
        unpack(&archive, &folder).unwrap();
        assert_eq!(crate::testing::tree(&folder), ["adapter/weights.bin", "spec.json"]);
        for (name, kind) in [
            ("../adapter/x", Regular),
            ("/adapter/x", Regular),
            ("adapter/../../x", Regular),
            ("adapter/x", Symlink),
            ("adapter/x", Link),
        ] {
            fs::write(&archive, tar_of(&[(name, kind, b"")])).unwrap();
            assert!(unpack(&archive, &folder).is_err(), "{name}");
        }
        assert_eq!(crate::testing::tree(dir.path()).len(), 3, "nothing outside");
    }
}
