//! Long runs in the monitor (Must show 8): they open, are zoomed, smoothed and followed while they grow, and show the values that
//! were written. How fast that is, the benches say.

mod support;

use serde_json::json;
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use support::pty::{Start, Terminal};

fn append(path: &Path, text: &str) {
    let mut file = OpenOptions::new().append(true).create(true).open(path).expect("the file");
    file.write_all(text.as_bytes()).expect("it takes more");
}

/// As the screen writes a number.
fn thousands(n: u32) -> String {
    let digits = n.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|g| std::str::from_utf8(g).expect("digits")).collect();
    groups.join(",")
}

/// Cells in which something of a curve stands.
fn dots(terminal: &Terminal) -> usize {
    terminal.text().chars().filter(|letter| ('\u{2801}'..='\u{28ff}').contains(letter)).count()
}

/// Opens a run of so many steps, looks at it from near and far, and follows it while it grows.
fn story(path: &str, home: tempfile::TempDir, metrics: u32, steps: u32, grow: impl Fn(&Path, u32)) {
    let file = home.path().join(path);
    let at = |step: u32| format!("at step {}", thousands(step));
    let mut terminal = Start::at(160, 50).arguments(["watch", path]).home(home).run();
    terminal.see("running");
    terminal.see(&at(steps));
    assert!(dots(&terminal) > 200, "{}", terminal.text());
    terminal.settle();
    // Every metric is there, with its newest value.
    terminal.keys("2");
    for metric in 0..metrics {
        terminal.see(&format!("metric_{metric}"));
    }
    terminal.keys("1");
    terminal.see(&at(steps));
    // Nearer and nearer: less and less of the curve, up to its newest end.
    let whole = terminal.text();
    terminal.keys("++++++++");
    terminal.settle();
    assert_ne!(terminal.text(), whole);
    terminal.keys("z");
    terminal.settle();
    // Its axis begins where so little of it begins.
    let first = f64::from(steps) * (1.0 - 1.0 / 256.0);
    let begin = terminal
        .text()
        .lines()
        .flat_map(numbers)
        .filter(|n| *n > first * 0.99 && *n <= f64::from(steps))
        .count();
    assert!(begin > 0, "no mark of the last 1/256:\n{}", terminal.text());
    for _ in 0..3 {
        // Smoothed as much as can be, then not at all.
        terminal.keys("e");
        terminal.settle();
        assert!(dots(&terminal) > 50, "{}", terminal.text());
    }
    terminal.keys("e");
    // It grows; the window moves along.
    for step in steps + 1..=steps + 20 {
        grow(&file, step);
    }
    terminal.see(&at(steps + 20));
    // Frozen it stands still, and tells the newest value all the same.
    terminal.keys("f");
    terminal.settle();
    grow(&file, steps + 21);
    terminal.see(&at(steps + 21));
    terminal.keys("0");
    terminal.settle();
    assert!(dots(&terminal) > 100, "{}", terminal.text());
    terminal.keys("i");
    terminal.settle();
    terminal.leave();
}

/// Numbers of a line, with or without thousands: `99.6k` as well.
fn numbers(line: &str) -> Vec<f64> {
    let words = line.split(|c: char| !(c.is_ascii_digit() || c == ',' || c == '.' || c == 'k' || c == 'M'));
    let number = |word: &str| -> Option<f64> {
        let plain = word.replace(',', "");
        let (digits, times) = match plain.strip_suffix('k') {
            Some(rest) => (rest.to_owned(), 1e3),
            None => plain.strip_suffix('M').map_or((plain.clone(), 1.0), |rest| (rest.to_owned(), 1e6)),
        };
        digits.parse::<f64>().ok().map(|n| n * times)
    };
    words.filter_map(number).collect()
}

fn value(step: u32, metric: u32) -> f64 {
    let x = f64::from(step);
    2.0 / (1.0 + x / 5000.0) + (x * 0.7 + f64::from(metric)).sin() * 0.1 + f64::from(metric)
}

fn event(out: &mut String, step: u32) {
    let values: serde_json::Map<String, serde_json::Value> =
        (0..6).map(|metric| (format!("metric_{metric}"), json!(value(step, metric)))).collect();
    let at = engine::clock::Clock::default().real().format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
    let line = json!({"seq": step + 1, "at": at, "attempt": 1, "kind": "metrics", "step": step, "epoch": 0.5, "values": values});
    let _ = writeln!(out, "{line}");
}

#[test]
#[ignore = "large files"]
fn a_hundred_thousand_steps_of_six_metrics() {
    let home = tempfile::tempdir().expect("a home");
    let run = home.path().join("run");
    fs::create_dir(&run).expect("a folder");
    fs::write(run.join("spec.json"), "{}").expect("a file");
    let lock = fs::File::create(run.join("worker.lock")).expect("a lock");
    lock.lock().expect("nobody else has it");
    let mut text = String::from(
        "{\"seq\":1,\"at\":\"2026-11-28T10:00:00.000Z\",\"attempt\":1,\"kind\":\"stage\",\"stage\":\"training\"}\n",
    );
    (1..=100_000).for_each(|step| event(&mut text, step));
    append(&run.join("events.jsonl"), &text);
    story("run/events.jsonl", home, 6, 100_000, |file, step| {
        let mut line = String::new();
        event(&mut line, step);
        append(file, &line);
    });
}

#[test]
#[ignore = "large files"]
fn a_million_steps_of_three_metrics() {
    let home = tempfile::tempdir().expect("a home");
    let row = |out: &mut String, step: u32| {
        let [a, b, c] = [0, 1, 2].map(|metric| value(step, metric));
        let _ = writeln!(out, "{step},{a:.5},{b:.5},{c:.5}");
    };
    let mut text = "step,metric_0,metric_1,metric_2\n".to_owned();
    (1..=1_000_000).for_each(|step| row(&mut text, step));
    append(&home.path().join("log.csv"), &text);
    story("log.csv", home, 3, 1_000_000, |file, step| {
        let mut line = String::new();
        row(&mut line, step);
        append(file, &line);
    });
}
