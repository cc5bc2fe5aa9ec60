//! Runs as they happen, without a database: our worker's run directories and other trainers' files.
//!
//! [`Watch::open`] finds what lies under the paths and refuses what is no run with one sentence. [`Watch::follow`] then reads in bounded
//! chunks, tells when something to be seen has changed, and goes on until it is cancelled. Faces look at [`Watch::runs`] in between.

mod charts;
mod ear;
mod export;
mod file;
mod find;
mod follow;
mod listener;
mod lock;
mod picture;
mod png;
mod run;
mod said;
mod source;
mod standing;
#[cfg(test)]
mod tests;

pub use charts::{COLOURS, Chart, Curve, Right, Rights, charts, two_sided};
pub use export::{Form, Sight, export, save};
pub(crate) use listener::Listener;
pub(crate) use lock::is_held;
pub(crate) use picture::single;
pub use picture::words;
pub use png::png;
pub use run::{Curves, Run, Summary};
pub use said::{LineForm, Said, save_lines};
pub use standing::Standing;

use crate::{CancellationToken, Error, Result, clock};
use follow::Follower;
use futures::future::BoxFuture;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// Least time between two looks at the files: what writes a thousand times a second is read ten times.
const BREATH: Duration = Duration::from_millis(100);

/// What to watch.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Request {
    /// Run directories, folders with files of other trainers, and such files.
    pub paths: Vec<PathBuf>,
    /// Shows what is there as if it happened now, so many times as fast.
    pub replay: Option<f64>,
}

/// Some runs that are watched; cheap to clone.
#[derive(Clone)]
pub struct Watch(Arc<Shared>);

struct Shared {
    runs: Mutex<Vec<Run>>,
    /// Nothing more is waited for.
    finished: AtomicBool,
    /// Something was written, or nothing more is waited for.
    bell: Arc<Notify>,
    /// Reads the files. Whoever follows has it.
    follower: Mutex<Option<Follower>>,
    bring: Mutex<Option<Arc<Bring>>>,
}

/// Brings what is new; told whether it is for the last time.
pub(crate) type Bring = Box<dyn Fn(bool) -> BoxFuture<'static, ()> + Send + Sync>;

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<String> = self.runs().iter().map(|run| run.name.clone()).collect();
        write!(f, "Watch({names:?})")
    }
}

impl PartialEq for Watch {
    /// The same runs, not runs that look the same.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Watch {
    /// Finds the runs. It blocks for as long as it takes to look into folders and at the first bytes of files.
    pub fn open(request: &Request) -> Result<Self> {
        const WHAT: &str = "Cannot watch";
        if let Some(speed) = request.replay
            && !(speed.is_finite() && speed > 0.0)
        {
            return Err(Error::usage(WHAT, "the speed of a replay is a number above 0"));
        }
        let mut sources = Vec::new();
        for path in &request.paths {
            sources.extend(find::find(path).map_err(|why| {
                let error = match why {
                    find::Nothing::Missing => Error::not_found(WHAT, "it does not exist"),
                    find::Nothing::Unreadable(why) | find::Nothing::Other(why) => Error::failed(WHAT, why),
                };
                error.on(path.display()).next(find::NEXT)
            })?);
        }
        if sources.is_empty() {
            return Err(Error::usage(WHAT, "no path was given").next(find::NEXT));
        }
        let runs = find::named(&sources).into_iter().zip(&sources).map(|(name, s)| s.run(name)).collect();
        Ok(Self::new(runs, Some(Follower::new(sources, request.replay, clock::instant()))))
    }

    /// A run directory of ours, whether or not a worker has written into it yet.
    pub fn run(name: &str, folder: &std::path::Path) -> Self {
        Self::directories(&[(name.to_owned(), folder.to_owned())])
    }

    /// Run directories of ours, each with its name.
    pub(crate) fn directories(named: &[(String, PathBuf)]) -> Self {
        let sources: Vec<_> = named.iter().map(|(_, folder)| source::Source::ours(folder, folder)).collect();
        let runs = named.iter().zip(&sources).map(|((name, _), source)| source.run(name.clone())).collect();
        Self::new(runs, Some(Follower::new(sources, None, clock::instant())))
    }

    /// Before each look this is done: it brings what is new of a run that works elsewhere.
    #[must_use]
    pub(crate) fn brought(self, bring: Bring) -> Self {
        *self.0.bring.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(bring));
        self
    }

    /// Runs that were made elsewhere and do not change.
    pub fn still(runs: Vec<Run>) -> Self {
        Self::new(runs, None)
    }

    fn new(runs: Vec<Run>, follower: Option<Follower>) -> Self {
        Self(Arc::new(Shared {
            runs: Mutex::new(runs),
            finished: AtomicBool::new(false),
            bell: Arc::default(),
            follower: Mutex::new(follower),
            bring: Mutex::new(None),
        }))
    }

    /// The runs as they are now. Hold it for a moment only: nothing is read meanwhile.
    pub fn runs(&self) -> MutexGuard<'_, Vec<Run>> {
        self.0.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing is written any more: following ends when everything was read.
    pub fn finish(&self) {
        self.0.finished.store(true, Ordering::Release);
        self.0.bell.notify_one();
    }

    /// Reads on until it is cancelled or [finished](Self::finish), and calls `told` whenever there is something new to be seen. `told` answers whether to go on.
    pub async fn follow(&self, cancel: &CancellationToken, mut told: impl FnMut() -> bool + Send) {
        let taken = self.0.follower.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut follower) = taken else { return };
        let bring = self.0.bring.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // What is brought from elsewhere has nobody here who tells of it: it is asked for by the clock.
        if bring.is_none() {
            follower.listen(Arc::clone(&self.0.bell));
        }
        loop {
            let last = self.0.finished.load(Ordering::Acquire);
            if let Some(bring) = &bring {
                tokio::select! {
                    () = cancel.cancelled() => return,
                    () = bring(last) => {}
                }
            }
            let watch = self.clone();
            let passed = tokio::task::spawn_blocking(move || {
                let pass = follower.pass(&watch);
                (follower, pass)
            });
            // A panic has been reported by the hook; what was read so far stays in view.
            let Ok((back, pass)) = passed.await else { return };
            follower = back;
            let read = clock::instant();
            if pass.changed && !told() {
                return;
            }
            // Asked before the pass: what was written by then has been read.
            if last && !pass.busy {
                return;
            }
            let until = async {
                match pass.wait {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => std::future::pending().await,
                }
            };
            let heard = async {
                self.0.bell.notified().await;
                tokio::time::sleep(BREATH.saturating_sub(read.elapsed())).await;
            };
            tokio::select! {
                () = cancel.cancelled() => return,
                () = heard => follower.heard(),
                () = until => {}
            }
        }
    }

    /// Reads everything that is there, once.
    pub fn read(&self, cancel: &CancellationToken) -> Result<()> {
        let mut taken = self.0.follower.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(follower) = taken.as_mut() else { return Ok(()) };
        loop {
            let busy = follower.pass(self).busy;
            if !busy {
                break;
            }
            if cancel.is_cancelled() {
                return Err(Error::interrupted("Cannot read the runs"));
            }
        }
        self.runs().iter_mut().for_each(Run::settle);
        Ok(())
    }
}
