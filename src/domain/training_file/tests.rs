use super::build::{BETWEEN, Draft, Entry, NewFile, Problem, Row, transcode};
use super::fixture::{A, B, TURNS, bytes, enriched};
use super::split::{Kind, Splitter};
use super::survey::{survey, turns};
use super::{QualitySummary, QualityTier};
use crate::conversation::Role;
use crate::json;
use crate::scaffolding::Scaffolding;
use proptest::prelude::*;
use serde_json::{Value, json};

fn draft() -> Draft {
    let at = "2026-03-04T05:06:07.089Z".parse().expect("a time");
    let file =
        NewFile { name: "My \"roses\"", at, target_model: Some("m"), profile: b"{ \"name\" : \"G\\/H\" }" };
    Draft::create(&file).expect("a profile")
}

fn write(draft: &Draft, sources: &[(&Value, Entry)]) -> (Vec<u8>, Vec<u8>) {
    let (mut out, mut lines) = (draft.json_head(), draft.jsonl_head());
    for (at, (source, entry)) in sources.iter().enumerate() {
        out.extend_from_slice(if at > 0 { BETWEEN } else { b"" });
        transcode(&bytes(source), entry, &mut out, &mut lines).expect("a conversation");
    }
    out.extend_from_slice(&draft.json_tail());
    (out, lines)
}

fn parse(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("JSON")
}

fn lines(jsonl: &[u8]) -> Vec<Value> {
    jsonl.split(|b| *b == b'\n').map(parse).collect()
}

/// As it would be written by JavaScript from a tree.
fn printed(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    json::pretty(bytes, 0, &mut out).expect("JSON");
    out
}

fn split(file: &[u8], size: usize) -> Vec<(Kind, Vec<u8>)> {
    let mut splitter = Splitter::new();
    let mut parts = Vec::new();
    for chunk in file.chunks(size) {
        splitter.feed(chunk);
        while let Some(part) = splitter.next().expect("a full file") {
            assert!(file[part.at.offset..].starts_with(part.bytes));
            assert_eq!(part.at, json::Position::find(file, part.at.offset));
            parts.push((part.kind, part.bytes.to_vec()));
        }
    }
    splitter.end().expect("whole");
    parts
}

#[test]
fn what_is_missing_is_named_with_its_place() {
    for (from, to, expected) in [
        ("\"target_response\":null,", "", "training_pairs[0].target_response is missing (line 1, column "),
        (
            "\"target_response\":null",
            "\"target_response\":7",
            "training_pairs[0].target_response must be a string or null",
        ),
        ("\"turn_number\":2", "\"turn_number\":\"2\"", "training_pairs[1].turn_number must be a number"),
        ("\"training_pairs\"", "\"pairs\"", "training_pairs is missing"),
        ("\"dataset_name\":", "\"name\":", "dataset_metadata.dataset_name is missing"),
        (A, "", "dataset_metadata.dataset_name is empty"),
        ("\"training_pairs\":[", "\"training_pairs\":[5,", "training_pairs[0] must be an object"),
        (
            "\"quality_score\":3",
            "\"quality_score\":\"3\"",
            "training_pairs[0].training_metadata.quality_score must be a number",
        ),
        ("\"id\":\"gardening_turn2\"", "\"id\":\"gardening_turn2", "line 1, column "),
    ] {
        let source = enriched(A, &TURNS).to_string();
        assert!(source.contains(from), "{from}");
        let fault = survey(source.replacen(from, to, 1).as_bytes()).expect_err(from);
        assert!(fault.to_string().contains(expected), "{fault} / {expected}");
    }
}

#[test]
fn a_survey_tells_what_the_head_needs() {
    let survey = survey(&bytes(&enriched(A, &TURNS))).expect("an enriched file");
    assert_eq!((survey.id.as_str(), survey.pairs(), survey.trainable()), (A, 5, 2));
    assert_eq!(survey.title, "Rosa Lind · Roses in Winter");
    assert_eq!(survey.created().map(|day| day.to_string()).as_deref(), Some("2026-02-03"));
    assert_eq!(
        (survey.starting_emotion.as_deref(), survey.ending_emotion.as_deref()),
        (Some("doubt"), Some("trust"))
    );
    assert_eq!(survey.scaffolding.persona_name, "Rosa Lind");
    assert_eq!(survey.damaged(), 0);
    assert!(survey.member.is_none());
}

