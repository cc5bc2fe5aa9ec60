//! Whether a worker lives, by the lock that it holds (`worker.lock`).

use super::file::Stamp;
use chrono::{DateTime, Utc};
use domain::run::Liveness;
use serde::Deserialize;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// Seconds between two questions to a lock that is held.
const AGAIN: i64 = 2;

/// The lock of a run directory. It is asked as rarely as possible: for the moment of the question a worker that starts could not take it.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    asked: Option<(Stamp, DateTime<Utc>)>,
    answer: Liveness,
}

#[derive(Deserialize)]
struct Holder {
    host: String,
}

impl Lock {
    pub fn new(path: PathBuf) -> Self {
        Self { path, asked: None, answer: Liveness::Unknown }
    }

    /// What is known of the process. A lock that nobody holds stays so until its file changes: each start writes into it.
    pub fn ask(&mut self, now: DateTime<Utc>) -> Liveness {
        let Ok(meta) = std::fs::metadata(&self.path) else { return Liveness::Unknown };
        let stamp = Stamp::of(&meta);
        if let Some((before, at)) = self.asked
            && before == stamp
            && (self.answer != Liveness::Alive || (now - at).num_seconds() < AGAIN)
        {
            return self.answer;
        }
        self.asked = Some((stamp, now));
        self.answer = self.try_it();
        self.answer
    }

    fn try_it(&self) -> Liveness {
        let Ok(text) = std::fs::read_to_string(&self.path) else { return Liveness::Unknown };
        let holder = serde_json::from_str::<Holder>(&text).ok();
        // A lock of another machine cannot be seen from here, or not for sure.
        let ours = match (holder, hostname()) {
            (Some(holder), Some(here)) => holder.host == here,
            _ => true,
        };
        match is_held(&self.path) {
            Some(true) => Liveness::Alive,
            Some(false) if ours => Liveness::Dead(None),
            _ => Liveness::Unknown,
        }
    }
}

/// Whether somebody holds the lock; `None`: it cannot be asked. Shared, so that those who ask do not take each other for a worker.
pub(crate) fn is_held(path: &Path) -> Option<bool> {
    let file = File::open(path).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => Some(true),
        // Closing it lets go of it.
        Ok(()) => Some(false),
        Err(TryLockError::Error(_)) => None,
    }
}

fn hostname() -> Option<String> {
    let text = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    Some(text.trim().to_owned())
}
