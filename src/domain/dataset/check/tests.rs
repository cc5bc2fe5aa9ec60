use super::super::report::{Finding, Severity};
use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

fn check(text: &str) -> Report {
    check_bytes("x", text.as_bytes(), &Options::default()).unwrap()
}

fn finding(report: &Report, code: Code) -> &Finding {
    report
        .findings
        .iter()
        .find(|f| f.code == code)
        .unwrap_or_else(|| panic!("{code} in {:?}", report.findings))
}

fn codes(report: &Report) -> Vec<&'static str> {
    report.findings.iter().map(|f| f.code.word()).collect()
}

fn pair(n: u32, input: &str, target: Option<&str>, history: &[(&str, &str)]) -> Value {
    let history: Vec<Value> = history
        .iter()
        .zip(1..)
        .map(|((role, content), turn)| {
            json!({"turn": turn, "role": role, "content": content, "emotional_state": {"primary": "calm", "intensity": 0.5}})
        })
        .collect();
    json!({
        "id": format!("shame_turn{n}"), "conversation_id": "shame", "turn_number": n,
        "conversation_metadata": {"client_persona": "A", "client_background": "B", "session_context": "C",
            "conversation_phase": "d", "expected_outcome": "E"},
        "system_prompt": "You listen.", "conversation_history": history, "current_user_input": input,
        "emotional_context": {"detected_emotions": {"primary": "calm", "primary_confidence": 0.8, "intensity": 0.5, "valence": "mixed"}},
        "target_response": target,
        "training_metadata": {"difficulty_level": "x", "quality_score": 3},
    })
}

fn pairs() -> Vec<Value> {
    let (q, a, p) = ("May I ask?", "Yes, of course.", "How do I save money?");
    vec![
        pair(1, q, None, &[]),
        pair(2, q, Some(a), &[("user", q)]),
        pair(3, p, None, &[("user", q), ("assistant", a)]),
        pair(4, p, Some("Put a little aside each month."), &[("user", q), ("assistant", a), ("user", p)]),
    ]
}

fn conversation(id: &str, pairs: &[Value]) -> Value {
    json!({"conversation_metadata": {"conversation_id": id, "total_turns": pairs.len()}, "training_pairs": pairs})
}

fn full(conversations: &[Value]) -> Value {
    let pairs: usize = conversations.iter().map(|c| c["training_pairs"].as_array().map_or(0, Vec::len)).sum();
    json!({
        "training_file_metadata": {"total_conversations": conversations.len(), "total_training_pairs": pairs},
        "consultant_profile": {}, "conversations": conversations,
    })
}

fn jsonl() -> String {
    let mut out = r#"{"_meta":{"file_name":"n","total_pairs":2,"version":"4.0.0"}}"#.to_owned();
    for pair in pairs().iter_mut().filter(|p| p["target_response"].is_string()) {
        pair["conversation_id"] = json!("aaaaaaaa-0000");
        out.push('\n');
        out.push_str(&pair.to_string());
    }
    out
}

fn enriched() -> Value {
    json!({"dataset_metadata": {"total_turns": 4}, "consultant_profile": {}, "training_pairs": pairs()})
}

fn raw() -> Value {
    let turn = |n, role, content| {
        json!({"turn_number": n, "role": role, "content": content,
            "emotional_context": {"primary_emotion": "shame", "intensity": 0.4}})
    };
    json!({
        "conversation_metadata": {"client_persona": "A", "session_context": "B", "conversation_phase": "c"},
        "turns": [turn(1, "user", "Hello."), turn(2, "assistant", "Good day.")],
    })
}

const TURNS: &str = r#"{"conversation_id":"a","turns":[{"role":"user","content":"Hi there."},{"role":"assistant","content":"Good day."}]}"#;
const MESSAGES: &str = r#"{"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"Hi."},{"role":"assistant","content":"Good day."}]}"#;
const CHATS: &str =
    r#"{"conversations":[{"from":"human","value":"Hi."},{"from":"gpt","value":"Good day."}]}"#;

fn fixtures() -> Vec<(Shape, String)> {
    let full = full(&[conversation("a", &pairs()), conversation("b", &pairs())]);
    vec![
        (Shape::Full, serde_json::to_string_pretty(&full).unwrap()),
        (Shape::V4Jsonl, jsonl()),
        (Shape::Enriched, serde_json::to_string_pretty(&enriched()).unwrap()),
        (Shape::Raw, raw().to_string()),
        (Shape::Turns, format!("{TURNS}\n{}\n", TURNS.replace("\"a\"", "\"b\""))),
        (Shape::Messages, MESSAGES.to_owned()),
        (Shape::Conversations, CHATS.to_owned()),
    ]
}

