//! From an empty home to a run in the queue, on a real pseudo-terminal.

mod support;

use serde_json::json;
use std::{fs, path::Path, process::Command};
use support::pty::{Start, Terminal, clean_environment};

/// A base model that fits into any machine: its sizes are all that is looked at before a run starts.
fn tiny(home: &Path) {
    let folder = home.join("tiny");
    fs::create_dir_all(&folder).expect("a folder");
    let config = json!({"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4,
        "num_key_value_heads": 2, "vocab_size": 512, "max_position_embeddings": 4096});
    fs::write(folder.join("config.json"), config.to_string()).expect("its sizes");
    fs::write(folder.join("chat_template.jinja"), "x").expect("its template");
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
fn with_a_training_file(columns: u16, rows: u16) -> Terminal {
    let home = tempfile::tempdir().expect("a home");
    tiny(home.path());
    let mut terminal = Start::at(columns, rows).home(home).run();
    terminal.see("Load the example conversations");
    terminal.keys("\r");
    terminal.see("30 conversations");
    terminal.keys("2");
    terminal.see("TITLE");
    terminal.settle();
    terminal.keys("A");
    terminal.see("30 marked");
    terminal.keys("n");
    terminal.see("New file");
    terminal.keys("\r");
    terminal.see("A new training file");
    terminal.keys("spring\r");
    terminal.see("These stand in the way");
    terminal.keys("u");
    terminal.gone("These stand in the way");
    terminal.keys("\r");
    terminal.see("28 conversations added");
    terminal.keys("\x1b");
    terminal.gone("28 conversations added");
    terminal
}

#[test]
fn an_empty_home_becomes_a_run_in_the_queue() {
    let mut terminal = with_a_training_file(120, 40);
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
    terminal.settle();
    let home = terminal.home.path().to_owned();
    let runs: serde_json::Value = serde_json::from_str(&told(&home, "jobs list --json")).expect("JSON");
    assert_eq!(runs.as_array().map(Vec::len), Some(1), "{runs}");
    assert_eq!(runs[0]["configuration"]["hyperparameters"]["rank"], 20, "{runs}");
    // The draft is there for the command line as well.
    let draft: serde_json::Value =
        serde_json::from_str(&told(&home, "train spring --draft --dry-run --json")).expect("JSON");
    assert_eq!(draft["configuration"]["hyperparameters"]["rank"], 20, "{draft}");
    assert_eq!(draft["preset_id"], "custom");
    terminal.leave();
}

#[test]
fn a_training_file_is_trained_with_at_once_and_any_size_is_survived() {
    let mut terminal = with_a_training_file(80, 24);
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
