//! The product's own client before the front: every call once, and what each error becomes.

use crate::ask::{GPU, Worker};
use domain::money::{PerHour, Usd};
use provider_sim::clock::{HOUR, MINUTE, SECOND};
use provider_sim::front::Pace;
use provider_sim::settings::{Key, Scope};
use provider_sim::{Container, Fault, Front, Next, Settings, Wire, World};
use remote::runpod::{
    Bases, Bucket, Cloud, Compute, EndpointChange, EndpointGpu, Gpu, JobState, LogQuery, NewEndpoint, NewJob,
    NewPod, NewTemplate, NewVolume, Offer, PodAction, PodChange, PodStatus, Policy, Product, RunPod, Span,
    TemplateChange, Wallet as _, secret_reference,
};
use remote::{Advice, Kind, Patience, RemoteError};
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A clock that goes on only when somebody waits by it.
#[derive(Debug)]
struct Hurry(Instant, Mutex<Duration>);

impl Hurry {
    fn new() -> Arc<Self> {
        #[expect(clippy::disallowed_methods, reason = "an instant has no other beginning")]
        let begun = Instant::now();
        Arc::new(Self(begun, Mutex::default()))
    }
}

impl remote::Pace for Hurry {
    fn now(&self) -> Instant {
        self.0 + *self.1.lock().unwrap()
    }

    fn chance(&self) -> f64 {
        0.5
    }

    fn sleep(&self, time: Duration) -> futures::future::BoxFuture<'static, ()> {
        *self.1.lock().unwrap() += time;
        Box::pin(std::future::ready(()))
    }
}

fn front(settings: Settings) -> Front {
    let house = |_: &Container| Worker::boxed(30 * MINUTE, Next::Return(json!({"model": 1})));
    Front::start(World::new(settings, house), Pace::Still).unwrap()
}

fn client(front: &Front, key: &str) -> RunPod {
    let bases = Bases {
        jobs: format!("{}/v2", front.jobs_base()),
        rest: format!("{}/v2", front.rest_base()),
        graphql: format!("{}/graphql", front.rest_base()),
        ..Bases::default()
    };
    let patience = Patience { attempts: 3, ..Patience::default() };
    let settings = remote::runpod::Settings {
        bases,
        patience,
        ..remote::runpod::Settings::new(key.into(), Hurry::new())
    };
    RunPod::new(settings).unwrap()
}

fn new_pod(name: &str) -> NewPod {
    NewPod::new(name, "img:1", Compute::Gpu(Gpu::new(GPU, 1)))
}

fn kind<T: std::fmt::Debug>(result: Result<T, RemoteError>) -> (Kind, Advice) {
    let error = result.unwrap_err();
    (error.kind(), error.advice())
}

#[tokio::test]
async fn pods() {
    let front = front(Settings::instant());
    let (client, admin) = (client(&front, "sim-key"), front.admin());
    let made = client.pods().create(&new_pod("br-1")).await.unwrap();
    assert_eq!((made.name.as_str(), made.cost), ("br-1", Some(PerHour(Usd::micros(990_000)))));
    admin.advance(MINUTE + 1).await;
    let pod = client.pods().get(&made.id).await.unwrap();
    assert!(pod.status.as_ref().is_some_and(|status| status.is(PodStatus::Running)), "{pod:?}");
    assert!(pod.runtime.is_some() && pod.created_at.is_some());
    assert_eq!(client.pods().list().await.unwrap().len(), 1);
    let change = PodChange { name: Some("br-2".to_owned()), ..PodChange::default() };
    assert_eq!(client.pods().change(&made.id, &change).await.unwrap().name, "br-2");
    let mut log = client.pods().logs(&made.id, LogQuery::default()).unwrap();
    let mut lines = Vec::new();
    while !lines.contains(&"working".to_owned()) {
        lines.push(log.next().await.unwrap().unwrap().line);
    }
    assert_eq!(lines[0], "create pod");
    drop(log);
    for action in [PodAction::Restart, PodAction::Stop, PodAction::Start] {
        client.pods().act(&made.id, action).await.unwrap();
        admin.advance(MINUTE).await;
    }
    assert_eq!(kind(client.pods().act(&made.id, PodAction::Start).await).0, Kind::Conflict);
    client.pods().act(&made.id, PodAction::Terminate).await.unwrap();
    assert_eq!(kind(client.pods().get(&made.id).await).0, Kind::NotFound);
    let other = client.pods().create(&new_pod("br-3")).await.unwrap();
    client.pods().delete(&other.id).await.unwrap();
    assert_eq!(admin.truth().rented().count(), 0);
    admin.advance(HOUR).await;
    let bill = client.billing().pods(Span::Last(30), Bucket::Day, Some(&made.id)).await.unwrap();
    let sum: i64 = bill.records.iter().map(|record| record.total_amount.as_micros()).sum();
    assert_eq!(sum, admin.truth().rentals[0].cost);
}

