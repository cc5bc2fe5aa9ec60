//! `brightrun watch` beside the programs that write what it reads (Must show 6): transformers' Trainer, torch's `SummaryWriter` and
//! wandb write; points are seen before they are at their end, and all values are those that they say they wrote.
//!
//! Their environment is `tests/python/.venv`, which `bash tests/python/setup.sh` makes; without it these tests say SKIPPED.

mod support;

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, SystemTime};
use support::program::Program;
use support::training::{PATIENCE, skipped};

/// Name of a metric, and its value at each step.
type Curves = BTreeMap<String, BTreeMap<u64, f64>>;

/// A program that writes a run, and waits where it is told to.
struct Writer {
    child: Child,
    says: Lines<BufReader<ChildStdout>>,
    go: ChildStdin,
    /// Where its run lies.
    path: PathBuf,
    wrote: Curves,
    end: bool,
}

impl Writer {
    /// `None`: there is no environment for it here.
    fn start(kind: &str, home: &Path) -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python");
        let python = folder.join(".venv/bin/python");
        if !python.is_file() {
            skipped(kind, "there is no tests/python/.venv; `bash tests/python/setup.sh` makes it");
            return None;
        }
        let path = home.join(kind);
        let mut child = Command::new(python)
            .arg(folder.join("write_run.py"))
            .arg(kind)
            .arg(&path)
            .env("HOME", home)
            .env("OMP_NUM_THREADS", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(home.join("writer.log")).expect("a log"))
            .spawn()
            .expect("python");
        let says = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let go = child.stdin.take().expect("a pipe");
        Some(Self { child, says, go, path, wrote: Curves::new(), end: false })
    }
    /// Until it waits again.
    fn listen(&mut self) {
        let line = self.says.next().and_then(Result::ok).unwrap_or_else(|| {
            let log = self.path.parent().expect("a home").join("writer.log");
            panic!("it ended without a word: {}", fs::read_to_string(log).unwrap_or_default())
        });
        let said: Value = serde_json::from_str(&line).expect("JSON");
        let curve = |points: &Value| {
            let points = points.as_object().expect("steps").iter();
            points
                .map(|(step, value)| (step.parse().expect("a step"), value.as_f64().expect("finite")))
                .collect()
        };
        let wrote = said["wrote"].as_object().expect("curves").iter();
        self.wrote = wrote.map(|(name, points)| (name.clone(), curve(points))).collect();
        self.path = PathBuf::from(said["path"].as_str().expect("a path"));
        self.end = said["end"] == true;
    }
    fn go_on(&mut self) {
        self.go.write_all(b"\n").expect("it listens");
    }
    fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// `brightrun watch --json`, as a script reads it.
struct Watching {
    child: Child,
    lines: Receiver<Value>,
    last: Value,
}

impl Watching {
    fn start(program: &Program, path: &Path) -> Self {
        let arguments = ["watch".as_ref(), path.as_os_str(), "--json".as_ref()];
        let mut child = program.command(arguments).stdout(Stdio::piped()).spawn().expect("it starts");
        let out = BufReader::new(child.stdout.take().expect("a pipe"));
        let (sender, lines) = channel();
        std::thread::Builder::new()
            .spawn(move || {
                for line in out.lines().map_while(Result::ok) {
                    let _ = sender.send(serde_json::from_str(&line).expect("JSON"));
                }
            })
            .expect("a thread");
        Self { child, lines, last: Value::Null }
    }
    /// Reads on until a line is like this.
    fn until(&mut self, what: &str, holds: impl Fn(&Value) -> bool) {
        while !holds(&self.last) {
            let line = self.lines.recv_timeout(PATIENCE);
            self.last =
                line.unwrap_or_else(|_| panic!("waited in vain for {what}; the last was {:#}", self.last));
        }
    }
    fn end(mut self) -> i32 {
        self.child.wait().expect("its end").code().unwrap_or(-1)
    }
    fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("its end");
    }
}

/// The newest of these values are seen.
fn shows(line: &Value, wrote: &Curves) -> bool {
    wrote.iter().all(|(name, points)| {
        let newest = points.last_key_value().expect("points").1;
        line["metrics"][name].as_f64().is_some_and(|value| near(value, *newest))
    })
}

/// `TensorBoard` keeps four bytes of a number.
fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * a.abs().max(b.abs())
}