#[test]
fn without_parameters_the_first_pair_tells() {
    let mut source = enriched(A, &TURNS);
    source.as_object_mut().expect("an object").remove("input_parameters");
    let found = survey(&bytes(&source)).expect("an enriched file");
    assert_eq!(found.scaffolding.persona_name, "Rosa Lind - The Careful Gardener");
    assert_eq!(found.scaffolding.training_topic_key, "winter_roses");
    assert_eq!(found.title, "Rosa Lind · Roses in Winter");
    source["training_pairs"][0]["conversation_metadata"] =
        json!({"session_context": "one two three four five six seven eight nine ten"});
    assert_eq!(
        survey(&bytes(&source)).expect("a file").title,
        "one two three four five six seven eight nine …"
    );
    source["training_pairs"] = json!([]);
    assert_eq!(survey(&bytes(&source)).expect("a file").title, "aaaaaaaa");
}

#[test]
fn a_file_is_what_a_tree_would_give() {
    let (a, b) = (enriched(A, &TURNS), enriched(B, &TURNS[..2]));
    let mut draft = draft();
    let entries = [&a, &b].map(|source| (source, draft.add(&survey(&bytes(source)).expect("a file"), None)));
    let (out, jsonl) = write(&draft, &entries);
    assert_eq!(printed(&out), out);
    let file = parse(&out);
    let metadata = &file["training_file_metadata"];
    assert_eq!(metadata["created_date"], "2026-03-04T05:06:07.089Z");
    assert_eq!((&metadata["total_conversations"], &metadata["total_training_pairs"]), (&json!(2), &json!(7)));
    assert_eq!(metadata["scaffolding_distribution"]["personas"], json!({"careful_gardener": 2}));
    assert_eq!(metadata["quality_summary"]["avg_quality_score"], json!(3));
    assert_eq!(file["consultant_profile"], json!({"name": "G/H"}));
    assert_eq!(file["conversations"][0]["training_pairs"], a["training_pairs"]);
    let keys: Vec<&String> =
        file["conversations"][1]["conversation_metadata"].as_object().expect("an object").keys().collect();
    assert_eq!(
        keys,
        ["conversation_id", "source_file", "created_date", "total_turns", "quality_tier", "scaffolding"]
    );
    let lines = lines(&jsonl);
    assert_eq!(
        lines[0],
        json!({"_meta": {"file_name": "My \"roses\"", "total_pairs": 7, "version": "4.0.0"}})
    );
    assert_eq!(lines.len(), 4);
    assert_eq!(
        (&lines[2]["id"], &lines[2]["conversation_id"]),
        (&json!("gardening_turn4_aaaaaaaa"), &json!(A))
    );
    assert_eq!(lines[3]["target_response"], b["training_pairs"][1]["target_response"]);
    assert!(!jsonl.ends_with(b"\n") && !out.ends_with(b"\n"));
}

#[test]
fn lines_have_their_own_order_and_empty_answers() {
    let mut source = enriched(A, &TURNS[..2]);
    let pair = source["training_pairs"][1].as_object_mut().expect("an object");
    pair.insert("target_response".into(), "".into());
    let turned: serde_json::Map<String, Value> =
        pair.clone().into_iter().rev().chain([("note".into(), 1.into()), ("7".into(), 2.into())]).collect();
    *pair = turned;
    let mut draft = draft();
    let entry = draft.add(&survey(&bytes(&source)).expect("a file"), None);
    let (out, jsonl) = write(&draft, &[(&source, entry)]);
    assert_eq!(printed(&out), out);
    let pair = &parse(&out)["conversations"][0]["training_pairs"][1];
    let keys: Vec<&String> = pair.as_object().expect("an object").keys().collect();
    assert_eq!((keys[0].as_str(), keys[1].as_str(), keys[11].as_str()), ("7", "training_metadata", "note"));
    let line = &lines(&jsonl)[1];
    let keys: Vec<&String> = line.as_object().expect("an object").keys().collect();
    assert_eq!(keys, super::survey::FIELDS);
    assert_eq!(line["target_response"], "");
}

#[test]
fn damaged_turns_are_left_out_only_on_request() {
    let turns = ["Well?", "It stops in the mid\\", "A\\nB.", "Fine.", "Good"];
    let source = enriched(A, &turns);
    let facts = survey(&bytes(&source)).expect("a file");
    assert_eq!((facts.damaged(), facts.truncated(), facts.literal_escapes()), (3, 2, 1));
    let mut whole = draft();
    assert_eq!(whole.add(&facts, None).left_out, [0u32; 0]);
    let mut draft = draft();
    draft.skip_damaged(true);
    let entry = draft.add(&facts, None);
    assert_eq!(
        (entry.left_out.as_slice(), entry.pairs, entry.trainable, draft.left_out()),
        (&[1, 2, 4][..], 2, 1, 3)
    );
    let (out, jsonl) = write(&draft, &[(&source, entry)]);
    let file = parse(&out);
    assert_eq!(file["training_file_metadata"]["total_training_pairs"], 2);
    let element = &file["conversations"][0];
    assert_eq!(element["conversation_metadata"]["total_turns"], 2);
    assert_eq!(element["training_pairs"].as_array().expect("pairs").len(), 2);
    assert_eq!(lines(&jsonl)[1]["turn_number"], 4);
}

