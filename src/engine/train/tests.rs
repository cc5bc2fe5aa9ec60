use super::*;
use crate::testing::{Helper, at, engine, places, quiet};
use crate::{Engine, ErrorKind, datasets};
use domain::configuration::Mark;
use domain::hyperparameters::Field;
use std::path::{Path, PathBuf};

const CHAT: &str = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello?\"}, {\"role\": \"assistant\", \"content\": \"Yes, here.\"}]}\n";

pub(crate) async fn with_dataset(dir: &Path, lines: usize) -> Engine {
    let places = crate::Places { training: Helper::new(dir).places(), ..places(dir) };
    let engine = Engine::open(&places, Some(at())).await.unwrap();
    let path = dir.join("chats.jsonl");
    std::fs::write(&path, CHAT.repeat(lines)).unwrap();
    let (progress, cancel) = quiet();
    let source = datasets::Source::Path(path);
    datasets::add(
        &engine,
        datasets::Add { source, name: None, description: None, tokenizer: None, again: false },
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

pub(crate) fn request(dir: &Path) -> Request {
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
    let folder = Request { base_model: Some("./no/folder".to_owned()), ..request(dir.path()) };
    assert!(configure(&engine, &folder).await.unwrap_err().why.contains("folder"));
    let away = Request { place: Some(domain::place::Place::RunpodPod), ..request(dir.path()) };
    assert_eq!(configure(&engine, &away).await.unwrap_err().kind, ErrorKind::Usage);
    datasets::archive(&engine, "chats", true).await.unwrap();
    assert_eq!(configure(&engine, &request(dir.path())).await.unwrap_err().kind, ErrorKind::Refused);
}

#[tokio::test]
async fn a_draft_comes_back_and_asks_for_the_same_training() {
    let dir = tempfile::tempdir().unwrap();
    let engine = with_dataset(dir.path(), 20).await;
    let id = datasets::list(&engine, false).await.unwrap()[0].id;
    assert_eq!(draft(&engine, id).await.unwrap(), None);
    let mut kept = domain::configuration::Configuration {
        base_model: Some(tiny(dir.path()).display().to_string()),
        any_value: true,
        ..Default::default()
    };
    kept.hyperparameters.rank = 32;
    // Set to what the preset's rank would give: it must not follow the new rank.
    kept.hyperparameters.alpha = Some(32);
    kept.hyperparameters.learning_rate = 0.1 + 0.2;
    keep_draft(&engine, id, &kept).await.unwrap();
    let back = draft(&engine, id).await.unwrap().unwrap();
    assert_eq!(back, kept);
    let done = configure(&engine, &Request::of(id, &back)).await.unwrap();
    assert_eq!(done.configuration.hyperparameters, kept.hyperparameters);
    assert!(done.configuration.any_value && done.configuration.name.contains("custom"));
    crate::memory::keep(&engine, &format!("train.draft.{id}"), &serde_json::json!({"notes": 3}))
        .await
        .unwrap();
    assert_eq!(draft(&engine, id).await.unwrap(), None, "another version wrote it");
}

#[tokio::test]
async fn presets_are_saved_listed_replaced_and_removed_and_ours_stay() {
    let dir = tempfile::tempdir().unwrap();
    let mut places = crate::testing::places(dir.path());
    places.training.catalog = dir.path().join("config");
    let engine = Engine::open(&places, None).await.unwrap();
    let preset = |name: &str, rank| {
        let values = domain::hyperparameters::Hyperparameters { rank, ..Default::default() };
        domain::preset::Preset::of(name, Some("balanced".to_owned()), &values)
    };
    save_preset(&engine, preset("night-run", 24), false).unwrap();
    for (wrong, replace) in [
        (preset("night-run", 8), false),
        (preset("balanced", 8), true),
        (preset("Night", 8), true),
        (preset("far", 9000), true),
    ] {
        assert_eq!(save_preset(&engine, wrong, replace).unwrap_err().kind, ErrorKind::Refused);
    }
    save_preset(&engine, preset("night-run", 12), true).unwrap();
    let known = presets(&engine).unwrap();
    let shown: Vec<(&str, bool, u32)> =
        known.iter().map(|p| (p.name.as_str(), p.file.is_some(), p.preset.hyperparameters.rank)).collect();
    assert_eq!(
        shown,
        [
            ("conservative", false, 8),
            ("balanced", false, 16),
            ("aggressive", false, 32),
            ("night-run", true, 12)
        ]
    );
    assert_eq!(remove_preset(&engine, "balanced").unwrap_err().kind, ErrorKind::Refused);
    assert_eq!(remove_preset(&engine, "nothing").unwrap_err().kind, ErrorKind::NotFound);
    remove_preset(&engine, "night-run").unwrap();
    assert_eq!(presets(&engine).unwrap().len(), 3);
}

#[tokio::test]
async fn only_what_was_seen_and_accepted_is_started() {
    let dir = tempfile::tempdir().unwrap();
    let engine = with_dataset(dir.path(), 20).await;
    let request = request(dir.path());
    let seen = configure(&engine, &request).await.unwrap();
    let items: Vec<(String, String)> =
        seen.open().0.iter().map(|check| (check.name.clone(), check.text.clone())).collect();
    assert!(!items.is_empty(), "a small dataset and an unknown time have to be accepted");
    let none = Accepted::default();
    assert_eq!(launch(&engine, &request, &none).await.unwrap_err().kind, ErrorKind::Refused);
    let mut other = items.clone();
    other[0].1.push('x');
    let other = Accepted { items: other, cost: None };
    assert_eq!(launch(&engine, &request, &other).await.unwrap_err().kind, ErrorKind::Refused);
    assert!(crate::jobs::list(&engine).await.unwrap().is_empty());
    let run = launch(&engine, &request, &Accepted { items, cost: None }).await.unwrap();
    assert_eq!(crate::jobs::list(&engine).await.unwrap()[0].run.job.id, run.job.id);
}

#[tokio::test]
async fn all_that_can_be_chosen_has_its_price_with_a_day_and_says_what_cannot_be() {
    let dir = tempfile::tempdir().unwrap();
    let engine = engine(dir.path()).await;
    let known = choices(&engine).await.unwrap();
    assert!(known.models.iter().any(|model| Some(&model.id) == known.model.as_ref()));
    let (here, away) = known.offers.split_first().unwrap();
    assert!(here.unusable.is_empty() && here.quote.as_of.is_none());
    assert!(
        !away.is_empty()
            && away.iter().all(|offer| !offer.unusable.is_empty() && offer.quote.as_of.is_some())
    );
}

#[tokio::test]
async fn without_a_worker_nothing_is_ready_here_and_nothing_is_queued() {
    let dir = tempfile::tempdir().unwrap();
    let engine = with_dataset(dir.path(), 20).await;
    let request = request(dir.path());
    let mark = async || {
        let done = configure(&engine, &request).await.unwrap();
        done.checklist.0.into_iter().find(|check| check.name == "worker").unwrap()
    };
    assert_eq!(mark().await.mark, Mark::Good);
    std::fs::remove_file(dir.path().join("worker/python")).unwrap();
    let check = mark().await;
    assert_eq!(check.mark, Mark::Stop);
    assert!(check.text.contains("bash worker/setup.sh"), "{}", check.text);
    let done = configure(&engine, &request).await.unwrap();
    assert_eq!(crate::jobs::start(&engine, &done, true).await.unwrap_err().kind, ErrorKind::Refused);
    assert!(crate::jobs::list(&engine).await.unwrap().is_empty());
}

#[test]
fn the_base_model_that_nobody_named_fits_the_machine() {
    let registry = domain::base_model::builtin();
    let values = domain::hyperparameters::Hyperparameters::default();
    let on = |gib: Option<u64>, cuda: bool| {
        let name = if cuda { "gpu" } else { "cpu" };
        let here =
            machine::Machine { name: name.to_owned(), count: 1, cuda, memory: gib.map(|gib| gib << 30) };
        base::default_model(&registry, &here, &values, Some(2048)).map(|model| model.id.as_str())
    };
    let default = registry.default().unwrap().id.as_str();
    assert_eq!((on(Some(80), true), on(None, false)), (Some(default), Some(default)));
    let small = on(Some(8), true).expect("one fits");
    assert_ne!(small, default);
    // Of those that fit, none that fits is larger.
    let found = registry.find(small).unwrap();
    for model in registry.models.iter().filter(|model| model.parameters > found.parameters) {
        let needed = domain::memory::memory(model, &values, Some(2048), true);
        let fits = needed.fit(Some(8 << 30)) == domain::memory::Fit::Fits;
        assert!(!fits || model.gated, "{} fits, too", model.id);
    }
    let least = registry.models.iter().min_by_key(|model| model.parameters).map(|model| model.id.as_str());
    assert_eq!(on(Some(1), false), least, "where none fits, the one that comes nearest");
}

#[tokio::test]
async fn a_length_that_leaves_no_answer_whole_stops_and_says_which_would_do() {
    let dir = tempfile::tempdir().unwrap();
    let engine = engine(dir.path()).await;
    let line = serde_json::json!({"messages": [{"role": "user", "content": "Hello?"},
        {"role": "assistant", "content": "word ".repeat(600)}]});
    let path = dir.path().join("long.jsonl");
    std::fs::write(&path, format!("{line}\n").repeat(20)).unwrap();
    let (progress, cancel) = quiet();
    let add = datasets::Add {
        source: datasets::Source::Path(path),
        name: None,
        description: None,
        tokenizer: None,
        again: false,
    };
    datasets::add(&engine, add, &progress, &cancel).await.unwrap();
    let with = |length: &str, any_value| Request {
        dataset: "long".to_owned(),
        set: vec![("max_seq_length".to_owned(), length.to_owned())],
        any_value,
        ..request(dir.path())
    };
    let values = async |length: &str, any_value| {
        let done = configure(&engine, &with(length, any_value)).await.unwrap();
        done.checklist.0.into_iter().find(|check| check.name == "values").unwrap()
    };
    let short = values("512", false).await;
    assert!(short.mark == Mark::Stop && short.text.contains("max_seq_length"), "{short:?}");
    assert_ne!(values("512", true).await.mark, Mark::Stop, "experiments may");
    assert_ne!(values("1024", false).await.mark, Mark::Stop);
}

#[tokio::test]
async fn a_name_that_is_taken_is_noted_and_stops_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let engine = with_dataset(dir.path(), 20).await;
    let named = Request { name: Some("first “try”".to_owned()), ..request(dir.path()) };
    let judged = async || {
        let done = configure(&engine, &named).await.unwrap();
        let note = done.checklist.0.iter().find(|check| check.name == "name").cloned();
        (done, note)
    };
    let (done, first) = judged().await;
    assert_eq!(first, None);
    crate::jobs::start(&engine, &done, true).await.unwrap();
    let (done, note) = judged().await;
    let note = note.unwrap();
    assert!(note.mark == Mark::Note && note.text.contains("first “try”"), "{note:?}");
    crate::jobs::start(&engine, &done, true).await.unwrap();
    let runs = crate::jobs::list(&engine).await.unwrap();
    assert_eq!(runs.len(), 2);
    let shown = crate::jobs::show(&engine, &runs[0].run.job.id.to_string()).await.unwrap();
    assert_eq!(shown.waiting.map(|waiting| (waiting.active, waiting.long)), Some((0, false)));
}
