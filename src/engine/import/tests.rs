use super::*;
use crate::testing::{cancel_at, corpus, engine, enriched, id, quiet, raw, tree};
use std::fs;
use std::path::Path;

async fn go(engine: &Engine, paths: &[&Path]) -> Outcome {
    let (progress, cancel) = quiet();
    let request = Request { paths: paths.iter().map(|p| p.to_path_buf()).collect(), batch: None };
    run(engine, request, &progress, &cancel).await.unwrap()
}

#[tokio::test]
async fn kinds_are_told_by_content_and_one_bad_file_stops_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let folder = corpus(dir.path(), 0..3);
    fs::write(folder.join("0-looks-like.csv"), enriched(7, 4)).unwrap();
    fs::write(folder.join("1-raw.txt"), raw("hello")).unwrap();
    fs::write(folder.join("2-cut.json"), &enriched(8, 4)[..700]).unwrap();
    fs::write(folder.join("3-picture.json"), [137_u8, 80, 78, 71, 0, 1, 2]).unwrap();
    fs::write(folder.join("4-empty.json"), "").unwrap();
    fs::write(folder.join("5-foreign.json"), "{\"a\": 1}").unwrap();
    let engine = engine(dir.path()).await;
    let outcome = go(&engine, &[&folder, &dir.path().join("nothing")]).await;
    assert_eq!((outcome.total.new, outcome.failed), (5, 5), "{outcome:?}");
    for file in &outcome.files {
        let bad =
            ["cut", "picture", "empty", "foreign", "nothing"].iter().any(|word| file.path.contains(word));
        assert_eq!(file.error.is_some(), bad, "{file:?}");
        assert_eq!(file.tally.new, u64::from(!bad), "{file:?}");
    }
    let mut kinds: Vec<_> =
        outcome.files.iter().filter(|f| f.error.is_none()).filter_map(|f| f.kind.as_deref()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["enriched", "enriched", "enriched", "enriched", "raw"]);
}

#[tokio::test]
async fn the_same_content_is_known_again_and_other_content_replaces_it() {
    let dir = tempfile::tempdir().unwrap();
    let folder = corpus(dir.path(), 0..3);
    fs::write(folder.join("raw.json"), raw("hello")).unwrap();
    let engine = engine(dir.path()).await;
    assert_eq!(go(&engine, &[&folder]).await.total, Tally { new: 4, ..Tally::default() });
    let before = tree(&dir.path().join("data/files"));
    assert_eq!(go(&engine, &[&folder]).await.total, Tally { same: 4, ..Tally::default() });
    assert_eq!(tree(&dir.path().join("data/files")), before);

    fs::write(folder.join("00001.json"), enriched(1, 8)).unwrap();
    assert_eq!(go(&engine, &[&folder]).await.total, Tally { same: 3, replaced: 1, new: 0 });
    let after = tree(&dir.path().join("data/files"));
    assert_eq!(after.len(), before.len(), "the replaced object is gone: {after:?}");
    assert_eq!(crate::conversations::show(&engine, id(1).as_str()).await.unwrap().turns.len(), 8);
}

#[tokio::test]
async fn a_jsonl_brings_back_what_it_has_and_never_replaces_a_whole_conversation() {
    let dir = tempfile::tempdir().unwrap();
    let folder = corpus(dir.path(), 0..3);
    let (progress, cancel) = quiet();
    let request = crate::aggregate::Request {
        inputs: vec![folder.clone()],
        name: "x".to_owned(),
        out: dir.path().join("out"),
        into: None,
        profile: None,
        default_profile: crate::testing::PROFILE.to_owned(),
        target_model: String::new(),
        at: crate::testing::at(),
        skip_damaged: false,
    };
    let made = crate::aggregate::run(&request, &progress, &cancel).unwrap();
    let engine = engine(dir.path()).await;
    assert_eq!(go(&engine, &[&made.jsonl]).await.total.new, 3);
    assert_eq!(go(&engine, &[&made.jsonl]).await.total.same, 3);
    assert_eq!(go(&engine, &[&folder]).await.total.replaced, 3);
    let outcome = go(&engine, &[&made.jsonl]).await;
    assert_eq!(outcome.total.same, 3, "{outcome:?}");
    assert!(outcome.files[0].note.is_some());
}

