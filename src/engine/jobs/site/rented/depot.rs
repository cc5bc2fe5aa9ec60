//! Where what travels with a run lies (decision 0170): below `runs/<key>` in an S3 store, whose addresses are signed for the
//! machine, or in a folder of a network volume, which the machine mounts and we reach through its S3 interface.

use crate::engine::from_files;
use crate::{Engine, Error, Result, objects};
use bytes::Bytes;
use domain::ids::JobId;
use futures::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use std::path::Path;
use store::files::{Files, Meta, RUNS};

const WHAT: &str = "Cannot carry the run";

/// How the machine gets at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::jobs) enum Way {
    /// By addresses, each signed for one name and one verb.
    Signed,
    /// By a folder of the volume that it mounts.
    Volume,
}

/// The files of one run.
#[derive(Debug, Clone)]
pub(in crate::jobs) struct Depot {
    pub files: Files,
    pub way: Way,
    folder: String,
}

impl Depot {
    /// That of a run. Refused with what is missing where a machine elsewhere could reach nothing.
    pub fn of(engine: &Engine, run: JobId) -> Result<Self> {
        if engine.files().kind() == "S3" {
            return Ok(Self {
                files: engine.files().clone(),
                way: Way::Signed,
                folder: format!("{RUNS}/{run}"),
            });
        }
        match &engine.0.volume {
            Some(volume) => Ok(Self {
                files: volume.clone(),
                way: Way::Volume,
                folder: format!("brightrun/{RUNS}/{run}"),
            }),
            None => Err(Error::refused(WHAT, crate::runpod::NO_STORE)
                .next("Set files.url to an S3 store, or runpod.volume with its S3 keys")),
        }
    }

    /// The key of one of its files.
    pub fn key(&self, name: &str) -> String {
        format!("{}/{name}", self.folder)
    }

    /// The folder as the machine sees it below its mount.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    pub async fn put(&self, name: &str, bytes: impl Into<Bytes>) -> Result<()> {
        self.files.put(&self.key(name), bytes.into()).await.map_err(from_files(WHAT))
    }

    /// A small file; `None`: it is not there.
    pub async fn get(&self, name: &str) -> Result<Option<Bytes>> {
        match self.files.get(&self.key(name)).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(from_files(WHAT)(error)),
        }
    }

    /// A part of a file.
    pub async fn range(&self, name: &str, range: std::ops::Range<u64>) -> Result<Bytes> {
        self.files.get_range(&self.key(name), range).await.map_err(from_files(WHAT))
    }

    pub async fn head(&self, name: &str) -> Result<Option<Meta>> {
        self.files.head(&self.key(name)).await.map_err(from_files(WHAT))
    }

    pub async fn delete(&self, name: &str) -> Result<()> {
        self.files.delete(&self.key(name)).await.map_err(from_files(WHAT))
    }

    /// What lies below a folder of it, or, without a name, of all of it, in the order of the names.
    pub async fn list(&self, below: &str) -> Result<Vec<(String, Meta)>> {
        let prefix = if below.is_empty() { self.folder.clone() } else { self.key(below) };
        let found: Vec<Meta> = self.files.list(&prefix).try_collect().await.map_err(from_files(WHAT))?;
        let mut named: Vec<(String, Meta)> = found
            .into_iter()
            .filter_map(|meta| Some((meta.key.strip_prefix(&self.key(""))?.to_owned(), meta)))
            .collect();
        named.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(named)
    }

    /// Bytes and digest of a file, read whole.
    pub async fn measure(&self, name: &str) -> Result<(u64, String)> {
        let (_, mut chunks) = self.files.get_stream(&self.key(name)).await.map_err(from_files(WHAT))?;
        let (mut bytes, mut digest) = (0_u64, Sha256::new());
        while let Some(chunk) = chunks.try_next().await.map_err(from_files(WHAT))? {
            bytes += chunk.len() as u64;
            digest.update(&chunk);
        }
        Ok((bytes, hex::encode(digest.finalize())))
    }

    /// Appends a file to one on this machine; `seen` is shown every piece.
    pub async fn append_to(
        &self,
        name: &str,
        file: (&mut tokio::fs::File, &Path),
        seen: impl FnMut(&[u8]),
    ) -> Result<u64> {
        objects::append(&self.files, &self.key(name), file, seen, WHAT).await
    }
}