#[tokio::test]
async fn endpoints_and_jobs() {
    let front = front(Settings::instant());
    let (client, admin) = (client(&front, "sim-key"), front.admin());
    let new = NewEndpoint::queue("train", "img:1", EndpointGpu::new(["ADA_48_PRO"]), 2);
    let made = client.endpoints().create(&new).await.unwrap();
    assert_eq!(
        made.request_urls.run.as_deref(),
        Some(format!("{}/v2/{}/run", front.jobs_base(), made.id).as_str())
    );
    assert_eq!(client.endpoints().get(&made.id).await.unwrap().timeout, Some(7 * 24 * 3_600_000));
    let change = EndpointChange { name: Some("train2".to_owned()), ..EndpointChange::default() };
    assert_eq!(client.endpoints().change(&made.id, &change).await.unwrap().name, "train2");
    assert_eq!(client.endpoints().list().await.unwrap().len(), 1);

    let jobs = client.jobs(&made.id);
    let policy = Policy::new(Duration::from_hours(2), Duration::from_hours(1)).unwrap();
    let job = jobs.run(&NewJob::new(json!({"run": "a"}), policy)).await.unwrap();
    admin.advance(10 * MINUTE).await;
    let shown = jobs.status(&job.id).await.unwrap();
    assert!(shown.status.is(JobState::InProgress), "{shown:?}");
    assert_eq!(shown.delay_time, Some(4_000));
    assert!(!jobs.stream(&job.id, None).await.unwrap().chunks.is_empty());
    let health = jobs.health().await.unwrap();
    assert_eq!((health.jobs.in_progress, health.workers.running), (1, 1));
    let workers = client.endpoints().workers(&made.id).await.unwrap();
    assert_eq!((workers.summary.running, workers.workers.len()), (1, 1));
    let mut log =
        client.endpoints().worker_logs(&made.id, &workers.workers[0].id, LogQuery::default()).unwrap();
    assert_eq!(log.next().await.unwrap().unwrap().line, "start container");
    drop(log);
    assert_eq!(jobs.requests().await.unwrap()[0].id, job.id);
    let waiting = jobs.run(&NewJob::new(json!({"run": "b"}), policy.low_priority())).await.unwrap();
    assert_eq!(jobs.purge().await.unwrap(), 1);
    assert!(jobs.status(&waiting.id).await.unwrap().status.is(JobState::Cancelled));
    admin.advance(25 * MINUTE).await;
    let shown = jobs.status(&job.id).await.unwrap();
    assert!(shown.status.is(JobState::Completed) && shown.output == Some(json!({"model": 1})), "{shown:?}");
    let third = jobs.run(&NewJob::new(json!({"run": "c"}), policy)).await.unwrap();
    admin.advance(10 * SECOND).await;
    assert!(jobs.cancel(&third.id).await.unwrap().status.is(JobState::Cancelled));
    let fourth = jobs.run(&NewJob::new(json!({"run": "d"}), policy)).await.unwrap();
    admin.advance(10 * SECOND).await;
    admin.with(|world| {
        world.kill_worker(&fourth.id);
        world.pass(10 * SECOND);
        world.kill_worker(&fourth.id);
    });
    let shown = jobs.status(&fourth.id).await.unwrap();
    assert!(shown.failure().unwrap().is_lost_worker(), "{shown:?}");
    assert!(jobs.retry(&fourth.id).await.unwrap().status.is(JobState::InQueue));
    client.endpoints().delete(&made.id).await.unwrap();
    assert_eq!(kind(jobs.status(&job.id).await).0, Kind::NotFound);
    admin.advance(HOUR).await;
    let bill = client.billing().serverless(Span::Last(2), Bucket::Day, None).await.unwrap();
    let sum: i64 = bill.records.iter().map(|record| record.total_amount.as_micros()).sum();
    assert_eq!(sum, admin.truth().bill);
}

