//! Base models that are fetched onto the network volume: by one machine at a time, whatever gets lost, with its cost.

use crate::bench::{Bench, until};
use crate::provider::Fault;
use crate::s3;
use domain::money::{PerHour, Usd};
use engine::jobs::{Heard, month};
use engine::runpod::{Cached, cache, plan_cache, rented, stop_cache};
use engine::{CancellationToken, Engine, ErrorKind, Progress, Result};
use serde_json::json;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const MODEL: &str = "Qwen/Qwen3-8B";

async fn bench() -> (Bench, Engine) {
    let bench = Bench::new().await;
    fs::create_dir_all(bench.path("s3/vol1")).expect("a volume");
    let gpu = |id: &str, price: f64| {
        json!({"id": id, "name": id, "manufacturer": "NVIDIA", "memory": 24, "secure": true, "price": {"secure": price},
            "maxCount": {"secure": 8}, "dataCenters": [{"id": "us-east-1", "availability": "HIGH"}]})
    };
    {
        let mut state = bench.provider.state();
        state.catalog = json!([gpu("Dear", 9.0), gpu("Cheap", 0.2), gpu("Full", 0.1)]);
        state.full = vec!["Full".to_owned()];
        state.pod_cost = 0.2;
    }
    let mut places = bench.places("data");
    places.runpod.volume = Some("vol1".to_owned());
    places.runpod.volume_data_center = Some("us-east-1".to_owned());
    places.runpod.volume_access_key = Some(s3::KEY.into());
    places.runpod.volume_secret_key = Some(s3::SECRET.into());
    places.runpod.volume_url = Some(bench.store.clone());
    places.runpod.provisioning = Duration::from_secs(30);
    let engine = Engine::open(&places, None).await.expect("an engine");
    (bench, engine)
}

