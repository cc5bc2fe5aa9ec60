//! Runs on pods: candidates one after another, secrets as secrets, given back until they are gone.

use crate::bench::{Bench, follows, follows_until, until};
use crate::machine::Machine;
use crate::provider::{Fault, Pod};
use domain::job::{CancelReason, Run, Status};
use domain::money::{PerHour, Usd};
use domain::place::Place;
use engine::jobs::{self, Heard, Outcome};
use engine::{CancellationToken, Engine, Progress};
use serde_json::{Value, json};

const WANTED: &str = "NVIDIA GeForce RTX 4090";

fn gpu(id: &str, price: f64) -> Value {
    json!({"id": id, "name": id, "manufacturer": "NVIDIA", "memory": 24, "secure": true, "price": {"secure": price},
        "maxCount": {"secure": 8}, "availability": "HIGH", "dataCenters": [{"id": "EU-RO-1", "availability": "HIGH"}]})
}

pub async fn queued() -> (Bench, Engine, Run) {
    let bench = Bench::new().await;
    {
        let mut state = bench.provider.state();
        state.catalog = json!([gpu("Dear", 9.0), gpu("Cheap", 0.2), gpu(WANTED, 0.74)]);
        state.pod_cost = 0.74;
    }
    let engine = bench.engine().await;
    let run = bench.queued_on(&engine, Place::RunpodPod, Some("rtx-4090")).await;
    (bench, engine, run)
}

pub fn pods(bench: &Bench) -> Vec<Pod> {
    bench.provider.state().pods.clone()
}

