//! The events that these tests tell are the worker's: they are held to its published schema.

use super::*;

fn schema() -> jsonschema::Validator {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../worker/protocol/event.schema.json");
    let text = std::fs::read_to_string(path).expect("the schema");
    let schema: Value = serde_json::from_str(&text).expect("JSON");
    jsonschema::validator_for(&schema).expect("a schema")
}

fn lines(text: &[u8]) -> Vec<Value> {
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).expect("JSON")).collect()
}

#[test]
fn the_example_run_keeps_to_the_schema_and_is_read_without_loss() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/run/events.jsonl");
    let text = std::fs::read(path).expect("the example");
    let schema = schema();
    let lines = lines(&text);
    for line in &lines {
        let wrong: Vec<String> = schema.iter_errors(line).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{line}: {wrong:?}");
    }
    let mut reader = Reader::default();
    reader.push(&text);
    assert_eq!(reader.damage().broken + reader.damage().too_long, 0);
    // Tokens are an axis.
    let curves =
        |values: &serde_json::Map<String, Value>| values.keys().filter(|name| *name != "tokens_seen").count();
    let points: usize = lines.iter().filter_map(|line| line["values"].as_object()).map(curves).sum();
    let metrics = reader.metrics();
    assert_eq!(metrics.ids().map(|id| metrics.series(id).len()).sum::<usize>(), points);
}

#[test]
fn what_the_other_tests_tell_keeps_to_the_schema() {
    let mut worker = Worker::start();
    worker
        .stage("training")
        .metrics(3, json!({"loss": 1.5, "grad_norm": "inf", "eval_loss": "nan"}))
        .progress(40.0, 3);
    worker.tell("stage", json!({"stage": "resumed", "step": 2, "checkpoint": null}));
    worker.tell("checkpoint", json!({"step": 3, "name": "checkpoint-3", "bytes": 10, "reason": "interval"}));
    worker.tell("log", json!({"text": "hello", "topic": "device"}));
    worker.tell("warning", json!({"code": "truncated", "text": "some"}));
    worker.tell("error", json!({"class": "disk_full", "cause": "full", "fix": "make room", "step": 3}));
    worker.tell("final", json!({"outcome": "failed", "exit_code": 24, "step": 3}));
    let schema = schema();
    for line in lines(&worker.out) {
        assert!(schema.is_valid(&line), "{line}");
    }
    // The schema does look.
    worker.out.clear();
    worker.tell("final", json!({"outcome": "well", "exit_code": 0, "step": 3}));
    worker.tell("metrics", json!({"step": -1, "epoch": 0.5, "values": {}}));
    worker.tell("stage", json!({"stage": "resumed"}));
    for line in lines(&worker.out) {
        assert!(!schema.is_valid(&line), "{line}");
    }
}
