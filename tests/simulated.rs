//! Runs against a simulated provider with its usual troubles, in the time of its own clock: never two things for one run, nothing
//! forgotten, and books that are the bill's.
//!
//! `BRIGHTRUN_SEED` makes other troubles, `BRIGHTRUN_DISPATCHES` and `BRIGHTRUN_MONTH_DAYS` more or fewer of them.
#![expect(clippy::print_stdout, reason = "it says what was done, with the seeds, and how long it took")]

#[allow(dead_code, reason = "other tests use the rest of it")]
#[path = "rented/bench.rs"]
mod bench;
#[path = "simulated/books.rs"]
mod books;
#[path = "simulated/month.rs"]
mod month;
#[path = "support/objects.rs"]
mod objects;
#[path = "simulated/once.rs"]
mod once;
#[allow(dead_code, reason = "the bench has one")]
#[path = "rented/provider.rs"]
mod provider;
#[allow(dead_code, reason = "other tests use the rest of it")]
#[path = "support/s3.rs"]
mod s3;
#[path = "simulated/sleep.rs"]
mod sleep;
#[path = "simulated/stage.rs"]
mod stage;

use domain::job::{Run, Status};
use domain::place::Place;
use engine::jobs;
use engine::runpod;
use provider_sim::Settings;
use provider_sim::clock::MINUTE;
use provider_sim::guest::training::{Plan, house};
use provider_sim::guest::web::Http;
use provider_sim::month::{plan_of, run_of};
use provider_sim::settings::Chances;
use stage::{Looks, Stage};

/// As they come, but no longer than the time limit of the runs: one that is stopped by it waits for a person.
fn within_limit(run: &str) -> Plan {
    let plan = plan_of(run, None);
    let most = (100 * MINUTE - plan.setup) / plan.step;
    Plan { steps: plan.steps.min(most.unsigned_abs()), ..plan }
}

/// What a variable of the environment says.
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_with_a_provider_as_it_is() {
    let settings = Settings {
        seed: number("BRIGHTRUN_SEED").unwrap_or(7),
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
    let stage = Stage::new(settings, Looks::USUAL, 3, |_| {
        house(Http, |container| within_limit(&run_of(container).unwrap_or_default()))
    })
    .await;
    let engine = stage.open("data").await;
    let queue = async {
        let mut runs: Vec<Run> = Vec::new();
        for n in 0..4 {
            let place = if n % 2 == 0 { Place::RunpodPod } else { Place::RunpodServerless };
            runs.push(stage.bench.queued_on(&engine, place, Some("rtx-4090")).await);
        }
        runs
    };
    let runs = stage.drive(Box::pin(queue)).await;

    stage.follows_all(&engine).await;
    let truth = stage.admin.truth();
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
    assert!(done >= 1, "some of them come home: {done}");
    assert_eq!(engine::models::list(&engine).await.expect("a list").len(), done);
    assert_eq!(truth.rented().filter(|rental| rental.run.is_some()).count(), 0, "nothing is forgotten");
    assert_eq!(runpod::rented(&engine).await.expect("a list").lines, []);
    stage.settle(&engine).await;
    let runs: Vec<Run> = lines.into_iter().map(|line| line.run).collect();
    stage.assert_books_are_the_bills().await;
    assert_eq!(stage.shown_otherwise(&runs).await, Vec::<String>::new());
}
