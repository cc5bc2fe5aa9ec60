//! The screens against a real engine over an empty folder: keys in, files out.

use crate::model::conversations::{BuildStage, Modal};
use crate::model::{Answer, Ask, Effect, Input, Model, Msg, Nav, Phase, ScreenId, Session};
use crate::perform::{Context, conversations, files};
use crate::update::tests::{START, press};
use crate::update::update;
use domain::page::Count;
use engine::{CancellationToken, Engine, Places, Progress};
use std::path::Path;

pub(crate) fn places(dir: &Path) -> Places {
    Places {
        db: format!("sqlite:{}", dir.join("store.db").display()).into(),
        files: dir.join("files").display().to_string(),
        endpoint: None,
        region: None,
        access_key: None,
        secret_key: None,
        session_token: None,
        user: None,
        target_model: "a-model".into(),
        profile: r#"{"name":"Jo Example"}"#.into(),
        data_dir: dir.to_owned(),
        training: engine::TrainingPlaces::default(),
        runpod: engine::RunpodPlaces::default(),
    }
}

/// Makes the message of an answer.
type Done = Box<dyn FnOnce(Box<Answer>) -> Msg>;

/// Does what the runtime does: asks, and takes the answers in, until nothing is open.
pub(crate) async fn settle(engine: &Engine, model: &mut Model, effects: Vec<Effect>) {
    let mut open = effects;
    while let Some(effect) = open.pop() {
        let (ask, done): (Ask, Done) = match effect {
            Effect::Ask { run, slot, ask } => {
                (*ask, Box::new(move |answer| Msg::Answered { run, slot, answer }))
            }
            Effect::Job { job, ask } => (*ask, Box::new(move |answer| Msg::Finished(job, answer))),
            _ => continue,
        };
        let context = Context::new(engine.clone(), Progress::none(), CancellationToken::new());
        let answer = crate::perform::run(context, std::sync::Arc::new(Vec::new), ask).await;
        assert_eq!(answer.problem(), None);
        open.extend(update(model, done(Box::new(answer)), *START));
    }
}

pub(crate) async fn does(engine: &Engine, model: &mut Model, keys: &str) {
    for key in keys.split_whitespace() {
        let effects = press(model, key);
        settle(engine, model, effects).await;
    }
}

pub(crate) async fn types(engine: &Engine, model: &mut Model, text: &str) {
    let effects = update(model, Msg::Input(Input::Paste(text.into())), *START);
    settle(engine, model, effects).await;
}