/// All values as the program exports them; what a Trainer says of itself besides is left out.
fn assert_exported(program: &Program, path: &Path, wrote: &Curves) {
    let path = path.to_str().expect("a plain path");
    let told = program.run(["watch", path, "--export", "json"]).ok().json();
    let mut curves = Curves::new();
    for row in told["training_metrics"].as_array().expect("rows") {
        for (name, value) in row["values"].as_object().expect("values") {
            let step = row["step_number"].as_u64().expect("a step");
            curves.entry(name.clone()).or_default().insert(step, value.as_f64().expect("finite"));
        }
    }
    for (name, points) in wrote {
        let ours = curves.get(name).unwrap_or_else(|| panic!("{name} is missing: {:?}", curves.keys()));
        let steps = |points: &BTreeMap<u64, f64>| points.keys().copied().collect::<Vec<_>>();
        assert_eq!(steps(ours), steps(points), "{name}");
        for (step, value) in points {
            assert!(near(ours[step], *value), "{name} at {step}: {}, not {value}", ours[step]);
        }
    }
}

/// Sets the time of every file below a folder to long ago.
fn age(below: &Path) {
    let past = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    for entry in fs::read_dir(below).expect("a folder").flatten() {
        if entry.file_type().expect("a type").is_dir() {
            age(&entry.path());
        } else {
            let file = fs::File::options().write(true).open(entry.path()).expect("a file");
            file.set_modified(past).expect("its time");
        }
    }
}

/// Watches a run being written, to its end. `ends`: its files tell an end; otherwise it is lost once they have stood still for long.
fn story(kind: &str, ends: bool) {
    let program = Program::default();
    let Some(mut writer) = Writer::start(kind, program.home.path()) else { return };
    writer.listen();
    let mut watching = Watching::start(&program, &writer.path);
    while !writer.end {
        watching.until("what was written so far", |line| shows(line, &writer.wrote));
        assert_eq!(watching.last["state"], "running", "{:#}", watching.last);
        writer.go_on();
        writer.listen();
    }
    watching.until("the last values", |line| shows(line, &writer.wrote));
    assert_exported(&program, &writer.path, &writer.wrote);
    writer.go_on();
    writer.child.wait().expect("its end");
    if ends {
        watching.until("its end", |line| line["state"] == "done");
        assert_eq!(watching.end(), 0);
    } else {
        age(&writer.path);
        watching.until("that it is lost", |line| line["state"] == "lost");
        assert!(watching.last["says"].as_str().is_some_and(|says| says.contains("tells no end")));
        assert_eq!(watching.end(), 1);
    }
    assert_exported(&program, &writer.path, &writer.wrote);
}

/// Watches a run whose program is killed in the middle.
fn killed(kind: &str) {
    let program = Program::default();
    let Some(mut writer) = Writer::start(kind, program.home.path()) else { return };
    writer.listen();
    let mut watching = Watching::start(&program, &writer.path);
    watching.until("what was written so far", |line| shows(line, &writer.wrote));
    writer.kill();
    assert_eq!(watching.last["state"], "running");
    age(&writer.path);
    watching.until("that it is lost", |line| line["state"] == "lost");
    assert!(shows(&watching.last, &writer.wrote), "what was read stays: {:#}", watching.last);
    assert_eq!(watching.end(), 1);
}

#[test]
fn the_trainer_of_transformers() {
    story("trainer", true);
}

#[test]
#[ignore = "a trainer of its own"]
fn a_trainer_that_is_killed() {
    killed("trainer");
}

#[test]
fn a_summary_writer_of_torch() {
    story("tensorboard", false);
}

#[test]
fn two_summary_writers_in_one_folder() {
    story("two-writers", false);
}

#[test]
fn a_summary_writer_that_begins_again_in_the_middle() {
    let program = Program::default();
    let Some(mut writer) = Writer::start("restart", program.home.path()) else { return };
    writer.listen();
    let mut watching = Watching::start(&program, &writer.path);
    watching.until("the first file", |line| shows(line, &writer.wrote));
    writer.go_on();
    writer.listen();
    watching.until("the second file", |line| shows(line, &writer.wrote));
    watching.kill();
    assert_exported(&program, &writer.path, &writer.wrote);
}

#[test]
#[ignore = "wandb writes a small file every 15 seconds at most"]
fn wandb_offline() {
    story("wandb", true);
}

#[test]
#[ignore = "wandb writes a small file every 15 seconds at most"]
fn wandb_that_is_killed() {
    killed("wandb");
}
