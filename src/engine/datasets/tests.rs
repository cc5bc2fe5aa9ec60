use super::*;
use crate::testing::{corpus, engine, quiet, tree};
use crate::{ErrorKind, files};
use domain::dataset::Passage;
use domain::dataset::state::DatasetStatus;
use std::path::Path;

const CHAT: &str = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello?\"}, {\"role\": \"assistant\", \"content\": \"Yes, here.\"}]}\n";

fn chats(dir: &Path, lines: usize) -> std::path::PathBuf {
    let path = dir.join("chats.jsonl");
    std::fs::write(&path, CHAT.repeat(lines)).unwrap();
    path
}

fn of(source: Source) -> Add {
    Add { source, name: None, description: None, tokenizer: None }
}

async fn training_file(dir: &Path) -> crate::Engine {
    let engine = engine(dir).await;
    let (progress, cancel) = quiet();
    let source = files::Source::Paths(vec![corpus(dir, 0..3)]);
    let create = files::Create { name: "spring".to_owned(), description: None, source, skip_damaged: false };
    files::create(&engine, create, &progress, &cancel).await.unwrap();
    engine
}

#[tokio::test]
async fn a_training_file_becomes_a_dataset_that_stays_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let engine = training_file(dir.path()).await;
    let (progress, cancel) = quiet();
    let done = add(&engine, of(Source::Word("spring".to_owned())), &progress, &cancel).await.unwrap();
    let row = &done.dataset;
    assert!(row.status.is(DatasetStatus::Ready) && row.training_ready, "{row:?}");
    assert_eq!((row.name.as_str(), row.format.as_str()), ("spring", "brightrun_lora_v4"));
    assert_eq!(row.examples, Some(2 + 2 + 3), "assistant turns of 4, 5 and 6 turns");
    // The training file goes on; the dataset does not.
    let more = corpus(&dir.path().join("more"), 7..9);
    let grow = files::Add {
        file: "spring".to_owned(),
        source: files::Source::Paths(vec![more]),
        skip_damaged: false,
    };
    files::add(&engine, grow, &progress, &cancel).await.unwrap();
    let again = check(&engine, "spring", &Recheck::default(), &progress, &cancel).await.unwrap();
    assert_eq!((&again.dataset.sha256, again.dataset.examples), (&row.sha256, row.examples));
    let detail = show(&engine, &row.id.to_string(), None).await.unwrap();
    assert_eq!(detail.training_file.as_deref(), Some("spring"));
    assert_eq!(detail.facts.unwrap().conversations, 3);
}