#[tokio::test]
async fn everything_else_of_the_account() {
    let front = front(Settings::instant());
    let (client, admin) = (client(&front, "sim-key"), front.admin());
    let volume = NewVolume { name: "v".to_owned(), size: 20, data_center: "EU-RO-1".to_owned(), tier: None };
    let volume = client.volumes().create(&volume).await.unwrap();
    assert_eq!(client.volumes().get(&volume.id).await.unwrap(), volume);
    assert_eq!(client.volumes().change(&volume.id, None, Some(30)).await.unwrap().size, Some(30));
    assert_eq!(client.volumes().list().await.unwrap().len(), 1);
    admin.advance(3 * HOUR).await;
    let bill = client.billing().volumes(Span::Last(2), Bucket::Day, Some(&volume.id)).await.unwrap();
    let sum: i64 = bill.records.iter().map(|record| record.standard_amount.as_micros()).sum();
    assert!(
        bill.records.iter().all(|r| r.network_volume_id == volume.id && r.total_amount == r.standard_amount)
    );
    // Forty minutes behind: 140 minutes of 30 GB.
    assert_eq!(sum, 70_000 * 30 * 140 / 60 / 730);
    client.volumes().delete(&volume.id).await.unwrap();

    let secret = client.secrets().create("br_1", &"marked".into(), Some("a run")).await.unwrap();
    assert_eq!(kind(client.secrets().create("br_1", &"marked".into(), None).await).0, Kind::Conflict);
    assert_eq!(client.secrets().list(Some("br_1")).await.unwrap().len(), 1);
    client.secrets().change(&secret.id, &"other".into()).await.unwrap();
    let mut pod = new_pod("br-1");
    pod.env = pod.env.with("BRIGHTRUN_RUN", secret_reference("br_1"));
    let pod = client.pods().create(&pod).await.unwrap();
    assert_eq!(pod.env.get("BRIGHTRUN_RUN"), Some("{{ RUNPOD_SECRET_br_1 }}"));
    client.secrets().delete(&secret.id).await.unwrap();

    let template = client.templates().create(&NewTemplate::new("t", "img:1", true)).await.unwrap();
    let change = TemplateChange { image: Some("img:2".to_owned()), ..TemplateChange::default() };
    client.templates().change(&template.id, &change).await.unwrap();
    assert_eq!(client.templates().get(&template.id).await.unwrap().image.as_deref(), Some("img:2"));
    assert_eq!(client.templates().list().await.unwrap().len(), 1);
    client.templates().delete(&template.id).await.unwrap();

    let registry = client.registries().create("hub", "me", &"marked".into()).await.unwrap();
    assert_eq!(client.registries().get(&registry.id).await.unwrap().name, "hub");
    assert_eq!(client.registries().list().await.unwrap().len(), 1);
    client.registries().delete(&registry.id).await.unwrap();

    assert_eq!(client.ssh_keys().replace(&["ssh-ed25519 AAAA me".to_owned()]).await.unwrap().len(), 1);
    assert_eq!(client.ssh_keys().list().await.unwrap().len(), 1);

    let gpus = client.catalog().gpus(&Offer::new(Product::Pod)).await.unwrap();
    let gpu = gpus.iter().find(|gpu| gpu.id == GPU).unwrap();
    assert_eq!(gpu.pod_price(Cloud::Secure), Some(PerHour(Usd::micros(990_000))));
    assert!(gpu.availability.is_some() && gpu.data_centers.len() == 2);
    assert_eq!(client.catalog().gpu(GPU, &Offer::new(Product::Serverless)).await.unwrap().id, GPU);
    assert_eq!(client.catalog().cpus().await.unwrap().len(), 1);
    assert_eq!(client.catalog().data_centers().await.unwrap().len(), 3);

    let balance = client.wallet().balance().await.unwrap().unwrap();
    assert_eq!(balance.left, Usd::micros(front.admin().truth().balance));
    front.admin().with(|world| world.settings.graphql = false);
    assert_eq!(client.wallet().balance().await.unwrap(), None);
}

