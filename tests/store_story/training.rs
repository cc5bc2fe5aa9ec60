//! Datasets, runs, costs and models: kept, leased, and each written by one only.

use crate::rentals;
use chrono::{DateTime, TimeDelta, Utc};
use domain::base_model;
use domain::budget::PeriodKind;
use domain::configuration::Configuration;
use domain::cost::CostRecord;
use domain::dataset::statistics::{Measure, Reader};
use domain::dataset::{DatasetRow, Options, Shape, check_bytes};
use domain::estimate::{Estimate, Source};
use domain::ids::{DatasetId, JobId, ModelId};
use domain::job::{Cancel, CancelReason, GpuConfig, Job, Move, Progress, Run, Stage, Status, Wish};
use domain::lenient::Word;
use domain::model::{Lineage, Losses, Model, ModelStatus, Summary, rate};
use domain::money::{PerHour, Usd};
use store::{Db, Ending, Hold, JournalEntry, StoreError};
use uuid::Uuid;

const CHAT: &str = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello?\"}, {\"role\": \"assistant\", \"content\": \"Yes.\"}]}\n";

fn key(n: u128) -> Uuid {
    Uuid::from_u128(0x7a31_0000_0000_4000_8000_0000_0000_0000 + n)
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_775_000_000 + seconds, 0).expect("a time")
}

fn dataset(n: u128, name: &str) -> DatasetRow {
    let text = CHAT.repeat(3);
    let mut reader = Reader::new(Shape::Messages, Measure::Words);
    reader.feed(text.as_bytes());
    let report = check_bytes(name, text.as_bytes(), &Options::default()).expect("a dataset");
    let mut row = DatasetRow {
        id: DatasetId(key(n)),
        name: name.to_owned(),
        description: None,
        format: String::new(),
        status: Word::read("validating"),
        bucket: "lora-datasets".to_owned(),
        path: format!("u/{n}/dataset.jsonl"),
        file_name: "chats.jsonl".to_owned(),
        file_size: text.len() as u64,
        examples: None,
        tokens: None,
        turns_per_conversation: None,
        training_ready: false,
        validated: None,
        created: at(0),
        archived: None,
        sha256: Some("ab".repeat(32)),
        training_file: None,
        facts: None,
        report: None,
    };
    row.judge(reader.finish(&[512]), report, at(1));
    row
}

fn run(dataset: DatasetId) -> Run {
    let job = Job {
        id: JobId(key(50)),
        name: "first run".to_owned(),
        dataset,
        preset_id: "balanced".to_owned(),
        hyperparameters: domain::hyperparameters::Hyperparameters::default(),
        gpu: GpuConfig {
            gpu: "cpu".to_owned(),
            count: 1,
            usd_per_hour: Some(PerHour(Usd::dollars(1))),
            price_as_of: None,
            place: None,
            tier: None,
        },
        status: Word::Known(Status::Queued),
        stage: Word::Known(Stage::QUEUED),
        stage_message: None,
        progress: Progress::default(),
        cancelling: None,
        queued_at: at(10),
        started_at: None,
        gpu_started_at: None,
        billed_ms: 0,
        paid: Usd::ZERO,
        completed_at: None,
        last_seen_at: None,
        estimated_cost: None,
        current_cost: Usd::ZERO,
        final_cost: None,
        setback: Some(domain::job::Setback {
            at: at(9),
            cause: "The pod is gone".to_owned(),
            step: Some(40),
            checkpoint: true,
        }),
        failure: None,
        retry_of: None,
        attempts: 0,
        external_id: None,
        model: None,
    };
    Run {
        job,
        configuration: Configuration::default(),
        model: base_model::builtin().models.remove(0),
        estimate: Estimate {
            formula: "x".to_owned(),
            seconds: None,
            phases: vec![],
            seconds_per_step: None,
            source: Source::Nothing,
            margin: 0.15,
            cost: None,
            cost_parts: vec![],
            reasons: vec![],
        },
        dataset_name: "chats".to_owned(),
        dataset_sha256: "ab".repeat(32),
        accepted: None,
        paused: false,
    }
}