#[test]
fn bytes_that_changed_are_refused() {
    let source = enriched(A, &TURNS);
    let entry = draft().add(&survey(&bytes(&source)).expect("a file"), None);
    let shorter = bytes(&enriched(A, &TURNS[..4]));
    let fault = transcode(&shorter, &entry, &mut vec![], &mut vec![]).expect_err("one pair less");
    assert_eq!(fault.problem, Problem::Changed);
}

#[test]
fn the_row_wins_and_one_score_is_one_value() {
    let facts = survey(&bytes(&enriched(A, &TURNS))).expect("a file");
    let mut draft = draft();
    let row = Row {
        created: "2025-01-02".parse().ok(),
        scaffolding: Scaffolding { persona_key: "other".into(), ..Scaffolding::default() },
        quality: Some(4.7),
    };
    let entry = draft.add(&facts, Some(&row));
    assert_eq!((entry.tier, &*entry.created_date), (QualityTier::SeedDataset, "2025-01-02"));
    assert_eq!(
        (entry.scaffolding.persona_key.as_str(), entry.scaffolding.persona_name.as_str()),
        ("other", "Rosa Lind")
    );
    draft.add(&survey(&bytes(&enriched(B, &TURNS[..1]))).expect("a file"), None);
    assert_eq!(draft.quality(), QualitySummary { avg: 3.85, min: 3.0, max: 4.7 });
    assert!(draft.contains(&crate::ids::ConversationId::new(B)));
}

#[test]
fn unmeasured_is_zero_in_the_summary_and_experimental() {
    let mut source = enriched(A, &TURNS[..1]);
    source["training_pairs"][0]["training_metadata"] = json!({});
    let mut draft = draft();
    let entry = draft.add(&survey(&bytes(&source)).expect("a file"), None);
    assert_eq!((entry.tier, draft.quality()), (QualityTier::Experimental, QualitySummary::default()));
    for (score, tier) in [
        (4.5, QualityTier::SeedDataset),
        (3.5, QualityTier::Production),
        (2.5, QualityTier::Experimental),
        (2.4, QualityTier::Rejected),
        (0.0, QualityTier::Experimental),
    ] {
        assert_eq!(QualityTier::of(score), tier);
    }
}

#[test]
fn an_empty_file_is_a_file() {
    let draft = draft();
    let (out, jsonl) = write(&draft, &[]);
    assert_eq!(printed(&out), out);
    assert_eq!(parse(&out)["conversations"], json!([]));
    assert_eq!(lines(&jsonl).len(), 1);
}

/// A foreign file: other order, other formatting, keys of its own, the conversations first.
fn foreign() -> Vec<u8> {
    let mut first = draft();
    let source = enriched(A, &TURNS);
    let entry = first.add(&survey(&bytes(&source)).expect("a file"), None);
    let mut file = parse(&write(&first, &[(&source, entry)]).0);
    file["conversations"][0]["conversation_metadata"]["batch_id"] = json!("b1");
    file["conversations"][0]["conversation_metadata"]["quality_tier"] = json!("production");
    file["conversations"][0]["own"] = json!([1]);
    file["training_file_metadata"]["team"] = json!("roses");
    file["training_file_metadata"]["quality_summary"]["human_reviewed_count"] = json!(2);
    let text = format!(
        "\u{feff}{{\"x\" : 1.0, \"conversations\":\r\n{} ,\"consultant_profile\":{},\"training_file_metadata\":{} }}\n",
        serde_json::to_string_pretty(&file["conversations"]).expect("JSON"),
        file["consultant_profile"],
        file["training_file_metadata"]
    );
    text.into_bytes()
}