#[tokio::test]
async fn errors_and_what_to_do() {
    let front = front(Settings::instant());
    let admin = front.admin();
    admin.with(|world| {
        let key = Key {
            text: "scoped".to_owned(),
            jobs: Scope::All,
            rest: Scope::Read,
            graphql: Scope::None,
            pod: None,
        };
        world.settings.keys.push(key);
    });
    let good = client(&front, "sim-key");
    assert_eq!(kind(client(&front, "wrong").pods().list().await).0, Kind::BadKey);
    assert_eq!(kind(client(&front, "scoped").pods().create(&new_pod("a")).await).0, Kind::Scope);
    admin.with(|world| {
        world.set_free(GPU, "US-KS-2", 0);
        world.set_free(GPU, "EU-RO-1", 0);
    });
    assert_eq!(kind(good.pods().create(&new_pod("a")).await), (Kind::NoCapacity, Advice::NextCandidate));
    admin.with(|world| {
        world.set_free(GPU, "US-KS-2", 9);
        world.set_balance(0);
    });
    assert_eq!(kind(good.pods().create(&new_pod("a")).await), (Kind::Balance, Advice::Stop));
    admin.with(|world| world.set_balance(100_000_000));
    for (wire, wanted, there) in [
        (Wire::LostBefore, (Kind::Broken, Advice::Uncertain), 0),
        (Wire::LostAfter, (Kind::Broken, Advice::Uncertain), 1),
        (Wire::CutShort, (Kind::Broken, Advice::Uncertain), 2),
        (Wire::Blank, (Kind::Garbage, Advice::Uncertain), 3),
    ] {
        admin.inject(Fault::next("pods.create", wire));
        assert_eq!(kind(good.pods().create(&new_pod("a")).await), wanted, "{wire:?}");
        assert_eq!(admin.truth().rented().count(), there, "sent once: {wire:?}");
    }
    // What changes nothing is asked again by itself.
    for wire in [Wire::LostBefore, Wire::Html, Wire::Status(503), Wire::Limited(1), Wire::CutShort] {
        admin.inject(Fault::next("pods.list", wire));
        assert_eq!(good.pods().list().await.unwrap().len(), 3, "{wire:?}");
    }
    let id = good.pods().list().await.unwrap()[0].id.clone();
    admin.inject(Fault::next("pods.delete", Wire::LostAfter));
    good.pods().delete(&id).await.unwrap();
    assert_eq!(admin.truth().rented().count(), 2, "a second 404 is a success");
    let big = NewPod { env: new_pod("a").env.with("X", "x".repeat(110_000)), ..new_pod("a") };
    assert_eq!(kind(good.pods().create(&big).await).0, Kind::TooLarge);
    let old = remote::runpod::Settings {
        bases: Bases { rest: format!("{}/v1", front.old_base()), ..good.bases().clone() },
        ..remote::runpod::Settings::new("sim-key".into(), Hurry::new())
    };
    let old = kind(RunPod::new(old).unwrap().pods().list().await).0;
    assert!(matches!(old, Kind::Retired | Kind::OldInterface), "{old:?}");
}

#[tokio::test]
async fn the_client_keeps_to_the_limits() {
    let front = front(Settings { provision: provider_sim::clock::Span::just(0), ..Settings::default() });
    let good = client(&front, "sim-key");
    for _ in 0..60 {
        good.pods().list().await.unwrap();
    }
    let refused = kind(good.pods().list().await).0;
    assert_eq!(refused, Kind::Limited);
    assert!(good.may_poll_in(Duration::from_secs(10)) >= Duration::from_secs(10));
}