/// The worker's folder of the model.
fn folder(bench: &Bench) -> PathBuf {
    let folder = bench.path("s3/vol1/huggingface/brightrun/Qwen--Qwen3-8B");
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn tells(bench: &Bench, lines: &[serde_json::Value]) {
    let path = folder(bench).join("events.jsonl");
    let before = fs::read_to_string(&path).unwrap_or_default();
    let new = lines.iter().fold(String::new(), |text, line| text + &line.to_string() + "\n");
    fs::write(path, before + &new).expect("written");
}

fn whole(bench: &Bench) {
    let whole = json!({"model": MODEL, "revision": "c0ffee", "bytes": 8_000_000_000_u64, "finished_at": "2099-01-01T00:00:00Z", "files": []});
    fs::write(folder(bench).join("whole.json"), whole.to_string()).expect("written");
}

async fn fetch(engine: &Engine, progress: &Progress, cancel: &CancellationToken) -> Result<Cached> {
    let plan = plan_cache(engine, MODEL, None, None).await?;
    cache(engine, &plan, &Heard::none(), progress, cancel).await
}

async fn quietly(engine: &Engine, cancel: &CancellationToken) -> Result<Cached> {
    let progress = Progress::none();
    fetch(engine, &progress, cancel).await
}

/// The machine comes up, fetches in two steps and ends itself.
async fn machine(bench: &Bench, number: usize, attempt: u64) {
    until("a pod", || bench.provider.state().pods.len() > number).await;
    {
        let mut state = bench.provider.state();
        state.pods[number].status = "RUNNING";
        state.pods[number].started = Some("2026-11-28T10:00:00Z");
    }
    tells(
        bench,
        &[
            json!({"seq": 1, "attempt": attempt, "kind": "progress", "percent": 50, "bytes": 4_000_000_000_u64, "total_bytes": 8_000_000_000_u64}),
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_model_is_fetched_once_by_the_cheapest_machine_and_its_cost_is_recorded() {
    let (bench, engine) = bench().await;
    let plan = plan_cache(&engine, MODEL, None, None).await.expect("a plan");
    assert_eq!(plan.per_hour, Some(PerHour(Usd::dollars(9))), "the dearest that may be taken");
    assert!(
        plan.price().contains("About 16 GB") && plan.price().contains("$54.00 at the very most"),
        "{}",
        plan.price()
    );
    let steps = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&steps);
    let progress = Progress::new(move |step| {
        if step.stage == "fetching" {
            heard.lock().expect("free").push((step.done, step.total));
        }
    });
    let cancel = CancellationToken::new();
    let world = async {
        machine(&bench, 0, 1).await;
        let pod = bench.provider.state().pods[0].clone();
        assert_eq!(pod.asked["gpu"]["id"], "Cheap", "the cheapest was not to be had");
        assert_eq!(pod.asked["mounts"]["network"][0]["volumeId"], "vol1");
        let order = pod.asked["env"]["BRIGHTRUN_RUN"].as_str().expect("an order");
        let order: serde_json::Value = serde_json::from_str(order).expect("JSON");
        assert_eq!(order["cache"], json!({"model": MODEL, "revision": null}));
        until("it is seen", || steps.lock().expect("free").contains(&(4000, Some(8000)))).await;
        // It shows as rented, and counts for the month.
        let now = rented(&engine).await.expect("rented");
        assert_eq!(now.lines[0].run.as_deref(), Some("weights of Qwen/Qwen3-8B"));
        // Two look after it: the one that saw its price may be overtaken, and writes it down with its next look.
        let counted = async {
            while month(&engine).await.expect("a month").running == Usd::ZERO {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(40), counted).await.expect("it counts for the month");
        whole(&bench);
        tells(&bench, &[json!({"seq": 2, "attempt": 1, "kind": "final", "outcome": "done"})]);
    };
    // A second one who wants the same looks after the same machine.
    let again = async {
        until("a pod", || !bench.provider.state().pods.is_empty()).await;
        quietly(&engine, &cancel).await
    };
    let (first, second, ()) =
        Box::pin(async { tokio::join!(fetch(&engine, &progress, &cancel), again, world) }).await;
    for cached in [first, second] {
        let Ok(Cached::Done(there)) = &cached else { panic!("{cached:?}") };
        assert_eq!((there.revision.as_str(), there.bytes), ("c0ffee", 8_000_000_000));
    }
    assert!(bench.provider.state().pods.len() == 1 && bench.provider.state().pods[0].gone);
    let spent = month(&engine).await.expect("a month");
    assert!(spent.spent > Usd::ZERO && spent.running == Usd::ZERO, "{spent:?}");
    assert!(rented(&engine).await.expect("rented").lines.is_empty());
    // Once it is there nothing is rented for it.
    let third = quietly(&engine, &cancel).await.expect("there");
    assert!(matches!(third, Cached::Already(_)), "{third:?}");
    assert_eq!(bench.provider.state().pods.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_rents_no_second_machine_and_one_that_never_came_is_asked_for_again() {
    for (fault, pods) in [(Fault::AnswerLost, 1), (Fault::NeverCame, 1)] {
        let (bench, engine) = bench().await;
        bench.provider.state().faults = vec![fault];
        let cancel = CancellationToken::new();
        let world = async {
            machine(&bench, 0, 1).await;
            whole(&bench);
            tells(&bench, &[json!({"seq": 2, "attempt": 1, "kind": "final", "outcome": "done"})]);
        };
        let (cached, ()) = Box::pin(async { tokio::join!(quietly(&engine, &cancel), world) }).await;
        assert!(matches!(cached, Ok(Cached::Done(_))), "{cached:?}");
        assert_eq!(bench.provider.state().pods.len(), pods);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_machine_says_went_wrong_is_said_and_the_machine_goes() {
    let (bench, engine) = bench().await;
    let cancel = CancellationToken::new();
    let world = async {
        machine(&bench, 0, 1).await;
        tells(
            &bench,
            &[
                json!({"seq": 2, "attempt": 1, "kind": "error", "class": "disk_full", "cause": "the volume is full", "fix": "Make it larger."}),
                json!({"seq": 3, "attempt": 1, "kind": "final", "outcome": "failed"}),
            ],
        );
    };
    let (cached, ()) = Box::pin(async { tokio::join!(quietly(&engine, &cancel), world) }).await;
    let error = cached.expect_err("it failed");
    assert!(error.why.contains("The volume is full. Make it larger"), "{error}");
    assert!(bench.provider.state().pods[0].gone);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_leaves_the_machine_and_whoever_stops_it_ends_it() {
    let (bench, engine) = bench().await;
    let cancel = CancellationToken::new();
    let world = async {
        machine(&bench, 0, 1).await;
        cancel.cancel();
    };
    let (left, ()) = Box::pin(async { tokio::join!(quietly(&engine, &cancel), world) }).await;
    assert!(matches!(left, Ok(Cached::Left)), "{left:?}");
    assert!(!bench.provider.state().pods[0].gone);
    assert!(plan_cache(&engine, MODEL, None, None).await.expect("a plan").under_way);
    let none = CancellationToken::new();
    assert!(stop_cache(&engine, "Qwen3-8B", &none).await.expect("stopped"), "by any of its names");
    assert!(bench.provider.state().pods[0].gone);
    assert!(!stop_cache(&engine, MODEL, &none).await.expect("an answer"), "there is none any more");
    assert!(month(&engine).await.expect("a month").spent > Usd::ZERO);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_endpoint_fetches_it_only_where_it_mounts_the_volume() {
    let (_bench, engine) = bench().await;
    let refused = plan_cache(&engine, MODEL, None, Some(domain::place::Place::RunpodServerless)).await;
    let error = refused.expect_err("it mounts none");
    assert!(
        error.kind == ErrorKind::Refused && error.why.contains("does not mount the volume vol1"),
        "{error}"
    );
    for wrong in ["", "no-such-model", "../x/y", "a/b/c"] {
        assert_eq!(
            plan_cache(&engine, wrong, None, None).await.expect_err("refused").kind,
            ErrorKind::Usage,
            "{wrong}"
        );
    }
}
