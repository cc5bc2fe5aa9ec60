use super::*;
use crate::testing::{PROFILE, at, cancel_at, corpus, enriched, quiet, tree};
use std::fs;

fn request(inputs: Vec<PathBuf>, out: &Path) -> Request {
    Request {
        inputs,
        name: "spring".to_owned(),
        out: out.to_owned(),
        into: None,
        profile: None,
        default_profile: PROFILE.to_owned(),
        target_model: "claude-sonnet-4-5".to_owned(),
        at: at(),
        skip_damaged: false,
    }
}

fn go(request: &Request) -> Result<Outcome> {
    let (progress, cancel) = quiet();
    run(request, &progress, &cancel)
}

#[test]
fn the_order_given_is_kept_and_a_file_rebuilt_from_itself_is_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let folder = corpus(dir.path(), 0..40);
    let mut inputs: Vec<PathBuf> = (0..40).rev().map(|n| folder.join(format!("{n:05}.json"))).collect();
    inputs.swap(3, 17);
    let first = go(&request(inputs.clone(), &dir.path().join("a"))).unwrap();
    assert_eq!(first.conversations, 40);
    let text = fs::read_to_string(&first.json).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let ids: Vec<&str> = value["conversations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["conversation_metadata"]["conversation_id"].as_str().unwrap())
        .collect();
    for (path, id) in inputs.iter().zip(&ids) {
        let n: u32 = path.file_stem().unwrap().to_str().unwrap().parse().unwrap();
        assert_eq!(*id, crate::testing::id(n).as_str());
    }
    assert_eq!(serde_json::to_string_pretty(&value).unwrap(), text);
    assert_eq!(text.len() as u64, first.json_bytes);
    let lines = fs::read_to_string(&first.jsonl).unwrap();
    assert_eq!((lines.len() as u64, lines.lines().count() as u64), (first.jsonl_bytes, first.lines + 1));

    let again = go(&request(vec![first.json.clone()], &dir.path().join("b"))).unwrap();
    assert!(fs::read_to_string(&again.json).unwrap() == text);
    assert!(fs::read_to_string(&again.jsonl).unwrap() == lines);
}

#[test]
fn into_appends_and_keeps_name_date_and_what_is_inside() {
    let dir = tempfile::tempdir().unwrap();
    let folder = corpus(dir.path(), 0..6);
    let file = |n: u32| folder.join(format!("{n:05}.json"));
    let old = go(&request((0..4).map(file).collect(), &dir.path().join("old"))).unwrap();
    let later = "2026-05-06T07:08:09.001Z".parse().unwrap();
    let mut add = request(vec![file(4), file(5)], &dir.path().join("new"));
    (add.into, add.name, add.at) = (Some(old.json.clone()), "another name".to_owned(), later);
    let new = go(&add).unwrap();
    let whole = go(&request((0..6).map(file).collect(), &dir.path().join("whole"))).unwrap();
    let want = fs::read_to_string(&whole.json).unwrap();
    let want = want.replace(
        "\"last_updated\": \"2026-02-03T04:05:06.789Z\"",
        "\"last_updated\": \"2026-05-06T07:08:09.001Z\"",
    );
    assert!(fs::read_to_string(&new.json).unwrap() == want);
    assert!(fs::read(&new.jsonl).unwrap() == fs::read(&whole.jsonl).unwrap());

    // In place works too, because the old file is complete until the new one is.
    add.out = dir.path().join("old");
    go(&add).unwrap();
    assert!(fs::read_to_string(&old.json).unwrap() == want);
}

#[test]
fn all_problems_are_named_at_once_and_nothing_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let folder = corpus(dir.path(), 0..3);
    fs::write(folder.join("a-copy.json"), enriched(1, 5)).unwrap();
    fs::write(folder.join("b-raw.json"), crate::testing::raw("x")).unwrap();
    fs::write(folder.join("c-cut.json"), &enriched(9, 4)[..900]).unwrap();
    fs::write(folder.join("d.bin"), [0_u8, 159, 146, 150]).unwrap();
    let out = dir.path().join("out");
    let error = go(&request(vec![folder, dir.path().join("nothing")], &out)).unwrap_err();
    assert_eq!(error.exit_code(), 3, "{error}");
    let named: Vec<&str> = error.problems.iter().map(|p| p.on.rsplit('/').next().unwrap()).collect();
    assert_eq!(named.len(), 5, "{:?}", error.problems);
    for name in ["a-copy.json", "b-raw.json", "c-cut.json", "d.bin", "nothing"] {
        assert!(named.contains(&name), "{name} in {named:?}");
    }
    assert!(!out.exists());
}

