//! Training files straight from files on this machine, and damaged turns left out of them.

use crate::support::corpus;
use crate::support::program::Program;
use crate::{run, walk, with_files};
use serde_json::{Value, json};
use std::{fs, path::Path};

const RAW: &str = r#"{"conversation_metadata": {"client_persona": "Sam - Tester", "session_context": "a talk", "conversation_phase": "start"},
    "turns": [{"turn_number": 1, "role": "user", "content": "Hello.", "emotional_context": {"primary_emotion": "hope", "intensity": 0.5}}]}"#;

/// Keys of all conversations in the store.
fn rows(program: &Program) -> Vec<String> {
    let rows = run(program, "--json conversations list --limit 0 --sort id:asc").ok().json();
    rows.as_array().expect("rows").iter().map(|row| row["id"].as_str().expect("an id").to_owned()).collect()
}

/// Every object of the store.
fn objects(program: &Program) -> Vec<std::path::PathBuf> {
    let folder = program.path(".local/share/brightrun/files");
    if folder.exists() { walk(&folder) } else { Vec::new() }
}

/// Refused, nothing is different, and this is what was said.
fn refused(program: &Program, line: &str) -> Value {
    let before = (rows(program), objects(program), run(program, "--json files list").ok().out);
    let outcome = run(program, line);
    assert_eq!((outcome.code, outcome.out.as_str()), (3, ""), "{}", outcome.error);
    assert_eq!((rows(program), objects(program), run(program, "--json files list").ok().out), before);
    let error: Value = serde_json::from_str(outcome.error.lines().last().expect("a line")).expect("JSON");
    error["error"].clone()
}

fn members(program: &Program, name: &str) -> Vec<Value> {
    let shown = run(program, &format!("--json files show {name}")).ok().json();
    shown["members"].as_array().expect("members").clone()
}

#[test]
fn files_that_fit_are_imported_and_go_in() {
    let program = with_files(3);
    let made = run(&program, "--json files create spring --from in/000000.json in/000001.json").ok().json();
    assert_eq!(made["added"], 2, "{made:#}");
    let added = run(&program, "--json files add spring --from in/000002.json").ok().json();
    assert_eq!((&added["added"], &added["file"]["conversations"]), (&1.into(), &3.into()), "{added:#}");
    assert_eq!(members(&program, "spring"), [0, 1, 2].map(|n| Value::from(corpus::id(n))));
    assert_eq!(rows(&program).len(), 3);
}

#[test]
fn one_file_that_does_not_fit_keeps_all_of_them_out() {
    let program = with_files(2);
    fs::write(program.path("in/raw.json"), RAW).expect("a file");
    fs::write(program.path("in/cut.json"), "{\"training_pairs\": [").expect("a file");
    let error = refused(&program, "--json files create bad --from in");
    assert_eq!(error["blocked"].as_array().map(Vec::len), Some(1), "{error:#}");
    assert!(error["blocked"][0]["reason"]["not_enriched"].is_string(), "{error:#}");
    let problems = error["problems"].as_array().expect("problems");
    assert_eq!(problems.len(), 1, "{error:#}");
    assert!(problems[0]["on"].as_str().is_some_and(|on| on.ends_with("cut.json")), "{error:#}");
    assert!(error["next"].as_str().is_some_and(|next| next.starts_with("Nothing was written")), "{error:#}");
    assert_eq!(rows(&program), Vec::<String>::new());
}

#[test]
fn what_is_already_inside_keeps_the_new_ones_out() {
    let program = with_files(3);
    run(&program, "files create spring --from in/000000.json in/000001.json").ok();
    let error = refused(&program, "--json files add spring --from in");
    assert_eq!(error["blocked"].as_array().map(Vec::len), Some(2), "{error:#}");
    assert!(
        error["blocked"].as_array().expect("blocked").iter().all(|b| b["reason"] == "duplicate"),
        "{error:#}"
    );
    assert_eq!(rows(&program).len(), 2);
}

#[test]
fn a_conversation_whose_object_is_gone_keeps_the_new_ones_out() {
    let program = with_files(2);
    run(&program, "import in/000000.json").ok();
    for object in objects(&program) {
        fs::remove_file(object).expect("removed");
    }
    let error = refused(&program, "--json files create spring --from in");
    assert!(error["blocked"][0]["reason"]["file_missing"].is_string(), "{error:#}");
    assert_eq!(rows(&program).len(), 1);
}