#[test]
fn an_existing_file_keeps_what_it_has() {
    let parts = split(&foreign(), 100);
    let part = |kind: Kind| parts.iter().find(|part| part.0 == kind).expect("a part").1.clone();
    let at = "2026-05-05T05:05:05Z".parse().expect("a time");
    let mut draft = Draft::append(&part(Kind::Metadata), &part(Kind::Profile), at).expect("a head");
    draft.keep("x", &part(Kind::Other("x".into()))).expect("JSON");
    let old = parse(&part(Kind::Conversation));
    let old_entry = draft.add(&survey(&part(Kind::Conversation)).expect("an element"), None);
    draft.skip_damaged(true);
    let new = enriched(B, &["No end", "Yes."]);
    let new_entry = draft.add(&survey(&bytes(&new)).expect("a file"), None);
    assert_eq!(draft.name(), "My \"roses\"");
    let (out, _) = write(&draft, &[(&old, old_entry), (&new, new_entry)]);
    assert_eq!(printed(&out), out);
    let file = parse(&out);
    assert_eq!(file["x"], json!(1));
    assert_eq!(file["training_file_metadata"]["team"], "roses");
    assert_eq!(file["training_file_metadata"]["quality_summary"]["human_reviewed_count"], 2);
    assert_eq!(file["training_file_metadata"]["created_date"], "2026-03-04T05:06:07.089Z");
    assert_eq!(file["training_file_metadata"]["last_updated"], "2026-05-05T05:05:05.000Z");
    assert_eq!(file["training_file_metadata"]["total_training_pairs"], 6);
    assert_eq!(file["conversations"][0], old);
}

#[test]
fn a_file_comes_apart_the_same_way_whatever_the_chunks() {
    let file = foreign();
    let whole = split(&file, file.len());
    let kinds: Vec<_> = whole.iter().map(|part| part.0.clone()).collect();
    assert_eq!(kinds, [Kind::Other("x".into()), Kind::Conversation, Kind::Profile, Kind::Metadata]);
    for size in 1..70 {
        assert_eq!(split(&file, size), whole, "{size}");
    }
    for (bad, expected) in [
        ("[]", "line 1, column 1: expected an object"),
        ("{\"conversations\":{}}", "line 1, column 18: expected one array of conversations"),
        (
            "{\"conversations\":[],\n\"conversations\":[]}",
            "line 2, column 17: expected one array of conversations",
        ),
        ("{\"conversations\":[{} {}]}", "line 1, column 22: expected a comma or ]"),
        ("{\"conversations\":[,]}", "line 1, column 19: expected a value"),
        ("{\"a\" 1}", "line 1, column 6: expected a colon"),
        ("{\"a\":1}x", "line 1, column 8: there is more text after the end of the value"),
        ("{a", "line 1, column 2: expected a key in quotes"),
    ] {
        let mut splitter = Splitter::new();
        splitter.feed(bad.as_bytes());
        let error = loop {
            match splitter.next() {
                Ok(Some(_)) => {}
                Ok(None) => panic!("{bad}"),
                Err(error) => break error,
            }
        };
        assert_eq!(error.to_string(), expected);
    }
    let mut deep = Splitter::new();
    deep.feed("{\"a\":".repeat(200).as_bytes());
    assert!(deep.next().is_err());
    let mut cut = Splitter::new();
    cut.feed(b"{\"conversations\":[{\"a\":\"");
    assert_eq!(cut.next(), Ok(None));
    assert!(cut.end().is_err());
}

#[test]
fn turns_are_read_in_order() {
    let turns = turns(&bytes(&enriched(A, &TURNS))).expect("a file");
    assert_eq!(turns.iter().map(|turn| turn.content.as_str()).collect::<Vec<_>>(), TURNS);
    assert_eq!((turns[1].role, turns[1].number), (Role::Assistant, 2));
    assert_eq!(turns[0].emotion, Some(("doubt".to_owned(), 0.5)));
}

proptest! {
    #[test]
    fn a_damaged_file_never_panics(at in any::<prop::sample::Index>(), byte: u8, cut: bool) {
        let mut source = bytes(&enriched(A, &TURNS));
        let entry = draft().add(&survey(&source).unwrap(), None);
        let mut full = foreign();
        for bytes in [&mut source, &mut full] {
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if cut { bytes.truncate(at); }
        }
        let _ = survey(&source);
        let _ = turns(&source);
        let _ = transcode(&source, &entry, &mut vec![], &mut vec![]);
        let _ = crate::convert::conversation(&source, crate::convert::Target::Alpaca, &mut vec![]);
        let mut splitter = Splitter::new();
        for chunk in full.chunks(97) {
            splitter.feed(chunk);
            while let Ok(Some(part)) = splitter.next() {
                let _ = survey(part.bytes);
            }
        }
        let _ = splitter.end();
    }
}
