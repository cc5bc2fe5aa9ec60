use super::*;
use crate::import::{self, Request};
use crate::testing::{at, cancel_at, corpus, engine, id, places, quiet, raw, tree};
use crate::{CancellationToken, Engine, ErrorKind, Progress, journal::Journal, recovery};
use domain::conversation::Unfit;
use domain::dataset::{Passage, Place};
use domain::filter::{Column, Direction, Filter, Sort};
use domain::selection::Selection;
use std::fs;
use std::path::Path;

async fn filled(dir: &Path, n: u32) -> Engine {
    let folder = corpus(dir, 0..n);
    let engine = engine(dir).await;
    let (progress, cancel) = quiet();
    let request = Request { paths: vec![folder], batch: Some("first".to_owned()) };
    let outcome = import::run(&engine, request, &progress, &cancel).await.unwrap();
    assert_eq!((outcome.total.new, outcome.failed), (u64::from(n), 0), "{outcome:?}");
    engine
}

fn ids(numbers: &[u32]) -> Source {
    Source::Selection(Selection::Ids(numbers.iter().map(|n| id(*n)).collect()))
}

fn create_request(name: &str, source: Source) -> Create {
    Create { name: name.to_owned(), description: None, source, skip_damaged: false }
}

async fn made(engine: &Engine, name: &str, source: Source) -> Written {
    let (progress, cancel) = quiet();
    create(engine, create_request(name, source), &progress, &cancel).await.unwrap()
}

async fn downloaded(engine: &Engine, dir: &Path, file: &str, object: Object) -> String {
    let (progress, cancel) = quiet();
    let request = Download { file: file.to_owned(), object, to: dir.to_owned() };
    let done = download(engine, request, &progress, &cancel).await.unwrap();
    fs::read_to_string(done.path).unwrap()
}

fn objects(dir: &Path) -> Vec<String> {
    tree(&dir.join("data/files/training-files"))
}

#[tokio::test]
async fn import_create_add_download_equals_aggregate() {
    let dir = tempfile::tempdir().unwrap();
    let engine = filled(dir.path(), 5).await;
    let (progress, cancel) = quiet();
    let first = made(&engine, "spring", ids(&[3, 0, 2])).await;
    assert_eq!((first.added, first.file.conversations), (3, 3));
    assert_eq!(objects(dir.path()).len(), 2);
    let request = Add { file: "spring".to_owned(), source: ids(&[4, 1]), skip_damaged: false };
    let second = add(&engine, request, &progress, &cancel).await.unwrap();
    assert_eq!((second.added, second.file.conversations, second.file.id), (2, 5, first.file.id));
    assert_ne!(second.file.json_path, first.file.json_path);
    assert_eq!(objects(dir.path()).len(), 2, "the old objects are gone");
    let members = show(&engine, "spring").await.unwrap().members;
    assert_eq!(members, [3, 0, 2, 4, 1].map(id));

    let folder = dir.path().join("conversations");
    let aggregated = crate::aggregate::run(
        &crate::aggregate::Request {
            inputs: [3, 0, 2, 4, 1].map(|n| folder.join(format!("{n:05}.json"))).to_vec(),
            name: "spring".to_owned(),
            out: dir.path().join("out"),
            into: None,
            profile: None,
            default_profile: crate::testing::PROFILE.to_owned(),
            target_model: "claude-sonnet-4-5".to_owned(),
            at: at(),
            skip_damaged: false,
        },
        &progress,
        &cancel,
    )
    .unwrap();
    assert!(
        downloaded(&engine, dir.path(), "spring", Object::Json).await
            == fs::read_to_string(aggregated.json).unwrap()
    );
    assert!(
        downloaded(&engine, dir.path(), "spring", Object::Jsonl).await
            == fs::read_to_string(aggregated.jsonl).unwrap()
    );
    assert_eq!(second.file.json_size, Some(aggregated.json_bytes));
}

#[tokio::test]
async fn a_full_file_is_exploded_and_built_again_byte_for_byte() {
    let dir = tempfile::tempdir().unwrap();
    let (progress, cancel) = quiet();
    let whole = {
        let engine = filled(dir.path(), 4).await;
        made(&engine, "again", ids(&[2, 0, 3, 1])).await;
        let text = downloaded(&engine, dir.path(), "again", Object::Json).await;
        engine.close().await;
        text
    };
    let other = tempfile::tempdir().unwrap();
    let engine = engine(other.path()).await;
    let paths = vec![dir.path().join("again.json")];
    let source = Source::Paths(paths.clone());
    let written = create(&engine, create_request("again", source), &progress, &cancel).await.unwrap();
    assert_eq!(written.added, 4);
    assert!(downloaded(&engine, other.path(), "again", Object::Json).await == whole);
    let twice = import::run(&engine, Request { paths, batch: None }, &progress, &cancel).await.unwrap();
    assert_eq!(twice.total.same, 4, "{twice:?}");
}