#[tokio::test]
async fn a_cancelled_import_has_whole_conversations_and_no_others() {
    let dir = tempfile::tempdir().unwrap();
    // More than one transaction takes.
    let folder = corpus(dir.path(), 0..700);
    let engine = engine(dir.path()).await;
    let (progress, cancel) = cancel_at("reading", 600);
    let request = Request { paths: vec![folder], batch: None };
    let error = run(&engine, request, &progress, &cancel).await.unwrap_err();
    assert_eq!(error.exit_code(), 130);
    let rows =
        crate::conversations::count(&engine, &domain::filter::Filter::All, true).await.unwrap().value();
    let objects = tree(&dir.path().join("data/files")).len() as u64;
    assert!(rows > 0 && rows < 700 && rows == objects, "{rows} rows, {objects} objects");
    let open = engine.db().journal_open(engine.0.clock.real() + chrono::TimeDelta::days(1)).await.unwrap();
    assert!(open.is_empty(), "{open:?}");
}

#[tokio::test]
async fn what_was_lost_comes_back_by_importing_again() {
    let dir = tempfile::tempdir().unwrap();
    let folder = corpus(dir.path(), 0..3);
    let engine = engine(dir.path()).await;
    go(&engine, &[&folder]).await;
    let files = dir.path().join("data/files");
    let before = tree(&files);
    fs::remove_file(files.join(&before[1])).unwrap();
    let again = go(&engine, &[&folder]).await;
    assert_eq!((again.total.same, again.total.new, again.total.replaced), (3, 0, 0));
    assert_eq!(tree(&files), before);
}

#[tokio::test]
async fn the_next_start_removes_what_a_killed_import_left() {
    let dir = tempfile::tempdir().unwrap();
    let folder = corpus(dir.path(), 0..2);
    let engine = engine(dir.path()).await;
    go(&engine, &[&folder]).await;
    let files = dir.path().join("data/files");
    let kept: Vec<String> = tree(&files);
    let orphan = crate::objects::conversation_key(&crate::objects::conversation_path(
        engine.db().user(),
        &id(50),
        crate::objects::Part::Enriched,
        "abcdefabcdef",
    ));
    let foreign = "conversation-files/u/x/enriched.json".to_owned();
    for key in [&orphan, &foreign] {
        engine.files().put(key, "{}".into()).await.unwrap();
    }
    let mut keys = kept.clone();
    keys.extend([orphan, foreign.clone()]);
    let journal = Journal::begin(&engine.0, recovery::IMPORT, "conversations", keys).await.unwrap();
    drop(journal);
    engine.close().await;
    drop(engine);
    let engine = crate::testing::engine(dir.path()).await;
    assert!(
        engine.recovered()[0].sentence.contains("1 unfinished object was removed"),
        "{:?}",
        engine.recovered()
    );
    let mut want = kept;
    want.push(foreign);
    want.sort();
    assert_eq!(tree(&files), want);
}

#[tokio::test]
async fn a_batch_takes_in_what_was_there_and_is_not_made_for_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let folder = corpus(dir.path(), 0..3);
    let engine = engine(dir.path()).await;
    go(&engine, &[&folder]).await;
    let (progress, cancel) = quiet();
    let into = async |path: &Path, batch: &str| {
        let request = Request { paths: vec![path.to_owned()], batch: Some(batch.to_owned()) };
        run(&engine, request, &progress, &cancel).await.unwrap().total
    };
    let batches = async || {
        let rows = engine.db().conversations_by_ids(&[id(0), id(1), id(2)]).await.unwrap();
        rows.into_iter().map(|row| row.batch.map(|b| b.name).unwrap_or_default()).collect::<Vec<_>>()
    };
    assert_eq!(into(&folder, "spring").await.same, 3);
    assert_eq!(into(&folder, "spring").await.same, 3);
    assert_eq!(batches().await, ["spring"; 3]);
    assert_eq!(into(&folder.join("00001.json"), "later").await.same, 1);
    assert_eq!(batches().await, ["spring", "later", "spring"], "the newest import that names one decides");
    fs::write(dir.path().join("foreign.json"), "{}").unwrap();
    into(&dir.path().join("foreign.json"), "empty").await;
    let id = domain::ids::BatchId(uuid::Uuid::nil());
    let made = engine.db().ensure_batch(id, "empty", engine.now()).await.unwrap();
    assert_eq!(made.id, id, "there was none of this name");
}

#[tokio::test]
async fn whoever_stops_does_not_wait_for_the_first_conversation() {
    let (_reader, mut items) = mpsc::channel(1);
    let (_, cancel) = quiet();
    let waiting = next(&mut items, &cancel);
    cancel.cancel();
    let stopped = tokio::time::timeout(std::time::Duration::from_secs(5), waiting).await;
    assert_eq!(stopped.expect("at once").unwrap_err().exit_code(), 130);
}
