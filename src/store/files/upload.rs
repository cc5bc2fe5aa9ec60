//! An object that is written bit by bit.

use super::FilesError;
use object_store::{MultipartUpload, WriteMultipart};

/// Bytes per part: the least that every S3 server takes without asking many times (apis C5: 8 to 64 MiB).
const PART: usize = 8 << 20;
/// Parts on their way at once; with the one that fills up this bounds the memory of an upload.
const IN_FLIGHT: usize = 2;

/// An upload under way. Dropping it without [`Upload::finish`] or [`Upload::abort`] leaves parts behind that nobody sees.
pub struct Upload {
    parts: WriteMultipart,
    key: String,
    at: String,
    bytes: u64,
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Upload({}, {} bytes)", self.key, self.bytes)
    }
}

impl Upload {
    pub(super) fn new(multipart: Box<dyn MultipartUpload>, key: String, at: String) -> Self {
        Self { parts: WriteMultipart::new_with_chunk_size(multipart, PART), key, at, bytes: 0 }
    }
    /// Takes the next bytes; waits while too many parts are on their way.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), FilesError> {
        self.parts
            .wait_for_capacity(IN_FLIGHT)
            .await
            .map_err(|e| FilesError::new("write", &self.key, &self.at, &e))?;
        self.parts.write(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }
    /// Bytes taken so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
    /// Makes the object appear, durable; answers its size.
    pub async fn finish(self) -> Result<u64, FilesError> {
        let Self { parts, key, at, bytes } = self;
        parts.finish().await.map_err(|e| FilesError::new("write", &key, &at, &e))?;
        Ok(bytes)
    }
    /// Forgets it.
    pub async fn abort(self) -> Result<(), FilesError> {
        let Self { parts, key, at, .. } = self;
        parts.abort().await.map_err(|e| FilesError::new("abort", &key, &at, &e))
    }
}
