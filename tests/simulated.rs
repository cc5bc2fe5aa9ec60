//! Runs against a simulated provider with its usual troubles, in the time of its own clock: never two things for one run, nothing
//! forgotten, and books that are the bill's.

#[allow(dead_code, reason = "other tests use the rest of it")]
#[path = "rented/bench.rs"]
mod bench;
#[allow(dead_code, reason = "the bench has one")]
#[path = "rented/provider.rs"]
mod provider;
#[allow(dead_code, reason = "other tests use the rest of it")]
#[path = "support/s3.rs"]
mod s3;

use bench::Bench;
use chrono::{DateTime, TimeDelta, Utc};
use domain::job::{Run, Status};
use domain::money::Usd;
use domain::place::Place;
use engine::clock::{Clock, Driven};
use engine::jobs::{self, Heard};
use engine::runpod::{self, EndpointPlan};
use engine::{CancellationToken, Engine, Places, Progress};
use provider_sim::front::{Admin, Pace};
use provider_sim::guest::training::Training;
use provider_sim::guest::web::Http;
use provider_sim::month::{plan_of, run_of};
use provider_sim::settings::Chances;
use provider_sim::{Container, Front, Guest, Settings, World};
use std::future::Future;
use std::time::Duration;

fn at(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms).expect("a time")
}

/// Moves both clocks from one thing that is due to the next, while `work` goes on.
async fn drive<T>(admin: &Admin, clock: &Driven, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    loop {
        // Whoever has something to do does it; who waits for the clock waits.
        tokio::select! {
            biased;
            out = &mut work => return out,
            () = tokio::time::sleep(Duration::from_millis(4)) => {}
        }
        let world = admin.with(|world| world.next()).map(at);
        let Some(next) = clock.next().into_iter().chain(world).min() else { continue };
        // A day of beats and steps in leaps of a few seconds.
        let next = next.max(clock.now() + TimeDelta::seconds(10));
        admin.advance_to(next.timestamp_millis()).await;
        clock.set(next);
    }
}

fn places(bench: &Bench, front: &Front, endpoint: Option<String>) -> Places {
    let mut places = bench.places("data");
    places.runpod.api_key = Some("sim-key".into());
    places.runpod.endpoint = endpoint;
    places.runpod.jobs_url = Some(format!("{}/v2", front.jobs_base()));
    places.runpod.rest_url = Some(format!("{}/v2", front.rest_base()));
    places.runpod.graphql_url = Some(format!("{}/graphql", front.rest_base()));
    places.runpod.hub_token = None;
    places.runpod.poll = Duration::from_secs(20);
    places.runpod.tick = Duration::from_secs(20);
    places.runpod.grace = Duration::from_secs(90);
    places.runpod.quiet = Duration::from_secs(40);
    places.runpod.provisioning = Duration::from_mins(15);
    places.training.queue_limit = 10;
    places
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_with_a_provider_as_it_is() {
    let bench = Bench::new().await;
    let settings = Settings {
        seed: 7,
        chances: Chances {
            bad_host: 100_000,
            host_lost_per_hour: 200_000,
            worker_lost_per_hour: 200_000,
            stop_ignored: 200_000,
            price_differs: 300_000,
            lost_before: 60_000,
            lost_after: 60_000,
            html: 10_000,
            ..Chances::default()
        },
        fee_ppm: 20_000,
        windows: Vec::new(),
        ..Settings::default()
    };
    let house = |container: &Container| -> Option<Box<dyn Guest>> {
        let run = run_of(container).unwrap_or_default();
        Some(Box::new(Training::new(Http, plan_of(&run, None))))
    };
    let front = Front::start(World::new(settings, house), Pace::Still).expect("a front");
    let (admin, clock) = (front.admin(), Driven::new(at(front.admin().now())));
    let open = async |endpoint| {
        Engine::open_with(&places(&bench, &front, endpoint), Clock::driven(&clock)).await.expect("an engine")
    };
    let plan = EndpointPlan {
        name: "training".to_owned(),
        image: "img:1".to_owned(),
        pools: vec!["ADA_24".to_owned()],
        pinned: true,
        count: 1,
        workers: 3,
        disk: 20,
        data_centers: Vec::new(),
        volume: None,
        offers: Vec::new(),
        at: at(admin.now()),
        already: None,
    };
    let first = open(None).await;
    let made = drive(&admin, &clock, runpod::create_endpoint(&first, &plan)).await.expect("an endpoint");
    first.close().await;
    drop(first);
    let engine = open(Some(made.id)).await;

    let runs: Vec<Run> = drive(
        &admin,
        &clock,
        Box::pin(async {
            let mut runs = Vec::new();
            for n in 0..4 {
                let place = if n % 2 == 0 { Place::RunpodPod } else { Place::RunpodServerless };
                runs.push(bench.queued_on(&engine, place, Some("rtx-4090")).await);
            }
            runs
        }),
    )
    .await;

    let cancel = CancellationToken::new();
    let working = async {
        let heard = Heard::none();
        let told = |_| {};
        let over = async {
            loop {
                engine_sleep(&clock, 60).await;
                let open = jobs::list(&engine).await.expect("a list").iter().any(|line| !line.run.is_over());
                if !open {
                    break;
                }
            }
            cancel.cancel();
        };
        tokio::join!(jobs::runner(&engine, true, &heard, &told, &cancel), over);
    };
    tokio::time::timeout(Duration::from_mins(4), Box::pin(drive(&admin, &clock, working)))
        .await
        .expect("all of them end");

    let truth = admin.truth();
    let lines = jobs::list(&engine).await.expect("a list");
    let mut done = 0;
    for run in &runs {
        let id = run.job.id.to_string();
        let now = &lines.iter().find(|line| line.run.job.id == run.job.id).expect("a line").run;
        assert!(truth.most_at_once(&id) <= 1, "{id}: {:#?}", truth.of(&id).collect::<Vec<_>>());
        let told = now.job.failure.as_ref().map(|failure| format!("{}: {}", failure.class, failure.cause));
        assert!(now.job.status.is(Status::Completed) || told.is_some(), "{:?}", now.job.status);
        done += usize::from(now.job.status.is(Status::Completed));
    }
    assert!(done >= 2, "some of them come home: {done}");
    assert_eq!(engine::models::list(&engine).await.expect("a list").len(), done);
    assert_eq!(truth.rented().filter(|rental| rental.run.is_some()).count(), 0, "nothing is forgotten");
    assert_eq!(runpod::rented(&engine).await.expect("a list").lines, []);

    // The next day's bill; the workers of the endpoint sleep by then.
    let tomorrow = clock.now() + TimeDelta::hours(30);
    drive(&admin, &clock, clock.sleep((tomorrow - clock.now()).to_std().expect("later"))).await;
    drive(&admin, &clock, runpod::reconcile(&engine, &Progress::none())).await.expect("compared");
    let mut booked = jobs::month(&engine).await.expect("a month").spent;
    let billed = Usd::micros(admin.truth().bill);
    booked = booked - billed;
    assert!(booked.as_micros().abs() < 10_000, "{booked} between the books and a bill of {billed}");
}

async fn engine_sleep(clock: &Driven, seconds: u64) {
    clock.sleep(Duration::from_secs(seconds)).await;
}