fn model(run: &Run, n: u128) -> Model {
    Model {
        id: ModelId(key(n)),
        name: "chats-balanced".to_owned(),
        version: "1.0.0".to_owned(),
        description: String::new(),
        status: Word::Known(ModelStatus::Stored),
        created_at: at(30),
        lineage: Lineage {
            dataset: run.job.dataset,
            dataset_name: run.dataset_name.clone(),
            dataset_sha256: None,
            job: run.job.id,
            job_name: run.job.name.clone(),
            base_model: None,
            preset_id: "balanced".to_owned(),
            hyperparameters: serde_json::json!({"rank": 8}),
            parent: None,
        },
        quality: rate(Losses::default()),
        summary: Summary::default(),
        files: vec![],
    }
}

pub async fn tell(db: &Db) {
    let row = datasets(db).await;
    let run = run(row.id);
    db.add_run(&run).await.expect("a run");
    assert_eq!(db.run(run.job.id).await.expect("a run").expect("there").run, run);
    for (name, taken) in [("first run", true), ("first", false), ("First run", false)] {
        assert_eq!(db.is_run_named(name).await.expect("an answer"), taken, "{name}");
    }
    leases(db, &run).await;
    rentals::tell(db, &run).await;
    endings(db, run.clone()).await;
    changes(db, run).await;
    costs(db).await;
}

pub async fn sees_nothing(other: &Db) {
    assert!(other.datasets(true).await.expect("a list").is_empty());
    assert!(
        other.runs().await.expect("a list").is_empty() && other.models().await.expect("a list").is_empty()
    );
    assert!(!other.is_run_named("first run").await.expect("an answer"), "it is somebody else's");
    assert_eq!(other.dataset_of(&"ab".repeat(32)).await.expect("an answer"), None);
    let renamed = other.describe_dataset(DatasetId(key(2)), "mine", None, at(9)).await;
    assert!(matches!(renamed, Err(StoreError::NotFound { .. })), "{renamed:?}");
    let claimed = other.claim_run(JobId(key(50)), "me", None, at(0), at(1)).await.expect("an answer");
    assert_eq!(claimed, None, "somebody else's run");
    assert!(matches!(other.wish_run(JobId(key(50)), &Wish::Stop).await, Err(StoreError::NotFound { .. })));
}

async fn datasets(db: &Db) -> DatasetRow {
    let entry = JournalEntry {
        id: key(1),
        kind: "datasets add".to_owned(),
        what: "chats".to_owned(),
        objects: vec![],
        started: at(0),
        owner: "me".to_owned(),
        lease_until: at(100),
    };
    db.journal_begin(&entry).await.expect("an entry");
    let hold = Hold { entry: entry.id, owner: entry.owner };
    let row = dataset(2, "chats");
    db.commit_dataset(&row, &hold).await.expect("kept");
    assert_eq!(db.dataset("chats").await.expect("an answer"), Some(row.clone()));
    assert_eq!(db.dataset(&row.id.to_string()).await.expect("an answer"), Some(row.clone()));
    let twin = dataset(3, "chats");
    assert!(matches!(db.commit_dataset(&twin, &hold).await, Err(StoreError::Conflict { .. })));
    let same = "ab".repeat(32);
    assert_eq!(db.dataset_of(&same).await.expect("an answer"), Some(row.clone()));
    db.archive_dataset(row.id, true, at(5)).await.expect("away");
    assert!(db.datasets(false).await.expect("a list").is_empty());
    assert_eq!(db.dataset_of(&same).await.expect("an answer"), None, "it was put away");
    db.archive_dataset(row.id, false, at(6)).await.expect("back");
    db.judge_dataset(&row, at(7)).await.expect("judged again");
    assert_eq!(db.datasets(false).await.expect("a list"), std::slice::from_ref(&row));
    // Another name, and back.
    let described = DatasetRow { description: Some("What they ask".to_owned()), ..row.clone() };
    db.describe_dataset(row.id, "asked", described.description.as_deref(), at(8)).await.expect("renamed");
    assert_eq!(
        db.dataset("asked").await.expect("an answer"),
        Some(DatasetRow { name: "asked".to_owned(), ..described })
    );
    db.describe_dataset(row.id, &row.name, None, at(8)).await.expect("renamed");
    assert_eq!(db.datasets(false).await.expect("a list"), std::slice::from_ref(&row));
    db.journal_end(&hold).await.expect("ended");
    assert!(
        matches!(db.commit_dataset(&twin, &hold).await, Err(StoreError::Conflict { .. })),
        "the entry is gone"
    );
    row
}

