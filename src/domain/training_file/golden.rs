//! Byte-exact against the platform's own files (formats 2.7). They lie outside the product, so these tests are run by
//! whoever has them: `BRIGHTRUN_REFERENCE=… cargo test -- --ignored`.

use super::build::{BETWEEN, Draft, NewFile, transcode};
use super::split::{Kind, Splitter};
use super::survey::survey;
use crate::convert::{Regroup, Target, conversation};
use crate::recognize::{Shape, Verdict, recognize};
use chrono::{DateTime, Utc};
use serde_json::Value;

fn reference(path: &str) -> Vec<u8> {
    let folder =
        std::env::var("BRIGHTRUN_REFERENCE").expect("BRIGHTRUN_REFERENCE names the reference folder");
    let path = std::path::Path::new(&folder).join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn valid(schema: &str, document: &Value) {
    let schema: Value = serde_json::from_slice(&reference(&format!("schema/{schema}"))).expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let faults: Vec<String> = validator.iter_errors(document).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
}

/// The parts of a full file, cut out of chunks of `size` bytes.
struct Parts {
    metadata: Vec<u8>,
    profile: Vec<u8>,
    conversations: Vec<Vec<u8>>,
}

fn parts(file: &[u8], size: usize) -> Parts {
    let mut splitter = Splitter::new();
    let mut parts = Parts { metadata: vec![], profile: vec![], conversations: vec![] };
    for chunk in file.chunks(size) {
        splitter.feed(chunk);
        while let Some(part) = splitter.next().expect("a full file") {
            assert_eq!(&file[part.at.offset..part.at.offset + part.bytes.len()], part.bytes);
            match part.kind {
                Kind::Metadata => parts.metadata = part.bytes.to_vec(),
                Kind::Profile => parts.profile = part.bytes.to_vec(),
                Kind::Conversation => parts.conversations.push(part.bytes.to_vec()),
                Kind::Other(key) => panic!("{key}"),
            }
        }
    }
    splitter.end().expect("whole");
    parts
}

fn write(mut draft: Draft, sources: &[Vec<u8>]) -> (Vec<u8>, Vec<u8>) {
    let entries: Vec<_> =
        sources.iter().map(|s| draft.add(&survey(s).expect("a conversation"), None)).collect();
    let (mut json, mut jsonl) = (draft.json_head(), draft.jsonl_head());
    for (at, (source, entry)) in sources.iter().zip(&entries).enumerate() {
        json.extend_from_slice(if at > 0 { BETWEEN } else { b"" });
        transcode(source, entry, &mut json, &mut jsonl).expect("a conversation");
    }
    json.extend_from_slice(&draft.json_tail());
    let document: Value = serde_json::from_slice(&json).expect("JSON");
    valid("training-file.schema.json", &document);
    for line in jsonl.split(|b| *b == b'\n') {
        valid("jsonl-line.schema.json", &serde_json::from_slice(line).expect("JSON"));
    }
    (json, jsonl)
}

fn at(time: &str) -> DateTime<Utc> {
    time.parse().expect("a time")
}

fn same(ours: &[u8], theirs: &[u8]) {
    let differs = ours.iter().zip(theirs).position(|(a, b)| a != b);
    if let Some(at) = differs {
        let near = |text: &[u8]| {
            String::from_utf8_lossy(&text[at.saturating_sub(60)..(at + 60).min(text.len())]).into_owned()
        };
        panic!("byte {at}:\nours   {}\ntheirs {}", near(ours), near(theirs));
    }
    assert_eq!(ours.len(), theirs.len());
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn reference_g1_four_enriched_files() {
    let expected = reference("data/training/training-file-analysis.json");
    let profile = parts(&expected, 1000).profile;
    let sources: Vec<_> = [3, 1, 2, 4].map(|n| reference(&format!("data/enriched/enriched-{n}.json"))).into();
    let draft = Draft::create(&NewFile {
        name: "Batch 3 Test 4 convos",
        at: at("2025-12-02T23:36:17.571Z"),
        target_model: Some("claude-sonnet-4-5"),
        profile: &profile,
    });
    let (json, jsonl) = write(draft.expect("a profile"), &sources);
    same(&json, &expected);
    assert_eq!(json.len(), 355_462);
    assert_eq!(jsonl.split(|b| *b == b'\n').count(), 15);
    assert!(jsonl.starts_with(
        br#"{"_meta":{"file_name":"Batch 3 Test 4 convos","total_pairs":29,"version":"4.0.0"}}"#
    ));
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn reference_g4b_files_rebuilt_from_themselves() {
    for name in
        ["full-file-training-json-18-conversations", "EQ-12-conversations-demo", "training-file-analysis"]
    {
        let expected = reference(&format!("data/training/{name}.json"));
        for size in [7_919, expected.len()] {
            let parts = parts(&expected, size);
            let metadata: Value = serde_json::from_slice(&parts.metadata).expect("JSON");
            let updated = at(metadata["last_updated"].as_str().expect("a time"));
            let append = Draft::append(&parts.metadata, &parts.profile, updated).expect("a head");
            same(&write(append, &parts.conversations).0, &expected);
            let create = NewFile {
                name: metadata["file_name"].as_str().expect("a name"),
                at: at(metadata["created_date"].as_str().expect("a time")),
                target_model: metadata["target_model"].as_str(),
                profile: &parts.profile,
            };
            if metadata["created_date"] == metadata["last_updated"] {
                same(&write(Draft::create(&create).expect("a head"), &parts.conversations).0, &expected);
            }
        }
    }
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn reference_adding_to_a_file_gives_what_making_it_at_once_gives() {
    let expected = reference("data/training/full-file-training-json-18-conversations.json");
    let all = parts(&expected, 1 << 20);
    let metadata: Value = serde_json::from_slice(&all.metadata).expect("JSON");
    let time = at(metadata["created_date"].as_str().expect("a time"));
    let file = NewFile {
        name: metadata["file_name"].as_str().expect("a name"),
        at: time,
        target_model: metadata["target_model"].as_str(),
        profile: &all.profile,
    };
    let first = write(Draft::create(&file).expect("a head"), &all.conversations[..12]).0;
    let some = parts(&first, 1 << 20);
    assert_eq!(some.conversations.len(), 12);
    let sources: Vec<_> = some.conversations.iter().chain(&all.conversations[12..]).cloned().collect();
    let draft = Draft::append(&some.metadata, &some.profile, time).expect("a head");
    same(&write(draft, &sources).0, &expected);
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn reference_g5_full_to_jsonl() {
    let parts = parts(&reference("data/training/EQ-12-conversations-demo.json"), 1 << 16);
    let draft = Draft::append(&parts.metadata, &parts.profile, at("2026-01-01T00:00:00Z")).expect("a head");
    same(&write(draft, &parts.conversations).1, &reference("data/training/EQ-12-conversations-demo.jsonl"));
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn reference_damaged_turns_are_counted_as_measured() {
    // Formats 3.3: the one real file here whose turns are truncated; all others are whole.
    let folder =
        std::env::var("BRIGHTRUN_REFERENCE").expect("BRIGHTRUN_REFERENCE names the reference folder");
    for entry in std::fs::read_dir(format!("{folder}/data/enriched")).expect("a folder") {
        let path = entry.expect("a file").path();
        let survey = survey(&std::fs::read(&path).expect("a file")).expect("an enriched file");
        let damaged = path.ends_with("single-convo-file-3.json");
        assert_eq!(survey.truncated() > 0, damaged, "{}", path.display());
        assert!(survey.title.contains(" · "), "{}", survey.title);
        assert!(survey.created().is_some() && survey.starting_emotion.is_some());
    }
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn reference_lines_come_back_as_conversations() {
    let file = reference("data/training/EQ-12-conversations-demo.jsonl");
    let mut regroup = Regroup::new("2026-01-01".parse().expect("a day"));
    let mut elements = Vec::new();
    for line in file.split(|b| *b == b'\n') {
        elements.extend(regroup.push(line).expect("a line"));
    }
    elements.extend(regroup.finish());
    assert_eq!(elements.len(), 12);
    let full = parts(&reference("data/training/EQ-12-conversations-demo.json"), 1 << 20);
    let draft = Draft::append(&full.metadata, &full.profile, at("2026-01-01T00:00:00Z")).expect("a head");
    let body = |lines: &[u8]| lines.splitn(2, |b| *b == b'\n').nth(1).expect("lines").to_vec();
    same(&body(&write(draft, &elements).1), &body(&file));
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn reference_real_dialogues_alternate() {
    let full = parts(&reference("data/training/full-file-training-json-18-conversations.json"), 1 << 20);
    for source in &full.conversations {
        let mut out = Vec::new();
        let done = conversation(source, Target::Messages, &mut out).expect("a conversation");
        assert_eq!((done.lines, done.joined), (1, 0));
        let line: Value = serde_json::from_slice(&out).expect("JSON");
        let turns = line["messages"].as_array().expect("turns");
        assert_eq!(
            turns.len() as u64 - 1 + u64::from(done.left_out),
            u64::from(survey(source).expect("a file").pairs())
        );
        for (at, turn) in turns.iter().skip(1).enumerate() {
            assert_eq!(turn["role"], if at % 2 == 0 { "user" } else { "assistant" });
        }
        let mut lines = Vec::new();
        let alpaca = conversation(source, Target::Alpaca, &mut lines).expect("a conversation");
        assert_eq!(alpaca.lines, survey(source).expect("a file").trainable());
    }
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn reference_real_files_are_recognized() {
    for (path, shape) in [
        ("enriched/enriched-1.json", Shape::Enriched),
        ("enriched/single-convo-file-3.json", Shape::Enriched),
        ("raw/recent-raw.json", Shape::Raw),
        ("raw/david-chen-couple-essential-raw.txt", Shape::Raw),
        ("raw/cut-off-response.json", Shape::Raw),
        ("training/EQ-12-conversations-demo.json", Shape::Full),
        ("training/EQ-12-conversations-demo.jsonl", Shape::V4Jsonl),
        ("invalid/invalid-dataset.jsonl", Shape::Turns),
        ("invalid/sample-dataset.jsonl", Shape::Turns),
    ] {
        let file = reference(&format!("data/{path}"));
        let start = &file[..file.len().min(1 << 16)];
        assert_eq!(recognize(start, start.len() == file.len()), Verdict::Shape(shape), "{path}");
    }
}
