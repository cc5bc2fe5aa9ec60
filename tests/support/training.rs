//! Runs of the real worker with a tiny model that is made on the spot.
//!
//! The worker's environment is `worker/.venv`, or what `BRIGHTRUN_WORKER_PYTHON` names; without one these tests say SKIPPED.

use super::corpus;
use super::kept;
use super::program::{Outcome, Program, copy_folder};
use super::pty::{Start, Terminal};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Longer than anything of a tiny run takes.
pub const PATIENCE: Duration = Duration::from_mins(4);

/// The worker's source.
pub fn worker() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("worker")
}

/// Says on the output of the tests that one proves nothing here. Where everything was installed (`tests/all.sh`) nothing may be missing.
pub fn skipped(test: &str, why: &str) {
    assert!(std::env::var_os("BRIGHTRUN_NO_SKIPS").is_none(), "{test}: {why}");
    // Nobody can be told when that fails.
    let _ = writeln!(std::io::stderr(), "SKIPPED {test}: {why}");
}

/// Python with what the worker needs; `None`, and said so: there is none.
pub fn python(test: &str) -> Option<PathBuf> {
    let python = std::env::var_os("BRIGHTRUN_WORKER_PYTHON")
        .map_or_else(|| worker().join(".venv/bin/python"), PathBuf::from);
    if python.is_file() {
        return Some(python);
    }
    skipped(test, "the worker's environment is missing; `bash worker/setup.sh` makes it");
    None
}

/// A tiny base model with a tokenizer of its own. Whoever needs one gets a copy: making it is four seconds of loading libraries.
pub fn tiny_model(python: &Path, to: &Path) {
    let script = worker().join("tests/tiny_model.py");
    // The same script gives the same model with the same libraries; the environment says which those are.
    let libraries = python.parent().and_then(Path::parent).map(|venv| fs::read(venv.join("current")));
    let mut made_of = fs::read(&script).expect("the script");
    made_of.extend(libraries.and_then(Result::ok).unwrap_or_default());
    made_of.extend(python.as_os_str().as_encoded_bytes());
    let kept = kept::once(&format!("tiny-{}", &hex::encode(Sha256::digest(&made_of))[..16]), |new| {
        let made = Command::new(python).arg(&script).arg(new).output().expect("python");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    });
    copy_folder(&kept, to);
}

/// A home with the dataset `spring` of a training file, and a tiny model.
pub struct Bench {
    pub program: Program,
    pub python: PathBuf,
    pub model: PathBuf,
    /// More of its environment.
    pub more: Vec<(String, String)>,
}

impl Bench {
    /// `None`: there is no worker here.
    pub fn new(test: &str) -> Option<Self> {
        let python = python(test)?;
        let program = Program::default();
        let bench = Self { model: program.path("tiny"), program, python, more: Vec::new() };
        tiny_model(&bench.python, &bench.model);
        corpus::write(&bench.program.path("in"), 0..12);
        bench.run("files create spring --from in").ok();
        bench.run("datasets add spring").ok();
        Some(bench)
    }
    /// The same in a home of its own; the model is shared, so this one has to outlive it.
    pub fn twin(&self) -> Self {
        let program = Program::default();
        copy_folder(&self.program.path(".local"), &program.path(".local"));
        Self { program, python: self.python.clone(), model: self.model.clone(), more: self.more.clone() }
    }
    pub fn command(&self, line: &str) -> Command {
        let mut command = self.program.command(line.split(' '));
        command.env("BRIGHTRUN_WORKER_PYTHON", &self.python).env("BRIGHTRUN_WORKER_FOLDER", worker());
        command.env("BRIGHTRUN_WORKER_THREADS", "1").env("HF_HUB_OFFLINE", "1");
        command.envs(self.more.iter().cloned());
        command
    }
    pub fn run(&self, line: &str) -> Outcome {
        Outcome::of(&self.command(line).output().expect("it starts"))
    }
    pub fn start(&self, line: &str) -> Child {
        self.command(line).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts")
    }
    /// The dashboard in the same home, on a terminal of its own.
    pub fn dashboard(&self, columns: u16, rows: u16) -> Terminal {
        let command = self.command("");
        let mut start = Start::at(columns, rows);
        for (name, value) in command.get_envs() {
            if let (Some(name), Some(value)) = (name.to_str(), value.and_then(OsStr::to_str)) {
                start = start.variable(name, value);
            }
        }
        start.run()
    }
    /// `train` with what every test wants.
    pub fn train(&self, more: &str) -> String {
        let model = self.model.display();
        format!(
            "train spring --base-model {model} --any-value --set quantization=none --set target_modules=all-linear \
             --set learning_rate=0.005 --set max_seq_length=256 --set batch_size=2 --set rank=4{more} --yes"
        )
    }
    pub fn jobs(&self) -> Vec<Value> {
        self.run("jobs list --json").ok().json().as_array().expect("a list").clone()
    }
    /// The only run, once `ready` says so.
    pub fn wait(&self, ready: impl Fn(&Value) -> bool) -> Value {
        let begun = engine::clock::instant();
        loop {
            if let Some(job) = self.jobs().into_iter().find(|job| ready(job)) {
                return job;
            }
            assert!(begun.elapsed() < PATIENCE, "{:#?}", self.jobs());
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    /// Where the worker of a run writes.
    pub fn folder(&self, job: &Value) -> PathBuf {
        let id = job["job"]["id"].as_str().expect("an id");
        self.program.path(".local/share/brightrun/runs").join(id)
    }
}

impl Drop for Bench {
    /// A test that failed leaves no worker behind either.
    fn drop(&mut self) {
        for pid in processes(self.program.home.path()) {
            kill("-9", pid);
        }
    }
}

pub fn sha256(path: &Path) -> String {
    let output = Command::new("sha256sum").arg(path).output().expect("sha256sum");
    String::from_utf8_lossy(&output.stdout).split(' ').next().unwrap_or_default().to_owned()
}

/// The worker that holds a run directory. A worker that has just locked it has yet to write who it is.
pub fn pid(folder: &Path) -> u32 {
    for _ in 0..100 {
        let text = fs::read_to_string(folder.join("worker.lock")).expect("the lock");
        if !text.is_empty() {
            let said: Value = serde_json::from_str(&text).expect("JSON");
            return u32::try_from(said["pid"].as_u64().expect("a pid")).expect("small");
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("the worker never said who it is")
}

pub fn lives(pid: u32) -> bool {
    // One that was ended and not waited for yet is a zombie.
    fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| !rest.trim_start().starts_with('Z')))
}

/// Living processes that name something below a folder in their arguments.
pub fn processes(below: &Path) -> Vec<u32> {
    let below = below.to_str().expect("a plain path");
    let names = fs::read_dir("/proc").expect("Linux").flatten().map(|entry| entry.file_name());
    let pids = names.filter_map(|name| name.to_str()?.parse().ok());
    pids.filter(|pid| {
        fs::read(format!("/proc/{pid}/cmdline"))
            .is_ok_and(|arguments| String::from_utf8_lossy(&arguments).contains(below))
            && lives(*pid)
    })
    .collect()
}

pub fn kill(signal: &str, pid: u32) {
    Command::new("kill").args([signal, &pid.to_string()]).stderr(Stdio::null()).status().expect("kill");
}

/// The steps whose loss was told, by the rules of the run directory.
pub fn steps(folder: &Path) -> Vec<u64> {
    let mut reader = domain::run::Reader::default();
    reader.push(&fs::read(folder.join("events.jsonl")).expect("events"));
    let loss = reader.metrics().get("loss").expect("a loss");
    loss.samples().map(|sample| sample.at.step).collect()
}
