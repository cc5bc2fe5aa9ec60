//! The books beside the provider's bill: to the millionth, for each pod, for each run, for each day.

use crate::stage::{Looks, Stage, at};
use chrono::{NaiveDate, TimeDelta};
use domain::job::{Run, Status};
use domain::money::Usd;
use domain::place::Place;
use engine::jobs;
use provider_sim::clock::{BEGINNING, MINUTE, SECOND};
use provider_sim::guest::training::{Plan, house};
use provider_sim::{Host, Request, Settings, Thing};
use serde_json::Value;
use std::collections::BTreeMap;

/// A cost record.
struct Entry {
    run: Option<String>,
    day: NaiveDate,
    amount: Usd,
    details: Value,
}

impl Entry {
    fn says(&self, name: &str) -> &str {
        self.details[name].as_str().unwrap_or_default()
    }
}

impl Stage {
    async fn entries(&self) -> Vec<Entry> {
        use sqlx::Connection as _;
        let url = format!("sqlite:{}", self.bench.path("rows.db").display());
        let mut rows = sqlx::SqliteConnection::connect(&url).await.expect("rows");
        let sql = "SELECT job_id, billing_period, details FROM cost_records";
        let found: Vec<(Option<String>, String, String)> =
            sqlx::query_as(sql).fetch_all(&mut rows).await.expect("records");
        rows.close().await.expect("closed");
        let entry = |(run, day, details): (Option<String>, String, String)| {
            let details: Value = serde_json::from_str(&details).expect("JSON");
            let amount = details["exact"].as_str().and_then(|exact| exact.parse().ok()).expect("an amount");
            Entry { run, day: day.parse().expect("a day"), amount, details }
        };
        found.into_iter().map(entry).collect()
    }

    /// The sum of the books.
    pub async fn booked(&self) -> Usd {
        self.entries().await.iter().map(|entry| entry.amount).sum()
    }

    /// What queue workers cost on each day, by the bill.
    fn workers_bill(&self) -> BTreeMap<NaiveDate, Usd> {
        let answer = self.admin.with(|world| {
            let path = "/v2/billing/serverless?bucketSize=day&lastN=90";
            world.call(&Request::new(Host::Rest, "GET", path))
        });
        assert_eq!(answer.status, 200, "{answer:?}");
        let mut days = BTreeMap::new();
        for record in answer.body()["records"].as_array().expect("records") {
            let day = record["startTime"].as_str().expect("a time")[..10].parse().expect("a day");
            let amount = Usd::from_float(record["totalAmount"].as_f64().expect("an amount"));
            *days.entry(day).or_default() += amount.expect("an amount");
        }
        days
    }

    /// Runs that show another cost than was recorded while they were timed, in words.
    pub async fn shown_otherwise(&self, runs: &[Run]) -> Vec<String> {
        let entries = self.entries().await;
        let odd = runs.iter().filter_map(|run| {
            let id = run.job.id.to_string();
            let timed =
                |entry: &&Entry| entry.run.as_deref() == Some(id.as_str()) && entry.says("by") == "timed";
            let booked: Usd = entries.iter().filter(timed).map(|entry| entry.amount).sum();
            let shown = run.job.final_cost?;
            (shown != booked)
                .then(|| format!("{booked} is booked for {id}, which shows {shown}: {:#?}", run.job))
        });
        odd.collect()
    }

