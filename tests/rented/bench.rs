//! An engine with a store that a machine elsewhere reaches, and a queue with faults.

use super::provider::Provider;
use domain::job::Run;
use domain::place::Place;
use engine::jobs::{self, Heard, Outcome};
use engine::train::{self, Request};
use engine::{CancellationToken, Engine, Places, Progress, RunpodPlaces, TrainingPlaces};
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;

const CHAT: &str = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello?\"}, {\"role\": \"assistant\", \"content\": \"Yes, here.\"}]}\n";

pub struct Bench {
    pub dir: tempfile::TempDir,
    pub provider: Provider,
    pub store: String,
}

impl Bench {
    pub async fn new() -> Self {
        Self::within(tempfile::tempdir().expect("a folder")).await
    }

    /// One whose files lie in this folder.
    pub async fn within(dir: tempfile::TempDir) -> Self {
        std::fs::create_dir_all(dir.path().join("s3/team")).expect("a bucket");
        let store = super::s3::serve(&dir.path().join("s3")).await;
        Self::over(dir, store).await
    }

    /// One whose objects lie behind this address.
    pub async fn over(dir: tempfile::TempDir, store: String) -> Self {
        Self { provider: Provider::start().await, store, dir }
    }

    /// One with an engine, and a run in its queue.
    pub async fn with_a_run() -> (Self, Engine, Run) {
        let bench = Self::new().await;
        let engine = bench.engine().await;
        let run = bench.queued(&engine).await;
        (bench, engine, run)
    }

    /// Where things lie for a program whose data folder has this name.
    pub fn places(&self, data: &str) -> Places {
        let runpod = RunpodPlaces {
            api_key: Some("a-key-that-nobody-may-see".into()),
            endpoint: Some("ep".to_owned()),
            image: Some("ghcr.io/example/brightrun:1".to_owned()),
            hub_token: Some("a-token-for-the-hub".into()),
            provisioning: Duration::from_secs(2),
            jobs_url: Some(format!("{}/jobs", self.provider.at)),
            rest_url: Some(format!("{}/rest", self.provider.at)),
            graphql_url: Some(format!("{}/graphql", self.provider.at)),
            poll: Duration::from_millis(40),
            again: Duration::from_millis(300),
            tick: Duration::from_millis(20),
            grace: Duration::from_millis(600),
            quiet: Duration::from_millis(400),
            ..RunpodPlaces::default()
        };
        Places {
            db: format!("sqlite:{}", self.path("rows.db").display()).into(),
            files: "s3://team/bright".to_owned(),
            endpoint: Some(self.store.clone()),
            region: Some("us-east-1".to_owned()),
            access_key: Some(super::s3::KEY.into()),
            secret_key: Some(super::s3::SECRET.into()),
            session_token: None,
            user: None,
            target_model: "claude-sonnet-4-5".to_owned(),
            profile: "{}".to_owned(),
            data_dir: self.path(data),
            training: TrainingPlaces { queue_limit: 3, ..TrainingPlaces::default() },
            runpod,
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub async fn engine(&self) -> Engine {
        Engine::open(&self.places("data"), None).await.expect("an engine")
    }

    /// A run in the queue, for a queue endpoint.
    pub async fn queued(&self, engine: &Engine) -> Run {
        self.queued_on(engine, Place::RunpodServerless, None).await
    }

    /// A run in the queue.
    pub async fn queued_on(&self, engine: &Engine, place: Place, gpu: Option<&str>) -> Run {
        let configured = self.configured_on(engine, place, gpu).await;
        jobs::start(engine, &configured, true).await.expect("queued")
    }

    /// What would be queued.
    pub async fn configured_on(&self, engine: &Engine, place: Place, gpu: Option<&str>) -> train::Configured {
        let path = self.path("chats.jsonl");
        std::fs::write(&path, CHAT.repeat(20)).expect("a file");
        let source = engine::datasets::Source::Path(path);
        let add =
            engine::datasets::Add { source, name: None, description: None, tokenizer: None, again: false };
        let there = engine::datasets::list(engine, false).await.expect("a list");
        if there.is_empty() {
            let (progress, cancel) = (Progress::none(), CancellationToken::new());
            engine::datasets::add(engine, add, &progress, &cancel).await.expect("a dataset");
        }
        let request = Request {
            dataset: "chats".to_owned(),
            base_model: Some(tiny(self.dir.path()).display().to_string()),
            place: Some(place),
            gpu: gpu.map(str::to_owned),
            any_value: true,
            max_hours: Some(2),
            ..Request::default()
        };
        Box::pin(train::configure(engine, &request)).await.expect("configured")
    }

    /// As if the time of all leases had run out.
    pub async fn forget_leases(&self) {
        self.rows("UPDATE brightrun_runs SET lease_until = 0").await;
    }

    /// Somebody else changes the rows.
    pub async fn rows(&self, sql: &'static str) {
        use sqlx::Connection as _;
        let url = format!("sqlite:{}", self.path("rows.db").display());
        let mut rows = sqlx::SqliteConnection::connect(&url).await.expect("rows");
        sqlx::query(sql).execute(&mut rows).await.expect("written");
        rows.close().await.expect("closed");
    }

    /// What the store holds of a run.
    pub fn object(&self, run: &Run, name: &str) -> PathBuf {
        self.path("s3/team/bright/runs").join(run.job.id.to_string()).join(name)
    }
}

fn tiny(dir: &Path) -> PathBuf {
    let folder = dir.join("tiny");
    std::fs::create_dir_all(&folder).expect("a folder");
    let config = serde_json::json!({"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4,
        "num_key_value_heads": 2, "vocab_size": 512, "max_position_embeddings": 4096});
    std::fs::write(folder.join("config.json"), config.to_string()).expect("a file");
    std::fs::write(folder.join("chat_template.jinja"), "x").expect("a file");
    folder
}

/// Follows the run until it ends, while `world` happens.
pub async fn follows(engine: &Engine, run: &Run, world: impl Future<Output = ()>) -> Outcome {
    let (heard, progress, cancel) = (Heard::none(), Progress::none(), CancellationToken::new());
    let id = run.job.id.to_string();
    // An error is told at once, not when the world has waited in vain.
    let following = async {
        Box::pin(jobs::follow(engine, &id, &heard, &progress, &cancel)).await.expect("it can be followed")
    };
    let both = async { tokio::join!(following, world).0 };
    tokio::time::timeout(Duration::from_mins(1), both).await.expect("it ends")
}

/// Follows it until `enough`, and leaves it.
pub async fn follows_until(engine: &Engine, run: &Run, enough: impl Future<Output = ()>) -> Outcome {
    let (heard, progress, cancel) = (Heard::none(), Progress::none(), CancellationToken::new());
    let id = run.job.id.to_string();
    let following = Box::pin(jobs::follow(engine, &id, &heard, &progress, &cancel));
    let leaving = async {
        enough.await;
        cancel.cancel();
    };
    let both = async { tokio::join!(following, leaving).0 };
    tokio::time::timeout(Duration::from_mins(1), both).await.expect("it ends").expect("it can be followed")
}

/// Waits until something is so.
pub async fn until(what: &str, mut so: impl FnMut() -> bool) {
    let waited = async {
        while !so() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(40), waited)
        .await
        .unwrap_or_else(|_| panic!("waited for: {what}"));
}
