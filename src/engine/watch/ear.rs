//! Hears from the file system that something was written. Where it cannot be heard (network file systems, used-up limits, a folder that
//! is not there yet), files are asked by the clock.

use super::file::identity;
use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// Folders that are listened to at most; beyond them it is cheaper to ask.
const MOST: usize = 256;

/// What counts in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Names {
    /// Files of these names.
    Only(Vec<OsString>),
    /// `TensorBoard`'s files.
    Events,
    /// States of trainers, and folders in which there may be some.
    States,
}

/// Folders, and what counts in each of them.
pub(super) type Places = BTreeMap<PathBuf, Vec<Names>>;

/// What the thread that hears and the follower share.
#[derive(Debug, Default)]
struct Heard {
    places: Mutex<Places>,
    /// Files came or went.
    made: AtomicBool,
    /// It does not hear any more.
    deaf: AtomicBool,
    /// How often it rang.
    rings: AtomicU64,
}

/// Listens to folders.
pub(super) struct Ear {
    watcher: Option<RecommendedWatcher>,
    heard: Arc<Heard>,
    /// Folders that were tried, and which folder that was; `None`: it cannot be heard.
    tried: BTreeMap<PathBuf, ((u64, u64), bool)>,
    /// All that was wanted last can be heard.
    hears: bool,
}

impl std::fmt::Debug for Ear {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ear({:?}, hears: {})", self.tried, self.hears)
    }
}

impl Ear {
    /// Rings this bell when something that counts has happened.
    pub fn new(bell: Arc<Notify>) -> Self {
        let heard = Arc::new(Heard::default());
        let told = Arc::clone(&heard);
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if told.counts(event) {
                told.rings.fetch_add(1, Ordering::Relaxed);
                bell.notify_one();
            }
        });
        let watcher = watcher.inspect_err(
            |error| tracing::info!(%error, "changes of files cannot be heard and are asked for"),
        );
        Self { watcher: watcher.ok(), heard, tried: BTreeMap::new(), hears: false }
    }

    /// Listens to these folders and to no others. True: to one more than before, so that what was written meanwhile must be looked for.
    pub fn listen(&mut self, places: Places) -> bool {
        let Some(watcher) = &mut self.watcher else { return false };
        if self.heard.deaf.load(Ordering::Acquire) {
            tracing::info!("changes of files are not heard any more and are asked for");
            (self.watcher, self.hears) = (None, false);
            return false;
        }
        let gone: Vec<PathBuf> =
            self.tried.keys().filter(|path| !places.contains_key(*path)).cloned().collect();
        for path in gone {
            // It may have gone by itself.
            let _ = watcher.unwatch(&path);
            self.tried.remove(&path);
        }
        let mut more = false;
        self.hears = places.len() <= MOST;
        for path in places.keys().take(MOST) {
            let Some(now) = identity(path) else {
                if self.tried.remove(path).is_some() {
                    let _ = watcher.unwatch(path);
                }
                self.hears = false;
                continue;
            };
            if let Some((before, heard)) = self.tried.get(path)
                && *before == now
            {
                self.hears &= heard;
                continue;
            }
            if self.tried.contains_key(path) {
                let _ = watcher.unwatch(path);
            }
            let result = if is_remote(path) {
                Err(notify::Error::generic("it lies on another machine"))
            } else {
                watcher.watch(path, RecursiveMode::NonRecursive)
            };
            if let Err(error) = &result {
                tracing::info!(%error, folder = %path.display(), "changes cannot be heard and are asked for");
            }
            self.hears &= result.is_ok();
            more |= result.is_ok();
            self.tried.insert(path.clone(), (now, result.is_ok()));
        }
        *self.heard.places.lock().unwrap_or_else(PoisonError::into_inner) = places;
        more
    }

    /// Whether nothing can happen unheard.
    pub const fn hears(&self) -> bool {
        self.hears
    }

    /// Whether files came or went since the last time.
    pub fn take_made(&self) -> bool {
        self.heard.made.swap(false, Ordering::AcqRel)
    }

    /// How often it rang.
    #[cfg(test)]
    pub fn rings(&self) -> u64 {
        self.heard.rings.load(Ordering::Relaxed)
    }
}

impl Heard {
    /// Whether an event means anything to us. Our own reading is heard, too, and must not.
    fn counts(&self, event: notify::Result<Event>) -> bool {
        let Ok(event) = event else {
            self.deaf.store(true, Ordering::Release);
            return true;
        };
        let made = match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write))
            | EventKind::Modify(ModifyKind::Data(_)) => false,
            EventKind::Access(_) => return false,
            _ => true,
        };
        let folder = matches!(
            event.kind,
            EventKind::Create(CreateKind::Folder) | EventKind::Remove(RemoveKind::Folder)
        ) || matches!(event.kind, EventKind::Modify(ModifyKind::Name(_)));
        let places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = event.need_rescan()
            || event.paths.iter().any(|path| {
                let within = path.parent().and_then(|parent| places.get(parent)).zip(path.file_name());
                let named = within.is_some_and(|(names, name)| names.iter().any(|n| n.has(name, folder)));
                named || places.contains_key(path) && made
            });
        if counts && made {
            self.made.store(true, Ordering::Release);
        }
        counts
    }
}

impl Names {
    fn has(&self, name: &OsStr, folder: bool) -> bool {
        match self {
            Self::Only(names) => names.iter().any(|known| known == name),
            Self::Events => name.to_string_lossy().contains("tfevents"),
            Self::States => folder || name == "trainer_state.json",
        }
    }
}

/// Whether others can write there without this machine's kernel knowing.
#[cfg(target_os = "linux")]
fn is_remote(path: &Path) -> bool {
    /// NFS, SMB (three generations), AFS, Coda, NCP, 9P, Ceph, Lustre, GFS2, OCFS2, FUSE (SSHFS, virtiofs), shared folders of `VirtualBox`: `statfs(2)`.
    const REMOTE: [i128; 14] = [
        0x6969,
        0x517b,
        0xff53_4d42,
        0xfe53_4d42,
        0x5346_414f,
        0x7375_7245,
        0x564c,
        0x0102_1997,
        0x00c3_6400,
        0x0bd0_0bd0,
        0x0116_1970,
        0x7461_636f,
        0x6573_5546,
        0x786f_4256,
    ];
    rustix::fs::statfs(path).is_ok_and(|found| REMOTE.contains(&(i128::from(found.f_type) & 0xffff_ffff)))
}

#[cfg(not(target_os = "linux"))]
fn is_remote(_path: &Path) -> bool {
    false
}