#[tokio::test]
async fn what_is_taken_empty_or_unknown_is_refused_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let engine = engine(dir.path()).await;
    let (progress, cancel) = quiet();
    let path = chats(dir.path(), 3);
    add(&engine, of(Source::Path(path.clone())), &progress, &cancel).await.unwrap();
    let before = tree(&dir.path().join("data/files"));
    let taken = add(&engine, of(Source::Path(path)), &progress, &cancel).await.unwrap_err();
    assert_eq!(taken.kind, ErrorKind::Refused, "{taken}");
    let empty = dir.path().join("empty.jsonl");
    std::fs::write(&empty, "").unwrap();
    assert_eq!(
        add(&engine, of(Source::Path(empty)), &progress, &cancel).await.unwrap_err().kind,
        ErrorKind::Refused
    );
    let missing = add(&engine, of(Source::Word("nowhere".to_owned())), &progress, &cancel).await.unwrap_err();
    assert_eq!(missing.kind, ErrorKind::NotFound);
    cancel.cancel();
    let stopped = Add { name: Some("other".to_owned()), ..of(Source::Path(chats(dir.path(), 9))) };
    assert_eq!(add(&engine, stopped, &progress, &cancel).await.unwrap_err().kind, ErrorKind::Interrupted);
    assert_eq!(tree(&dir.path().join("data/files")), before);
    assert_eq!(list(&engine, true).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_broken_dataset_is_kept_with_its_findings_and_is_no_ready_one() {
    let dir = tempfile::tempdir().unwrap();
    let engine = engine(dir.path()).await;
    let (progress, cancel) = quiet();
    let path = dir.path().join("broken.jsonl");
    std::fs::write(&path, format!("{CHAT}{{\"messages\": [\n")).unwrap();
    let done = add(&engine, of(Source::Path(path)), &progress, &cancel).await.unwrap();
    assert!(done.dataset.status.is(DatasetStatus::Error) && !done.report.ready);
    assert!(done.dataset.untrainable().is_some());
}

#[tokio::test]
async fn archived_ones_are_out_of_the_list_and_come_back() {
    let dir = tempfile::tempdir().unwrap();
    let engine = engine(dir.path()).await;
    let (progress, cancel) = quiet();
    let first = Add { name: Some("a".to_owned()), ..of(Source::Path(chats(dir.path(), 3))) };
    add(&engine, first.clone(), &progress, &cancel).await.unwrap();
    assert!(archive(&engine, "a", true).await.unwrap().archived.is_some());
    assert!(list(&engine, false).await.unwrap().is_empty());
    // Its name is free again.
    add(&engine, first, &progress, &cancel).await.unwrap();
    assert_eq!(list(&engine, true).await.unwrap().len(), 2);
    let compared = compare(&engine, &["a".to_owned(), "a".to_owned()], None).await.unwrap();
    assert!(compared.lines.iter().all(|line| !line.differs));
}

#[tokio::test]
async fn a_file_that_was_changed_in_the_store_is_found_out() {
    let dir = tempfile::tempdir().unwrap();
    let engine = engine(dir.path()).await;
    let (progress, cancel) = quiet();
    let done = add(&engine, of(Source::Path(chats(dir.path(), 3))), &progress, &cancel).await.unwrap();
    let object = dir.path().join("data/files/lora-datasets").join(&done.dataset.path);
    std::fs::write(object, CHAT.repeat(4)).unwrap();
    let error = check(&engine, "chats", &Recheck::default(), &progress, &cancel).await.unwrap_err();
    assert!(error.why.contains("sha256"), "{error}");
}

#[tokio::test]
async fn the_dataset_of_a_file_is_made_once_and_anew_when_the_file_has_grown() {
    let dir = tempfile::tempdir().unwrap();
    let engine = training_file(dir.path()).await;
    let (progress, cancel) = quiet();
    let first = of_file(&engine, "spring", &progress, &cancel).await.unwrap();
    assert_eq!(of_file(&engine, "spring", &progress, &cancel).await.unwrap().id, first.id);
    let later = crate::Engine::open(
        &crate::testing::places(dir.path()),
        Some(crate::testing::at() + chrono::Duration::hours(1)),
    )
    .await
    .unwrap();
    let grow = files::Add {
        file: "spring".to_owned(),
        source: files::Source::Paths(vec![corpus(&dir.path().join("more"), 7..9)]),
        skip_damaged: false,
    };
    files::add(&later, grow, &progress, &cancel).await.unwrap();
    let second = of_file(&later, "spring", &progress, &cancel).await.unwrap();
    assert_eq!((first.name.as_str(), second.name.as_str()), ("spring", "spring 2"));
    assert!(second.examples > first.examples);
}

#[tokio::test]
async fn the_line_that_a_finding_names_can_be_shown() {
    let dir = tempfile::tempdir().unwrap();
    let engine = engine(dir.path()).await;
    let (progress, cancel) = quiet();
    let path = dir.path().join("chats.jsonl");
    std::fs::write(&path, format!("{CHAT}{{\"messages\": [\n{CHAT}")).unwrap();
    let done = add(&engine, of(Source::Path(path)), &progress, &cancel).await.unwrap();
    let place = done.report.findings.iter().find_map(|finding| finding.places.first()).unwrap();
    assert_eq!(place.line, Some(2), "{:?}", done.report);
    let shown = passage(&engine, "chats", place, &cancel).await.unwrap();
    assert_eq!(shown, Passage::Lines { first: 2, lines: vec!["{\"messages\": [".to_owned()] });
}
