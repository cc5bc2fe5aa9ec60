use super::*;
use crate::testing::{corpus, engine, id, quiet, tree};
use crate::{Engine, import};
use domain::conversation::{Review, ReviewStatus};
use domain::filter::Sort;
use domain::ids::ConversationId;
use domain::page::{From, PageRequest};
use domain::selection::Selection;
use std::path::Path;

async fn filled(dir: &Path) -> Engine {
    let engine = engine(dir).await;
    let (progress, cancel) = quiet();
    let request = import::Request { paths: vec![corpus(dir, 0..3)], batch: None };
    import::run(&engine, request, &progress, &cancel).await.unwrap();
    engine
}

#[tokio::test]
async fn a_conversation_is_shown_with_turns_and_what_it_says_of_itself() {
    let dir = tempfile::tempdir().unwrap();
    let engine = filled(dir.path()).await;
    let detail = show(&engine, id(1).as_str()).await.unwrap();
    assert_eq!((detail.turns.len(), detail.problem.as_deref()), (5, None));
    assert_eq!((detail.session.as_str(), detail.phase.as_str()), ("Session 1", "start"));
    let stored = json(&engine, id(1).as_str(), Which::Enriched).await.unwrap();
    assert_eq!(stored, crate::testing::enriched(1, 5));
    assert_eq!(json(&engine, id(1).as_str(), Which::Raw).await.unwrap_err().exit_code(), 1);
    assert_eq!(show(&engine, "nobody").await.unwrap_err().exit_code(), 1);

    // A missing object is a problem of the detail, not the end of it.
    let files = dir.path().join("data/files");
    let name = tree(&files).into_iter().find(|f| f.contains(id(1).as_str())).unwrap();
    std::fs::remove_file(files.join(name)).unwrap();
    let detail = show(&engine, id(1).as_str()).await.unwrap();
    assert!(detail.turns.is_empty() && detail.problem.is_some());
}

#[tokio::test]
async fn the_beginning_of_a_key_is_enough_when_it_fits_one() {
    let dir = tempfile::tempdir().unwrap();
    let engine = engine(dir.path()).await;
    let (progress, cancel) = quiet();
    let folder = dir.path().join("some");
    std::fs::create_dir(&folder).unwrap();
    for (n, key) in
        ["08e8a054-6de3-4b76-aa3d-e7e5cd195cba", "08e8b054-6de3-4b76-aa3d-e7e5cd195cba"].iter().enumerate()
    {
        let n = u32::try_from(n).unwrap();
        let text = crate::testing::enriched(n, 5).replace(id(n).as_str(), key);
        std::fs::write(folder.join(format!("{n}.json")), text).unwrap();
    }
    let request = import::Request { paths: vec![folder], batch: None };
    import::run(&engine, request, &progress, &cancel).await.unwrap();
    let shown = show(&engine, "08e8A0").await.unwrap();
    assert_eq!(shown.row.id.as_str(), "08e8a054-6de3-4b76-aa3d-e7e5cd195cba");
    let several = show(&engine, "08e8").await.unwrap_err();
    assert_eq!(several.exit_code(), 2);
    assert!(
        several.to_string().contains("08e8") && format!("{several:?}").contains("08e8b054-6de3"),
        "{several:?}"
    );
    for word in ["08e", "08e8c", "march"] {
        assert_eq!(show(&engine, word).await.unwrap_err().exit_code(), 1, "{word}");
    }
    let words = ["08e8b0".to_owned(), "march".to_owned(), "08e8a0".to_owned()];
    let Resolved { found, unknown } = resolve(&engine, &words).await.unwrap();
    let found: Vec<&str> = found.iter().map(ConversationId::as_str).collect();
    assert_eq!(found, ["08e8b054-6de3-4b76-aa3d-e7e5cd195cba", "08e8a054-6de3-4b76-aa3d-e7e5cd195cba"]);
    assert_eq!(unknown, ["march"]);
}

#[tokio::test]
async fn export_writes_what_is_there_and_names_what_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let engine = filled(dir.path()).await;
    let (progress, cancel) = quiet();
    let request = Export {
        selection: Selection::Ids(vec![id(2), id(77), id(0)]),
        which: Which::Enriched,
        to: dir.path().join("out"),
    };
    let done = export(&engine, request, &progress, &cancel).await.unwrap();
    assert_eq!((done.files, done.missing), (2, vec![id(77)]));
    assert_eq!(tree(&dir.path().join("out")), [format!("{}.json", id(0)), format!("{}.json", id(2))]);
}

#[tokio::test]
async fn only_what_a_reviewer_decides_is_a_review() {
    let dir = tempfile::tempdir().unwrap();
    let engine = filled(dir.path()).await;
    let selection = Selection::Ids(vec![id(0), id(1)]);
    let decide = |status| Review { status, note: "clear".to_owned() };
    assert_eq!(review(&engine, &selection, &decide(ReviewStatus::Approved)).await.unwrap(), 2);
    let detail = show(&engine, id(0).as_str()).await.unwrap();
    assert_eq!((detail.row.status, detail.review_notes.as_str()), (ReviewStatus::Approved, "clear"));
    assert_eq!(review(&engine, &selection, &decide(ReviewStatus::Draft)).await.unwrap_err().exit_code(), 2);
    let words = [id(1).to_string(), "nobody".to_owned(), id(1).to_string()];
    let resolved = resolve(&engine, &words).await.unwrap();
    assert_eq!((resolved.found, resolved.unknown), (vec![id(1)], vec!["nobody".to_owned()]));
}

#[tokio::test]
async fn an_age_counts_back_from_the_moment_of_the_question() {
    let dir = tempfile::tempdir().unwrap();
    let engine = filled(dir.path()).await;
    let (progress, cancel) = quiet();
    // The conversations are of 2026-01-02, 32 days before the engine's clock.
    for (text, want) in [("created > 40d", 3), ("created > 10d", 0), ("created < yesterday", 3)] {
        let filter = domain::filter::parse(text, crate::testing::at()).unwrap();
        assert_eq!(count(&engine, &filter, true).await.unwrap().value(), want, "{text}");
        let page = PageRequest { filter: filter.clone(), sort: Sort::default(), from: From::Start, limit: 9 };
        assert_eq!(list(&engine, &page).await.unwrap().rows.len() as u64, want, "{text}");
        let all = Selection::Matching { filter, sort: Sort::default(), except: Vec::new() };
        assert_eq!(ids(&engine, &all, 9).await.unwrap().len() as u64, want, "{text}");
        let source = crate::files::Source::Selection(all.clone());
        let judged = crate::files::eligibility(&engine, &source, None, &progress, &cancel).await.unwrap();
        assert_eq!(judged.fit.len() as u64, want, "{text}");
        let review_of = Review { status: ReviewStatus::Approved, note: String::new() };
        assert_eq!(review(&engine, &all, &review_of).await.unwrap(), want, "{text}");
    }
}
