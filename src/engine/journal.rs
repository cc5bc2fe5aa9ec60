//! What is under way is written down, so that the next start can finish or undo it.
//!
//! A running engine holds a lock on a file of its own; whoever finds that file unlocked knows that its owner is dead and need not wait
//! for the lease. On another machine only the lease counts.

use crate::clock::Clock;
use crate::engine::{Inner, from_db};
use crate::{Result, local};
use chrono::{DateTime, TimeDelta, Utc};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::{Hold, JournalEntry};
use uuid::Uuid;

/// How long an owner that nobody can ask is believed to live.
const LEASE: TimeDelta = TimeDelta::minutes(2);
/// How often a living one renews.
const RENEW: TimeDelta = TimeDelta::seconds(20);

/// When a lease that begins now ends.
pub(crate) fn lease(clock: &Clock) -> DateTime<Utc> {
    clock.real() + LEASE
}

/// A running engine, known to others by a locked file.
#[derive(Debug)]
pub(crate) struct Owner {
    pub id: String,
    folder: PathBuf,
    file: PathBuf,
    /// Entries of the journal that are under way here.
    open: AtomicUsize,
    _lock: Option<File>,
}

impl Owner {
    /// Makes and locks the file. Where locking is impossible the lease alone counts.
    pub fn new(data_dir: &Path, id: Uuid) -> Result<Self> {
        let folder = data_dir.join("running");
        let fail = |e: &std::io::Error| {
            let error = local::error("Cannot use the data folder", data_dir, e);
            match e.kind() {
                ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => error
                    .next("Take another one with --data-dir, or give yourself the right to write into it"),
                _ => error,
            }
        };
        fs::create_dir_all(&folder).map_err(|e| fail(&e))?;
        let id = id.to_string();
        let file = folder.join(format!("{id}.lock"));
        let opened = OpenOptions::new().create_new(true).write(true).open(&file).map_err(|e| fail(&e))?;
        let lock = opened.try_lock().is_ok().then_some(opened);
        Ok(Self { id, folder, file, open: AtomicUsize::new(0), _lock: lock })
    }
    /// Whether the engine of this id is known to have ended.
    pub fn is_dead(&self, id: &str) -> bool {
        self.lock_of(id).is_some_and(|file| file.try_lock().is_ok())
    }
    /// Whether the engine of this id is known to live: here, or in another process of this machine that may be stopped.
    pub fn is_alive(&self, id: &str) -> bool {
        id == self.id
            || self.lock_of(id).is_some_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
    }
    fn lock_of(&self, id: &str) -> Option<File> {
        if id == self.id || Uuid::parse_str(id).is_err() {
            return None;
        }
        File::open(self.folder.join(format!("{id}.lock"))).ok()
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
        // Whose work was left in the middle stays known as dead: the next start need not wait for the lease.
        if self.open.load(Ordering::Relaxed) == 0 {
            let _ = fs::remove_file(&self.file);
        }
    }
}

/// One entry of the journal while its work goes on. Dropped without [`Journal::end`] it stays, for the next start.
#[derive(Debug)]
pub(crate) struct Journal {
    hold: Hold,
    objects: Vec<String>,
    renewed: DateTime<Utc>,
    /// When it was last tried.
    tried: DateTime<Utc>,
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
            lease_until: now + LEASE,
        };
        // Counted before it is there: an answer that got lost leaves an entry too.
        engine.owner.open.fetch_add(1, Ordering::Relaxed);
        engine.db.journal_begin(&entry).await.map_err(from_db(WHAT))?;
        let hold = Hold { entry: entry.id, owner: entry.owner };
        Ok(Self { hold, objects: entry.objects, renewed: now, tried: now })
    }
    /// What must still hold when the work is published.
    pub fn hold(&self) -> &Hold {
        &self.hold
    }
    /// Key of the entry.
    pub fn id(&self) -> Uuid {
        self.hold.entry
    }
    /// Says that it still lives; cheap to call often. A busy moment of the database is no reason to give up while the lease runs.
    pub async fn renew(&mut self, engine: &Inner) -> Result<()> {
        let now = engine.clock.real();
        if now - self.tried < RENEW {
            return Ok(());
        }
        self.tried = now;
        match engine.db.journal_touch(&self.hold, now + LEASE, &self.objects).await {
            Ok(()) => self.renewed = now,
            Err(error) if error.is_transient() && now - self.renewed < LEASE - RENEW => {
                tracing::warn!(%error, "the lease is renewed later");
            }
            Err(error) => return Err(from_db(WHAT)(error)),
        }
        Ok(())
    }
    /// Lives on while something goes on that takes long and does not come by.
    pub async fn through<T>(&mut self, engine: &Inner, work: impl Future<Output = Result<T>>) -> Result<T> {
        let mut work = pin!(work);
        let pause = RENEW.to_std().unwrap_or_default();
        loop {
            match tokio::time::timeout(pause, work.as_mut()).await {
                Ok(done) => return done,
                Err(_) => self.renew(engine).await?,
            }
        }
    }
    /// Replaces the list of objects that are at stake.
    pub async fn objects(&mut self, engine: &Inner, objects: Vec<String>) -> Result<()> {
        let now = engine.clock.real();
        engine.db.journal_touch(&self.hold, now + LEASE, &objects).await.map_err(from_db(WHAT))?;
        self.objects = objects;
        (self.renewed, self.tried) = (now, now);
        Ok(())
    }
    /// The objects that are at stake now.
    pub fn at_stake(&self) -> &[String] {
        &self.objects
    }
    /// Done, one way or the other.
    pub async fn end(self, engine: &Inner) -> Result<()> {
        engine.db.journal_end(&self.hold).await.map_err(from_db(WHAT))?;
        engine.owner.open.fetch_sub(1, Ordering::Relaxed);
        Ok(())
    }
}
