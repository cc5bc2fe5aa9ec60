use super::*;
use crate::testing::{PROFILE, at, corpus, quiet, tree};
use std::fs;

fn full(dir: &Path) -> crate::aggregate::Outcome {
    let (progress, cancel) = quiet();
    let request = crate::aggregate::Request {
        inputs: vec![corpus(dir, 0..5)],
        name: "spring".to_owned(),
        out: dir.join("out"),
        into: None,
        profile: None,
        default_profile: PROFILE.to_owned(),
        target_model: "claude-sonnet-4-5".to_owned(),
        at: at(),
        skip_damaged: false,
    };
    crate::aggregate::run(&request, &progress, &cancel).unwrap()
}

fn go(input: &Path, to: Target, output: &Path) -> Result<Downloaded> {
    let (progress, cancel) = quiet();
    let head = Head { default_profile: PROFILE.to_owned(), ..Head::default() };
    run(&Request { input: input.to_owned(), to, output: output.to_owned(), head }, &progress, &cancel)
}

#[test]
fn a_full_file_gives_its_own_jsonl_and_itself() {
    let dir = tempfile::tempdir().unwrap();
    let made = full(dir.path());
    let out = dir.path().join("x.jsonl");
    assert_eq!(go(&made.json, Target::V4Jsonl, &out).unwrap().items, Some(made.lines));
    assert!(fs::read(&out).unwrap() == fs::read(&made.jsonl).unwrap());
    let out = dir.path().join("x.json");
    go(&made.json, Target::V4Json, &out).unwrap();
    assert!(fs::read(&out).unwrap() == fs::read(&made.json).unwrap());
}

#[test]
fn a_jsonl_gives_itself_and_a_full_file_of_what_it_has() {
    let dir = tempfile::tempdir().unwrap();
    let made = full(dir.path());
    let json = dir.path().join("x.json");
    assert_eq!(go(&made.jsonl, Target::V4Json, &json).unwrap().items, Some(5));
    let value: serde_json::Value = serde_json::from_slice(&fs::read(&json).unwrap()).unwrap();
    assert_eq!(value["training_file_metadata"]["file_name"], "spring");
    assert_eq!(value["training_file_metadata"]["total_training_pairs"], made.lines);
    let again = dir.path().join("x.jsonl");
    go(&made.jsonl, Target::V4Jsonl, &again).unwrap();
    let text = |path: &Path| fs::read_to_string(path).unwrap();
    let (a, b) = (text(&again), text(&made.jsonl));
    assert!(a.lines().skip(1).eq(b.lines().skip(1)));
}

#[test]
fn chat_lines_are_json_from_every_shape() {
    let dir = tempfile::tempdir().unwrap();
    let made = full(dir.path());
    let enriched = dir.path().join("conversations/00000.json");
    for target in [Target::Messages, Target::ShareGpt, Target::Alpaca] {
        for input in [&made.json, &made.jsonl, &enriched] {
            let out = dir.path().join("chat.jsonl");
            let done = go(input, target, &out).unwrap();
            let text = fs::read_to_string(&out).unwrap();
            assert_eq!(text.lines().count() as u64, done.items.unwrap());
            for line in text.lines() {
                serde_json::from_str::<serde_json::Value>(line).unwrap();
            }
        }
    }
}

#[test]
fn what_cannot_be_converted_is_said_and_leaves_no_file() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("raw.json"), crate::testing::raw("x")).unwrap();
    fs::write(dir.path().join("text.txt"), "hello").unwrap();
    let made = full(dir.path());
    let cut = fs::read(&made.json).unwrap();
    fs::write(dir.path().join("cut.json"), &cut[..cut.len() / 2]).unwrap();
    let out = dir.path().join("made");
    for name in ["raw.json", "text.txt", "cut.json", "nothing.json"] {
        for target in [Target::V4Json, Target::V4Jsonl, Target::Messages] {
            let error = go(&dir.path().join(name), target, &out.join("x")).unwrap_err();
            assert!(error.to_string().contains(name), "{name}: {error}");
        }
    }
    assert_eq!(tree(&out), Vec::<String>::new());
}
