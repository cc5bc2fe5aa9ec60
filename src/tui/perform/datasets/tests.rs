//! The datasets screen over a real store: keys in, datasets out.

use crate::model::datasets::{Answer, Ask, Modal};
use crate::model::{Model, Phase, ScreenId, Session};
use crate::perform::Context;
use crate::perform::conversations::tests::{does, places, settle, types};
use crate::update::tests::START;
use engine::{CancellationToken, Engine, Progress, files};
use std::path::Path;

const CHAT: &str = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello?\"}, {\"role\": \"assistant\", \"content\": \"Yes, here.\"}]}\n";

/// A store with a training file of the examples, and a file of chats beside it.
pub(crate) async fn seeded(dir: &Path) -> (Engine, Model) {
    let mut places = places(dir);
    places.training.catalog = dir.join("config");
    worker_that_answers(dir);
    let engine = Engine::open(&places, None).await.unwrap();
    let (progress, cancel) = (Progress::none(), CancellationToken::new());
    engine::examples::load(&engine, &progress, &cancel).await.unwrap();
    let request = domain::page::PageRequest {
        filter: domain::filter::Filter::All,
        sort: domain::filter::Sort::default(),
        from: domain::page::From::default(),
        limit: 30,
    };
    let page = engine::conversations::list(&engine, &request).await.unwrap();
    let rows = page.rows.into_iter().map(|(_, row)| row);
    let ids = rows.filter(|row| row.enriched_path.is_some()).map(|row| row.id).take(5).collect();
    let source = files::Source::Selection(domain::selection::Selection::Ids(ids));
    let create = files::Create { name: "spring".into(), description: None, source, skip_damaged: true };
    files::create(&engine, create, &progress, &cancel).await.unwrap();
    std::fs::write(dir.join("chats.jsonl"), CHAT.repeat(20)).unwrap();
    std::fs::write(dir.join("broken.jsonl"), format!("{CHAT}{{\"messages\": [\n")).unwrap();
    let mut model = Model::default();
    model.shell.phase = Phase::Ready(Session::default());
    (engine, model)
}

/// A worker in the data folder that says that it can work; it trains nothing.
fn worker_that_answers(data: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let python = data.join("worker/.venv/bin/python");
    std::fs::create_dir_all(data.join("worker/brightrun_worker")).unwrap();
    std::fs::create_dir_all(python.parent().unwrap()).unwrap();
    let answer = r#"{"version":"0.1.0","protocol":1,"python":"3.13.0","libraries":{},"lacks":[]}"#;
    std::fs::write(&python, format!("#!/bin/sh\necho '{answer}'\n")).unwrap();
    std::fs::set_permissions(&python, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// Makes a dataset of a file on this machine.
pub(crate) async fn add(engine: &Engine, model: &mut Model, path: &Path) {
    does(engine, model, "4 n g g enter").await;
    types(engine, model, &path.display().to_string()).await;
    does(engine, model, "enter enter").await;
}

#[tokio::test]
async fn datasets_are_made_looked_at_compared_checked_and_put_away() {
    let dir = tempfile::tempdir().unwrap();
    let (engine, mut model) = seeded(dir.path()).await;
    does(&engine, &mut model, "4 n enter enter enter").await;
    add(&engine, &mut model, &dir.path().join("chats.jsonl")).await;
    assert_eq!(model.datasets.finder.shown.len(), 2);
    does(&engine, &mut model, "d").await;
    let detail = model.datasets.detail.as_ref().unwrap();
    assert_eq!((detail.dataset.name.as_str(), detail.facts.as_ref().unwrap().examples), ("chats", 20));
    does(&engine, &mut model, "c").await;
    assert!(model.datasets.detail.is_some(), "it is read again after the check");
    does(&engine, &mut model, "g g space space =").await;
    let Some(crate::model::Modal::Datasets(Modal::Compare { comparison, .. })) = model.modals.last() else {
        panic!("{:?}", model.shell.messages)
    };
    assert_eq!(comparison.names, ["chats", "spring"]);
    does(&engine, &mut model, "esc g g x y").await;
    assert_eq!(model.datasets.finder.shown.len(), 1);
    does(&engine, &mut model, "X g g x X").await;
    assert_eq!(model.datasets.finder.shown.len(), 2, "it is back");
}

#[tokio::test]
async fn a_broken_file_is_kept_with_its_findings_and_cannot_be_trained_with() {
    let dir = tempfile::tempdir().unwrap();
    let (engine, mut model) = seeded(dir.path()).await;
    add(&engine, &mut model, &dir.path().join("broken.jsonl")).await;
    assert!(model.datasets.row().unwrap().untrainable().is_some());
    does(&engine, &mut model, "t").await;
    assert_eq!(model.shell.screen, ScreenId::Datasets);
}

#[tokio::test]
async fn a_training_file_leads_to_the_configurator_and_its_dataset_is_made_once() {
    let dir = tempfile::tempdir().unwrap();
    let (engine, mut model) = seeded(dir.path()).await;
    for _ in 0..2 {
        does(&engine, &mut model, "3 t").await;
        assert_eq!(model.shell.screen, ScreenId::Train, "{:?}", model.shell.messages);
        assert!(model.train.ready && model.train.verdict().1);
    }
    assert_eq!(engine::datasets::list(&engine, true).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_refused_is_answered_with_its_reason() {
    let dir = tempfile::tempdir().unwrap();
    let (engine, mut model) = seeded(dir.path()).await;
    settle(&engine, &mut model, Vec::new()).await;
    let context = || Context::new(engine.clone(), Progress::none(), CancellationToken::new());
    let missing = engine::datasets::Add {
        source: engine::datasets::Source::Path("/nowhere/at/all.jsonl".into()),
        name: None,
        description: None,
        tokenizer: None,
        again: false,
    };
    for ask in [Ask::Add(Box::new(missing)), Ask::OfFile("nothing".into()), Ask::Compare(Vec::new())] {
        let answer = super::run(context(), ask).await;
        assert!(answer.problem().is_some_and(|problem| !problem.why.is_empty()), "{answer:?}");
    }
    let list = super::run(context(), Ask::List(true)).await;
    drop(crate::update::datasets::answered(&mut model, list.clone(), *START));
    assert!(matches!(list, Answer::List(Ok(rows)) if rows.is_empty()));
}

#[tokio::test]
async fn a_dataset_gets_another_name_and_description_and_keeps_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let (engine, mut model) = seeded(dir.path()).await;
    add(&engine, &mut model, &dir.path().join("chats.jsonl")).await;
    let id = model.datasets.row().unwrap().id;
    does(&engine, &mut model, "e ctrl-u").await;
    does(&engine, &mut model, "enter").await;
    assert!(!model.modals.is_empty(), "nothing is no name");
    types(&engine, &mut model, "summer").await;
    does(&engine, &mut model, "enter E").await;
    types(&engine, &mut model, "warm").await;
    does(&engine, &mut model, "enter").await;
    let row = model.datasets.row().unwrap();
    assert_eq!((row.id, row.name.as_str(), row.description.as_deref()), (id, "summer", Some("warm")));
}
