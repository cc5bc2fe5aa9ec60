//! The program against the platform's real files (Must show 1 and 2). Byte for byte.

mod support;

use serde_json::{Value, json};
use std::{fs, path::Path};
use support::program::{Program, assert_same_bytes, reference};

fn aggregate(program: &Program, inputs: &[&Path], options: &[&str]) {
    let mut arguments = vec!["aggregate".to_owned()];
    arguments.extend(inputs.iter().map(|path| path.to_str().expect("plain").to_owned()));
    arguments.extend(options.iter().map(|&option| option.to_owned()));
    program.run(arguments).ok();
}

/// Fails unless the schema library accepts the whole file, and every line of its JSONL.
fn assert_schemas_accept(full: &Path, jsonl: &Path) {
    let schema = |name: &str| -> Value {
        serde_json::from_slice(&fs::read(reference().join("schema").join(name)).expect("schema"))
            .expect("JSON")
    };
    let whole = jsonschema::validator_for(&schema("training-file.schema.json")).expect("a schema");
    let value: Value = serde_json::from_slice(&fs::read(full).expect("full file")).expect("JSON");
    let problems: Vec<_> = whole.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(problems.is_empty(), "{problems:?}");
    let line = jsonschema::validator_for(&schema("jsonl-line.schema.json")).expect("a schema");
    for (n, text) in fs::read_to_string(jsonl).expect("JSONL").lines().enumerate() {
        let value: Value = serde_json::from_str(text).expect("JSON");
        let problems: Vec<_> = line.iter_errors(&value).map(|e| e.to_string()).collect();
        assert!(problems.is_empty(), "line {}: {problems:?}", n + 1);
    }
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn g1_four_enriched_files_make_the_platforms_file() {
    let program = Program::default();
    let enriched = reference().join("data/enriched");
    let expected = reference().join("data/training/training-file-analysis.json");
    let inputs = [3, 1, 2, 4].map(|n| enriched.join(format!("enriched-{n}.json")));
    aggregate(
        &program,
        &inputs.each_ref().map(std::path::PathBuf::as_path),
        &[
            "--name",
            "Batch 3 Test 4 convos",
            "--at",
            "2025-12-02T23:36:17.571Z",
            "--profile",
            expected.to_str().expect("plain"),
            "-o",
            "out",
        ],
    );
    assert_same_bytes(&program.path("out/training.json"), &expected);
    let jsonl = fs::read_to_string(program.path("out/training.jsonl")).expect("JSONL");
    assert_eq!(jsonl.lines().count(), 15, "14 lines and the header");
    assert!(!jsonl.ends_with('\n'));
    assert_schemas_accept(&program.path("out/training.json"), &program.path("out/training.jsonl"));
}

/// Rebuilds a full file from itself: name and date are taken from its own head.
fn rebuilt(program: &Program, original: &Path) {
    let value: Value = serde_json::from_slice(&fs::read(original).expect("file")).expect("JSON");
    let head = &value["training_file_metadata"];
    let text = |key: &str| head[key].as_str().expect("text").to_owned();
    aggregate(
        program,
        &[original],
        &["--name", &text("file_name"), "--at", &text("created_date"), "-o", "out"],
    );
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn g4b_the_file_of_18_is_rebuilt_from_itself() {
    let program = Program::default();
    let original = reference().join("data/training/full-file-training-json-18-conversations.json");
    rebuilt(&program, &original);
    assert_same_bytes(&program.path("out/training.json"), &original);
    assert_schemas_accept(&program.path("out/training.json"), &program.path("out/training.jsonl"));
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn g5_the_published_file_converts_to_its_jsonl() {
    let program = Program::default();
    let demo = reference().join("data/training/EQ-12-conversations-demo.json");
    program.run(["convert", demo.to_str().expect("plain"), "--to", "v4-jsonl", "-o", "demo.jsonl"]).ok();
    assert_same_bytes(&program.path("demo.jsonl"), &demo.with_extension("jsonl"));
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn appending_one_file_to_another_keeps_the_first_byte_for_byte() {
    let program = Program::default();
    let first = reference().join("data/training/training-file-analysis.json");
    let second = reference().join("data/training/full-file-training-json-18-conversations.json");
    aggregate(
        &program,
        &[&second],
        &["--into", first.to_str().expect("plain"), "--at", "2026-01-01T00:00:00.000Z", "-o", "out"],
    );
    let (out, json) = (program.path("out/training.json"), |path: &Path| -> Value {
        serde_json::from_slice(&fs::read(path).expect("file")).expect("JSON")
    });
    let (a, b, both) = (json(&first), json(&second), json(&out));
    let mut expected = a["conversations"].as_array().expect("list").clone();
    expected.extend(b["conversations"].as_array().expect("list").clone());
    assert_eq!(both["conversations"], Value::Array(expected));
    let head = &both["training_file_metadata"];
    assert_eq!(head["file_name"], "Batch 3 Test 4 convos");
    assert_eq!(head["created_date"], "2025-12-02T23:36:17.571Z");
    assert_eq!(head["last_updated"], "2026-01-01T00:00:00.000Z");
    assert_eq!(head["total_conversations"], 22);
    assert_eq!(head["total_training_pairs"], 29 + 128);
    assert_eq!(both["consultant_profile"], a["consultant_profile"]);
    // Everything between the heads is the first file's own text.
    let text = |path: &Path| fs::read_to_string(path).expect("text");
    let body = |t: &str| t[t.find("  \"conversations\": [").expect("list")..].to_owned();
    let (whole, part) = (body(&text(&out)), body(&text(&first)));
    assert!(whole.starts_with(part.trim_end_matches("\n  ]\n}")));
    assert_schemas_accept(&out, &program.path("out/training.jsonl"));
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn the_database_makes_the_same_bytes_as_the_platform() {
    let program = Program::default();
    let original = reference().join("data/training/full-file-training-json-18-conversations.json");
    let value: Value = serde_json::from_slice(&fs::read(&original).expect("file")).expect("JSON");
    let ids: Vec<&str> = value["conversations"]
        .as_array()
        .expect("list")
        .iter()
        .map(|c| c["conversation_metadata"]["conversation_id"].as_str().expect("id"))
        .collect();
    let head = &value["training_file_metadata"];
    fs::write(program.path("profile.json"), value["consultant_profile"].to_string()).expect("profile");
    program.run(["import", original.to_str().expect("plain")]).ok();
    let mut arguments = vec!["files", "create", head["file_name"].as_str().expect("name")];
    arguments.extend(&ids);
    arguments.extend(["--at", head["created_date"].as_str().expect("date")]);
    let profile = program.path("profile.json");
    let mut command = program.command(&arguments);
    command.env("BRIGHTRUN_PROFILE_CONSULTANT_PROFILE", &profile);
    assert!(command.status().expect("it runs").success());
    program
        .run([
            "files",
            "download",
            head["file_name"].as_str().expect("name"),
            "--json-file",
            "-o",
            "full.json",
        ])
        .ok();
    assert_same_bytes(&program.path("full.json"), &original);
}

fn findings(report: &Value) -> Vec<(String, u64)> {
    report["findings"]
        .as_array()
        .expect("list")
        .iter()
        .map(|f| (f["code"].as_str().expect("code").to_owned(), f["count"].as_u64().expect("count")))
        .collect()
}

/// The one report of a check over one file.
fn check(program: &Program, file: &Path) -> Value {
    let json = program.run(["check", file.to_str().expect("plain"), "--json"]).json();
    json.as_array().map_or(json.clone(), |list| list[0].clone())
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn the_published_file_is_counted_truthfully() {
    let program = Program::default();
    let demo = reference().join("data/training/EQ-12-conversations-demo.json");
    let report = check(&program, &demo);
    assert_eq!((&report["pairs"], &report["trainable_pairs"]), (&json!(89), &json!(44)));
    let found = findings(&report);
    assert!(found.contains(&("null_target".to_owned(), 45)), "{found:?}");
    assert!(found.contains(&("repeated_user_turn".to_owned(), 44)), "{found:?}");
    let report = check(&program, &demo.with_extension("jsonl"));
    let mismatch = report["findings"]
        .as_array()
        .expect("list")
        .iter()
        .find(|f| f["code"] == "count_mismatch")
        .expect("the header claims 89 and 44 follow");
    let message = mismatch["message"].as_str().expect("message");
    assert!(message.contains("89") && message.contains("44"), "{message}");
}
