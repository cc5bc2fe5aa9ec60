use super::*;
use crate::testing::{engine, quiet};
use crate::{Engine, ErrorKind, datasets};
use domain::configuration::Mark;
use domain::hyperparameters::Field;
use std::path::{Path, PathBuf};

const CHAT: &str = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello?\"}, {\"role\": \"assistant\", \"content\": \"Yes, here.\"}]}\n";

async fn with_dataset(dir: &Path, lines: usize) -> Engine {
    let engine = engine(dir).await;
    let path = dir.join("chats.jsonl");
    std::fs::write(&path, CHAT.repeat(lines)).unwrap();
    let (progress, cancel) = quiet();
    let source = datasets::Source::Path(path);
    datasets::add(
        &engine,
        datasets::Add { source, name: None, description: None, tokenizer: None },
        &progress,
        &cancel,
    )
    .await
    .unwrap();
    engine
}

fn tiny(dir: &Path) -> PathBuf {
    let folder = dir.join("tiny");
    std::fs::create_dir_all(&folder).unwrap();
    let config = serde_json::json!({"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 512, "max_position_embeddings": 4096});
    std::fs::write(folder.join("config.json"), config.to_string()).unwrap();
    std::fs::write(folder.join("chat_template.jinja"), "x").unwrap();
    folder
}

fn request(dir: &Path) -> Request {
    Request {
        dataset: "chats".to_owned(),
        base_model: Some(tiny(dir).display().to_string()),
        ..Request::default()
    }
}

#[tokio::test]
async fn a_model_in_a_folder_is_judged_by_its_own_files() {
    let dir = tempfile::tempdir().unwrap();
    let engine = with_dataset(dir.path(), 20).await;
    let done = configure(&engine, &request(dir.path())).await.unwrap();
    // 4 · 64 × 64 and so on: q, o of 64 × 64, k, v of 64 × 32, three of 64 × 128, two layers, two tables of 64 × 512.
    assert_eq!(done.model.parameters, 2 * (2 * 4096 + 2 * 2048 + 3 * 8192) + 2 * 32_768);
    assert_eq!(done.steps.unwrap().examples, 18);
    assert_eq!(done.preset_id, "balanced");
    assert!(done.configuration.name.starts_with("chats - balanced - 2026-02-03"));
    assert!(done.open().1.is_empty(), "{:?}", done.checklist);
    assert!(done.memory.expected > 0 && done.memory.low <= done.memory.high);
}

#[tokio::test]
async fn everything_that_cannot_be_read_is_said_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let engine = with_dataset(dir.path(), 20).await;
    let set = [("rnak", "3"), ("epochs", "many"), ("scheduler", "wavy")];
    let set = set.map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec();
    let wrong = Request { preset: Some("wild".to_owned()), set, ..request(dir.path()) };
    let error = configure(&engine, &wrong).await.unwrap_err();
    let named: Vec<&str> = error.problems.iter().map(|problem| problem.on.as_str()).collect();
    assert_eq!((error.kind, named), (ErrorKind::Usage, vec!["preset wild", "rnak", "epochs", "scheduler"]));
}

#[tokio::test]
async fn values_out_of_range_stop_it_all_named_and_experiments_may_go_further() {
    let dir = tempfile::tempdir().unwrap();
    let engine = with_dataset(dir.path(), 20).await;
    let set = [("rank", "500"), ("learning_rate", "0.01")].map(|(k, v)| (k.to_owned(), v.to_owned()));
    let far = Request { set: set.to_vec(), ..request(dir.path()) };
    let done = configure(&engine, &far).await.unwrap();
    let stops = done.checklist.0.iter().find(|check| check.mark == Mark::Stop).unwrap();
    assert!(stops.name == "values" && stops.text.contains("rank") && stops.text.contains("learning_rate"));
    assert_eq!(done.preset, "Custom, based on balanced, 2 changes");
    assert_eq!(done.configuration.hyperparameters.text(Field::Rank), "500");
    let free = configure(&engine, &Request { any_value: true, ..far }).await.unwrap();
    assert!(free.open().1.is_empty(), "{:?}", free.checklist);
}

#[tokio::test]
async fn what_is_not_there_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let engine = with_dataset(dir.path(), 20).await;
    let missing = Request { dataset: "nothing".to_owned(), ..request(dir.path()) };
    assert_eq!(configure(&engine, &missing).await.unwrap_err().kind, ErrorKind::NotFound);
    let model = Request { base_model: Some("no-such-model".to_owned()), ..request(dir.path()) };
    assert_eq!(configure(&engine, &model).await.unwrap_err().kind, ErrorKind::Usage);
    let away = Request { place: Some(domain::place::Place::RunpodPod), ..request(dir.path()) };
    assert_eq!(configure(&engine, &away).await.unwrap_err().kind, ErrorKind::Usage);
    datasets::archive(&engine, "chats", true).await.unwrap();
    assert_eq!(configure(&engine, &request(dir.path())).await.unwrap_err().kind, ErrorKind::Refused);
}
