//! Everything that is written goes through one buffer and leaves it as one or two writes per frame.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A frame that is larger leaves in several writes.
const ROOM: usize = 64 * 1024;

struct Inner {
    sink: Box<dyn Write + Send>,
    buffer: Vec<u8>,
    held: bool,
    bytes: u64,
    writes: u64,
}

/// The way out, shared by the backend and the session.
#[derive(Clone)]
pub struct Out(Arc<Mutex<Inner>>);

impl std::fmt::Debug for Out {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Out").field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}

impl Out {
    /// Writes to this sink.
    pub fn new(sink: impl Write + Send + 'static) -> Self {
        let inner = Inner {
            sink: Box::new(sink),
            buffer: Vec::with_capacity(ROOM),
            held: false,
            bytes: 0,
            writes: 0,
        };
        Self(Arc::new(Mutex::new(inner)))
    }

    /// Writes to the standard output, past the line buffer of the standard library.
    pub fn stdout() -> io::Result<Self> {
        use std::os::fd::AsFd;
        let fd = io::stdout().as_fd().try_clone_to_owned()?;
        Ok(Self::new(std::fs::File::from(fd)))
    }

    /// Until [`Self::send`] nothing leaves, whatever flushes in between.
    pub(super) fn hold(&self) {
        self.inner().held = true;
    }

    /// Takes the held bytes without sending them.
    pub(super) fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.inner().buffer)
    }

    /// Sends what is held.
    pub(super) fn send(&self) -> io::Result<()> {
        let mut inner = self.inner();
        inner.held = false;
        inner.send()
    }

    /// Bytes sent so far.
    pub fn bytes(&self) -> u64 {
        self.inner().bytes
    }

    /// Write calls so far.
    pub fn writes(&self) -> u64 {
        self.inner().writes
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn send(&mut self) -> io::Result<()> {
        for part in self.buffer.chunks(ROOM) {
            self.sink.write_all(part)?;
            self.writes += 1;
            self.bytes += part.len() as u64;
        }
        self.buffer.clear();
        self.sink.flush()
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner().buffer.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut inner = self.inner();
        if inner.held { Ok(()) } else { inner.send() }
    }
}
