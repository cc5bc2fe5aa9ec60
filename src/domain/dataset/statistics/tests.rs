use super::super::{Checker, Options};
use super::*;
use crate::dataset::check::check_bytes;
use proptest::prelude::*;
use serde_json::{Value, json};

const LENGTHS: [u32; 2] = [10, 2048];

fn count(shape: Shape, text: &str) -> Facts {
    let mut reader = Reader::new(shape, Measure::Words);
    reader.feed(text.as_bytes());
    reader.finish(&LENGTHS)
}

fn pair(conversation: &str, persona: &str, target: &Value, history: &[(&str, &str)], input: &str) -> Value {
    let history: Vec<Value> =
        history.iter().map(|(role, content)| json!({"role": role, "content": content})).collect();
    json!({"conversation_id": conversation,
        "conversation_metadata": {"persona_archetype": persona, "emotional_arc_key": "fear", "training_topic_key": "t"},
        "system_prompt": "be kind now", "conversation_history": history, "current_user_input": input,
        "target_response": target, "training_metadata": {"quality_score": 3.0, "human_reviewed": false}})
}

fn v4() -> String {
    let lines = [
        json!({"_meta": {"total_pairs": 9}}),
        pair("a", "p", &json!("one two"), &[("user", "hi you")], "hi you"),
        pair(
            "a",
            "p",
            &json!("three"),
            &[("user", "hi you"), ("assistant", "one two"), ("user", "and")],
            "and",
        ),
        pair("b", "q", &json!("four"), &[], "so"),
        pair("b", "q", &Value::Null, &[], "so"),
        pair("c", "q", &json!(" "), &[], "so"),
        pair("c", "q", &json!("x"), &[("assistant", "I begin")], "so"),
    ];
    lines.iter().fold(String::new(), |text, line| text + &line.to_string() + "\n")
}

#[test]
fn examples_are_counted_without_the_doubled_turn() {
    let facts = count(Shape::V4Jsonl, &v4());
    assert_eq!((facts.conversations, facts.pairs, facts.examples), (3, 6, 4));
    assert_eq!(
        (facts.null_targets, facts.empty, facts.doubled, facts.unordered, facts.broken),
        (1, 1, 2, 1, 0)
    );
    // 3+2+2, 3+4+1+1, 3+1+1, 3+2+1+1
    assert_eq!((facts.words, facts.tokens.total), (7 + 9 + 5 + 7, 36));
    assert_eq!((facts.tokens.max, facts.tokens.over[&10], facts.tokens.over[&2048]), (Some(12), 1, 0));
    assert!(!facts.tokens.exact && facts.tokens.method.starts_with("estimate"));
    assert_eq!(
        facts.roles.into_iter().collect::<Vec<_>>(),
        [("assistant".to_owned(), 5), ("user".to_owned(), 1)]
    );
}

#[test]
fn the_matrix_counts_conversations() {
    let facts = count(Shape::V4Jsonl, &v4());
    assert_eq!(facts.matrix(), (vec!["p", "q"], vec!["fear"], vec![vec![1], vec![2]]));
    assert_eq!(facts.axis(|c| &c.topic).into_iter().collect::<Vec<_>>(), [("t", 3)]);
    assert_eq!(facts.cells.iter().map(|c| c.examples).collect::<Vec<_>>(), [2, 2]);
}

#[test]
fn a_tokenizer_is_named_and_counts_exactly() {
    let letters = |text: &str| text.chars().count() as u64;
    let mut reader = Reader::new(Shape::Messages, Measure::Tokenizer("letters", &letters));
    reader.feed(
        br#"{"messages": [{"role": "user", "content": "abc"}, {"role": "assistant", "content": "de"}]}"#,
    );
    let facts = reader.finish(&[4]);
    assert_eq!(
        (facts.tokens.total, facts.tokens.exact, facts.tokens.method.as_str()),
        (5, true, "tokenizer letters")
    );
    assert_eq!(facts.tokens.over[&4], 1);
}

