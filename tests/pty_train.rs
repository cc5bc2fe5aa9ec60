//! From an empty home to a model, on a real pseudo-terminal.

mod support;

use std::{fs, path::Path, process::Command};
use support::pty::{Start, Terminal, clean_environment};
use support::training;

/// A base model as the worker's tests make it. `None`: there is no worker here.
fn tiny(home: &Path, test: &str) -> Option<()> {
    training::tiny_model(&training::python(test)?, &home.join("tiny"));
    Some(())
}

/// Steps down to a setting.
fn to_setting(terminal: &mut Terminal, name: &str) {
    let there = |terminal: &Terminal| terminal.text().lines().any(|l| l.contains('▌') && l.contains(name));
    for _ in 0..40 {
        if there(terminal) {
            return;
        }
        terminal.keys("j");
        terminal.settle();
    }
    panic!("no setting {name}:\n{}", terminal.text());
}

/// What the command line answers in the same home.
fn told(home: &Path, line: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_brightrun"))
        .args(line.split(' '))
        .env_clear()
        .envs(clean_environment(home))
        .output()
        .expect("it starts");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The example conversations in a training file, by keys alone.
fn with_a_training_file(home: tempfile::TempDir, columns: u16, rows: u16) -> Terminal {
    // One thread, as beside other tests: two that wait for each other in turn took twice the time of a core.
    let mut terminal = Start::at(columns, rows).home(home).variable("BRIGHTRUN_WORKER_THREADS", "1").run();
    terminal.load_examples();
    terminal.keys("A");
    terminal.see("30 marked");
    terminal.keys("n");
    terminal.see("New file");
    terminal.keys("\r");
    terminal.see("A new training file");
    terminal.keys("spring\r");
    terminal.see("These stand in the way");
    terminal.keys("u");
    terminal.see("28 marked, ✓ 28 fit");
    terminal.settle();
    terminal.keys("\r");
    terminal.see("28 conversations added");
    terminal.keys("\x1b");
    terminal.gone("28 conversations added");
    terminal
}

/// Must show 2 of issue 3: training file, dataset, configuration, consent, a curve that grows, a model whose files are whole.
#[test]
fn an_empty_home_becomes_a_model_by_keys_alone() {
    let home = tempfile::tempdir().expect("a home");
    let Some(()) = tiny(home.path(), "an_empty_home_becomes_a_model_by_keys_alone") else { return };
    let mut terminal = with_a_training_file(home, 120, 40);
    terminal.keys("4");
    terminal.see("No datasets yet");
    terminal.keys("n");
    // The line of the list, not a toast about the file: pairs, then the day.
    terminal.see("pairs  2");
    terminal.keys("\r");
    terminal.see("Of the training file spring");
    terminal.keys("\r");
    terminal.see("trainable examples");
    terminal.keys("\r");
    terminal.gone("enter closes this");
    terminal.keys("t");
    terminal.see("[BALANCED]");
    // The registry's models are too large for most machines that run tests.
    terminal.keys("f");
    terminal.see("A folder that holds a base model");
    terminal.keys("~/tiny\r");
    terminal.see("licence not known");
    terminal.see("3 things to accept");
    // A value of one's own, and one that is none.
    terminal.keys("jjjj\r");
    terminal.settle();
    terminal.keys("x\r");
    terminal.see("✗ ");
    terminal.keys("\x15\x1b");
    terminal.settle();
    terminal.keys("+");
    terminal.see("[CUSTOM]");
    terminal.settle();
    for (name, value) in [("epochs", "1"), ("max_seq_length", "1024")] {
        to_setting(&mut terminal, name);
        terminal.keys("\r");
        terminal.settle();
        terminal.keys(&format!("\x15{value}\r"));
        terminal.settle();
    }
    terminal.keys("t");
    terminal.see("has to be accepted first");
    terminal.keys("   ");
    terminal.see("ready to start");
    terminal.keys("t");
    terminal.see("Start this run?");
    terminal.keys("\r");
    terminal.see("the tick is missing");
    terminal.keys(" \r");
    terminal.gone("Start this run?");
    terminal.see("spring - custom - ");
    terminal.see("4 config");
    terminal.see_a_curve_grow();
    terminal.see("M opens");
    terminal.keys("M");
    terminal.see("adapter_model.safetensors");
    let home = terminal.home.path().to_owned();
    let runs: serde_json::Value = serde_json::from_str(&told(&home, "jobs list --json")).expect("JSON");
    assert_eq!(runs.as_array().map(Vec::len), Some(1), "{runs}");
    assert_eq!(runs[0]["configuration"]["hyperparameters"]["rank"], 20, "{runs}");
    // The draft is there for the command line as well.
    let draft: serde_json::Value =
        serde_json::from_str(&told(&home, "train spring --draft --dry-run --json")).expect("JSON");
    assert_eq!(draft["configuration"]["hyperparameters"]["rank"], 20, "{draft}");
    assert_eq!(draft["preset_id"], "custom");
    let models: serde_json::Value = serde_json::from_str(&told(&home, "models list --json")).expect("JSON");
    assert_eq!(models.as_array().map(Vec::len), Some(1), "{models}");
    let name = models[0]["name"].as_str().or(models[0]["model"]["name"].as_str()).expect("its name");
    let out = home.join("adapter");
    told(&home, &format!("models download {name} -o {}", out.display()));
    let kept = fs::read_dir(&out).expect("a folder").flatten().next().expect("a folder of its own").path();
    let shown: serde_json::Value =
        serde_json::from_str(&told(&home, &format!("models show {name} --json"))).expect("JSON");
    let files = shown["model"]["files"].as_array().expect("its files");
    assert!(files.len() > 1, "{shown}");
    for file in files {
        let path = file["path"].as_str().expect("a path");
        assert_eq!(training::sha256(&kept.join(path)), file["sha256"].as_str().expect("a digest"), "{path}");
    }
    terminal.quit();
    terminal.assert_modes_undone();
}

#[test]
fn a_training_file_is_trained_with_at_once_and_any_size_is_survived() {
    let home = tempfile::tempdir().expect("a home");
    let mut terminal = with_a_training_file(home, 80, 24);
    terminal.keys("3");
    terminal.see("CONVERSATIONS");
    terminal.settle();
    terminal.keys("t");
    terminal.see("[BALANCED]");
    for (columns, rows) in [(20, 5), (1, 1), (40, 10), (59, 12), (79, 24), (200, 60), (80, 24)] {
        terminal.resize(columns, rows);
        terminal.settle();
        terminal.keys("jj+\tj\tk");
        terminal.settle();
    }
    terminal.see("Preset");
    terminal.keys("\x1b");
    terminal.see("CONVERSATIONS");
    terminal.keys("4");
    terminal.see("TRAINABLE");
    terminal.see("spring");
    terminal.leave();
}
