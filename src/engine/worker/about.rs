//! What the worker says of itself: `python -m brightrun_worker.about`.

use super::{SET_UP, WHAT, Worker};
use crate::{Engine, Error, Result};
use chrono::{DateTime, TimeDelta, Utc};
use domain::spec::PROTOCOL;
use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::process::Stdio;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// So long it may take to answer; loading torch from a slow disk is most of it.
const ASK: Duration = Duration::from_mins(1);
/// A worker that could not work is asked again after this time: somebody may have helped it.
const AGAIN: TimeDelta = TimeDelta::seconds(10);

/// What it says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct About {
    /// Its version.
    pub version: String,
    /// The protocol that it reads.
    pub protocol: u32,
    /// The version of its Python.
    pub python: String,
    /// Versions of what it stands on; `None`: not installed.
    pub libraries: BTreeMap<String, Option<String>>,
    /// What is missing.
    pub lacks: Vec<String>,
    /// GPUs that torch can use; `None`: torch was not asked.
    pub gpus: Option<Vec<String>>,
    /// Why torch could not be loaded.
    pub trouble: Option<String>,
}

impl About {
    /// Version and Python, in a few words.
    pub fn words(&self) -> String {
        format!("worker {} with Python {}", self.version, self.python)
    }

    /// Refuses one that could not carry out a run.
    pub fn able(self, worker: &Worker) -> Result<Self> {
        let python = worker.python.display();
        if !self.lacks.is_empty() {
            let why = format!("{python} lacks {}", self.lacks.join(", "));
            return Err(Error::failed(WHAT, why).next(SET_UP));
        }
        if self.protocol != PROTOCOL {
            let why = format!(
                "the worker in {} is of another version ({}): it reads protocol {}, not {PROTOCOL}",
                worker.folder.display(),
                self.version,
                self.protocol
            );
            return Err(
                Error::failed(WHAT, why).next("Set worker.folder to the one that came with brightrun")
            );
        }
        Ok(self)
    }
}

impl Worker {
    /// Asks it. With `gpus` it loads torch, which takes seconds.
    pub async fn about(&self, gpus: bool) -> Result<About> {
        let fail = |why: String| Error::failed(WHAT, why).next(SET_UP);
        let mut command = self.command();
        command.args(["-m", "brightrun_worker.about"]).args(gpus.then_some("--gpus"));
        // What lies where somebody happens to stand is none of Python's modules.
        command.current_dir(&self.folder).stdin(Stdio::null()).kill_on_drop(true);
        let python = self.python.display();
        let answer = tokio::time::timeout(ASK, command.output()).await;
        let answer =
            answer.map_err(|_| fail(format!("{python} does not answer within {} s", ASK.as_secs())))?;
        let output = answer.map_err(|e| fail(format!("{python} cannot be run: {e}")))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
            return Err(fail(format!("{python} cannot run the worker: {}", last.trim())));
        }
        serde_json::from_slice(&output.stdout)
            .map_err(|_| fail(format!("{python} gave an answer that is none of the worker's")))
    }
}

/// The last question, with the worker that was asked, when its files were written, and when that was.
#[derive(Debug, Default)]
pub(crate) struct Known(Mutex<Option<Question>>);

#[derive(Debug)]
struct Question {
    worker: Worker,
    stamp: Stamp,
    asked: DateTime<Utc>,
    /// Whoever gives up waiting leaves it to the next one.
    answer: Shared<BoxFuture<'static, Result<About>>>,
}

impl Question {
    fn new(worker: Worker, stamp: Stamp, asked: DateTime<Utc>) -> Self {
        let whom = worker.clone();
        let answer = async move { whom.about(false).await.and_then(|about| about.able(&whom)) };
        Self { worker, stamp, asked, answer: answer.boxed().shared() }
    }

    fn holds(&self, worker: &Worker, stamp: Stamp, now: DateTime<Utc>) -> bool {
        let failed = self.answer.peek().is_some_and(Result::is_err);
        self.worker == *worker && self.stamp == stamp && (!failed || now - self.asked < AGAIN)
    }
}

/// When python, what `setup.sh` leaves at its end, and the package were written.
type Stamp = [Option<SystemTime>; 3];

fn stamp(worker: &Worker) -> Stamp {
    let current = worker.python.parent().and_then(|bin| bin.parent()).map(|venv| venv.join("current"));
    let package = worker.folder.join("brightrun_worker");
    [Some(worker.python.clone()), current, Some(package)]
        .map(|path| fs::metadata(path?).and_then(|file| file.modified()).ok())
}

/// Whether a run could start on this machine, and with what; the error says what is missing. A configuration is judged with every
/// key, so python is started only when something about the worker is new.
pub(crate) async fn able(engine: &Engine) -> Result<About> {
    let worker = Worker::find(&engine.0.places)?;
    let (stamp, now) = (stamp(&worker), engine.0.clock.real());
    let answer = {
        let mut known = engine.0.worker.0.lock().unwrap_or_else(PoisonError::into_inner);
        match known.as_ref().filter(|question| question.holds(&worker, stamp, now)) {
            Some(question) => question.answer.clone(),
            None => known.insert(Question::new(worker, stamp, now)).answer.clone(),
        }
    };
    answer.await
}