#[test]
fn a_cancelled_run_leaves_the_old_files() {
    let dir = tempfile::tempdir().unwrap();
    let folder = corpus(dir.path(), 0..64);
    let out = dir.path().join("out");
    let first = go(&request(vec![folder.join("00001.json")], &out)).unwrap();
    let before = fs::read(&first.json).unwrap();
    for stage in ["reading", "writing"] {
        let (progress, cancel) = cancel_at(stage, 16);
        let error = run(&request(vec![folder.clone()], &out), &progress, &cancel).unwrap_err();
        assert_eq!(error.exit_code(), 130, "{stage}");
        assert_eq!(tree(&out), ["training.json", "training.jsonl"]);
        assert!(fs::read(&first.json).unwrap() == before);
    }
}

#[test]
fn a_shared_profile_wins_over_the_configured_one_and_a_named_one_over_both() {
    let dir = tempfile::tempdir().unwrap();
    let folder = corpus(dir.path(), 0..2);
    let mut full = request(vec![folder.join("00000.json")], &dir.path().join("a"));
    full.default_profile = r#"{"name":"of the file"}"#.to_owned();
    let full = go(&full).unwrap();
    let name = |outcome: &Outcome| {
        let value: serde_json::Value = serde_json::from_slice(&fs::read(&outcome.json).unwrap()).unwrap();
        value["consultant_profile"]["name"].as_str().unwrap().to_owned()
    };
    let mut both = request(vec![full.json.clone(), folder.join("00001.json")], &dir.path().join("b"));
    assert_eq!(name(&go(&both).unwrap()), "of the file");
    let named = dir.path().join("profile.json");
    fs::write(&named, r#"{"name":"named"}"#).unwrap();
    both.profile = Some(named);
    assert_eq!(name(&go(&both).unwrap()), "named");
}

fn reference() -> PathBuf {
    PathBuf::from(
        std::env::var("BRIGHTRUN_REFERENCE").expect("BRIGHTRUN_REFERENCE names the reference folder"),
    )
}

#[test]
#[ignore = "needs the platform's files: BRIGHTRUN_REFERENCE"]
fn reference_golden_g1_and_the_18_rebuilt() {
    let (dir, data) = (tempfile::tempdir().unwrap(), reference().join("data"));
    let expected = data.join("training/training-file-analysis.json");
    let inputs = [3, 1, 2, 4].map(|n| data.join(format!("enriched/enriched-{n}.json"))).to_vec();
    let mut g1 = request(inputs, dir.path());
    g1.name = "Batch 3 Test 4 convos".to_owned();
    g1.at = "2025-12-02T23:36:17.571Z".parse().unwrap();
    g1.profile = Some(expected.clone());
    let made = go(&g1).unwrap();
    assert!(fs::read(&made.json).unwrap() == fs::read(expected).unwrap());
    assert_eq!((made.conversations, made.pairs, made.lines), (4, 29, 14));

    let expected = data.join("training/full-file-training-json-18-conversations.json");
    let text = fs::read_to_string(&expected).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let head = &value["training_file_metadata"];
    let mut again = request(vec![expected], dir.path());
    again.name = head["file_name"].as_str().unwrap().to_owned();
    again.at = head["last_updated"].as_str().unwrap().parse().unwrap();
    again.target_model = head["target_model"].as_str().unwrap().to_owned();
    let made = go(&again).unwrap();
    assert!(fs::read_to_string(&made.json).unwrap() == text);
}

#[test]
fn damaged_turns_are_left_out_on_request_and_never_silently() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("damaged.json");
    let text = enriched(1, 4)
        .replace("Conversation 1, turn 2: “½ of it” → done.", "Conversation 1, turn 2: “½ of it” → do\\\\");
    fs::write(&path, text).unwrap();
    let mut request = request(vec![path], &dir.path().join("out"));
    let whole = go(&request).unwrap();
    assert_eq!((whole.pairs, whole.lines, whole.skipped.len()), (4, 2, 0));
    request.skip_damaged = true;
    let left = go(&request).unwrap();
    assert_eq!((left.pairs, left.lines), (3, 1));
    assert_eq!(left.skipped, [(crate::testing::id(1), 2)]);
}