#[test]
fn chats_of_three_spellings_are_one() {
    let turns = |role: &str, content: &str| {
        json!([{role: "system", content: "s"}, {role: "user", content: "a b"}, {role: "assistant", content: "c"},
        {role: "user", content: "d"}, {role: "user", content: "d"}, {role: "assistant", content: "e"}])
    };
    let files = [
        (Shape::Turns, json!({"conversation_id": "1", "turns": turns("role", "content")})),
        (Shape::Conversations, json!({"conversations": turns("from", "value")})),
        (Shape::Messages, json!({"messages": turns("role", "content")})),
    ];
    for (shape, line) in files {
        let facts = count(shape, &format!("\n{line}\r\n\n{line}"));
        assert_eq!(
            (facts.conversations, facts.pairs, facts.examples, facts.doubled),
            (2, 10, 4, 2),
            "{shape}"
        );
        assert_eq!((facts.unordered, facts.words), (0, 2 * (4 + 6)), "{shape}");
        assert_eq!(facts.roles["system"], 2);
    }
}

#[test]
fn full_files_give_what_their_lines_give() {
    let lines = v4();
    let pairs: Vec<Value> = lines.lines().skip(1).map(|l| serde_json::from_str(l).unwrap()).collect();
    let conversations: Vec<Value> = ["a", "b", "c"]
        .iter()
        .map(|id| {
            let mine: Vec<&Value> = pairs.iter().filter(|p| p["conversation_id"] == **id).collect();
            let persona = &mine[0]["conversation_metadata"]["persona_archetype"];
            json!({"conversation_metadata": {"conversation_id": id, "scaffolding":
                {"persona_key": persona, "emotional_arc_key": "fear", "training_topic_key": "t"}}, "training_pairs": mine})
        })
        .collect();
    let full = json!({"training_file_metadata": {}, "conversations": conversations});
    let (full, lines) = (count(Shape::Full, &full.to_string()), count(Shape::V4Jsonl, &lines));
    assert_eq!(Facts { shape: None, ..full }, Facts { shape: None, ..lines });
}

#[test]
fn broken_lines_are_counted_and_passed_over() {
    let text = format!("{{\"a\": \n[1]\n\"x\"\n{{}}\n\u{feff}{}", v4());
    let facts = count(Shape::Turns, &text);
    assert_eq!((facts.conversations, facts.examples), (0, 0));
    assert_eq!(facts.broken, 4 + 1 + 6);
    assert_eq!(count(Shape::Messages, "").examples, 0);
    assert_eq!(count(Shape::Full, "{\"conversations\": [{}").broken, 2);
    assert_eq!(count(Shape::Raw, "{}").pairs, 0);
    let facts = count(Shape::V4Jsonl, &format!("\u{feff}{}", v4()));
    assert_eq!((facts.broken, facts.examples), (0, 4));
}

#[test]
fn nothing_of_nothing_is_nothing() {
    let facts = count(Shape::Messages, "");
    assert_eq!((facts.tokens.mean, facts.tokens.max, facts.turns_per_conversation()), (None, None, None));
    assert_eq!((facts.scores.mean(), facts.scores.is_measured(), facts.cells.len()), (None, false, 0));
    assert!(facts.truncated(10).abs() < 1e-12 && facts.reviewed_share().abs() < 1e-12);
}

#[test]
fn equal_scores_are_no_measurement_and_nan_is_none() {
    let mut scores = Scores::default();
    for score in [3.0, f64::NAN, 3.0] {
        scores.add(score);
    }
    assert_eq!((scores.count, scores.mean(), scores.is_measured()), (2, Some(3.0), false));
    scores.add(4.0);
    assert!(scores.is_measured());
}

#[test]
fn lengths_have_exact_borders() {
    let mut lengths = Lengths::default();
    for length in [10, 11, 12, u64::MAX] {
        lengths.add(length);
    }
    assert_eq!([9, 10, 12, u32::MAX].map(|l| lengths.over(l)), [4, 3, 1, 0]);
    assert_eq!(lengths.mean_at(Some(11)), Some((10.0 + 33.0) / 4.0));
    assert_eq!([0.0, 0.25, 0.5, 0.75].map(|q| lengths.quantile(q)), [10, 10, 11, 12].map(Some));
    assert_eq!(lengths.lost(11), 1 + u64::from((1_u32 << 20) - 11));
}

