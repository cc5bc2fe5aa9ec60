//! The platform's real files: counts that were measured over them.

use super::*;

fn read(name: &str, options: &Options) -> Report {
    let folder =
        std::env::var("BRIGHTRUN_REFERENCE").expect("BRIGHTRUN_REFERENCE names the reference folder");
    let bytes = std::fs::read(format!("{folder}/data/{name}")).unwrap();
    check_bytes(name, &bytes, options).unwrap()
}

fn at(name: &str) -> Report {
    read(name, &Options::default())
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn the_public_sample_has_89_pairs_of_which_44_train() {
    let full = at("training/EQ-12-conversations-demo.json");
    assert_eq!((full.conversations, full.pairs, full.trainable_pairs), (12, 89, 44));
    assert_eq!(full.count(Code::NullTarget), 45);
    assert_eq!(full.count(Code::RepeatedUserTurn), 44);
    assert_eq!(full.count(Code::UnmeasuredQuality), 89);
    assert!(full.ready);
    let lines = at("training/EQ-12-conversations-demo.jsonl");
    assert_eq!((lines.conversations, lines.pairs, lines.trainable_pairs), (12, 44, 44));
    assert_eq!(lines.tokens, full.tokens);
    let mismatch = &finding(&lines, Code::CountMismatch).message;
    assert!(mismatch.contains("89") && mismatch.contains("44"), "{mismatch}");
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn the_platforms_own_samples_give_its_own_results() {
    let sample = at("invalid/sample-dataset.jsonl");
    let facts = sample.platform.clone().unwrap();
    assert_eq!((sample.conversations, facts.errors), (5, 0));
    assert_eq!((facts.total_training_pairs, facts.total_tokens), (20, 346));
    assert!((facts.avg_turns_per_conversation - 4.0).abs() < 1e-9);
    let invalid = at("invalid/invalid-dataset.jsonl");
    let errors: Vec<(u64, &str)> = invalid.line_errors().iter().map(|e| (e.line, e.error.as_str())).collect();
    assert_eq!(
        errors,
        [
            (2, "Empty turns array"),
            (3, "Missing conversation_id"),
            (4, "Invalid or missing turns array"),
            (5, "JSON parse error"),
            (6, "Turn 1 missing role or content"),
        ]
    );
    let forced = Options { shape: Some(Shape::Turns), ..Options::default() };
    let v4 = read("training/EQ-12-conversations-demo.jsonl", &forced).platform.unwrap();
    assert_eq!((v4.errors, v4.line_errors.len()), (45, 45));
    assert_eq!(v4.line_errors[0].error, "Missing conversation_id");
    assert!(v4.line_errors[1..].iter().all(|e| e.error == "Invalid or missing turns array"));
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn truncated_turns_are_the_ones_that_were_measured() {
    assert_eq!(at("enriched/single-convo-file-3.json").count(Code::TruncatedTurn), 2);
    assert_eq!(at("raw/single-convo-file-3-RAW.json").count(Code::TruncatedTurn), 2);
    for clean in [
        "training/EQ-12-conversations-demo.json",
        "training/training-file-analysis.json",
        "raw/recent-raw.json",
    ] {
        assert_eq!(at(clean).count(Code::TruncatedTurn), 0, "{clean}");
    }
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn every_real_file_is_read_and_the_cut_off_one_is_not_ready() {
    for name in ["enriched-1", "enriched-2", "enriched-3", "enriched-4"] {
        let report = at(&format!("enriched/{name}.json"));
        assert!(report.ready && report.shape == Some(Shape::Enriched), "{:?}", report.findings);
        assert_eq!(
            report.count(Code::MissingField) + report.count(Code::InvalidType),
            0,
            "{:?}",
            report.findings
        );
    }
    let eighteen = at("training/full-file-training-json-18-conversations.json");
    assert!(eighteen.ready && eighteen.conversations == 18, "{:?}", eighteen.findings);
    let cut = at("raw/cut-off-response.json");
    assert_eq!((cut.shape, cut.ready), (Some(Shape::Raw), false));
    assert_eq!(cut.count(Code::MalformedJson), 1);
    assert!(at("raw/david-chen-couple-essential-raw.txt").ready);
}
