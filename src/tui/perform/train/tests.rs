//! The configurator over a real store: from a dataset to a run in the queue.

use crate::model::train::{Ask, Row};
use crate::model::{Model, ScreenId};
use crate::perform::Context;
use crate::perform::conversations::tests::{does, settle, types};
use crate::perform::datasets::tests::{add, seeded};
use engine::{CancellationToken, Engine, Progress};
use std::path::Path;

/// A model that fits into any machine.
fn tiny(dir: &Path) -> String {
    let folder = dir.join("tiny");
    std::fs::create_dir_all(&folder).unwrap();
    let config = serde_json::json!({"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 512, "max_position_embeddings": 4096});
    std::fs::write(folder.join("config.json"), config.to_string()).unwrap();
    std::fs::write(folder.join("chat_template.jinja"), "x").unwrap();
    folder.display().to_string()
}

async fn opened(dir: &Path) -> (Engine, Model) {
    let (engine, mut model) = seeded(dir).await;
    add(&engine, &mut model, &dir.join("chats.jsonl")).await;
    does(&engine, &mut model, "t f").await;
    types(&engine, &mut model, &tiny(dir)).await;
    does(&engine, &mut model, "enter").await;
    assert!(model.train.verdict().1, "{:?}", model.train.judged);
    (engine, model)
}

#[tokio::test]
async fn what_is_configured_is_accepted_ticked_and_waits_in_the_queue() {
    let dir = tempfile::tempdir().unwrap();
    let (engine, mut model) = Box::pin(opened(dir.path())).await;
    model.train.at = Row::Name;
    does(&engine, &mut model, "enter").await;
    types(&engine, &mut model, "first try").await;
    does(&engine, &mut model, "enter tab").await;
    while !model.train.open_checks().iter().all(|check| model.train.is_accepted(check)) {
        does(&engine, &mut model, "space").await;
    }
    does(&engine, &mut model, "t space enter").await;
    assert!(model.modals.is_empty(), "{:?}", model.modals);
    assert_eq!(model.shell.screen, ScreenId::Monitor);
    assert_eq!(model.trainings.row().unwrap().run.job.name, "first try", "the cursor is on it");
    let runs = engine::jobs::list(&engine).await.unwrap();
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].run.job.name, "first try");
    assert_eq!(runs[0].run.configuration.hyperparameters, model.train.draft.hyperparameters);
    assert!(model.shell.toasts.iter().any(|toast| toast.text.contains("first try")));
    assert_eq!(model.train.draft.name, "", "the next one has a name of its own");
}

#[tokio::test]
async fn a_draft_and_a_preset_are_there_again_and_for_the_command_line_too() {
    let dir = tempfile::tempdir().unwrap();
    let (engine, mut model) = Box::pin(opened(dir.path())).await;
    model.train.at = Row::Field(domain::hyperparameters::Field::Epochs);
    does(&engine, &mut model, "+ + w").await;
    types(&engine, &mut model, "five").await;
    does(&engine, &mut model, "enter").await;
    assert!(!model.train.is_custom(), "{:?}", model.shell.messages);
    assert!(dir.path().join("config/presets/five.toml").is_file());
    does(&engine, &mut model, "- esc t").await;
    assert_eq!(model.shell.screen, ScreenId::Train);
    assert_eq!(model.train.draft.hyperparameters.epochs, 4);
    assert_eq!(model.train.draft.based_on.as_deref(), Some("five"));
    let id = model.train.dataset.as_ref().unwrap().id;
    assert_eq!(engine::train::draft(&engine, id).await.unwrap(), Some(model.train.draft.clone()));
    does(&engine, &mut model, "x y").await;
    assert_eq!(engine::train::presets(&engine).unwrap().len(), 3);
    assert_eq!(model.train.draft.based_on.as_deref(), Some("balanced"));
}

#[tokio::test]
async fn a_home_in_a_path_is_known_to_the_engine_and_an_overtaken_question_is_dropped() {
    let dir = tempfile::tempdir().unwrap();
    let (engine, mut model) = Box::pin(opened(dir.path())).await;
    settle(&engine, &mut model, Vec::new()).await;
    let mut request = model.train.request().unwrap();
    request.base_model = Some("~/tiny".into());
    let mut context = Context::new(engine.clone(), Progress::none(), CancellationToken::new());
    context.home = Some(dir.path().to_owned());
    let answer = super::run(context.clone(), Ask::Judge(Box::new(request.clone()))).await;
    let crate::model::train::Answer::Judged(judged) = answer else { panic!() };
    assert_eq!(judged.request, request);
    assert_eq!(judged.result.unwrap().model.name, "tiny");
    context.cancel.cancel();
    let answer = super::run(context, Ask::Judge(Box::new(request))).await;
    let crate::model::train::Answer::Judged(judged) = answer else { panic!() };
    assert!(judged.result.unwrap_err().interrupted);
}
