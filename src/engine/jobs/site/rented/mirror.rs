//! The run directory of a rented machine on this one: its events and its output, copied from the store as they grow. Whoever
//! looks at a run may bring it up to date, the follower or not, and on any machine that reaches the store.

use super::depot::{Depot, Way};
use crate::jobs::rundir::RunDir;
use crate::{Error, Result, local};
use chrono::{DateTime, Utc};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, SystemTime};
use store::files::Meta;

const WHAT: &str = "Cannot copy the run from the store";
/// Bytes that are fetched at once.
const CHUNK: u64 = 8 << 20;
/// Bytes of what the worker printed that are worth copying. A machine with signed addresses stores no more; on a volume lies all of it.
const LOG: u64 = 1 << 20;

/// What the worker prints.
const PRINTED: &str = "worker.log";
/// Written each time something is brought, and locked meanwhile.
const LOCK: &str = ".mirror.lock";

/// Somebody brought what is new so lately.
pub(super) fn is_fresh(folder: &RunDir, now: DateTime<Utc>, pause: Duration) -> bool {
    let at = fs::metadata(folder.file(LOCK)).and_then(|meta| meta.modified());
    at.is_ok_and(|at| SystemTime::from(now).duration_since(at).is_ok_and(|age| age < pause))
}

/// What the store has that is new; whether there was anything.
pub(in crate::jobs) async fn bring(depot: &Depot, folder: &RunDir, now: DateTime<Utc>) -> Result<bool> {
    // One question for both.
    let (events, log) = match depot.way {
        Way::Signed => {
            let mut all = depot.list("").await?;
            let log = all.iter().position(|(name, _)| name == PRINTED).map(|at| all.remove(at).1);
            all.retain(|(name, _)| name.starts_with("events/"));
            (all, log)
        }
        Way::Volume => {
            let whole = depot.head("events.jsonl").await?;
            let events = whole.map(|meta| ("events.jsonl".to_owned(), meta)).into_iter().collect();
            (events, depot.head(PRINTED).await?)
        }
    };
    if events.is_empty() {
        return Ok(false);
    }
    folder.make()?;
    let Some(lock) = lock(&folder.file(LOCK))? else { return Ok(false) };
    // How often it is brought hangs on it, and nothing else.
    let _ = lock.set_modified(now.into());
    let events = bring_events(depot, folder, &events).await?;
    let log = bring_log(depot, folder, log).await?;
    Ok(events || log)
}

/// One at a time; `None`: somebody else brings it.
fn lock(path: &Path) -> Result<Option<File>> {
    let fail = |e: &std::io::Error| local::error(WHAT, path, e);
    let file = OpenOptions::new().create(true).append(true).open(path).map_err(|e| fail(&e))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(e)) => Err(fail(&e)),
    }
}

/// Appends what the parts have beyond what is here. Parts that became shorter were written by a machine that went on from an
/// older state: then everything is copied anew.
async fn bring_events(depot: &Depot, folder: &RunDir, parts: &[(String, Meta)]) -> Result<bool> {
    let path = folder.file("events.jsonl");
    let fail = |e: std::io::Error| local::error(WHAT, &path, &e);
    let here = match fs::metadata(&path) {
        Ok(meta) => meta.len(),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => 0,
        Err(e) => return Err(fail(e)),
    };
    let there: u64 = parts.iter().map(|(_, meta)| meta.size).sum();
    if there == here {
        return Ok(false);
    }
    let anew = there < here;
    let (written, mut at) = if anew { (folder.file(".events.jsonl"), 0) } else { (path.clone(), here) };
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(anew).append(!anew);
    if anew {
        options.append(false);
    }
    let mut file = options.open(&written).map_err(fail)?;
    let mut begins = 0;
    for (name, Meta { size, .. }) in parts {
        while at < begins + size {
            let from = at - begins;
            let bytes = depot.range(name, from..(from + CHUNK).min(*size)).await?;
            if bytes.is_empty() {
                return Err(Error::failed(WHAT, "a part is shorter than it was listed").on(name));
            }
            file.write_all(&bytes).map_err(fail)?;
            at += bytes.len() as u64;
        }
        begins += size;
    }
    if anew {
        drop(file);
        fs::rename(&written, &path).map_err(fail)?;
    }
    Ok(true)
}

/// The end of what the worker printed, anew each time. Its time is that of the store, so that it is copied only when it changed.
async fn bring_log(depot: &Depot, folder: &RunDir, there: Option<Meta>) -> Result<bool> {
    let Some(meta) = there else { return Ok(false) };
    let path = folder.file(PRINTED);
    let known = fs::metadata(&path).and_then(|m| m.modified());
    let modified = SystemTime::from(meta.modified);
    if known.is_ok_and(|known| known == modified) {
        return Ok(false);
    }
    let mut bytes = bytes::Bytes::new();
    if meta.size > 0 {
        bytes = depot.range(PRINTED, meta.size.saturating_sub(LOG)..meta.size).await?;
    }
    if meta.size > LOG {
        // It begins in the middle of a line.
        let line = bytes.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        bytes = bytes.slice(line..);
    }
    let part = folder.file(".worker.log");
    let written = File::create(&part).and_then(|mut file| {
        file.write_all(&bytes)?;
        file.set_modified(modified)?;
        fs::rename(&part, &path)
    });
    written.map_err(|e| local::error(WHAT, &path, &e))?;
    Ok(true)
}
