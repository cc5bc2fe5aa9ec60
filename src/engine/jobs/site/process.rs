//! The worker's process: started in a group of its own, ended.

use crate::jobs::rundir::RunDir;
use crate::worker::{WHAT, Worker};
use crate::{Result, local};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::fs::OpenOptions;
use std::path::Path;
use std::process::Stdio;
use tokio::process::Child;

impl Worker {
    /// Starts it. It gets a group of its own, so that neither ctrl-c here nor the end of this program reaches it; what it
    /// needs besides the spec comes through the environment, never through arguments.
    pub(in crate::jobs) fn start(&self, spec: &Path, folder: &RunDir) -> Result<Child> {
        let log = folder.file("worker.log");
        let opened = OpenOptions::new().create(true).append(true).open(&log);
        let log = opened.map_err(|e| local::error(WHAT, &log, &e))?;
        let also = log.try_clone().map_err(|e| local::error(WHAT, folder.path(), &e))?;
        self.command()
            .args(["-m", "brightrun_worker", "run"])
            .arg(spec)
            .arg("--out")
            .arg(folder.path())
            .current_dir(folder.path())
            .env("PYTHONUNBUFFERED", "1")
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(also)
            .process_group(0)
            .spawn()
            .map_err(|e| local::error(WHAT, &self.python, &e))
    }
}

/// Asks the worker of a directory to end; nothing happens when none lives.
pub(super) fn terminate(folder: &RunDir) {
    if let Some(pid) = pid(folder) {
        // Who ended meanwhile needs no signal.
        let _ = kill_process(pid, Signal::TERM);
    }
}

/// Ends the worker of a directory and all that it started.
pub(super) fn kill(folder: &RunDir) {
    if let Some(pid) = pid(folder) {
        let _ = kill_process_group(pid, Signal::KILL);
        let _ = kill_process(pid, Signal::KILL);
    }
}

fn pid(folder: &RunDir) -> Option<Pid> {
    folder.pid().and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw)
}
