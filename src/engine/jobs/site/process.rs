//! The worker's process: found, started in a group of its own, ended.

use crate::jobs::rundir::RunDir;
use crate::{Engine, Error, Result, local};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::{Child, Command};

const WHAT: &str = "Cannot start the worker";
/// By which the worker gets a token for the model hub (worker/README.md).
const HUB_TOKEN: &str = "HF_TOKEN";

/// Python and the folder that holds `brightrun_worker`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Worker {
    pub python: PathBuf,
    pub folder: PathBuf,
}

impl Worker {
    /// What the configuration says, else the worker that belongs to this program.
    pub fn find(engine: &Engine) -> Result<Self> {
        let places = &engine.0.places;
        let holds = |folder: &Path| folder.join("brightrun_worker").is_dir();
        let missing = |what: String, next: &str| Error::failed(WHAT, what).next(next);
        let folder = match &places.training.worker {
            Some(folder) if holds(folder) => folder.clone(),
            Some(folder) => {
                let why = format!("there is no brightrun_worker in {}", folder.display());
                return Err(missing(why, "Correct worker.folder in the configuration"));
            }
            None => beside(&places.data_dir, holds).ok_or_else(|| {
                missing(
                    "the worker is not there".to_owned(),
                    "Set worker.folder to the folder `worker` of the source",
                )
            })?,
        };
        let python = places.training.python.clone().unwrap_or_else(|| folder.join(".venv/bin/python"));
        if !python.is_file() {
            let why = format!("{} is not there", python.display());
            return Err(missing(
                why,
                "Run `bash worker/setup.sh`, or set worker.python in the configuration",
            ));
        }
        Ok(Self { python, folder })
    }

    /// Starts it. It gets a group of its own, so that neither ctrl-c here nor the end of this program reaches it; what it
    /// needs besides the spec comes through the environment, never through arguments.
    pub fn start(&self, spec: &Path, folder: &RunDir) -> Result<Child> {
        let log = folder.file("worker.log");
        let opened = OpenOptions::new().create(true).append(true).open(&log);
        let log = opened.map_err(|e| local::error(WHAT, &log, &e))?;
        let also = log.try_clone().map_err(|e| local::error(WHAT, folder.path(), &e))?;
        let mut command = Command::new(&self.python);
        for (name, _) in std::env::vars_os() {
            if is_withheld(&name.to_string_lossy()) {
                command.env_remove(&name);
            }
        }
        command
            .args(["-m", "brightrun_worker", "run"])
            .arg(spec)
            .arg("--out")
            .arg(folder.path())
            .current_dir(folder.path())
            .env("PYTHONPATH", &self.folder)
            .env("PYTHONUNBUFFERED", "1")
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(also)
            .process_group(0)
            .spawn()
            .map_err(|e| local::error(WHAT, &self.python, &e))
    }
}

/// Keys to rows, objects and accounts are none of the worker's business; the hub's token is.
fn is_withheld(name: &str) -> bool {
    name != HUB_TOKEN && (name.starts_with("AWS_") || crate::config::is_setting(name))
}

/// `worker` in the data folder, else in a folder above this program: that of the source it was built in.
fn beside(data: &Path, holds: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    let program = std::env::current_exe().ok();
    let above = program.iter().flat_map(|program| program.ancestors().skip(1));
    let mut found = std::iter::once(data).chain(above).map(|folder| folder.join("worker"));
    found.find(|folder| holds(folder))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_but_the_hubs_reaches_the_worker() {
        for name in [
            "RUNPOD_API_KEY",
            "BRIGHTRUN_RUNPOD_API_KEY",
            "DATABASE_URL",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
        ] {
            assert!(is_withheld(name), "{name}");
        }
        for name in ["HF_TOKEN", "HF_HOME", "PATH", "HOME", "CUDA_VISIBLE_DEVICES"] {
            assert!(!is_withheld(name), "{name}");
        }
    }
}
