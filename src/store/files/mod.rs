//! Objects behind five verbs: put, get, list, delete, presign. A folder or S3, the same keys in both.
//!
//! A key begins with its bucket: `conversation-files/…`, `training-files/…` (formats 6). Nothing relies on conditional writes and
//! nothing is deleted in bulk, because not every S3 server has them (apis C3, C5).

mod error;
mod place;
mod upload;

pub use error::{FilesError, FilesErrorKind};
pub use place::{Credentials, FilesUrl};
pub use upload::Upload;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream::{BoxStream, StreamExt, TryStreamExt};
use object_store::path::Path as ObjectPath;
use object_store::signer::Signer as _;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt as _, PutPayload};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Bucket of raw, parsed and enriched conversations (formats 6).
pub const CONVERSATIONS: &str = "conversation-files";
/// Bucket of training files (formats 6).
pub const TRAINING: &str = "training-files";
/// Bucket of datasets (training-pipeline 2.1).
pub const DATASETS: &str = "lora-datasets";
/// Bucket of what travels with a run (decision 0170).
pub const RUNS: &str = "runs";
/// Bucket of models (training-pipeline 2.1).
pub const MODELS: &str = "lora-models";

/// What is known of an object without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// Its key, with the bucket.
    pub key: String,
    /// Bytes.
    pub size: u64,
    /// When it was written.
    pub modified: DateTime<Utc>,
}

/// What a link allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allow {
    /// Reading the object.
    Read,
    /// Writing it.
    Write,
}

/// Where objects lie; cheap to clone.
#[derive(Clone)]
pub struct Files(Arc<place::Place>);

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Files({})", self.at())
    }
}