#[tokio::test]
async fn everything_that_blocks_is_named_before_anything_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let engine = filled(dir.path(), 4).await;
    let (progress, cancel) = quiet();
    fs::write(dir.path().join("raw.json"), raw("hello")).unwrap();
    let request = Request { paths: vec![dir.path().join("raw.json")], batch: None };
    import::run(&engine, request, &progress, &cancel).await.unwrap();
    let others =
        Selection::Matching { filter: Filter::All, sort: Sort::default(), except: (0..4).map(id).collect() };
    let raw_id = crate::conversations::ids(&engine, &others, 10).await.unwrap().remove(0);
    made(&engine, "old", ids(&[0])).await;
    // The object of 1 disappears, that of 2 is damaged.
    let files = dir.path().join("data/files/conversation-files");
    for (n, bytes) in [(1, None), (2, Some("{\"training_pairs\": [{}]}"))] {
        let name = tree(&files).into_iter().find(|f| f.contains(id(n).as_str())).unwrap();
        match bytes {
            None => fs::remove_file(files.join(name)).unwrap(),
            Some(bytes) => fs::write(files.join(name), bytes).unwrap(),
        }
    }
    let before = objects(dir.path());
    let chosen = [id(0), id(1), id(2), id(3), raw_id, id(99)];
    let words = Source::Words(chosen.iter().map(ToString::to_string).collect());
    let request = Add { file: "old".to_owned(), source: words, skip_damaged: false };
    let error = add(&engine, request, &progress, &cancel).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Refused, "{error}");
    let reason = |n: usize| &error.blocked.iter().find(|b| b.id == chosen[n]).unwrap().reason;
    assert_eq!(error.blocked.len(), 5, "{:?}", error.blocked);
    assert_eq!(*reason(0), Unfit::Duplicate);
    assert!(matches!(reason(1), Unfit::FileMissing(_)));
    assert!(matches!(reason(2), Unfit::FileBroken(_)));
    assert!(matches!(reason(4), Unfit::NotEnriched(_)));
    assert_eq!(*reason(5), Unfit::Unknown);
    assert_eq!(objects(dir.path()), before);
    assert_eq!(show(&engine, "old").await.unwrap().members, [id(0)]);

    let taken = create(&engine, create_request("old", ids(&[3])), &progress, &cancel).await.unwrap_err();
    assert_eq!(taken.exit_code(), 3, "{taken}");
    let nothing = create(&engine, create_request("new", ids(&[])), &progress, &cancel).await.unwrap_err();
    assert_eq!(nothing.exit_code(), 2, "{nothing}");
}

#[tokio::test]
async fn a_cancelled_build_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let engine = filled(dir.path(), 30).await;
    for (stage, n) in [("judging", 1), ("reading", 5), ("writing", 5), ("writing", 30)] {
        let (progress, cancel) = cancel_at(stage, n);
        let all = Selection::Matching {
            filter: Filter::All,
            sort: Sort { column: Column::Id, direction: Direction::Ascending },
            except: Vec::new(),
        };
        let request = create_request("never", Source::Selection(all));
        let error = create(&engine, request, &progress, &cancel).await.unwrap_err();
        assert_eq!(error.exit_code(), 130, "{stage} {n}: {error}");
        assert_eq!(objects(dir.path()), Vec::<String>::new(), "{stage} {n}");
        assert!(list(&engine, true).await.unwrap().is_empty());
        assert!(
            engine
                .db()
                .journal_open(engine.0.clock.real() + chrono::TimeDelta::days(1))
                .await
                .unwrap()
                .is_empty()
        );
    }
}

/// Leaves an engine in the middle of its work, as a kill or an impatient user does: its lock is free, its journal open.
async fn killed(engine: Engine, kind: &str, what: &str, keys: Vec<String>) {
    let journal = Journal::begin(&engine.0, kind, what, keys).await.unwrap();
    drop(journal);
    engine.close().await;
    drop(engine);
}

#[tokio::test]
async fn the_next_start_undoes_a_build_that_was_killed() {
    let dir = tempfile::tempdir().unwrap();
    let engine = filled(dir.path(), 2).await;
    let keys = ["a/training.json", "a/training.jsonl"].map(crate::objects::training_key).to_vec();
    engine.files().put(&keys[0], "half".into()).await.unwrap();
    killed(engine, recovery::CREATE, "spring", keys).await;
    let engine = Engine::open(&places(dir.path()), None).await.unwrap();
    let said = engine.recovered();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        !said[0].finished && said[0].sentence.starts_with("Undid the training file “spring”"),
        "{said:?}"
    );
    assert_eq!(objects(dir.path()), Vec::<String>::new());
    made(&engine, "spring", ids(&[0, 1])).await;
    engine.close().await;
    assert_eq!(Engine::open(&places(dir.path()), None).await.unwrap().recovered(), []);
}

