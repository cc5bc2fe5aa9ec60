//! What is under way is written down, so that the next start can finish or undo it.
//!
//! A running engine holds a lock on a file of its own; whoever finds that file unlocked knows that its owner is dead and need not wait
//! for the lease. On another machine only the lease counts.

use crate::clock::Clock;
use crate::engine::{Inner, from_db};
use crate::{Result, local};
use chrono::{DateTime, TimeDelta, Utc};
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use store::{Db, JournalEntry};
use uuid::Uuid;

/// How long an owner that nobody can ask is believed to live.
const LEASE: TimeDelta = TimeDelta::minutes(2);
/// How often a living one renews.
const RENEW: TimeDelta = TimeDelta::seconds(20);

/// When a lease that begins now ends.
pub(crate) fn lease(clock: Clock) -> DateTime<Utc> {
    clock.real() + LEASE
}

/// A running engine, known to others by a locked file.
#[derive(Debug)]
pub(crate) struct Owner {
    pub id: String,
    folder: PathBuf,
    file: PathBuf,
    _lock: Option<File>,
}

impl Owner {
    /// Makes and locks the file. Where locking is impossible the lease alone counts.
    pub fn new(data_dir: &Path, id: Uuid) -> Result<Self> {
        let folder = data_dir.join("running");
        let fail = |e: &std::io::Error| local::error("Cannot use the data folder", data_dir, e);
        fs::create_dir_all(&folder).map_err(|e| fail(&e))?;
        let id = id.to_string();
        let file = folder.join(format!("{id}.lock"));
        let opened = OpenOptions::new().create_new(true).write(true).open(&file).map_err(|e| fail(&e))?;
        let lock = opened.try_lock().is_ok().then_some(opened);
        Ok(Self { id, folder, file, _lock: lock })
    }
    /// Whether the engine of this id is known to have ended.
    pub fn is_dead(&self, id: &str) -> bool {
        if id == self.id || Uuid::parse_str(id).is_err() {
            return false;
        }
        File::open(self.folder.join(format!("{id}.lock"))).is_ok_and(|file| file.try_lock().is_ok())
    }
    /// Removes the files of dead engines that left nothing to do.
    pub fn sweep(&self, needed: &[String]) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let id = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default().to_owned();
            if !needed.contains(&id) && self.is_dead(&id) {
                let _ = fs::remove_file(path);
            }
        }
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.file);
    }
}

/// One entry of the journal while its work goes on. Dropped without [`Journal::end`] it stays, for the next start.
#[derive(Debug)]
pub(crate) struct Journal {
    pub id: Uuid,
    objects: Vec<String>,
    renewed: DateTime<Utc>,
}

const WHAT: &str = "Cannot write the journal";

impl Journal {
    /// Writes down what is about to be done, before any object is written.
    pub async fn begin(engine: &Inner, kind: &str, what: &str, objects: Vec<String>) -> Result<Self> {
        let now = engine.clock.real();
        let entry = JournalEntry {
            id: engine.ids.next(),
            kind: kind.to_owned(),
            what: what.to_owned(),
            objects,
            started: now,
            owner: engine.owner.id.clone(),
            lease_until: lease(engine.clock),
        };
        engine.db.journal_begin(&entry).await.map_err(from_db(WHAT))?;
        Ok(Self { id: entry.id, objects: entry.objects, renewed: now })
    }
    /// Says that it still lives; cheap to call often.
    pub async fn renew(&mut self, db: &Db, clock: Clock) -> Result<()> {
        if clock.real() - self.renewed < RENEW {
            return Ok(());
        }
        let objects = std::mem::take(&mut self.objects);
        self.objects(db, clock, objects).await
    }
    /// Replaces the list of objects that are at stake.
    pub async fn objects(&mut self, db: &Db, clock: Clock, objects: Vec<String>) -> Result<()> {
        db.journal_touch(self.id, lease(clock), &objects).await.map_err(from_db(WHAT))?;
        self.objects = objects;
        self.renewed = clock.real();
        Ok(())
    }
    /// The objects that are at stake now.
    pub fn at_stake(&self) -> &[String] {
        &self.objects
    }
    /// Done, one way or the other.
    pub async fn end(self, db: &Db) -> Result<()> {
        db.journal_end(self.id).await.map_err(from_db(WHAT))
    }
}