#[test]
fn the_table_of_kinds_has_a_border() {
    let mut cells = Cells::default();
    for n in 0..LARGEST + 50 {
        let place = cells.place([&format!("p{n}"), "", ""]);
        cells.conversation(place, None);
    }
    assert_eq!(cells.conversations(), (LARGEST + 50) as u64);
    let list = cells.list();
    assert!(list.len() <= LARGEST + 1);
    assert_eq!(list.iter().find(|c| c.persona == "…").map(|c| c.conversations), Some(50));
}

#[test]
fn facts_are_kept_and_read_again() {
    let facts = count(Shape::V4Jsonl, &v4());
    assert_eq!(serde_json::from_str::<Facts>(&serde_json::to_string(&facts).unwrap()).unwrap(), facts);
}

/// The check and the statistics are two readers of one file: what both count must be the same.
#[test]
fn the_check_agrees() {
    let text = v4();
    let sound: Vec<&str> = text.lines().filter(|l| !l.contains("I begin") && !l.contains("\" \"")).collect();
    let sound = sound.join("\n");
    let report = check_bytes("x", sound.as_bytes(), &Options::default()).unwrap();
    let facts = count(Shape::V4Jsonl, &sound);
    assert_eq!(
        (report.conversations, report.pairs, report.trainable_pairs),
        (facts.conversations, facts.pairs, facts.examples)
    );
    assert_eq!(report.tokens.total, facts.tokens.total);
    assert_eq!(Checker::new("x", &Options::default()).shape(), None);
}

proptest! {
    /// Chunks and pieces of any size give the same.
    #[test]
    fn cuts_do_not_matter(size in 1_usize..200, at in 0_usize..8) {
        let text = v4();
        let whole = count(Shape::V4Jsonl, &text);
        let mut marked = Reader::new(Shape::V4Jsonl, Measure::Words);
        format!("\u{feff}{text}").as_bytes().chunks(size).for_each(|chunk| marked.feed(chunk));
        prop_assert_eq!(&marked.finish(&LENGTHS), &whole);
        let mut reader = Reader::new(Shape::V4Jsonl, Measure::Words);
        text.as_bytes().chunks(size).for_each(|chunk| reader.feed(chunk));
        prop_assert_eq!(&reader.finish(&LENGTHS), &whole);
        let (mut first, mut second) = (Statistics::default(), Statistics::default());
        for (i, line) in text.lines().enumerate() {
            let piece = if i < at { &mut first } else { &mut second };
            piece.line(Shape::V4Jsonl, line.as_bytes(), &Measure::Words);
        }
        first.merge(second);
        prop_assert_eq!(&first.finish(Some(Shape::V4Jsonl), &Measure::Words, &LENGTHS), &whole);
    }

    #[test]
    fn no_bytes_panic(bytes: Vec<u8>, shape in 0..Shape::ALL.len()) {
        let mut reader = Reader::new(Shape::ALL[shape], Measure::Words);
        reader.feed(&bytes);
        reader.finish(&LENGTHS);
    }
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn reference_the_public_sample_counts_as_measured() {
    let folder =
        std::env::var("BRIGHTRUN_REFERENCE").expect("BRIGHTRUN_REFERENCE names the reference folder");
    let read = |name: &str| std::fs::read_to_string(format!("{folder}/data/training/{name}")).unwrap();
    let facts = count(Shape::V4Jsonl, &read("EQ-12-conversations-demo.jsonl"));
    assert_eq!((facts.conversations, facts.examples, facts.doubled, facts.broken), (12, 44, 44, 0));
    let full = count(Shape::Full, &read("EQ-12-conversations-demo.json"));
    assert_eq!((full.pairs, full.null_targets, &full.cells), (89, 45, &facts.cells));
    assert_eq!(
        full.axis(|c| &c.arc).into_iter().collect::<Vec<_>>(),
        [("confusion_to_clarity", 9), ("crisis_to_referral", 3)]
    );
}