#[test]
fn each_shape_is_recognised_and_sound_files_are_ready() {
    let expected = [(2, 8, 4), (1, 2, 2), (1, 4, 2), (1, 2, 1), (2, 4, 2), (1, 2, 1), (1, 2, 1)];
    for ((shape, text), counts) in fixtures().into_iter().zip(expected) {
        let report = check(&text);
        assert_eq!(report.shape, Some(shape));
        assert_eq!((report.conversations, report.pairs, report.trainable_pairs), counts, "{shape}");
        assert!(report.ready, "{shape}: {:?}", report.findings);
        let harmless = ["null_target", "repeated_user_turn", "unmeasured_quality", "small_dataset"];
        assert!(codes(&report).iter().all(|c| harmless.contains(c)), "{shape}: {:?}", report.findings);
    }
}

#[test]
fn chunks_of_any_size_give_the_same_report() {
    for (shape, text) in fixtures() {
        let whole = check(&text);
        for size in [1, 2, 7, 100, 1000] {
            let mut checker = Checker::new("x", &Options::default());
            text.as_bytes().chunks(size).for_each(|chunk| checker.feed(chunk).unwrap());
            assert_eq!(checker.finish().unwrap(), whole, "{shape} in chunks of {size}");
        }
    }
}

#[test]
fn the_json_is_the_one_that_scripts_know() {
    let report = check(&jsonl());
    let value = serde_json::to_value(&report).unwrap();
    let keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        ["file", "shape", "conversations", "pairs", "trainable_pairs", "tokens", "findings", "ready"]
    );
    assert_eq!(value["tokens"]["method"], "estimate words*1.3");
    assert_eq!(value["tokens"]["over"]["512"], 0);
    let first = value["findings"][0].as_object().unwrap();
    assert_eq!(first.keys().collect::<Vec<_>>(), ["code", "severity", "count", "message", "where"]);
    assert_eq!(value["findings"][0]["where"][0]["line"], 2);
    let back: Report = serde_json::from_value(value).unwrap();
    assert_eq!(back, report);
}

#[test]
fn the_doubled_user_turn_is_found_and_not_counted_twice() {
    let report = check(&jsonl());
    assert_eq!(finding(&report, Code::RepeatedUserTurn).count, 2);
    // 2 + 3 + 3 words, then 2 + 3 + 3 + 5 + 6: the doubled input is left out.
    assert_eq!((report.tokens.total, report.tokens.max), (35, 25));
    let options = Options { max_lengths: vec![10, 20, 25], ..Options::default() };
    let report = check_bytes("x", jsonl().as_bytes(), &options).unwrap();
    assert_eq!(report.tokens.over.into_iter().collect::<Vec<_>>(), [(10, 1), (20, 1), (25, 0)]);
    assert_eq!(report.findings.iter().filter(|f| f.code == Code::OverLength).count(), 2);
}

#[test]
fn a_header_that_claims_too_much_is_told_with_both_numbers() {
    let report = check(&jsonl().replace("\"total_pairs\":2", "\"total_pairs\":89"));
    let found = finding(&report, Code::CountMismatch);
    assert!(found.message.contains("89") && found.message.contains('2'), "{}", found.message);
    let mut full = full(&[conversation("a", &pairs())]);
    full["training_file_metadata"]["total_conversations"] = json!(7);
    full["conversations"][0]["conversation_metadata"]["total_turns"] = json!(9);
    assert_eq!(check(&full.to_string()).count(Code::CountMismatch), 2);
}

