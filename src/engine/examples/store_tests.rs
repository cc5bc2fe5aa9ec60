//! The examples in a real store.

use crate::testing::{cancel_at, engine, quiet};
use crate::{conversations, examples, import};
use domain::conversation::{EnrichmentStatus, Review, ReviewStatus};
use domain::filter::{Filter, Sort};
use domain::ids::ConversationId;
use domain::page::{Count, From, PageRequest};
use domain::selection::Selection;

#[tokio::test]
async fn a_second_load_changes_nothing_and_a_review_stays() {
    let dir = tempfile::tempdir().expect("a folder");
    let engine = engine(dir.path()).await;
    let (progress, cancel) = quiet();
    let first = examples::load(&engine, &progress, &cancel).await.expect("loaded");
    assert_eq!((first.conversations, first.batches, first.new), (30, 6, 30));

    let request =
        PageRequest { filter: Filter::default(), sort: Sort::default(), from: From::Start, limit: 100 };
    let page = conversations::list(&engine, &request).await.expect("a page");
    let rows: Vec<_> = page.rows.into_iter().map(|(_, row)| row).collect();
    assert_eq!(rows.len(), 30);
    let of = |status| rows.iter().filter(|row| row.enrichment == status).count();
    assert_eq!(
        (
            of(EnrichmentStatus::Completed),
            of(EnrichmentStatus::ValidationFailed),
            of(EnrichmentStatus::NotStarted)
        ),
        (28, 1, 1)
    );
    assert!(rows.iter().all(|row| row.batch.is_some() && row.quality.is_none() && row.raw_path.is_some()));
    assert_eq!(rows.iter().filter(|row| row.truncated > Some(0)).count(), 1);

    let one =
        rows.iter().find(|row| row.status == ReviewStatus::PendingReview).expect("one waits").id.clone();
    let review = Review { status: ReviewStatus::Archived, note: "seen".into() };
    conversations::review(&engine, &Selection::Ids(vec![one.clone()]), &review).await.expect("reviewed");
    let second = examples::load(&engine, &progress, &cancel).await.expect("loaded again");
    assert_eq!((second.conversations, second.new), (30, 0));
    let row = engine.db().conversation(&one).await.expect("read").expect("there");
    assert_eq!(row.status, ReviewStatus::Archived);
    assert_eq!(
        conversations::count(&engine, &Filter::default(), true).await.expect("counted"),
        Count::Exact(30)
    );
}

#[tokio::test]
async fn the_written_files_are_recognised_by_import() {
    let dir = tempfile::tempdir().expect("a folder");
    let engine = engine(dir.path()).await;
    let (progress, cancel) = quiet();
    examples::load(&engine, &progress, &cancel).await.expect("loaded");
    let files = examples::write_to(&dir.path().join("out")).expect("written");
    let request = import::Request { paths: files, batch: None };
    let outcome = import::run(&engine, request, &progress, &cancel).await.expect("imported");
    assert_eq!(
        (outcome.failed, outcome.total.new, outcome.total.same, outcome.total.replaced),
        (0, 0, 28, 0)
    );
}

#[tokio::test]
async fn stopped_in_the_middle_nothing_is_there() {
    let dir = tempfile::tempdir().expect("a folder");
    let engine = engine(dir.path()).await;
    let (progress, cancel) = cancel_at("enriching", 3);
    let error = examples::load(&engine, &progress, &cancel).await.expect_err("stopped");
    assert_eq!(error.exit_code(), 130);
    assert_eq!(
        conversations::count(&engine, &Filter::default(), true).await.expect("counted"),
        Count::Exact(0)
    );
    let id = ConversationId::new("516cc8ed-188f-4050-9aa8-cc3a641a758a");
    assert_eq!(engine.db().conversation(&id).await.expect("read"), None);
}

/// All files of conversations below a folder.
fn objects(below: &std::path::Path) -> Vec<std::path::PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![below.to_owned()]);
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "json") {
                found.push(path);
            }
        }
    }
    found
}

/// As on a disk that is full: the next start could not even write down that it tidies up.
#[tokio::test]
async fn what_cannot_be_stored_whole_leaves_nothing_behind() {
    let (whole, dir) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let (progress, cancel) = quiet();
    examples::load(&engine(whole.path()).await, &progress, &cancel).await.expect("loaded");
    let one = objects(whole.path()).pop().expect("an object");
    let folder = one.parent().and_then(|folder| folder.strip_prefix(whole.path()).ok()).expect("a folder");
    let in_the_way = dir.path().join(folder);
    std::fs::create_dir_all(in_the_way.parent().expect("a folder")).expect("made");
    std::fs::write(&in_the_way, "no folder").expect("written");
    let engine = engine(dir.path()).await;
    examples::load(&engine, &progress, &cancel).await.expect_err("one of them has no place");
    assert_eq!(objects(dir.path()), Vec::<std::path::PathBuf>::new());
    std::fs::remove_file(&in_the_way).expect("it is there");
    assert_eq!(examples::load(&engine, &progress, &cancel).await.expect("loaded").new, 30);
}
