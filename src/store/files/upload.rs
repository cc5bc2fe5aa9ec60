//! An object that is written bit by bit.

use super::FilesError;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt as _, PutPayload, WriteMultipart};
use std::sync::Arc;

/// Bytes per part: the least that every S3 server takes without asking many times (apis C5: 8 to 64 MiB).
const PART: usize = 8 << 20;
/// Parts on their way at once; with the one that fills up this bounds the memory of an upload.
const IN_FLIGHT: usize = 2;

/// An upload under way. Dropping it without [`Upload::finish`] or [`Upload::abort`] may leave parts behind that nobody sees.
pub struct Upload {
    state: State,
    key: String,
    at: String,
    bytes: u64,
}

/// What fits into one part is one request at the end, so that an interrupted upload leaves nothing (decision 0103).
enum State {
    Small(Arc<dyn ObjectStore>, ObjectPath, Vec<u8>),
    Parts(WriteMultipart),
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Upload({}, {} bytes)", self.key, self.bytes)
    }
}

impl Upload {
    pub(super) fn new(store: Arc<dyn ObjectStore>, path: ObjectPath, key: String, at: String) -> Self {
        Self { state: State::Small(store, path, Vec::new()), key, at, bytes: 0 }
    }
    fn error(&self, doing: &str, source: &object_store::Error) -> FilesError {
        FilesError::new(doing, &self.key, &self.at, source)
    }
    /// Takes the next bytes; waits while too many parts are on their way.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), FilesError> {
        if let State::Small(store, path, waiting) = &mut self.state {
            if waiting.len() + bytes.len() < PART {
                waiting.extend_from_slice(bytes);
                self.bytes += bytes.len() as u64;
                return Ok(());
            }
            let waiting = std::mem::take(waiting);
            let begun = store.put_multipart(path).await;
            let mut parts =
                WriteMultipart::new_with_chunk_size(begun.map_err(|e| self.error("write", &e))?, PART);
            parts.write(&waiting);
            self.state = State::Parts(parts);
        }
        let State::Parts(parts) = &mut self.state else { return Ok(()) };
        if let Err(e) = parts.wait_for_capacity(IN_FLIGHT).await {
            return Err(self.error("write", &e));
        }
        parts.write(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }
    /// Bytes taken so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
    /// Makes the object appear, durable; answers its size.
    pub async fn finish(self) -> Result<u64, FilesError> {
        let Self { state, key, at, bytes } = self;
        let finished = match state {
            State::Small(store, path, waiting) => store.put(&path, PutPayload::from(waiting)).await,
            State::Parts(parts) => parts.finish().await,
        };
        finished.map_err(|e| FilesError::new("write", &key, &at, &e))?;
        Ok(bytes)
    }
    /// Forgets it.
    pub async fn abort(self) -> Result<(), FilesError> {
        let Self { state, key, at, .. } = self;
        match state {
            State::Small(..) => Ok(()),
            State::Parts(parts) => parts.abort().await.map_err(|e| FilesError::new("abort", &key, &at, &e)),
        }
    }
}
