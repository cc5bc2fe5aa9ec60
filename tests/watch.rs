//! `brightrun watch` as a whole program: a run that grows while the monitor looks on, and what scripts get.

mod support;

use serde_json::{Value, json};
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, SystemTime};
use support::program::Program;
use support::pty::{Start, Terminal};

/// One event of the worker, at the present instant.
fn event(seq: u64, kind: &str, mut rest: Value) -> String {
    rest["seq"] = json!(seq);
    rest["at"] = json!(engine::clock::Clock::default().real().format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string());
    rest["attempt"] = json!(1);
    rest["kind"] = json!(kind);
    format!("{rest}\n")
}

fn step(n: u64) -> String {
    let loss = 1.0 + 5.0 / f64::from(u32::try_from(n).expect("small"));
    event(n + 1, "metrics", json!({"step": n, "epoch": 0.1, "values": {"loss": loss}}))
}

fn append(path: &Path, text: &str) {
    let mut file = OpenOptions::new().append(true).create(true).open(path).expect("the file");
    file.write_all(text.as_bytes()).expect("it takes more");
}

/// Cells in which something of a curve stands.
fn dots(terminal: &Terminal) -> usize {
    terminal.text().chars().filter(|letter| ('\u{2801}'..='\u{28ff}').contains(letter)).count()
}

/// A home with a run directory whose worker lives as long as the file is held.
fn live(home: &Path) -> (std::path::PathBuf, File) {
    let run = home.join("run");
    fs::create_dir(&run).expect("a folder");
    fs::write(run.join("spec.json"), "{}").expect("a file");
    let lock = File::create(run.join("worker.lock")).expect("a lock");
    lock.lock().expect("nobody else has it");
    let events = run.join("events.jsonl");
    append(&events, &event(1, "stage", json!({"stage": "training"})));
    (events, lock)
}

#[test]
fn a_curve_grows_while_one_looks_and_the_end_is_seen() {
    let home = tempfile::tempdir().expect("a home");
    let (events, lock) = live(home.path());
    append(&events, &step(1));
    let mut terminal = Start::at(80, 24).arguments(["watch", "run"]).home(home).run();
    terminal.see("● running");
    terminal.see("at step 1");
    let few = dots(&terminal);
    for n in 2..=40 {
        append(&events, &step(n));
        std::thread::sleep(Duration::from_millis(10));
    }
    terminal.see("at step 40");
    assert!(dots(&terminal) > few + 20, "{}\n{few}", terminal.text());
    terminal.keys("i");
    terminal.see("at step 40");
    terminal.keys("\x1b");
    terminal.settle();
    terminal.keys("5");
    terminal.see("lowest");
    terminal.keys("1");
    append(&events, &event(60, "final", json!({"outcome": "done", "exit_code": 0, "step": 40})));
    drop(lock);
    terminal.see("✓ done");
    terminal.settle();
    assert_eq!(terminal.idle_bytes(Duration::from_secs(2)), 0, "nothing is drawn when nothing changed");
    terminal.keys("q");
    assert_eq!(terminal.end(), 0);
    terminal.assert_modes_undone();
    let data = terminal.home.path().join(".local");
    assert!(!data.exists(), "no database and no log is made for looking at files");
}

/// A run that goes on, whose worker is silent for a while: nobody wakes up to find that out.
#[cfg(target_os = "linux")]
#[test]
fn without_new_data_nothing_is_sent_and_nothing_wakes_up() {
    let home = tempfile::tempdir().expect("a home");
    let (events, _lock) = live(home.path());
    append(&events, &step(1));
    let mut terminal = Start::at(120, 40).arguments(["watch", "run"]).home(home).run();
    terminal.see("at step 1");
    // What was written a moment ago is looked at once more.
    terminal.idle_bytes(Duration::from_secs(4));
    let before = terminal.wakeups();
    assert_eq!(terminal.idle_bytes(Duration::from_secs(10)), 0);
    let woken = terminal.woken_since(&before);
    // Asking by the clock takes a hundred in this time; a few may be the system's.
    assert!(woken <= 10, "{woken} wake-ups in ten seconds");
    append(&events, &step(2));
    terminal.see("at step 2");
    assert!(terminal.woken_since(&before) > woken, "they are counted");
    terminal.leave();
}