    /// Fails unless the books are the bill's, once everything is on it and was compared with it.
    pub async fn assert_books_are_the_bills(&self) {
        let (entries, truth) = (self.entries().await, self.admin.truth());
        let sum = |of: &dyn Fn(&Entry) -> bool| -> Usd {
            entries.iter().filter(|entry| of(entry)).map(|entry| entry.amount).sum()
        };
        let pods = truth.rentals.iter().filter(|rental| rental.thing == Thing::Pod);
        let mut wrong = Vec::new();
        for pod in pods {
            let booked = sum(&|entry| entry.says("external_id") == pod.id);
            if booked != Usd::micros(pod.cost) {
                wrong.push(format!("{booked} is booked for {pod:?}"));
            }
        }
        for (day, billed) in self.workers_bill() {
            let booked = sum(&|entry| {
                let ours = entry.says("place") == "runpod-serverless" || !entry.says("endpoint").is_empty();
                entry.day == day && ours
            });
            if booked != billed {
                wrong.push(format!("{booked} is booked for the workers of {day}, {billed} billed"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert_eq!(sum(&|_| true), Usd::micros(truth.bill), "the sum of all");
    }
}

/// The runner compares by itself, of two programs one, and each thing once; the volume is in the books day by day.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_runner_keeps_the_books_and_the_volume_is_in_them() {
    let settings = Settings { fee_ppm: 20_000, ..Settings::default() };
    let plan = Plan { steps: 30, step: 20 * SECOND, beat: Some(MINUTE), ..Plan::default() };
    let mut stage =
        Stage::new(settings, Looks::RARE, 2, |store| house(store.clone(), move |_| plan.clone())).await;
    let volume = stage.with_volume(200);
    let (engine, other) = (stage.open("data").await, stage.open("other").await);
    stage.drive(Box::pin(stage.bench.queued_on(&engine, Place::RunpodServerless, Some("rtx-4090")))).await;
    stage.drive(Box::pin(stage.bench.queued_on(&engine, Place::RunpodPod, Some("rtx-4090")))).await;
    stage.follows_all(&engine).await;
    let asked = |what: &str| stage.admin.with(|world| world.asked.get(what).copied().unwrap_or_default());
    // Three days in which nothing else is done, with two programs open; then the volume is given up.
    let begun = stage.clock.now();
    stage.idles(&[&engine, &other], begun + TimeDelta::days(3)).await;
    let rented = engine::runpod::rented(&engine).await.expect("a list");
    let price = rented.volume.expect("its price");
    // 200 GB at seven cents a month of 730 hours.
    assert_eq!((price.per_hour.0, price.billed), (Usd::micros(200 * 70_000 / 730), true));
    assert_eq!(rented.per_hour, price.per_hour.0);
    stage.admin.with(|world| {
        let path = format!("/v2/network-volumes/{volume}");
        assert_eq!(world.call(&Request::new(Host::Rest, "DELETE", &path)).status, 204);
    });
    stage.idles(&[&engine, &other], begun + TimeDelta::days(6)).await;
    let of_volume = stage.entries().await.into_iter().filter(|entry| entry.says("volume") == volume);
    let days: Vec<NaiveDate> = of_volume.map(|entry| entry.day).collect();
    assert!((3..=5).contains(&days.len()), "{days:?}");
    stage.assert_books_are_the_bills().await;
    let month = jobs::month(&engine).await.expect("the month");
    assert_eq!(month.spent, Usd::micros(stage.admin.truth().bill));
    let rented = engine::runpod::rented(&engine).await.expect("a list");
    assert_eq!(rented, engine::runpod::Rented::default(), "what is gone costs nothing");
    // The pod once, and each day once, by one of the two.
    assert_eq!(asked("billing.pods"), 1);
    for kind in ["billing.serverless", "billing.volumes"] {
        assert!((4..=9).contains(&asked(kind)), "{kind}: {}", asked(kind));
    }
    // Each of them looks for what was left when it begins, and then every six hours.
    assert!(asked("pods.list") <= 3 * (6 * 4 + 3), "{}", asked("pods.list"));
    let again =
        stage.drive(engine::runpod::reconcile(&engine, &engine::Progress::none())).await.expect("compared");
    assert_eq!((again.corrected, again.difference), (0, Usd::ZERO), "nothing is booked twice");
}

/// Its workers cost on a day on which no job has ended.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_job_goes_on_over_midnight() {
    let settings = Settings { fee_ppm: 20_000, ..Settings::default() };
    let plan = Plan { steps: 300, step: 20 * SECOND, beat: Some(MINUTE), ..Plan::default() };
    let stage =
        Stage::new(settings, Looks::RARE, 2, |store| house(store.clone(), move |_| plan.clone())).await;
    let engine = stage.open("data").await;
    // How many minutes pass until the job begins hangs on how busy this machine is.
    let evening = at(BEGINNING) + TimeDelta::hours(23);
    stage.drive(stage.until(evening)).await;
    let queued = stage.bench.queued_on(&engine, Place::RunpodServerless, Some("rtx-4090"));
    stage.drive(Box::pin(queued)).await;
    stage.follows_all(&engine).await;
    stage.settle(&engine).await;
    let lines = jobs::list(&engine).await.expect("a list");
    let runs: Vec<Run> = lines.into_iter().map(|line| line.run).collect();
    assert!(runs[0].job.status.is(Status::Completed), "{:?}", runs[0].job);
    assert_eq!(stage.workers_bill().len(), 2, "{:?}", stage.admin.truth().rentals);
    stage.assert_books_are_the_bills().await;
    assert_eq!(stage.shown_otherwise(&runs).await, Vec::<String>::new());
}