#[tokio::test]
async fn from_a_filter_to_a_downloaded_file() {
    let dir = tempfile::tempdir().unwrap();
    let engine = Engine::open(&places(dir.path()), None).await.unwrap();
    let loaded = engine::examples::load(&engine, &Progress::none(), &CancellationToken::new()).await.unwrap();
    let mut model = Model::default();
    model.shell.phase = Phase::Ready(Session::default());
    model.shell.screen = ScreenId::Conversations;
    let effects = crate::update::conversations::enter(&mut model, *START);
    settle(&engine, &mut model, effects).await;
    assert_eq!(model.conversations.total.map(Count::value), Some(loaded.conversations));
    assert_eq!(model.conversations.window.len() as u64, loaded.conversations);

    does(&engine, &mut model, "f").await;
    types(&engine, &mut model, "enrichment = completed and turns >= 2").await;
    does(&engine, &mut model, "enter A enter").await;
    assert!(!model.conversations.stale());
    assert!(model.conversations.reader.detail.as_ref().is_some_and(|detail| !detail.turns.is_empty()));
    does(&engine, &mut model, "esc n enter").await;
    types(&engine, &mut model, "Story").await;
    does(&engine, &mut model, "enter").await;
    let fit = match model.modals.last() {
        Some(crate::model::Modal::Conversations(Modal::Build(build))) => match &build.stage {
            BuildStage::Look { judged: Some(Ok(judged)), .. } => judged.fit.len(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    assert!(fit > 1);
    does(&engine, &mut model, "u enter g").await;
    assert_eq!(model.shell.screen, ScreenId::Files);
    let row = model.files.row().expect("the file is in the list").clone();
    assert_eq!((row.name.as_str(), row.conversations as usize), ("Story", fit));

    for (keys, name) in [("o ctrl-u", "story.json"), ("o down ctrl-u", "story.jsonl")] {
        does(&engine, &mut model, keys).await;
        let to = dir.path().join(name);
        types(&engine, &mut model, &to.display().to_string()).await;
        does(&engine, &mut model, "enter enter").await;
        assert!(std::fs::metadata(&to).is_ok_and(|meta| meta.len() > 1_000), "{name}");
    }
    does(&engine, &mut model, "c enter").await;
    let report = model.files.report.as_ref().expect("a report");
    assert!(report.name == "Story" && report.result.as_ref().is_ok_and(|report| report.report().is_some()));
    assert_eq!(model.files.members.len(), fit);
}

#[tokio::test]
async fn views_reviews_and_json_go_through() {
    let dir = tempfile::tempdir().unwrap();
    let engine = Engine::open(&places(dir.path()), None).await.unwrap();
    engine::examples::load(&engine, &Progress::none(), &CancellationToken::new()).await.unwrap();
    let mut model = Model::default();
    model.shell.phase = Phase::Ready(Session::default());
    model.shell.screen = ScreenId::Conversations;
    let effects = crate::update::conversations::enter(&mut model, *START);
    settle(&engine, &mut model, effects).await;
    does(&engine, &mut model, "S F s").await;
    types(&engine, &mut model, "oldest first").await;
    does(&engine, &mut model, "enter").await;
    assert_eq!(model.conversations.view.as_deref(), Some("oldest first"));
    does(&engine, &mut model, "esc S F enter").await;
    assert_eq!(model.conversations.query.sort.to_string(), "created:asc");
    let first = model.conversations.row().unwrap().id.clone();
    does(&engine, &mut model, "R down down").await;
    types(&engine, &mut model, "too short").await;
    does(&engine, &mut model, "enter esc g g r").await;
    let row = model.conversations.row().unwrap();
    assert_eq!((&row.id, row.status), (&first, domain::conversation::ReviewStatus::Rejected));
    does(&engine, &mut model, "t").await;
    let effects = update(&mut model, Msg::Nav(Nav::Down), *START);
    settle(&engine, &mut model, effects).await;
    let Some(crate::model::Modal::Conversations(Modal::Json(json))) = model.modals.last() else { panic!() };
    assert!(matches!(&json.lines, Some(Ok(lines)) if lines.len() > 5));
}

/// Every field for a path means the same by `~`.
#[tokio::test]
async fn a_tilde_is_the_home_in_every_field() {
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("home");
    std::fs::create_dir_all(home.join("in")).unwrap();
    let engine = Engine::open(&places(dir.path()), None).await.unwrap();
    engine::examples::load(&engine, &Progress::none(), &CancellationToken::new()).await.unwrap();
    let context = || Context {
        home: Some(home.clone()),
        ..Context::new(engine.clone(), Progress::none(), CancellationToken::new())
    };
    let all = domain::selection::Selection::Matching {
        filter: domain::filter::parse("enrichment = completed and turns >= 2", START.wall).unwrap(),
        sort: domain::filter::Sort::default(),
        except: Vec::new(),
    };
    let export = engine::conversations::Export {
        selection: all.clone(),
        which: engine::conversations::Which::Enriched,
        to: "~/out".into(),
    };
    let done = conversations::run(context(), crate::model::conversations::Ask::Export(export)).await;
    assert_eq!(done.problem(), None);
    let written = std::fs::read_dir(home.join("out")).unwrap().count();
    assert!(written > 0);

    let request = engine::import::Request { paths: vec!["~/out".into()], batch: None };
    match conversations::run(context(), crate::model::conversations::Ask::Import(request)).await {
        crate::model::conversations::Answer::Imported(Ok(outcome)) => {
            assert_eq!((outcome.files.len(), outcome.failed), (written, 0));
        }
        other => panic!("{other:?}"),
    }

    let source = engine::files::Source::Selection(all);
    let create =
        engine::files::Create { name: "Home".into(), description: None, source, skip_damaged: false };
    engine::files::create(&engine, create, &Progress::none(), &CancellationToken::new()).await.unwrap();
    let fetch = crate::model::files::Ask::Fetch {
        file: "Home".into(),
        format: crate::model::files::Format::ALL[0].0,
        to: "~/home.json".into(),
    };
    assert_eq!(files::run(context(), fetch).await.problem(), None);
    assert!(home.join("home.json").exists());
}