#[test]
fn one_update_costs_little() {
    let home = tempfile::tempdir().expect("a home");
    let (events, _lock) = live(home.path());
    let text: String = (1..=300).map(step).collect();
    append(&events, &text);
    let mut terminal = Start::at(120, 40).arguments(["watch", "run"]).home(home).run();
    terminal.see("at step 300");
    terminal.settle();
    let before = terminal.bytes.len();
    for n in 301..=320 {
        append(&events, &step(n));
        terminal.see(&format!("at step {n}"));
    }
    terminal.settle();
    let per = (terminal.bytes.len() - before) / 20;
    assert!(per <= 1000, "{per} bytes an update");
    terminal.leave();
}

#[test]
fn a_killed_worker_and_a_file_that_stands_still_are_not_running() {
    let home = tempfile::tempdir().expect("a home");
    let (events, lock) = live(home.path());
    append(&events, &step(1));
    let table = home.path().join("log.csv");
    fs::write(&table, "step,loss\n1,2.0\n2,1.0\n").expect("a file");
    let past = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    OpenOptions::new().write(true).open(&table).and_then(|file| file.set_modified(past)).expect("its time");
    let mut terminal = Start::at(120, 40).arguments(["watch", "run", "log.csv"]).home(home).run();
    terminal.see("lost");
    terminal.see("running");
    drop(lock);
    terminal.see("failed");
    terminal.gone("running");
    terminal.leave();
}

#[test]
fn a_wrong_path_is_one_sentence_and_leaves_the_terminal_alone() {
    let mut terminal = Start::at(80, 24).arguments(["watch", "nowhere"]).run();
    assert_eq!(terminal.end(), 1);
    assert!(terminal.text().contains("does not exist"), "{}", terminal.text());
    assert!(!terminal.wrote("\x1b[?1049h"));
}

#[test]
fn scripts_get_lines_and_an_exit_code() {
    let program = Program::default();
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/run");
    let told = program.run(["watch", example, "--json"]).ok();
    let last: Value = told.out.lines().last().and_then(|line| serde_json::from_str(line).ok()).expect("JSON");
    assert_eq!((&last["state"], &last["run"]), (&json!("done"), &json!("run")));
    assert!(last["metrics"]["loss"].is_f64());
    let table = program.path("log.csv");
    fs::write(&table, "step,loss\n1,2.0\n2,1.0\n").expect("a file");
    let past = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    OpenOptions::new().write(true).open(&table).and_then(|file| file.set_modified(past)).expect("its time");
    let outcome = program.run(["watch", "log.csv"]);
    assert_eq!(outcome.code, 1, "{}{}", outcome.out, outcome.error);
    assert!(outcome.out.contains("lost"), "{}", outcome.out);
    program.run(["watch", "log.csv", "--export", "csv", "-o", "out.csv"]).ok();
    let out = fs::read_to_string(program.path("out.csv")).expect("written");
    assert_eq!(out.lines().nth(1), Some("1,,2,,,,,,,"));
    assert_eq!(program.run(["watch", "out.csv", "--replay", "-1"]).code, 2);
}

#[test]
fn pictures_are_written_whole_or_not_at_all() {
    let program = Program::default();
    fs::write(program.path("log.csv"), "step,loss,eval_loss\n1,2.0,\n2,1.0,1.5\n").expect("a file");
    let right = ["--right", "loss=evaluation", "--look", "night", "-o", "out.png"];
    let asked: Vec<&str> = ["watch", "log.csv", "--export", "png"].into_iter().chain(right).collect();
    program.run(asked).ok();
    let picture = fs::read(program.path("out.png")).expect("written");
    // The size stands behind the signature, the length and the name of the first chunk.
    assert_eq!(&picture[..8], b"\x89PNG\r\n\x1a\n");
    let size = |at: usize| u32::from_be_bytes(picture[at..at + 4].try_into().expect("four bytes"));
    assert_eq!((size(16), size(20)), (2000, 1200));
    let svg = program.run(["watch", "log.csv", "--export", "svg"]).ok().out;
    assert!(svg.starts_with("<svg") && svg.contains("best 1.5 at step 2"), "{svg}");
    let wrong = program.run(["watch", "log.csv", "--export", "svg", "--right", "loss=lr", "-o", "no.svg"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.error.contains("evaluation"), "it says what there is: {}", wrong.error);
    fs::write(program.path("empty.csv"), "step,loss\n").expect("a file");
    assert_eq!(program.run(["watch", "empty.csv", "--export", "png", "-o", "no.png"]).code, 1);
    let left: Vec<_> =
        fs::read_dir(program.path("")).expect("a folder").flatten().map(|e| e.file_name()).collect();
    assert!(
        left.iter().all(|name| !name.to_string_lossy().starts_with("no.")),
        "nothing half is left: {left:?}"
    );
}