#[test]
fn what_is_wrong_with_a_text_is_found_once_per_turn() {
    for (bad, code) in [
        ("It stops in the\\", Code::TruncatedTurn),
        ("It stops in the", Code::TruncatedTurn),
        ("Line\\nline.", Code::LiteralEscape),
        ("Dear {{ name }}.", Code::PlaceholderLeft),
        ("I see [object Object].", Code::ObjectPlaceholder),
        ("A\u{7}b.", Code::ControlCharacter),
        ("A\u{202e}b.", Code::ControlCharacter),
        ("It doesnâ€™t.", Code::Mojibake),
        ("CafÃ©.", Code::Mojibake),
        ("Gone\u{fffd}.", Code::Mojibake),
    ] {
        let mut all = pairs();
        for p in &mut all {
            let changed = p.to_string().replace("Yes, of course.", json!(bad).to_string().trim_matches('"'));
            *p = serde_json::from_str(&changed).unwrap();
        }
        let report = check(&full(&[conversation("a", &all)]).to_string());
        let found = finding(&report, code);
        assert_eq!((found.count, found.places[0].turn), (1, Some(2)), "{bad}");
        assert_eq!(found.places[0].conversation.as_deref(), Some("a"));
        assert!(report.ready);
    }
    for good in [
        "It said “yes”",
        "Done (really)",
        "One — two ½ × → 延迟.",
        "Set {{a}, {b}}.",
        "Ação, NÃO.",
        "a\tb\nc.",
    ] {
        let text = TURNS.replace("Good day.", json!(good).to_string().trim_matches('"'));
        assert_eq!(codes(&check(&text)), ["small_dataset"], "{good}");
    }
}

#[test]
fn user_turns_are_counted_once_too() {
    let all: Vec<Value> = pairs()
        .iter()
        .map(|p| serde_json::from_str(&p.to_string().replace("How do I save money?", "How do I")).unwrap())
        .collect();
    assert_eq!(check(&full(&[conversation("a", &all)]).to_string()).count(Code::TruncatedTurn), 1);
    assert_eq!(check(&jsonl().replace("How do I save money?", "How do I")).count(Code::TruncatedTurn), 1);
}

#[test]
fn missing_wrong_and_empty_fields_are_three_things() {
    let change = |f: &dyn Fn(&mut Value)| {
        let mut all = pairs();
        f(&mut all[1]);
        check(&full(&[conversation("a", &all)]).to_string())
    };
    let report = change(&|p| _ = p.as_object_mut().unwrap().remove("target_response"));
    assert_eq!(finding(&report, Code::MissingField).severity, Severity::Critical);
    assert!(!report.ready);
    let report = change(&|p| p["target_response"] = json!(5));
    assert_eq!(
        finding(&report, Code::InvalidType).places[0].what.as_deref(),
        Some("target_response is a number")
    );
    assert!(!report.ready);
    assert!(!change(&|p| p["target_response"] = json!("")).ready);
    assert!(!change(&|p| p["conversation_history"][0]["role"] = json!("robot")).ready);
    let report = change(&|p| p["training_metadata"] = json!([]));
    assert!(report.ready && report.count(Code::InvalidType) == 1);
    let report = change(&|p| p["id"] = json!("shame_turn1"));
    assert_eq!(report.count(Code::DuplicateId), 1);
    let report = change(&|p| p["training_metadata"]["quality_score"] = json!(4.5));
    assert_eq!(report.count(Code::UnmeasuredQuality), 0);
    let twice = full(&[conversation("a", &pairs()), conversation("a", &pairs())]);
    assert_eq!(check(&twice.to_string()).count(Code::DuplicateId), 1);
}

#[test]
fn roles_must_alternate_and_begin_with_the_user() {
    for text in [
        TURNS.replace("\"user\"", "\"assistant\""),
        TURNS.replace("\"assistant\"", "\"user\""),
        MESSAGES.replace("\"user\"", "\"assistant\""),
    ] {
        assert_eq!(check(&text).count(Code::RoleOrder), 1, "{text}");
    }
    let swapped: Vec<Value> = [1, 0, 2, 3].iter().map(|i| pairs()[*i].clone()).collect();
    assert!(check(&full(&[conversation("a", &swapped)]).to_string()).count(Code::RoleOrder) > 0);
}

#[test]
fn line_errors_have_the_platforms_words_and_physical_lines() {
    let text = format!(
        "\n{TURNS}\n\nnot json\n{{\"turns\":[]}}\n{{\"conversation_id\":\"b\"}}\n{{\"conversation_id\":\"c\",\"turns\":[]}}\n{}\n",
        r#"{"conversation_id":"d","turns":[{"role":"user"},{"content":"x."},{"role":"user","content":"y."}]}"#
    );
    let report = check(&text);
    let errors: Vec<(u64, &str)> = report.line_errors().iter().map(|e| (e.line, e.error.as_str())).collect();
    assert_eq!(
        errors,
        [
            (4, "JSON parse error"),
            (5, "Missing conversation_id"),
            (6, "Invalid or missing turns array"),
            (7, "Empty turns array"),
            (8, "Turn 1 missing role or content"),
            (8, "Turn 2 missing role or content"),
        ]
    );
    assert_eq!(finding(&report, Code::MalformedJson).places[0].line, Some(4));
    assert_eq!(finding(&report, Code::MissingField).places.len(), 4);
    assert!(!report.ready);
    let many = check(&vec!["{}"; 30].join("\n").replacen("{}", TURNS, 1));
    assert_eq!(many.line_errors().iter().filter(|e| e.kept).count(), 10);
    assert_eq!(many.platform.unwrap().errors, 29);
    assert_eq!(finding(&check(&vec![TURNS; 30].join("\n")), Code::DuplicateId).places.len(), 20);
}