impl Files {
    /// Opens a folder (made when missing) or prepares S3; S3 is not asked anything yet, see [`Files::check`].
    pub fn open(url: &FilesUrl, credentials: &Credentials) -> Result<Self, FilesError> {
        Ok(Self(Arc::new(place::Place::open(url, credentials)?)))
    }
    /// Where, for people; never a secret.
    pub fn at(&self) -> &str {
        self.0.at()
    }
    /// `folder` or `S3`.
    pub fn kind(&self) -> &'static str {
        self.0.kind()
    }

    fn find(&self, key: &str) -> Result<(Arc<dyn ObjectStore>, ObjectPath), FilesError> {
        self.0.find(key)
    }
    fn error(&self, doing: &'static str, key: &str, source: &object_store::Error) -> FilesError {
        FilesError::new(doing, key, self.at(), source)
    }

    /// Writes an object, whole or not at all. It is durable when this returns.
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<(), FilesError> {
        let (store, path) = self.find(key)?;
        store.put(&path, PutPayload::from_bytes(bytes)).await.map_err(|e| self.error("write", key, &e))?;
        Ok(())
    }

    /// Writes many objects, each whole or not at all; all are durable when this returns. A folder is forced to disk once for all of them.
    /// After an error no further one is begun, and those that were are waited for: who tidies up then finds all of them.
    pub async fn put_many(&self, objects: Vec<(String, Bytes)>) -> Result<(), FilesError> {
        let last = objects.last().map(|(key, _)| key.clone()).unwrap_or_default();
        let failed = AtomicBool::new(false);
        let put = |(key, bytes): (String, Bytes)| {
            let failed = &failed;
            async move {
                if failed.load(Ordering::Relaxed) {
                    return Ok(());
                }
                let (store, path) = self.0.find_relaxed(&key)?;
                let put = store.put(&path, PutPayload::from_bytes(bytes)).await;
                put.map(|_| ()).map_err(|e| {
                    failed.store(true, Ordering::Relaxed);
                    self.error("write", &key, &e)
                })
            }
        };
        let puts = futures::stream::iter(objects).map(put).buffer_unordered(8);
        puts.fold(Ok(()), |all: Result<(), FilesError>, one| std::future::ready(all.and(one))).await?;
        let place = Arc::clone(&self.0);
        match tokio::task::spawn_blocking(move || place.sync()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(e)) => Err(FilesError::io("write", &last, self.at(), &e)),
            Err(e) => Err(FilesError::io("write", &last, self.at(), &std::io::Error::other(e))),
        }
    }

    /// Begins an object that is written bit by bit. It appears when it is finished, durable, or never. Nothing is asked of
    /// the store until a first part is full.
    pub fn put_stream(&self, key: &str) -> Result<Upload, FilesError> {
        let (store, path) = self.find(key)?;
        Ok(Upload::new(store, path, key.to_owned(), self.at().to_owned()))
    }

    /// The whole object.
    pub async fn get(&self, key: &str) -> Result<Bytes, FilesError> {
        let (store, path) = self.find(key)?;
        let got = store.get(&path).await.map_err(|e| self.error("read", key, &e))?;
        got.bytes().await.map_err(|e| self.error("read", key, &e))
    }

    /// A part of the object.
    pub async fn get_range(&self, key: &str, range: Range<u64>) -> Result<Bytes, FilesError> {
        let (store, path) = self.find(key)?;
        store.get_range(&path, range).await.map_err(|e| self.error("read", key, &e))
    }

    /// The object bit by bit, with its size.
    pub async fn get_stream(
        &self,
        key: &str,
    ) -> Result<(u64, BoxStream<'static, Result<Bytes, FilesError>>), FilesError> {
        self.get_from(key, 0).await
    }

    /// The same from this byte on, which must be one that it has; the size is the whole object's.
    pub async fn get_from(
        &self,
        key: &str,
        from: u64,
    ) -> Result<(u64, BoxStream<'static, Result<Bytes, FilesError>>), FilesError> {
        let (store, path) = self.find(key)?;
        let range = (from > 0).then_some(GetRange::Offset(from));
        let options = GetOptions { range, ..GetOptions::default() };
        let got = store.get_opts(&path, options).await.map_err(|e| self.error("read", key, &e))?;
        let (size, key, at) = (got.meta.size, key.to_owned(), self.at().to_owned());
        let stream = got.into_stream().map_err(move |e| FilesError::new("read", &key, &at, &e)).boxed();
        Ok((size, stream))
    }

    /// What is known of an object; `None` when there is none.
    pub async fn head(&self, key: &str) -> Result<Option<Meta>, FilesError> {
        let (store, path) = self.find(key)?;
        match store.head(&path).await {
            Ok(meta) => Ok(Some(Meta { key: key.to_owned(), size: meta.size, modified: meta.last_modified })),
            Err(e) => match self.error("read", key, &e) {
                e if e.is_missing() => Ok(None),
                e => Err(e),
            },
        }
    }

    /// Everything below a prefix, which begins with a bucket and ends at a `/` of the keys.
    pub fn list(&self, prefix: &str) -> BoxStream<'static, Result<Meta, FilesError>> {
        let (store, path) = match self.find(prefix) {
            Ok(found) => found,
            Err(e) => return futures::stream::once(async { Err(e) }).boxed(),
        };
        let (place, prefix, at) = (Arc::clone(&self.0), prefix.to_owned(), self.at().to_owned());
        let bucket = place::bucket(&prefix).to_owned();
        store
            .list(Some(&path))
            .map_ok(move |meta| Meta {
                key: place.key(&bucket, &meta.location),
                size: meta.size,
                modified: meta.last_modified,
            })
            .map_err(move |e| FilesError::new("list", &prefix, &at, &e))
            .boxed()
    }

    /// Removes an object and what an interrupted upload of it left beside it. A missing one is fine.
    pub async fn delete(&self, key: &str) -> Result<(), FilesError> {
        let (store, path) = self.find(key)?;
        if let Some(file) = self.local_path(key) {
            let swept = tokio::task::spawn_blocking(move || place::sweep_beside(&file)).await;
            if let Ok(Err(e)) = swept {
                return Err(FilesError::io("delete", key, self.at(), &e));
            }
        }
        match store.delete(&path).await.map_err(|e| self.error("delete", key, &e)) {
            Err(e) if !e.is_missing() => Err(e),
            _ => Ok(()),
        }
    }

    /// A link with which anyone can do this one thing with the object for a while; `None` where there are no links. S3 signs for
    /// seven days at most.
    pub async fn presign(
        &self,
        what: Allow,
        key: &str,
        ttl: Duration,
    ) -> Result<Option<url::Url>, FilesError> {
        let Some((store, path)) = self.0.signer(key)? else { return Ok(None) };
        // The verb's type is the crate `http`'s; its text form saves us that dependency.
        let verb = match what {
            Allow::Read => "GET",
            Allow::Write => "PUT",
        };
        let Ok(verb) = verb.parse() else { return Ok(None) };
        store.signed_url(verb, &path, ttl).await.map(Some).map_err(|e| self.error("link", key, &e))
    }

    /// Where the object lies on this machine; `None` for S3.
    pub fn local_path(&self, key: &str) -> Option<PathBuf> {
        self.0.local_path(key)
    }

    /// Writes, reads and deletes a probe object in both buckets: in the user's own folder, as a session may write nowhere else
    /// (formats 6, policies of the buckets). `token` makes its name unique.
    pub async fn check(&self, user: &str, token: &str) -> Result<(), FilesError> {
        for bucket in [CONVERSATIONS, TRAINING] {
            let key = format!("{bucket}/{user}/brightrun-probe-{token}.json");
            self.put(&key, Bytes::from_static(b"{}")).await?;
            let read = self.get(&key).await;
            self.delete(&key).await?;
            if read?.as_ref() != b"{}" {
                return Err(FilesError::garbled(&key, self.at()));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
