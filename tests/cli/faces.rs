//! What the dashboard can do and the command line must: saved views, the examples, the check of a stored training file.

use crate::support::corpus;
use crate::support::program::Program;
use crate::{run, with_files};
use serde_json::{Value, json};

/// Keys of the conversations that a call lists.
fn listed(program: &Program, line: &[&str]) -> Vec<Value> {
    let rows = program.run(["conversations", "list", "--json"].iter().chain(line)).ok().json();
    rows.as_array().expect("rows").iter().map(|row| row["id"].clone()).collect()
}

#[test]
fn a_view_is_saved_used_moved_with_the_clock_and_deleted() {
    let program = with_files(4);
    run(&program, "import in").ok();
    let expression = "turns >= 6 and created > 900000h";
    let save = ["conversations", "views", "save", "long ones", "--where", expression, "--sort", "turns:desc"];
    program.run(save).ok();
    let views = run(&program, "--json conversations views list").ok().json();
    assert_eq!(
        views,
        json!([{"name": "long ones", "filter": expression, "sort": "turns:desc", "columns": []}]),
        "an age stays an age"
    );
    assert!(run(&program, "conversations views list").ok().out.contains(expression));
    assert_eq!(listed(&program, &["--view", "long ones"]), [3, 2].map(|n| Value::from(corpus::id(n))));
    assert_eq!(listed(&program, &["--view", "long ones", "--where", "turns = 6"]), [corpus::id(2)]);
    assert_eq!(
        listed(&program, &["--view", "long ones", "--sort", "turns"]).first(),
        Some(&corpus::id(2).into())
    );
    let made = program.run(["files", "create", "spring", "--view", "long ones", "--json"]).ok().json();
    assert_eq!(made["added"], 2, "{made:#}");

    program.run(["conversations", "views", "save", "long ones", "--status", "draft"]).ok();
    assert_eq!(listed(&program, &["--view", "long ones"]), Vec::<Value>::new());
    assert_eq!(program.run(["conversations", "list", "--view", "nobody"]).code, 1);
    program.run(["conversations", "views", "delete", "long ones"]).ok();
    assert_eq!(program.run(["conversations", "views", "delete", "long ones"]).code, 1);
    assert_eq!(run(&program, "--json conversations views list").ok().json(), json!([]));
}

#[test]
fn the_examples_are_loaded_once() {
    let program = Program::default();
    let first = run(&program, "import --examples --json").ok().json();
    assert!(
        first["new"].as_u64().is_some_and(|new| new > 0) && first["new"] == first["conversations"],
        "{first:#}"
    );
    let again = run(&program, "import --examples --json").ok().json();
    assert_eq!((&again["new"], &again["conversations"]), (&0.into(), &first["conversations"]));
    assert_eq!(
        listed(&program, &["--limit", "0"]).len() as u64,
        first["conversations"].as_u64().expect("a number")
    );
}

#[test]
fn a_stored_training_file_is_checked_by_its_name() {
    let program = with_files(2);
    run(&program, "import in").ok();
    run(&program, "files create spring --enrichment completed").ok();
    let report = run(&program, "files check spring --json").ok().json();
    assert_eq!(
        (&report["shape"], &report["conversations"], &report["ready"]),
        (&"full".into(), &2.into(), &true.into())
    );
    assert!(run(&program, "files check spring").ok().out.contains("ready for training"));
    let short = run(&program, "files check spring --max-length 8 --json").ok().out;
    assert!(short.contains("over_length") && short.contains("8 tokens"), "{short}");
    assert_eq!(run(&program, "files check nothing").code, 1);
}