#[tokio::test]
async fn the_next_start_finishes_an_add_whose_row_was_written() {
    let dir = tempfile::tempdir().unwrap();
    let engine = filled(dir.path(), 2).await;
    let file = made(&engine, "spring", ids(&[0, 1])).await.file;
    let old = crate::objects::training_key("old/training.json");
    engine.files().put(&old, "old".into()).await.unwrap();
    let keys = vec![
        crate::objects::training_key(&file.json_path),
        crate::objects::training_key(&file.jsonl_path),
        old,
    ];
    killed(engine, recovery::ADD, "spring", keys).await;
    let engine = Engine::open(&places(dir.path()), None).await.unwrap();
    assert!(engine.recovered()[0].finished, "{:?}", engine.recovered());
    assert_eq!(objects(dir.path()).len(), 2);
    downloaded(&engine, dir.path(), "spring", Object::Json).await;
}

#[tokio::test]
async fn the_work_of_a_living_engine_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let engine = filled(dir.path(), 1).await;
    let key = crate::objects::training_key("b/training.json");
    engine.files().put(&key, "half".into()).await.unwrap();
    let journal = Journal::begin(&engine.0, recovery::CREATE, "spring", vec![key.clone()]).await.unwrap();
    // However long it was stopped: the lease ran out an hour ago.
    let past = engine.0.clock.real() - chrono::TimeDelta::hours(1);
    engine.db().journal_touch(journal.hold(), past, &[key]).await.unwrap();
    let second = Engine::open(&places(dir.path()), None).await.unwrap();
    assert_eq!(second.recovered(), []);
    assert_eq!(objects(dir.path()).len(), 1);
    journal.end(&engine.0).await.unwrap();
}

/// Runs this once, when the last of `n` conversations was written.
fn at_the_end(n: u64, deed: impl Fn() + Send + Sync + 'static) -> Progress {
    Progress::new(move |step| {
        if step.stage == "writing" && step.done == n {
            tokio::task::block_in_place(&deed);
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_another_has_taken_over_is_not_published() {
    let dir = tempfile::tempdir().unwrap();
    let engine = filled(dir.path(), 3).await;
    let (db, now) = (engine.db().clone(), engine.0.clock.real());
    // At the last step somebody on another machine takes it over, because to him its lease looked spent.
    let progress = at_the_end(3, move || {
        tokio::runtime::Handle::current().block_on(async {
            let later = now + chrono::TimeDelta::days(1);
            let open = db.journal_open(later).await.unwrap();
            assert!(db.journal_claim(open[0].id, later, "elsewhere", later).await.unwrap());
        });
    });
    let request = create_request("spring", ids(&[0, 1, 2]));
    let error = create(&engine, request, &progress, &CancellationToken::new()).await.unwrap_err();
    assert!(error.to_string().contains("another process has undone this work"), "{error}");
    assert!(list(&engine, true).await.unwrap().is_empty());
    assert_eq!(objects(dir.path()), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn adding_leaves_an_archive_made_meanwhile_alone() {
    let dir = tempfile::tempdir().unwrap();
    let engine = filled(dir.path(), 3).await;
    made(&engine, "spring", ids(&[0])).await;
    let other = engine.clone();
    let progress = at_the_end(3, move || {
        tokio::runtime::Handle::current().block_on(async { archive(&other, "spring", true).await.unwrap() });
    });
    let request = Add { file: "spring".to_owned(), source: ids(&[1, 2]), skip_damaged: false };
    let added = add(&engine, request, &progress, &CancellationToken::new()).await.unwrap();
    assert_eq!(added.file.conversations, 3);
    let files = list(&engine, true).await.unwrap();
    assert_eq!((files[0].status, files[0].conversations), (domain::training_file::FileStatus::Archived, 3));
}

#[tokio::test]
async fn every_place_that_the_check_names_can_be_shown() {
    let dir = tempfile::tempdir().unwrap();
    let engine = filled(dir.path(), 4).await;
    made(&engine, "spring", ids(&[2, 0, 3])).await;
    let (progress, cancel) = quiet();
    let checked = check(&engine, "spring", &[], &progress, &cancel).await.unwrap();
    let report = checked.report().unwrap();
    let mut shown = 0;
    for place in report.findings.iter().flat_map(|finding| &finding.places) {
        let (Some(id), Some(turn)) = (&place.conversation, place.turn) else { continue };
        let passage = passage(&engine, "spring", report.shape, place, &cancel).await.unwrap();
        let Passage::Conversation { id: found, turns, .. } = passage else { panic!("{passage:?}") };
        assert_eq!(&found, id);
        assert!(turns.iter().any(|said| said.number == turn), "turn {turn} of {id}");
        shown += 1;
    }
    assert!(shown > 3, "the check names places: {report:?}");
    let gone = Place { conversation: Some("nobody".into()), ..Place::default() };
    let error = passage(&engine, "spring", report.shape, &gone, &cancel).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
}
