//! This machine: the worker is a process, its lock tells whether it lives, and the run directory is its own.

use super::process::{kill, terminate};
use super::{Gone, Site};
use crate::clock::Clock;
use crate::jobs::drive::{Driver, WHAT};
use crate::jobs::rundir::RunDir;
use crate::watch::Listener;
use crate::worker::Worker;
use crate::{Result, local, objects};
use chrono::TimeDelta;
use domain::job::Wish;
use domain::spec::{DataSource, Device};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;
use tokio::process::Child;

/// So long a worker that was asked to end may take before it is killed.
const GRACE: TimeDelta = TimeDelta::seconds(30);
/// What the worker ends with when another one has the directory.
const REFUSED: i32 = 3;
/// How often a worker that was refused is started again at once.
const REFUSALS: u8 = 5;

/// How often the run directory is looked at while its worker writes without pause, and where nobody hears it.
const BREATH: Duration = Duration::from_millis(150);
/// The longest time without a look where it is heard: wishes and the lease want one (`watch::RENEW`).
const LOOK: Duration = Duration::from_secs(1);

/// A worker that this program started, if it did.
#[derive(Debug, Default)]
pub(in crate::jobs) struct Local {
    child: Option<Child>,
    /// How often a worker of this program found the directory taken, and nobody was there.
    refused: u8,
    /// Hears that it writes.
    listener: Option<Listener>,
}

impl Local {
    /// Until the worker has written something or has ended.
    pub async fn pause(&mut self, folder: &RunDir, clock: &Clock) {
        let listener = self.listener.get_or_insert_with(|| Listener::of(folder.path()));
        let look = if listener.hears() { LOOK } else { BREATH };
        let heard = async {
            listener.heard().await;
            tokio::time::sleep(BREATH).await;
        };
        let child = self.child.as_mut();
        let ended = async {
            match child {
                // How it ended is asked afterwards.
                Some(child) => drop(child.wait().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = ended => {}
            () = heard => {}
            () = clock.sleep(look) => {}
        }
    }
}

impl Driver<'_> {
    fn here(&mut self) -> &mut Local {
        match &mut self.site {
            Site::Local(local) => local,
            Site::Rented(_) => unreachable!("the site of a run does not change"),
        }
    }

    /// Starts the worker.
    pub(super) async fn launch_here(&mut self) -> Result<()> {
        let worker = Worker::find(&self.engine.0.places)?;
        self.folder.make()?;
        let data = DataSource::Path {
            path: self.dataset().await?.display().to_string(),
            sha256: self.run.dataset_sha256.clone(),
        };
        let spec = self.spec(data, Device::Auto, self.engine.0.places.training.threads)?;
        let spec = self.write_spec(&spec)?;
        // A wish that no worker has heard is none of the next attempt's.
        self.folder.unask("stop")?;
        self.begin().await?;
        self.here().child = Some(worker.start(&spec, &self.folder)?);
        Ok(())
    }

    /// The dataset as a file of this machine: where it lies, or fetched beside the run. The worker holds it to its digest.
    async fn dataset(&self) -> Result<PathBuf> {
        let key = self.dataset_key().await?;
        if let Some(path) = self.engine.files().local_path(&key).filter(|path| path.is_file()) {
            return std::path::absolute(&path).map_err(|e| local::error(WHAT, &path, &e));
        }
        let (path, part) = (self.folder.file("input.jsonl"), self.folder.file(".input.jsonl"));
        if path.is_file() {
            return Ok(path);
        }
        let fail = |e: &std::io::Error| local::error(WHAT, &part, e);
        let mut file = tokio::fs::File::create(&part).await.map_err(|e| fail(&e))?;
        objects::append(self.engine.files(), &key, (&mut file, &part), |_| {}, WHAT).await?;
        file.sync_all().await.map_err(|e| fail(&e))?;
        fs::rename(&part, &path).map_err(|e| fail(&e))?;
        Ok(path)
    }

    pub(super) fn gone_here(&mut self) -> Option<Gone> {
        let Some(child) = &mut self.here().child else {
            return (!self.folder.is_alive()).then_some(Gone::Process(None));
        };
        let ended = match child.try_wait() {
            Ok(None) => return None,
            Ok(Some(status)) => status.code(),
            Err(_) => {
                // It cannot be waited for any more: from now on the lock tells.
                self.here().child = None;
                return self.gone_here();
            }
        };
        self.here().child = None;
        if ended == Some(REFUSED) && self.folder.is_alive() {
            // Another one was faster: a program that died while it started one.
            self.before = None;
            return None;
        }
        Some(Gone::Process(ended))
    }

    /// A worker that found the directory taken may be started again at once: whoever looks whether a worker lives holds the
    /// lock for a moment, which a worker may meet at its start.
    pub(in crate::jobs) fn was_refused(&mut self, code: Option<i32>) -> bool {
        let here = self.here();
        let again = code == Some(REFUSED) && here.refused < REFUSALS;
        here.refused += u8::from(again);
        again
    }

    pub(super) fn ask_here(&self, wish: &Wish) -> Result<()> {
        match wish {
            Wish::Stop => self.folder.ask("stop"),
            Wish::Cancel(cancel) => {
                self.folder.ask("cancel")?;
                if self.engine.0.clock.real() - cancel.asked_at > GRACE {
                    kill(&self.folder);
                } else {
                    terminate(&self.folder);
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Driven;

    /// Longer than hearing takes, on any machine.
    const PATIENCE: Duration = Duration::from_mins(1);

    /// A clock that stands still: whoever wakes was woken.
    fn still() -> Clock {
        Clock::driven(&Driven::new("2026-11-01T00:00:00Z".parse().unwrap()))
    }

    #[tokio::test]
    async fn the_end_of_a_worker_wakes_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let child = tokio::process::Command::new("sh").args(["-c", "exit 7"]).spawn().unwrap();
        let mut local = Local { child: Some(child), ..Local::default() };
        let folder = RunDir::at(dir.path());
        tokio::time::timeout(PATIENCE, local.pause(&folder, &still())).await.expect("it is woken");
        let status = local.child.unwrap().try_wait().unwrap().expect("it has ended");
        assert_eq!(status.code(), Some(7));
    }

    #[tokio::test]
    async fn what_a_worker_writes_wakes() {
        let dir = tempfile::tempdir().unwrap();
        let folder = RunDir::at(dir.path());
        let mut local = Local { listener: Some(Listener::of(dir.path())), ..Local::default() };
        std::fs::write(folder.file("events.jsonl"), "{}\n").unwrap();
        tokio::time::timeout(PATIENCE, local.pause(&folder, &still())).await.expect("it is woken");
    }
}
