//! The run directory as somebody outside the worker sees it (`worker/README.md`).

use crate::watch::is_held;
use crate::{Engine, Error, Result, local};
use domain::ids::JobId;
use domain::run::Reader;
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

const WHAT: &str = "Cannot use the run directory";
/// Bytes of the worker's own output that are quoted when it never said a word.
const TAIL: u64 = 2000;
/// Bytes of events that are read at once.
const CHUNK: u64 = 4 << 20;

/// Below the data folder: `runs/<key of the run>`.
#[derive(Debug, Clone)]
pub(super) struct RunDir(PathBuf);

impl RunDir {
    pub fn of(engine: &Engine, run: JobId) -> Self {
        Self(engine.0.places.data_dir.join("runs").join(run.to_string()))
    }
    /// Any folder.
    #[cfg(test)]
    pub fn at(folder: &Path) -> Self {
        Self(folder.to_owned())
    }
    pub fn path(&self) -> &Path {
        &self.0
    }
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
    pub fn make(&self) -> Result<()> {
        fs::create_dir_all(&self.0).map_err(|e| local::error(WHAT, &self.0, &e))
    }
    /// The run belongs to this machine: its directory is made when the run is (decision 0155).
    pub fn is_here(&self) -> bool {
        self.0.is_dir()
    }
    /// The run is finished.
    pub fn manifest(&self) -> Option<Vec<u8>> {
        fs::read(self.file("manifest.json")).ok()
    }
    /// A worker lives: it holds the lock.
    pub fn is_alive(&self) -> bool {
        is_held(&self.file("worker.lock")) == Some(true)
    }
    /// The worker's process, while one lives.
    pub fn pid(&self) -> Option<u32> {
        if !self.is_alive() {
            return None;
        }
        let text = fs::read(self.file("worker.lock")).ok()?;
        let said: serde_json::Value = serde_json::from_slice(&text).ok()?;
        u32::try_from(said.get("pid")?.as_u64()?).ok()
    }
    /// Leaves a request for the worker.
    pub fn ask(&self, request: &str) -> Result<()> {
        let path = self.file(request);
        let opened = OpenOptions::new().create(true).append(true).open(&path);
        opened.map(|_| ()).map_err(|e| local::error("Cannot ask the worker", &path, &e))
    }
    /// Takes a request back, e.g. one that no worker has heard.
    pub fn unask(&self, request: &str) -> Result<()> {
        let path = self.file(request);
        match fs::remove_file(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(local::error(WHAT, &path, &e)),
            _ => Ok(()),
        }
    }
    /// The end of what the worker printed, for when it told nothing.
    pub fn last_words(&self) -> String {
        let tail = || -> std::io::Result<String> {
            let mut file = File::open(self.file("worker.log"))?;
            let size = file.metadata()?.len();
            file.seek(SeekFrom::Start(size.saturating_sub(TAIL)))?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
        };
        tail().unwrap_or_default()
    }
}

/// Reads `events.jsonl` while it grows.
#[derive(Debug, Default)]
pub(super) struct Tail {
    pub reader: Reader,
    at: u64,
}

impl Tail {
    /// Reads what is new; whether there was something.
    pub fn read(&mut self, folder: &RunDir) -> Result<bool> {
        let path = folder.file("events.jsonl");
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            Err(e) => return Err(wrong(&path, &e)),
        };
        // A machine that went on from an older state: its events are read anew.
        if file.metadata().map_err(|e| wrong(&path, &e))?.len() < self.at {
            *self = Self::default();
        }
        file.seek(SeekFrom::Start(self.at)).map_err(|e| wrong(&path, &e))?;
        let before = self.at;
        loop {
            let mut chunk = Vec::new();
            let read = (&mut file).take(CHUNK).read_to_end(&mut chunk).map_err(|e| wrong(&path, &e))?;
            if read == 0 {
                return Ok(self.at > before);
            }
            self.at += read as u64;
            self.reader.push(&chunk);
        }
    }
}

fn wrong(path: &Path, e: &std::io::Error) -> Error {
    local::error("Cannot read the events of the run", path, e)
}
