//! One broken conversation per rule.

use super::*;
use serde_json::json;

fn good() -> Value {
    json!({
        "conversation_metadata": {"client_persona": "p", "session_context": "s", "conversation_phase": "c", "expected_outcome": "o"},
        "turns": [
            {"turn_number": 1, "role": "user", "content": "long enough", "emotional_context": {"primary_emotion": "fear", "secondary_emotion": "hope", "intensity": 0.7}},
            {"turn_number": 2, "role": "assistant", "content": "long enough", "emotional_context": {"primary_emotion": "calm", "secondary_emotion": "hope", "intensity": 0.5}}
        ]
    })
}

fn report(value: &Value) -> Report {
    validate(value.to_string().as_bytes(), &ConversationId::new("c"), DateTime::UNIX_EPOCH)
}

/// Sets (or, with `null` under the name "-", removes) one place, and returns the codes found.
fn after(pointer: &str, new: Option<Value>) -> Vec<(Code, String)> {
    let mut value = good();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    let parent = value.pointer_mut(parent).expect("the parent is there").as_object_mut().expect("an object");
    match new {
        Some(new) => drop(parent.insert(key.to_owned(), new)),
        None => drop(parent.remove(key).expect("the key is there")),
    }
    let report = report(&value);
    assert_eq!(report.is_valid, report.blockers.is_empty());
    report.blockers.into_iter().chain(report.warnings).map(|finding| (finding.code, finding.field)).collect()
}

#[test]
fn a_good_one_has_nothing() {
    let report = report(&good());
    assert!(report.is_valid && !report.has_warnings, "{report:?}");
    assert_eq!(report.summary, "nothing found");
}

#[test]
fn every_rule_finds_its_own_fault_and_nothing_else() {
    use Code::*;
    let cases: [(&str, Option<Value>, Code, &str); 21] = [
        ("/conversation_metadata", None, MissingConversationMetadata, "conversation_metadata"),
        ("/conversation_metadata", Some(json!("x")), MissingConversationMetadata, "conversation_metadata"),
        ("/turns", Some(json!({})), MissingTurnsArray, "turns"),
        ("/turns", Some(json!([])), InsufficientTurns, "turns"),
        (
            "/conversation_metadata/client_persona",
            Some(json!("")),
            MissingClientPersona,
            "conversation_metadata.client_persona",
        ),
        (
            "/conversation_metadata/session_context",
            None,
            MissingSessionContext,
            "conversation_metadata.session_context",
        ),
        (
            "/conversation_metadata/conversation_phase",
            None,
            MissingConversationPhase,
            "conversation_metadata.conversation_phase",
        ),
        (
            "/conversation_metadata/expected_outcome",
            None,
            MissingExpectedOutcome,
            "conversation_metadata.expected_outcome",
        ),
        ("/turns/1/turn_number", Some(json!("2")), InvalidTurnNumber, "turns[1].turn_number"),
        ("/turns/1/turn_number", Some(json!(3)), TurnNumberMismatch, "turns[1].turn_number"),
        ("/turns/1/role", Some(json!("system")), InvalidRole, "turns[1].role"),
        ("/turns/1/role", Some(json!("user")), RoleNotAlternating, "turns[1].role"),
        ("/turns/1/content", None, MissingContent, "turns[1].content"),
        ("/turns/1/content", Some(json!("nine char")), ShortContent, "turns[1].content"),
        ("/turns/1/emotional_context", None, MissingEmotionalContext, "turns[1].emotional_context"),
        (
            "/turns/1/emotional_context/primary_emotion",
            None,
            MissingPrimaryEmotion,
            "turns[1].emotional_context.primary_emotion",
        ),
        (
            "/turns/1/emotional_context/secondary_emotion",
            None,
            MissingSecondaryEmotion,
            "turns[1].emotional_context.secondary_emotion",
        ),
        (
            "/turns/1/emotional_context/intensity",
            None,
            MissingIntensity,
            "turns[1].emotional_context.intensity",
        ),
        (
            "/turns/1/emotional_context/intensity",
            Some(json!(1.01)),
            IntensityOutOfRange,
            "turns[1].emotional_context.intensity",
        ),
        (
            "/turns/1/emotional_context/intensity",
            Some(json!(-0.1)),
            IntensityOutOfRange,
            "turns[1].emotional_context.intensity",
        ),
        (
            "/turns/1/emotional_context/intensity",
            Some(json!(0)),
            ExtremeIntensity,
            "turns[1].emotional_context.intensity",
        ),
    ];
    for (pointer, new, code, field) in cases {
        assert_eq!(after(pointer, new.clone()), [(code, field.to_owned())], "{pointer} = {new:?}");
    }
}

#[test]
fn ten_letters_that_take_more_bytes_are_not_short_and_nine_are() {
    assert_eq!(after("/turns/1/content", Some(json!("äöüäöüäöüä"))), []);
    assert_eq!(after("/turns/1/content", Some(json!("äöüäöüäöü")))[0].0, Code::ShortContent);
}

#[test]
fn no_json_is_one_blocker_with_the_place() {
    let report = validate(b"{\"turns\": [", &ConversationId::new("c"), DateTime::UNIX_EPOCH);
    assert_eq!(report.blockers.len(), 1);
    assert_eq!(report.blockers[0].code, Code::InvalidJsonSyntax);
    assert!(report.blockers[0].message.contains("line 1"), "{}", report.blockers[0].message);
    assert_eq!(report.summary, "stopped by 1 blocker");
}

#[test]
fn the_report_has_the_platforms_keys() {
    let report = validate(b"{}", &ConversationId::new("c"), DateTime::UNIX_EPOCH);
    let value = serde_json::to_value(&report).expect("plain");
    let keys: Vec<_> = value.as_object().expect("object").keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "isValid",
            "hasBlockers",
            "hasWarnings",
            "blockers",
            "warnings",
            "conversationId",
            "validatedAt",
            "summary"
        ]
    );
    assert_eq!(value["blockers"][0]["code"], "MISSING_CONVERSATION_METADATA");
    assert_eq!(value["blockers"][0]["severity"], "blocker");
}

#[test]
fn what_only_warns_can_be_read_whatever_its_type() {
    let odd = r#"{"conversation_metadata":{"client_persona":"p","session_context":"s","conversation_phase":"c","expected_outcome":7},
        "turns":[{"turn_number":1.5,"role":"user","content":"c","emotional_context":{"primary_emotion":"f","secondary_emotion":null,"intensity":0}},
                 {"turn_number":2,"turn_number":2,"role":"user","content":"c","emotional_context":{"primary_emotion":"f","secondary_emotion":[],"intensity":1}}],
        "input_parameters":{"persona_id":null,"persona_key":"k"}}"#;
    let report = validate(odd.as_bytes(), &ConversationId::new("c"), DateTime::UNIX_EPOCH);
    assert!(report.is_valid, "{report:?}");
    let read = super::super::ConversationInput::read(odd.as_bytes()).expect("no blocker");
    assert_eq!(read.conversation_metadata.expected_outcome, None);
    let parameters = read.input_parameters.expect("there");
    assert_eq!((parameters.persona_id.as_str(), parameters.persona_key.as_str()), ("", "k"));
}

proptest::proptest! {
    #[test]
    fn what_has_no_blocker_can_be_read(at: proptest::sample::Index, byte: u8) {
        let mut bytes = good().to_string().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let report = validate(&bytes, &ConversationId::new("c"), DateTime::UNIX_EPOCH);
        if report.is_valid {
            proptest::prop_assert!(super::super::ConversationInput::read(&bytes).is_ok());
        }
    }
}