// ── damaged turns ───────────────────────────────────────────────────────────────────────────────────────────────

/// The n-th conversation, the answer of its second and the question of its third turn cut off.
fn damaged(folder: &Path, n: usize) {
    let mut conversation = corpus::enriched(n);
    conversation["training_pairs"][1]["target_response"] = "Turn 2 breaks off in the mid".into();
    conversation["training_pairs"][2]["current_user_input"] = "Turn 3 as".into();
    fs::create_dir_all(folder).expect("a folder");
    fs::write(folder.join(format!("{n}.json")), conversation.to_string()).expect("a file");
}

/// The full file and the lines of the JSONL, as they are downloaded.
fn both(program: &Program, name: &str) -> (Value, Vec<Value>) {
    run(program, &format!("files download {name} --json-file -o got.json")).ok();
    run(program, &format!("files download {name} --jsonl-file -o got.jsonl")).ok();
    let read = |name: &str| fs::read_to_string(program.path(name)).expect("a file");
    let full = serde_json::from_str(&read("got.json")).expect("JSON");
    (full, read("got.jsonl").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect())
}

/// Turn numbers of the pairs per conversation, and of the trained pairs in the JSONL's lines.
fn turns(full: &Value, lines: &[Value]) -> (Vec<Vec<u64>>, Vec<u64>) {
    let number = |pair: &Value| pair["turn_number"].as_u64().expect("a turn");
    let conversations = full["conversations"].as_array().expect("conversations");
    let pairs = conversations
        .iter()
        .map(|one| one["training_pairs"].as_array().expect("pairs").iter().map(number).collect());
    (pairs.collect(), lines.iter().skip(1).map(number).collect())
}

#[test]
fn damaged_turns_are_left_out_of_both_objects_and_all_totals_when_asked() {
    let program = Program::default();
    damaged(&program.path("in"), 0);
    damaged(&program.path("more"), 4);
    run(&program, "import in more").ok();
    let found = run(&program, "--json check in/0.json").ok().json();
    let codes: Vec<&str> =
        found["findings"].as_array().expect("findings").iter().filter_map(|f| f["code"].as_str()).collect();
    assert!(codes.contains(&"truncated_turn"), "{found:#}");

    let whole = run(&program, &format!("--json files create whole {}", corpus::id(0))).ok().json();
    assert_eq!((&whole["file"]["pairs"], &whole["skipped"]), (&4.into(), &json!([])), "{whole:#}");
    let made = run(&program, &format!("files create spring {} --skip-damaged", corpus::id(0))).ok();
    assert!(made.error.contains(&format!("{}, turn 2", corpus::id(0))), "{}", made.error);
    let (full, lines) = both(&program, "spring");
    assert_eq!(turns(&full, &lines), (vec![vec![1, 4]], vec![4]));
    totals(&program, &full, &lines, 1, 2);

    let added =
        run(&program, &format!("--json files add spring {} --skip-damaged", corpus::id(4))).ok().json();
    assert_eq!(added["skipped"], json!([[corpus::id(4), 2], [corpus::id(4), 3]]), "{added:#}");
    let (full, lines) = both(&program, "spring");
    assert_eq!(turns(&full, &lines), (vec![vec![1, 4], vec![1, 4]], vec![4, 4]));
    totals(&program, &full, &lines, 2, 4);
}

/// Every place that names a total names this one.
fn totals(program: &Program, full: &Value, lines: &[Value], conversations: u64, pairs: u64) {
    let head = &full["training_file_metadata"];
    assert_eq!(head["total_conversations"], conversations, "{head:#}");
    assert_eq!(head["total_training_pairs"], pairs, "{head:#}");
    assert_eq!(lines[0]["_meta"]["total_pairs"], pairs, "{:#}", lines[0]);
    let row = run(program, "--json files show spring").ok().json()["file"].clone();
    assert_eq!((&row["conversations"], &row["pairs"]), (&conversations.into(), &pairs.into()), "{row:#}");
    for one in full["conversations"].as_array().expect("conversations") {
        let said = one["conversation_metadata"]["total_turns"].as_u64().expect("turns");
        assert_eq!(said, one["training_pairs"].as_array().expect("pairs").len() as u64);
    }
}