#[test]
fn empty_files_and_other_encodings_are_reports() {
    for text in ["", " \n\n"] {
        let report = check(text);
        assert_eq!((report.shape, report.line_errors()[0].error.as_str()), (None, "File is empty"));
        assert!(!report.ready);
    }
    let report = check_bytes("x", b"\xff\xfe{\0", &Options::default()).unwrap();
    assert_eq!(finding(&report, Code::WrongEncoding).severity, Severity::Critical);
    let report = check(&format!("\u{feff}{TURNS}"));
    assert!(report.ready && report.count(Code::WrongEncoding) == 1);
    let mut bytes = format!("{TURNS}\n{TURNS}").into_bytes();
    let at = bytes.len() - 6;
    bytes[at] = 0xff;
    let report = check_bytes("x", &bytes, &Options::default()).unwrap();
    assert_eq!(finding(&report, Code::WrongEncoding).places[0].line, Some(2));
    assert_eq!(report.pairs, 4);
    let half = check(&TURNS.replace("Good", "\\ud83d"));
    assert_eq!(finding(&half, Code::WrongEncoding).places[0].line, Some(1));
}

#[test]
fn any_other_file_is_one_sentence() {
    for (text, says) in [
        ("[1,2]", "JSON array"),
        ("hello", "plain text"),
        ("{\"a\":1,\"b\":2}", "`a`, `b`"),
        ("{}", "begins with nothing"),
        ("a,b\n1,2\n", "CSV"),
        ("\u{0}\u{1}\u{2}\u{3}\u{4}", "binary"),
    ] {
        let e = check_bytes("f.txt", text.as_bytes(), &Options::default()).unwrap_err();
        assert!(e.to_string().contains(says), "{text}: {e}");
        assert!(e.to_string().starts_with("f.txt: this is ") && !e.to_string().contains('\n'), "{e}");
    }
}

#[test]
fn broken_documents_name_the_line() {
    let text = serde_json::to_string_pretty(&full(&[conversation("a", &pairs())])).unwrap();
    let cut = &text[..text.len() / 2];
    let report = check(cut);
    assert_eq!(finding(&report, Code::MalformedJson).places[0].line, Some(cut.lines().count() as u64));
    let stray = text.replacen("\"total_training_pairs\"", "\\\\ \"total_training_pairs\"", 1);
    assert_eq!(finding(&check(&stray), Code::MalformedJson).places[0].line, Some(4));
    assert_eq!(check(&format!("{text}x")).count(Code::MalformedJson), 1);
    let first_line_broken = format!("{{\"oops\n{TURNS}");
    assert_eq!(check(&first_line_broken).shape, Some(Shape::Turns));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn no_mutation_of_any_shape_breaks_it(
        which in 0_usize..7,
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..5), 1..8),
        size in 1_usize..300,
    ) {
        let mut bytes = fixtures().swap_remove(which).1.into_bytes();
        for (at, byte, kind) in edits {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => _ = bytes.remove(at),
                3 => bytes[at] = b"{}[]\",:\\\n"[usize::from(byte) % 9],
                _ => bytes.truncate(at),
            }
        }
        let whole = check_bytes("x", &bytes, &Options::default());
        if let Ok(report) = &whole {
            prop_assert!(report.trainable_pairs <= report.pairs);
            prop_assert!(report.findings.iter().all(|f| f.count > 0 && f.places.len() <= 20 && !f.message.is_empty()));
        }
        let mut checker = Checker::new("x", &Options::default());
        let fed = bytes.chunks(size).try_for_each(|chunk| checker.feed(chunk));
        let parts = fed.and_then(|()| checker.finish());
        prop_assert_eq!(parts.ok(), whole.ok());
    }

    #[test]
    fn words_are_what_blanks_part(text in "[a-zé \n\t]{0,40}") {
        prop_assert_eq!(super::text::words(&text), text.split_ascii_whitespace().count() as u64);
    }
}

mod reference;
