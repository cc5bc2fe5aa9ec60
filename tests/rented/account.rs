//! The account: what is rented, what was left, what the bill says.

use crate::bench::{Bench, follows, follows_until, until};
use crate::pods::{comes_up, queued};
use crate::provider::Job;
use domain::configuration::Mark;
use domain::money::Usd;
use domain::place::Place;
use engine::doctor::State;
use engine::jobs;
use engine::runpod::{self, Standing, StrayKind};
use engine::{CancellationToken, Engine, Progress};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn what_burns_is_known_from_the_rows_alone() {
    let (bench, engine, run) = queued().await;
    assert_eq!(runpod::rented(&engine).await.expect("a list"), runpod::Rented::default());
    follows_until(&engine, &run, async {
        comes_up(&bench, 0).await;
        let looked =
            || bench.provider.state().calls.iter().filter(|call| *call == "GET /rest/pods/pod1").count();
        until("it is looked after", || looked() > 2).await;
    })
    .await;
    bench.provider.state().down = true;
    let now = runpod::rented(&engine).await.expect("a list");
    assert_eq!((now.lines.len(), now.per_hour), (1, Usd::cents(74)));
    assert_eq!(now.lines[0].run.as_deref(), Some(run.job.name.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_left_is_listed_and_ended_only_when_it_is_told_to() {
    let (bench, engine, run) = queued().await;
    follows_until(&engine, &run, async {
        comes_up(&bench, 0).await;
    })
    .await;
    assert_eq!(runpod::strays(&engine).await.expect("a list"), [], "what is rented for a run is none");
    let other = "brightrun-00000000-0000-4000-8000-000000000009-1";
    {
        let mut state = bench.provider.state();
        let mut left = state.pods[0].clone();
        left.id = "left".to_owned();
        left.asked["name"] = json!(other);
        left.lingers = 1;
        let mut foreign = left.clone();
        foreign.id = "foreign".to_owned();
        foreign.asked = json!({"name": "somebody else's", "env": {}});
        state.pods.extend([left, foreign]);
        state.secrets.push((
            "s9".to_owned(),
            "brightrun_run_00000000_0000_4000_8000_000000000009_1".to_owned(),
            "x".to_owned(),
        ));
        let input = json!({"brightrun": 1, "run": run.job.id.to_string(), "attempt": 1});
        let job = Job {
            id: "job9".to_owned(),
            input,
            policy: json!({}),
            status: "IN_QUEUE",
            delay: None,
            ran: None,
            output: json!(null),
            error: None,
            worker: None,
            forgotten: false,
        };
        state.jobs.push(job);
    }
    let strays = runpod::strays(&engine).await.expect("a list");
    let shown: Vec<_> = strays.iter().map(|stray| (stray.kind, stray.id.as_str(), stray.unknown)).collect();
    assert_eq!(
        shown,
        [(StrayKind::Pod, "left", true), (StrayKind::Job, "job9", false), (StrayKind::Secret, "s9", true)]
    );
    assert_eq!(strays[0].per_hour, Some(Usd::cents(74)));
    let checked = runpod::check(&engine).await.expect("checked");
    let line = checked.lines.iter().find(|line| line.area == "left").expect("a line");
    assert_eq!(
        (line.state, line.what.as_str()),
        (State::Warn, "there without a run: 1 job"),
        "of runs that are known"
    );
    assert!(line.next.contains("brightrun runpod reap"), "{line:?}");
    for stray in &strays {
        runpod::end(&engine, stray, &CancellationToken::new()).await.expect("ended");
    }
    let state = bench.provider.state();
    assert!(state.pods[1].gone && !state.pods[0].gone && !state.pods[2].gone, "nobody else's");
    assert!(!state.jobs[0].is_open() && state.secrets.iter().all(|secret| secret.0 != "s9"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_books_become_the_bill_and_only_once() {
    let (bench, engine, run) = queued().await;
    follows(&engine, &run, async {
        comes_up(&bench, 0).await.finishes().await;
    })
    .await;
    let early = runpod::reconcile(&engine, &Progress::none()).await.expect("compared");
    assert_eq!(early, runpod::Reconciled::default(), "the bill lags behind");
    engine.close().await;
    let later =
        engine::clock::Driven::new(engine::clock::Clock::default().real() + chrono::TimeDelta::hours(3));
    let engine = Engine::open_with(&bench.places("data"), engine::clock::Clock::driven(&later))
        .await
        .expect("an engine");
    let done = runpod::reconcile(&engine, &Progress::none()).await.expect("compared");
    assert_eq!((done.compared, done.corrected), (1, 1));
    let costs = jobs::show(&engine, &run.job.id.to_string()).await.expect("shown").costs;
    let amount =
        |cost: &serde_json::Value| cost["exact"].as_str().expect("digits").parse::<Usd>().expect("money");
    let sum: Usd = costs.iter().map(amount).sum();
    assert_eq!((costs.len(), sum), (2, Usd::cents(111)), "what the bill says");
    let again = runpod::reconcile(&engine, &Progress::none()).await.expect("compared");
    assert_eq!((again.compared, again.corrected), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_says_what_is_there_and_stops_where_nothing_can_be_asked() {
    let bench = Bench::new().await;
    bench.provider.state().catalog = json!([]);
    let engine = bench.engine().await;
    let checked = runpod::check(&engine).await.expect("checked");
    let said = checked.lines.iter().map(|line| line.what.as_str()).collect::<Vec<_>>().join("\n");
    for what in [
        "runpod-serverless has all",
        "may read pods",
        "$12.50",
        "training runs brightrun:1",
        "nothing is rented",
        "nothing was left there",
    ] {
        assert!(said.contains(what), "{said}");
    }
    assert!(!said.contains("a-key-that-nobody-may-see"));
    assert_eq!(checked.standing, Standing::Ok);
    bench.provider.state().refuses = Some(401);
    let checked = runpod::check(&engine).await.expect("checked");
    let bad: Vec<_> = checked.lines.iter().filter(|line| line.state == State::Fail).collect();
    assert!(bad.len() == 1 && bad[0].what.contains("API key") && !bad[0].next.is_empty(), "{checked:?}");
    let mut places = bench.places("none");
    places.runpod.api_key = None;
    let engine = Engine::open(&places, None).await.expect("an engine");
    let before = bench.provider.state().calls.len();
    assert_eq!(runpod::check(&engine).await.expect("checked").standing, Standing::NoKey);
    assert_eq!(bench.provider.state().calls.len(), before, "nothing is asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_endpoint_has_is_taken_and_anything_else_has_to_be_accepted() {
    let gpu = |id: &str, pool: &str, memory: u32, price: f64| {
        json!({"id": id, "name": id, "manufacturer": "NVIDIA", "pool": pool, "memory": memory, "secure": true,
            "price": {"secure": price, "serverless": price}})
    };
    let bench = Bench::new().await;
    {
        let mut state = bench.provider.state();
        state.catalog = json!([
            gpu("NVIDIA GeForce RTX 4090", "ADA_24", 24, 0.5),
            gpu("NVIDIA RTX A6000", "AMPERE_48", 48, 0.9)
        ]);
        state.pools = vec!["AMPERE_48"];
    }
    let engine = bench.engine().await;
    let place = Place::RunpodServerless;
    let said = |configured: &engine::train::Configured| {
        let found = configured.checklist.0.iter().find(|check| check.name == "endpoint");
        found.map(|check| (check.mark, check.text.clone()))
    };
    let own = bench.configured_on(&engine, place, None).await;
    assert_eq!(
        (own.configuration.gpu.as_deref(), said(&own)),
        (Some("rtx-a6000"), None),
        "not the cheapest of all"
    );
    let other = bench.configured_on(&engine, place, Some("rtx-4090")).await;
    let (mark, text) = said(&other).expect("a word");
    assert!(
        mark == Mark::Accept && text.contains("rtx-a6000 (AMPERE_48)") && text.contains("4090"),
        "{text}"
    );
    let asked =
        || bench.provider.state().calls.iter().filter(|call| call.ends_with("/serverless/ep")).count();
    assert_eq!(asked(), 1, "not for every key that is pressed");
    // Pods have what they are asked for.
    let pod = bench.configured_on(&engine, Place::RunpodPod, Some("rtx-4090")).await;
    assert_eq!(said(&pod), None);
    // Who does not say stops nobody.
    bench.provider.state().pools.clear();
    engine.close().await;
    let engine = bench.engine().await;
    let any = bench.configured_on(&engine, place, Some("rtx-4090")).await;
    assert_eq!((said(&any), asked()), (None, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runner_says_what_was_left_and_what_it_could_not_ask_once() {
    use engine::jobs::{Heard, News};
    let (bench, engine, run) = queued().await;
    follows_until(&engine, &run, async {
        comes_up(&bench, 0).await;
    })
    .await;
    {
        // A second machine for the same run: nothing of ours knows it.
        let mut state = bench.provider.state();
        let mut left = state.pods[0].clone();
        left.id = "left".to_owned();
        left.asked["name"] = json!(format!("brightrun-{}-9", run.job.id));
        state.pods.push(left);
    }
    let cancel = CancellationToken::new();
    let news = std::sync::Mutex::new(Vec::new());
    let told = |one: News| news.lock().expect("news").push(one);
    let heard = Heard::none();
    let working = jobs::runner(&engine, true, &heard, &told, &cancel);
    let looking = async {
        let found = || news.lock().expect("news").iter().any(|one| matches!(one, News::Strays { .. }));
        until("it is told", found).await;
        cancel.cancel();
    };
    tokio::join!(working, looking);
    let strays: Vec<_> = news
        .lock()
        .expect("news")
        .drain(..)
        .filter_map(|one| match one {
            News::Strays { strays } => {
                Some(strays.into_iter().map(|stray| (stray.id, stray.unknown)).collect::<Vec<_>>())
            }
            _ => None,
        })
        .collect();
    assert_eq!(strays, [vec![("left".to_owned(), false)]], "and not the one that is rented");
    let state = bench.provider.state();
    assert!(!state.pods[1].gone, "nobody ends it unasked");
}