async fn leases(db: &Db, run: &Run) {
    let id = run.job.id;
    let mine = db.claim_run(id, "one", None, at(0), at(30)).await.expect("an answer").expect("free");
    assert_eq!(db.claim_run(id, "two", None, at(29), at(60)).await.expect("an answer"), None, "it is held");
    db.wish_run(id, &Wish::Stop).await.expect("a wish");
    assert_eq!(db.renew_run(&mine, at(40)).await.expect("still his"), Some(Wish::Stop));
    // Run out, or of a process that is known to be dead.
    let next = db.claim_run(id, "two", None, at(41), at(60)).await.expect("an answer").expect("run out");
    let third =
        db.claim_run(id, "three", Some("two"), at(42), at(60)).await.expect("an answer").expect("dead");
    for late in [&mine, &next] {
        assert!(matches!(db.renew_run(late, at(99)).await, Err(StoreError::Conflict { .. })));
        let saved = db.save_run(run, late, &Ending::default(), at(43), None).await;
        assert!(matches!(saved, Err(StoreError::Conflict { .. })), "who slept writes nothing");
        db.release_run(late).await.expect("nothing happens");
    }
    let done = Ending { wish_fulfilled: true, ..Ending::default() };
    db.wish_run(id, &Wish::Stop).await.expect("a wish");
    let saved = db.save_run(run, &third, &Ending::default(), at(43), Some(at(70))).await;
    assert_eq!(saved.expect("his"), Some(Wish::Stop), "who writes hears what is wished");
    assert_eq!(db.claim_run(id, "two", None, at(69), at(80)).await.expect("an answer"), None, "and stays");
    assert_eq!(db.save_run(run, &third, &done, at(44), None).await.expect("his"), None);
    assert_eq!(db.renew_run(&third, at(60)).await.expect("his"), None, "the wish is fulfilled");
    db.release_run(&third).await.expect("given back");
}

async fn endings(db: &Db, mut run: Run) {
    let id = run.job.id;
    let hold = db.claim_run(id, "four", None, at(45), at(90)).await.expect("an answer").expect("free");
    for (step, second) in [(Move::Claim, 46), (Move::Start, 50), (Move::Complete, 410)] {
        run.job.go(step, at(second)).expect("allowed");
    }
    let meter = run.job.meter().expect("a price");
    let cost = CostRecord::compute(id, &meter, "cpu", at(410)).expect("it worked");
    let made = model(&run, 60);
    run.job.model = Some(made.id);
    let ending = Ending { model: Some(made.clone()), cost: Some((key(70), cost)), ..Ending::default() };
    db.save_run(&run, &hold, &ending, at(410), None).await.expect("written");
    let period = PeriodKind::CalendarMonth.at(at(410));
    let spent = db.spent(period.from, period.to).await.expect("a sum");
    assert_eq!(spent, Usd::cents(20), "six minutes at a dollar an hour, beside what was rented before");
    let before = period.from - TimeDelta::days(1);
    assert_eq!(db.spent(before, before).await.expect("a sum"), Usd::ZERO);
    // A run has one model, and a second ending changes nothing.
    let twice = Ending { model: Some(model(&run, 61)), ..Ending::default() };
    assert!(matches!(
        db.save_run(&run, &hold, &twice, at(411), None).await,
        Err(StoreError::Conflict { .. })
    ));
    let models = db.models().await.expect("a list");
    assert_eq!(models, [(made.clone(), None)]);
    db.delete_model(made.id, at(500)).await.expect("deleted");
    assert_eq!(db.models().await.expect("a list"), [(made, Some(at(500)))]);
    let wish = Wish::Cancel(Cancel::new(CancelReason::Other, "", at(600)).expect("short"));
    db.wish_run(id, &wish).await.expect("a wish");
    assert_eq!(db.run(id).await.expect("an answer").expect("there").wish, Some(wish));
}