/// It comes up and takes its order from the account's secret.
pub async fn comes_up(bench: &Bench, number: usize) -> Machine {
    until("a pod", || pods(bench).len() > number).await;
    let order = {
        let mut state = bench.provider.state();
        state.pods[number].status = "RUNNING";
        state.pods[number].started = Some("2026-11-28T10:00:00Z");
        let pod = state.pods[number].clone();
        pod.secret(&state, "BRIGHTRUN_RUN")
    };
    Machine::starts_on(&pods(bench)[number].id, &serde_json::from_str(&order).expect("JSON")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pod_is_rented_trains_and_is_given_back_until_it_is_gone() {
    let (bench, engine, run) = queued().await;
    let world = async {
        let mut machine = comes_up(&bench, 0).await;
        let pod = pods(&bench).remove(0);
        let asked = pod.asked.to_string();
        assert_eq!(pod.asked["args"], "python -m brightrun_worker pod");
        assert_eq!(pod.asked["dataCenterIds"], json!(["EU-RO-1"]));
        for secret in ["X-Amz-Signature", "a-token-for-the-hub", "a-key-that-nobody-may-see"] {
            assert!(!asked.contains(secret), "everybody who may read the pod reads its environment");
        }
        assert_eq!(pod.secret(&bench.provider.state(), "HF_TOKEN"), "a-token-for-the-hub");
        bench.provider.state().pods[0].lingers = 2;
        machine.trains().await;
        machine.finishes().await;
    };
    let outcome = Box::pin(follows(&engine, &run, world)).await;
    assert!(outcome.run().job.status.is(Status::Completed), "{:?}", outcome.run().job);
    let pods = pods(&bench);
    assert!(pods.len() == 1 && pods[0].gone, "it was given back three times");
    let secrets = bench.provider.state().secrets.clone();
    assert_eq!(
        secrets.iter().map(|secret| secret.1.as_str()).collect::<Vec<_>>(),
        ["brightrun_hub_token"],
        "the order is forgotten"
    );
    let shown = jobs::show(&engine, &run.job.id.to_string()).await.expect("shown");
    assert_eq!(shown.costs.len(), 1);
    assert!(shown.line.run.job.final_cost > Some(Usd::ZERO), "since the provider's first second");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_free_is_followed_by_the_next_that_holds_it_for_no_more() {
    let (bench, engine, run) = queued().await;
    bench.provider.state().full = vec![WANTED.to_owned()];
    follows_until(&engine, &run, until("a pod", || !pods(&bench).is_empty())).await;
    let pods = pods(&bench);
    assert_eq!((pods.len(), &pods[0].asked["gpu"]["id"]), (1, &json!("Cheap")));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_free_nothing_is_rented_and_the_run_waits() {
    let (bench, engine, run) = queued().await;
    bench.provider.state().full = vec![WANTED.to_owned(), "Cheap".to_owned()];
    let (heard, progress, cancel) = (Heard::none(), Progress::none(), CancellationToken::new());
    let id = run.job.id.to_string();
    let error =
        Box::pin(jobs::follow(&engine, &id, &heard, &progress, &cancel)).await.expect_err("nothing is free");
    assert!(
        error.why.contains(WANTED) && error.why.contains("Cheap") && !error.why.contains("Dear"),
        "{error:?}"
    );
    let now = jobs::show(&engine, &id).await.expect("shown").line.run;
    assert!(now.job.status.is(Status::Queued) && now.job.attempts == 0, "{:?}", now.job);
    assert!(now.job.stage_message.is_some_and(|said| said.contains("no machine")));
    let state = bench.provider.state();
    assert!(state.pods.is_empty() && state.secrets.iter().all(|secret| secret.1 == "brightrun_hub_token"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_found_by_name_and_what_never_came_is_rented_once() {
    for fault in [Fault::AnswerLost, Fault::NeverCame] {
        let (bench, engine, run) = queued().await;
        bench.provider.state().faults = vec![fault];
        follows_until(
            &engine,
            &run,
            until("it is looked after", || {
                bench.provider.state().calls.iter().any(|call| call == "GET /rest/pods/pod1")
            }),
        )
        .await;
        assert_eq!(pods(&bench).len(), 1, "{fault:?}");
        assert!(
            pods(&bench)[0].asked["name"].as_str().is_some_and(|name| name.contains(&run.job.id.to_string()))
        );
    }
}

/// Its answer was lost with its program, and it did all its work and ended itself before anybody came: it is found in what it left, and paid.
#[tokio::test(flavor = "multi_thread")]
async fn a_pod_that_nobody_ever_saw_is_on_the_books() {
    let (bench, engine, run) = queued().await;
    bench.provider.state().faults = vec![Fault::AnswerLost];
    {
        let (heard, progress, cancel) = (Heard::none(), Progress::none(), CancellationToken::new());
        let id = run.job.id.to_string();
        let following = Box::pin(jobs::follow(&engine, &id, &heard, &progress, &cancel));
        tokio::select! {
            _ = following => panic!("it ends"),
            () = until("a pod", || !pods(&bench).is_empty()) => {}
        }
    }
    engine.close().await;
    drop(engine);
    comes_up(&bench, 0).await.finishes().await;
    bench.provider.state().pods[0].gone = true;
    bench.forget_leases().await;
    let engine = bench.engine().await;
    let outcome = Box::pin(follows(&engine, &run, async {})).await;
    assert!(outcome.run().job.status.is(Status::Completed), "{:?}", outcome.run().job);
    assert_eq!(pods(&bench).len(), 1);
    assert_eq!(billed(&bench, &engine, &run).await, ["1.11"]);
}

/// What the costs of a run say once it is long enough ago to be on the bill.
async fn billed(bench: &Bench, engine: &Engine, run: &Run) -> Vec<String> {
    bench
        .rows("UPDATE brightrun_rentals SET body = json_set(body, '$.ended_at', '2026-11-28T11:00:00Z')")
        .await;
    engine::runpod::reconcile(engine, &Progress::none()).await.expect("compared");
    let shown = jobs::show(engine, &run.job.id.to_string()).await.expect("shown");
    shown.costs.iter().map(|cost| cost["exact"].as_str().expect("digits").to_owned()).collect()
}

/// Whoever asked for it was stopped for so long that somebody gave it up: it is given back, and its bill is the run's all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_pod_that_comes_after_it_was_given_up_is_ended_and_paid() {
    let (bench, engine, run) = queued().await;
    bench.provider.state().slow = std::time::Duration::from_millis(400);
    let asked = || bench.provider.state().calls.iter().any(|call| call == "POST /rest/pods");
    let given_up = async {
        until("a request", asked).await;
        bench.rows("UPDATE brightrun_rentals SET state = 'void', turn = turn + 1").await;
    };
    let (heard, progress, cancel) = (Heard::none(), Progress::none(), CancellationToken::new());
    let id = run.job.id.to_string();
    let (followed, ()) =
        tokio::join!(Box::pin(jobs::follow(&engine, &id, &heard, &progress, &cancel)), given_up);
    followed.expect_err("another process has taken it over");
    assert!(pods(&bench).len() == 1 && pods(&bench)[0].gone);
    assert_eq!(billed(&bench, &engine, &run).await, ["1.11"]);
}

/// The order of a pod that never came to be is no longer wanted when its run is cancelled instead of tried again.
#[tokio::test(flavor = "multi_thread")]
async fn what_never_came_leaves_no_order_in_the_account() {
    let (bench, engine, run) = queued().await;
    bench.provider.state().faults = vec![Fault::NeverCame];
    let asked = || bench.provider.state().calls.iter().any(|call| call == "POST /rest/pods");
    follows_until(&engine, &run, until("a request", asked)).await;
    bench.provider.state().faults = vec![Fault::NeverCame; 3];
    let (progress, cancel) = (Progress::none(), CancellationToken::new());
    let id = run.job.id.to_string();
    let run = Box::pin(jobs::cancel(&engine, &id, (CancelReason::Other, ""), &progress, &cancel))
        .await
        .expect("cancelled");
    assert!(run.job.status.is(Status::Cancelled));
    let secrets = bench.provider.state().secrets.clone();
    assert!(secrets.iter().all(|secret| secret.1 == "brightrun_hub_token"), "{secrets:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_price_that_is_charged_counts_and_a_surprise_is_told() {
    let (bench, engine, run) = queued().await;
    bench.provider.state().pod_cost = 0.99;
    let id = run.job.id.to_string();
    follows_until(&engine, &run, async {
        comes_up(&bench, 0).await;
        let looked =
            || bench.provider.state().calls.iter().filter(|call| *call == "GET /rest/pods/pod1").count();
        let before = looked();
        until("it is looked after", || looked() > before + 2).await;
    })
    .await;
    let now = jobs::show(&engine, &id).await.expect("shown").line.run;
    assert_eq!(now.job.gpu.usd_per_hour, Some(PerHour(Usd::cents(99))));
    let said = now.job.stage_message.unwrap_or_default();
    assert!(said.contains("$0.99/h") && said.contains("$0.74/h"), "{said}");
    assert_eq!(now.accepted.map(|price| price != PerHour(Usd::cents(99))), Some(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_host_is_given_back_and_another_one_is_taken() {
    let (bench, engine, run) = queued().await;
    let world = async {
        until("a second pod", || pods(&bench).len() == 2).await;
        assert!(pods(&bench)[0].gone, "never two at once");
        let mut machine = comes_up(&bench, 1).await;
        machine.finishes().await;
    };
    let outcome = Box::pin(follows(&engine, &run, world)).await;
    assert!(outcome.run().job.status.is(Status::Completed), "{:?}", outcome.run().job);
    assert!(pods(&bench).len() == 2 && pods(&bench).iter().all(|pod| pod.gone));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_host_is_told_until_another_machine_works() {
    let (bench, engine, run) = queued().await;
    engine.close().await;
    let mut places = bench.places("data");
    places.runpod.provisioning = std::time::Duration::from_secs(30);
    let engine = Engine::open(&places, None).await.expect("an engine");
    let id = run.job.id.to_string();
    let shown = async || jobs::show(&engine, &id).await.expect("shown").line;
    let said = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let ears = std::sync::Arc::clone(&said);
    let heard = Heard::none().words(move |_, text| ears.lock().expect("nobody panics").push(text.to_owned()));
    let (progress, cancel) = (Progress::none(), CancellationToken::new());
    let world = async {
        let mut machine = comes_up(&bench, 0).await;
        machine.trains().await;
        while shown().await.run.job.progress.step < 2 {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        bench.provider.state().pods[0].status = "ERROR";
        until("a second pod", || pods(&bench).len() == 2).await;
        while !shown().await.says().is_some_and(|says| says.contains("The pod is rented")) {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        let line = shown().await;
        let says = line.says().unwrap_or_default().into_owned();
        assert!(says.starts_with("The host of the pod is lost: RunPod says ERROR ("), "{says}");
        assert!(says.contains("at step 2). The run moves to another machine and begins from the start. "));
        assert_eq!(line.word(), "moving");
        comes_up(&bench, 1).await.trains().await;
        while shown().await.says().is_some() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        let line = shown().await;
        assert_eq!((line.word(), line.run.job.attempts), ("running", 1));
        assert!(line.run.job.setback.is_some(), "it stands there all the same");
        cancel.cancel();
    };
    let following = Box::pin(jobs::follow(&engine, &id, &heard, &progress, &cancel));
    let both = async { tokio::join!(following, world).0 };
    let outcome = tokio::time::timeout(std::time::Duration::from_mins(1), both).await.expect("it ends");
    assert!(matches!(outcome, Ok(Outcome::Left(_))), "{outcome:?}");
    let told = said.lock().expect("nobody panics").iter().filter(|text| text.contains("host of the")).count();
    assert_eq!(told, 1, "whoever follows it hears it once");
}

#[tokio::test(flavor = "multi_thread")]
async fn ends_of_all_kinds_lead_on_and_cancelling_gives_it_back() {
    let (bench, engine, run) = queued().await;
    let id = run.job.id.to_string();
    follows_until(&engine, &run, async {
        comes_up(&bench, 0).await;
        bench.provider.state().pods[0].status = "EXITED";
        until("a second pod", || pods(&bench).len() == 2).await;
        assert!(pods(&bench)[0].gone, "one that was stopped costs, too");
        comes_up(&bench, 1).await;
        bench.provider.state().pods[1].gone = true;
        until("a third pod", || pods(&bench).len() == 3).await;
    })
    .await;
    let (progress, cancel) = (Progress::none(), CancellationToken::new());
    let run = Box::pin(jobs::cancel(&engine, &id, (CancelReason::Other, ""), &progress, &cancel))
        .await
        .expect("cancelled");
    assert!(run.job.status.is(Status::Cancelled));
    assert!(pods(&bench).len() == 3 && pods(&bench).iter().all(|pod| pod.gone));
    let kept = Outcome::Over(run);
    assert_eq!(kept.run().job.attempts, 2);
}
