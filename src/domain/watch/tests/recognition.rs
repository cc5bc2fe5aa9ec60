use super::*;

fn say(text: &str) -> Recognized {
    recognize(text.as_bytes(), true)
}

#[test]
fn every_format_is_recognised_by_its_content() {
    for (format, bytes) in every() {
        assert_eq!(recognize(&bytes, true), Recognized::Format(format));
        let head = &bytes[..bytes.len().min(700)];
        assert_eq!(recognize(head, false), Recognized::Format(format), "{format} by its head");
        assert!(!matches!(recognize(&bytes[..3], false), Recognized::Unknown(_)), "{format} by three bytes");
    }
    let event = r#"{"seq":1,"at":"2026-11-28T02:09:44.123Z","attempt":1,"kind":"stage","stage":"setup"}"#;
    assert_eq!(say(event), Recognized::Format(Format::Events));
    assert!(Tail::new(Format::Events).is_none());
    assert_eq!(say("{\"log_history\": [], \"global_step\": 3}"), Recognized::Format(Format::TrainerState));
    assert_eq!(say("{\"args\":\"x\"}\n{\"loss\":1}\n"), Recognized::Format(Format::Jsonl));
    assert_eq!(
        say(&format!("{{\"seq\":1,\"at\":\"20\n{event}\n")),
        Recognized::Format(Format::Events),
        "a torn first line"
    );
    assert_eq!(say("step,loss\n"), Recognized::Format(Format::Csv));
    assert_eq!(recognize(b"time,loss\n2026-11", false), Recognized::NeedMore);
}

#[test]
fn other_files_are_refused_with_a_reason() {
    for text in [
        "{\"messages\": [{\"role\": \"user\"}]}\n",
        "# A readme\n\nWith text, and more text.\n",
        "1,2,3\n4,5,6\n",
        "[1, 2, 3]\n",
        "name,city\nAnna,Bonn\n",
        "{\n  \"learning_rate\": 1\n}\n",
        "{\n  \"runs\": [\n{\"loss\": 1},\n{\"loss\": 2}]}\n",
        "\u{0}\u{1}\u{2}binary binary\n",
        "one line without end",
    ] {
        assert!(matches!(say(text), Recognized::Unknown(_)), "{text:?} {:?}", say(text));
    }
    assert_eq!(say(""), Recognized::NeedMore);
    assert_eq!(say(" \n"), Recognized::NeedMore, "it may still become something");
}

#[test]
fn a_beginning_without_end_is_decided_at_last() {
    let long = format!("{{\"x\": \"{}", "x".repeat(2 << 20));
    assert!(matches!(recognize(long.as_bytes(), false), Recognized::Unknown(_)));
    assert_eq!(recognize(&long.as_bytes()[..1000], false), Recognized::NeedMore);
}
