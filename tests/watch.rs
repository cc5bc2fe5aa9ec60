//! `brightrun watch`: runs in words, as JSON, as a table and on the screen, while they are being written.

mod support;

use serde_json::{Value, json};
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use support::program::Program;
use support::pty::{Start, Terminal};

/// The run that comes with the source: 132 steps of the worker.
fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/run")
}

/// A run directory whose worker writes as the test wants.
struct Run {
    folder: tempfile::TempDir,
    seq: u64,
}

impl Run {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { folder, seq: 0 }
    }
    fn tell(&mut self, kind: &str, mut more: Value) {
        self.seq += 1;
        let now = chrono::DateTime::from_timestamp_millis(
            1_790_000_000_000 + i64::try_from(self.seq).expect("few") * 1000,
        );
        let at = now.expect("a time").to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        let event = more.as_object_mut().expect("an object");
        event.insert("seq".to_owned(), json!(self.seq));
        event.insert("at".to_owned(), json!(at));
        event.insert("attempt".to_owned(), json!(1));
        event.insert("kind".to_owned(), json!(kind));
        let path = self.folder.path().join("events.jsonl");
        let mut file = OpenOptions::new().create(true).append(true).open(path).expect("the events");
        writeln!(file, "{more}").expect("a line");
    }
    fn step(&mut self, step: u64, loss: f64) {
        self.tell("metrics", json!({"step": step, "epoch": 0.1, "values": {"loss": loss}}));
    }
    fn path(&self) -> String {
        self.folder.path().display().to_string()
    }
}

#[test]
fn a_finished_run_is_said_in_words_in_json_and_as_a_table() {
    let program = Program::default();
    let run = example().display().to_string();
    let text = program.run(["watch", &run]).ok().out;
    assert!(text.contains("done") && text.contains("step 132/132") && text.contains("eval_loss"), "{text}");
    let json = program.run(["watch", &run, "--json"]).ok().json();
    assert_eq!((&json["state"], &json["step"]), (&json!("done"), &json!(132)));
    let table = program.run(["watch", &run, "--export", "csv"]).ok().out;
    assert!(table.starts_with("step,epoch,seconds,tokens,loss"), "{}", &table[..60]);
    assert_eq!(
        table
            .lines()
            .filter(|line| line.split(',').nth(4).is_some_and(|loss| loss.parse::<f64>().is_ok()))
            .count(),
        132
    );
    program.run(["watch", &run, "--export", "svg", "-o", "curve.svg"]).ok();
    assert!(fs::read_to_string(program.path("curve.svg")).expect("a picture").contains("<svg"));
}

#[test]
fn a_failed_run_ends_with_1_and_says_why() {
    let program = Program::default();
    let mut run = Run::new();
    run.step(1, 2.0);
    run.tell("error", json!({"class": "nan", "cause": "the loss is no number", "fix": "Lower the learning rate.", "step": 1, "line": null}));
    run.tell("final", json!({"outcome": "failed", "exit_code": 21, "step": 1}));
    let outcome = program.run(["watch", &run.path()]);
    assert_eq!(outcome.code, 1, "{}", outcome.error);
    assert!(
        outcome.out.contains("failed") && outcome.out.contains("Lower the learning rate"),
        "{}",
        outcome.out
    );
}

#[test]
fn what_is_no_run_is_one_sentence() {
    let program = Program::default();
    fs::write(program.path("notes.txt"), "nothing of a run\n").expect("a file");
    for path in ["notes.txt", "nowhere"] {
        let outcome = program.run(["watch", path]);
        assert_eq!((outcome.code, outcome.error.trim_end().lines().count()), (1, 1), "{}", outcome.error);
        assert!(outcome.error.contains(path), "{}", outcome.error);
    }
}

fn watching(paths: &[&str]) -> Terminal {
    let mut start = Start::at(120, 40);
    for path in paths {
        start = start.arguments(["watch", path]);
    }
    start.run()
}

#[test]
fn the_curve_grows_while_the_run_is_written_and_the_end_is_seen() {
    let mut run = Run::new();
    run.tell("stage", json!({"stage": "training"}));
    run.step(1, 3.0);
    let mut terminal = watching(&[&run.path()]);
    terminal.see("loss");
    for step in 2..=30 {
        run.step(step, 3.0 / f64::from(u32::try_from(step).expect("small")));
    }
    terminal.see("at step 30");
    // Half a line is no event yet, and breaks nothing.
    let events = run.folder.path().join("events.jsonl");
    let mut file = OpenOptions::new().append(true).open(&events).expect("the events");
    file.write_all(b"{\"seq\":99,\"kind\":\"metr").expect("half a line");
    terminal.settle();
    file.write_all(b"ics\",\"attempt\":1,\"at\":\"2026-09-21T14:13:20.000Z\",\"step\":31,\"epoch\":0.1,\"values\":{\"loss\":0.05}}\n")
        .expect("its other half");
    terminal.see("at step 31");
    run.seq = 100;
    run.tell("final", json!({"outcome": "done", "exit_code": 0, "step": 31}));
    fs::copy(example().join("manifest.json"), run.folder.path().join("manifest.json")).expect("a manifest");
    terminal.see("done");
    terminal.leave();
}

#[test]
fn a_finished_run_is_looked_at_from_all_sides_and_then_costs_nothing() {
    let run = example().display().to_string();
    let mut terminal = watching(&[&run]);
    terminal.see("step 132/132");
    for (key, seen) in [("2", "perplexity"), ("3", "example"), ("4", "checkpoint"), ("1", "learning rate")] {
        terminal.keys(key);
        terminal.see(seen);
    }
    for key in ["+", "i", "h", "e", "L", "x", "z", "-", "0"] {
        terminal.keys(key);
        terminal.settle();
    }
    assert_eq!(
        terminal.idle_bytes(std::time::Duration::from_secs(2)),
        0,
        "nothing happens, so nothing is sent"
    );
    terminal.resize(60, 20);
    terminal.see("loss");
    terminal.resize(20, 5);
    terminal.settle();
    terminal.resize(80, 24);
    terminal.see("step 132/132");
    terminal.leave();
}
