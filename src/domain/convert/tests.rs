use super::{Regroup, Target, conversation};
use crate::training_file::build::{Draft, NewFile, transcode};
use crate::training_file::fixture::{A, B, TURNS, bytes, enriched};
use crate::training_file::survey::survey;
use serde_json::{Value, json};

fn convert(source: &Value, target: Target) -> (Vec<Value>, (u32, u32, u32)) {
    let mut out = Vec::new();
    let done = conversation(&bytes(source), target, &mut out).expect("a conversation");
    let text = String::from_utf8(out).expect("UTF-8");
    assert!(text.is_empty() || text.ends_with('\n'));
    (text.lines().map(|line| line.parse().expect("JSON")).collect(), (done.lines, done.left_out, done.joined))
}

#[test]
fn messages_alternate_and_say_nothing_twice() {
    let (lines, done) = convert(&enriched(A, &TURNS), Target::Messages);
    let turn = |role: &str, text: &str| json!({"role": role, "content": text});
    assert_eq!(
        lines,
        [json!({"messages": [
            turn("system", "You are a patient gardener."),
            turn("user", TURNS[0]),
            turn("assistant", TURNS[1]),
            turn("user", TURNS[2]),
            turn("assistant", TURNS[3]),
        ]})]
    );
    assert_eq!(done, (1, 1, 0), "the last turn has no answer");
}

#[test]
fn the_question_is_asked_even_when_the_history_lacks_it() {
    let mut source = enriched(A, &TURNS[..2]);
    source["training_pairs"][1]["conversation_history"] = json!([]);
    let (lines, _) = convert(&source, Target::ShareGpt);
    assert_eq!(
        lines[0]["conversations"],
        json!([
            {"from": "system", "value": "You are a patient gardener."},
            {"from": "human", "value": TURNS[0]},
            {"from": "gpt", "value": TURNS[1]},
        ])
    );
}

#[test]
fn neighbours_of_one_role_are_joined_and_counted() {
    let mut source = enriched(A, &TURNS[..4]);
    source["training_pairs"][3]["conversation_history"][1]["role"] = json!("user");
    let (lines, done) = convert(&source, Target::Messages);
    let roles: Vec<_> =
        lines[0]["messages"].as_array().expect("turns").iter().map(|turn| turn["role"].clone()).collect();
    assert_eq!(roles, ["system", "user", "assistant"]);
    assert_eq!(done, (1, 0, 2));
    source["training_pairs"][3]["conversation_history"][0]["role"] = json!("narrator");
    let fault = conversation(&bytes(&source), Target::Messages, &mut vec![]).expect_err("an unknown role");
    assert!(
        fault
            .to_string()
            .starts_with("training_pairs[3].conversation_history[0].role must be user or assistant"),
        "{fault}"
    );
}

#[test]
fn alpaca_has_a_line_per_answer() {
    let (lines, done) = convert(&enriched(A, &TURNS), Target::Alpaca);
    assert_eq!(done, (2, 1, 0));
    assert_eq!(
        lines[1],
        json!({
            "instruction": TURNS[2], "input": "", "output": TURNS[3],
            "system": "You are a patient gardener.", "history": [[TURNS[0], TURNS[1]]],
        })
    );
}

#[test]
fn a_conversation_without_answers_gives_no_line() {
    for target in [Target::Messages, Target::ShareGpt, Target::Alpaca] {
        assert_eq!(convert(&enriched(A, &TURNS[..1]), target), (vec![], (0, 1, 0)));
    }
}

fn jsonl(sources: &[Vec<u8>]) -> Vec<u8> {
    let at = "2026-03-04T05:06:07Z".parse().expect("a time");
    let file = NewFile { name: "Roses", at, target_model: None, profile: b"{}" };
    let mut draft = Draft::create(&file).expect("a profile");
    let entries: Vec<_> =
        sources.iter().map(|source| draft.add(&survey(source).expect("a file"), None)).collect();
    let mut lines = draft.jsonl_head();
    for (source, entry) in sources.iter().zip(&entries) {
        transcode(source, entry, &mut vec![], &mut lines).expect("a file");
    }
    lines
}

#[test]
fn lines_become_conversations_and_the_same_lines_again() {
    let before = jsonl(&[bytes(&enriched(A, &TURNS)), bytes(&enriched(B, &TURNS[..2]))]);
    let mut regroup = Regroup::new("2026-03-04".parse().expect("a day"));
    let mut elements = Vec::new();
    for line in before.split_inclusive(|b| *b == b'\n') {
        elements.extend(regroup.push(line).expect("a line"));
    }
    elements.extend(regroup.finish());
    assert_eq!((elements.len(), regroup.file_name()), (2, Some("Roses")));
    let first: Value = serde_json::from_slice(&elements[0]).expect("JSON");
    assert_eq!(first["training_pairs"][0]["id"], "gardening_turn2");
    assert_eq!(first["training_pairs"][0]["conversation_id"], "gardening");
    let after = jsonl(&elements);
    let body = |lines: &[u8]| lines.splitn(2, |b| *b == b'\n').nth(1).expect("lines").to_vec();
    assert_eq!(body(&after), body(&before));
    let fault = regroup.push(br#"{"id":"x"}"#).expect_err("fields are missing");
    assert!(fault.to_string().starts_with("conversation_id is missing"), "{fault}");
}