/// What a runner asks for: how many runs there are, which are open, and some of them.
async fn changes(db: &Db, run: Run) {
    assert_eq!(
        (db.count_runs().await.expect("a number"), db.open_runs().await.expect("a list")),
        (1, vec![])
    );
    let mut versions = Vec::new();
    for (n, version) in [(51, "v10.1"), (52, "9.0.0"), (53, "draft"), (54, "11x"), (55, "")] {
        let mut other = run.clone();
        (other.job.id, other.job.queued_at) = (JobId(key(n)), at(n.try_into().expect("small")));
        db.add_run(&other).await.expect("a run");
        let hold =
            db.claim_run(other.job.id, "one", None, at(0), at(900)).await.expect("an answer").expect("free");
        let mut made = model(&other, n + 100);
        made.version = version.to_owned();
        let ending = Ending { model: Some(made), ..Ending::default() };
        db.save_run(&other, &hold, &ending, at(60), None).await.expect("written");
        versions.push(db.newest_version(run.job.dataset).await.expect("an answer").expect("one"));
    }
    assert_eq!(versions, ["v10.1"; 5], "the highest first number, where that is one");
    assert_eq!(db.newest_version(DatasetId(key(9))).await.expect("an answer"), None);
    let ids =
        |runs: Vec<store::StoredRun>| -> Vec<JobId> { runs.into_iter().map(|s| s.run.job.id).collect() };
    let these = |keys: &[u128]| -> Vec<JobId> { keys.iter().map(|n| JobId(key(*n))).collect() };
    assert_eq!(db.count_runs().await.expect("a number"), 6);
    assert_eq!(ids(db.open_runs().await.expect("a list")), these(&[55, 54, 53, 52, 51]));
    assert_eq!(ids(db.runs_over(run.job.dataset).await.expect("a list")), these(&[55, 54, 53, 52, 51, 50]));
    assert_eq!(ids(db.runs_over(DatasetId(key(9))).await.expect("a list")), []);
    assert_eq!(ids(db.runs_of(&these(&[50, 99, 52])).await.expect("a list")), these(&[52, 50]));
    let mut all = db.run_ids().await.expect("a list");
    all.sort();
    assert_eq!(all, these(&[50, 51, 52, 53, 54, 55]));
}

/// Sums are exact to the millionth, whatever other programs wrote into the details.
async fn costs(db: &Db) {
    let day = |n: u32| chrono::NaiveDate::from_ymd_opt(2031, 5, n).expect("a day");
    let records = [
        (1, "0.10", serde_json::json!({"exact": "0.1"})),
        (2, "0.20", serde_json::json!({"exact": "0.200001"})),
        (3, "1.25", serde_json::json!({"other": "details"})),
        (4, "2.50", serde_json::json!({"exact": "cheap"})),
        (5, "0.75", serde_json::json!({"exact": null})),
        (6, "-0.50", serde_json::json!({"exact": "-0.50"})),
        (31, "4.00", serde_json::json!({"exact": "4.000000"})),
    ];
    for (n, amount, details) in records {
        let cost = CostRecord {
            job: None,
            kind: domain::cost::CostKind::Compute,
            amount: amount.parse().expect("an amount"),
            details,
            billing_period: day(n),
            recorded_at: at(0),
        };
        assert!(db.add_cost(key(700 + u128::from(n)), &cost).await.expect("written"));
    }
    for (from, to, micros) in
        [(1, 1, 100_000), (1, 2, 300_001), (1, 30, 4_300_001), (7, 30, 0), (31, 31, 4_000_000)]
    {
        let spent = db.spent(day(from), day(to)).await.expect("a sum");
        assert_eq!(spent, Usd::micros(micros), "{from} to {to}");
    }
}
