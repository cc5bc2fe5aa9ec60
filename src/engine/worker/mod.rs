//! The worker of this machine: where it is, and whether it can work (decision 0211).

mod about;
#[cfg(test)]
mod tests;

pub(crate) use about::{Known, able};

use crate::{Error, Places, Result};
use std::path::{Path, PathBuf};

pub(crate) const WHAT: &str = "Cannot start the worker";
/// By which the worker gets a token for the model hub (worker/README.md).
const HUB_TOKEN: &str = "HF_TOKEN";
/// What makes the environment, and where another one is named.
const SET_UP: &str = "Run `bash worker/setup.sh`, or set worker.python in the configuration";

/// Python and the folder that holds `brightrun_worker`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Worker {
    pub python: PathBuf,
    pub folder: PathBuf,
}

impl Worker {
    /// What the configuration says, else the worker that belongs to this program.
    pub fn find(places: &Places) -> Result<Self> {
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
            return Err(missing(format!("{} is not there", python.display()), SET_UP));
        }
        Ok(Self { python, folder })
    }

    /// Python with the worker in its path, and with no key that is none of its business; nothing is said to it yet.
    pub fn command(&self) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(&self.python);
        for (name, _) in std::env::vars_os() {
            if is_withheld(&name.to_string_lossy()) {
                command.env_remove(&name);
            }
        }
        command.env("PYTHONPATH", &self.folder);
        command
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
