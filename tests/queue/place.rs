//! A home whose program knows a queue and a store, both of this process.

use super::machine::{Machine, can_mount, python};
use super::s3::Server;
use super::support::program::Program;
use super::support::pty::Terminal;
use super::support::secrets::Secrets;
use super::support::training::{self, Bench};
use provider_sim::front::{Admin, Pace};
use provider_sim::{Container, Front, Guest, Host, Request, Settings, World};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The key of the account.
const KEY: &str = "sim-key";

/// The token for models that are not public.
const HUB_TOKEN: &str = "hf_markedToken";

/// Where a network volume is.
const CENTER: &str = "EU-RO-1";

/// How long anything may take: a machine of two cores that also builds.
const PATIENCE: Duration = Duration::from_secs(150);

pub struct Place {
    pub bench: Bench,
    front: Front,
    admin: Admin,
    endpoint: String,
    store: Server,
    volume: Option<PathBuf>,
    rented: PathBuf,
    disks: tempfile::TempDir,
}

impl Place {
    /// `None`: RunPod's worker or ours is not here.
    pub fn new(test: &str) -> Option<Self> {
        Self::with(test, Vec::new())
    }

    /// One whose programs find these variables in their environment.
    pub fn with(test: &str, variables: Vec<(String, String)>) -> Option<Self> {
        Self::made(test, variables, false)
    }

    /// One whose endpoint mounts a network volume.
    pub fn beside_a_volume(test: &str) -> Option<Self> {
        if can_mount(test) { Self::made(test, Vec::new(), true) } else { None }
    }

    fn made(test: &str, variables: Vec<(String, String)>, with_volume: bool) -> Option<Self> {
        let (rented, python) = (python(test)?, training::python(test)?);
        // A volume is another file system than the disk of the machine.
        let disk = if with_volume { PathBuf::from("/dev/shm") } else { std::env::temp_dir() };
        let store = Server::inside(&disk, ["team"]);
        let settings = Settings { silence: 6_000, ..Settings::instant() };
        let mut world = World::new(settings, |_: &Container| -> Option<Box<dyn Guest>> { None });
        let mut body = json!({"name": "t", "type": "QUEUE", "image": "ghcr.io/example/brightrun:1",
            "scaling": {"type": "QUEUE_DELAY", "queueDelay": 1}});
        let (mut mounted, mut volume) = (String::new(), None);
        if with_volume {
            let order = json!({"name": "weights", "size": 50, "dataCenter": CENTER});
            let made = world.call(&Request::new(Host::Rest, "POST", "/v2/network-volumes").json(&order));
            let id = made.body()["id"].as_str().expect("an id").to_owned();
            std::fs::create_dir(store.path(&id)).expect("a bucket");
            (body["networkVolumes"], body["dataCenterIds"]) = (json!([id]), json!([CENTER]));
            mounted = format!(
                "volume = \"{id}\"\nvolume_data_center = \"{}\"\nvolume_url = \"{}\"\n\
                 volume_access_key_id = \"{}\"\nvolume_secret_access_key = \"{}\"\n",
                // The server takes no capitals in a region.
                CENTER.to_lowercase(),
                store.at,
                super::s3::KEY,
                super::s3::SECRET,
            );
            volume = Some(store.path(&id));
        }
        let made = world.call(&Request::new(Host::Rest, "POST", "/v2/serverless").json(&body));
        let endpoint = made.body()["id"].as_str().expect("an id").to_owned();
        world.open_to_workers(&endpoint);
        let front = Front::start(world, Pace::Times(1)).expect("a front");
        let program = Program::default();
        let config = format!(
            "[files]\nurl = \"s3://team/bright\"\n\n{}\n[runpod]\nendpoint = \"{endpoint}\"\n\
             image = \"ghcr.io/example/brightrun:1\"\npoll_seconds = 2\njobs_url = \"{}/v2\"\nrest_url = \"{}/v2\"\ngraphql_url = \"{}/graphql\"\n{mounted}",
            store.config(),
            front.jobs_base(),
            front.rest_base(),
            front.rest_base(),
        );
        std::fs::create_dir_all(program.path(".config/brightrun")).expect("a folder");
        let file = program.path(".config/brightrun/config.toml");
        std::fs::write(&file, config).expect("a config");
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .expect("for us alone");
        let model = program.path("tiny");
        training::tiny_model(&python, &model);
        super::support::corpus::write(&program.path("in"), 0..12);
        let key = ("RUNPOD_API_KEY".to_owned(), KEY.to_owned());
        let hub = ("HF_TOKEN".to_owned(), HUB_TOKEN.to_owned());
        let more = variables.into_iter().chain([key, hub]).collect();
        let bench = Bench { program, python, model, more };
        bench.run("files create spring --from in").ok();
        bench.run("datasets add spring").ok();
        let admin = front.admin();
        Some(Self {
            bench,
            front,
            admin,
            endpoint,
            store,
            volume,
            rented,
            disks: tempfile::tempdir().expect("a folder"),
        })
    }

    /// Another machine of the same user: the same settings in a home that is empty otherwise.
    pub fn another(&self) -> Bench {
        let program = Program::default();
        super::support::program::copy_folder(&self.bench.program.path(".config"), &program.path(".config"));
        let Bench { python, model, more, .. } = &self.bench;
        Bench { program, python: python.clone(), model: model.clone(), more: more.clone() }
    }

    /// `train` on the queue.
    pub fn train(&self, more: &str) -> String {
        self.bench.train(&format!(" --on runpod-serverless --max-hours 1{more}"))
    }

    pub fn worker(&self, name: &str) -> Machine {
        Machine::start(&self.rented, &self.front, &self.endpoint, name, self.disks.path().join(name))
    }

    /// One on which the volume is mounted, and that finds these variables.
    pub fn worker_with_volume(&self, more: &[(&str, String)]) -> Machine {
        let (disk, volume) = (self.disks.path().join("w1"), self.volume());
        Machine::with_volume(&self.rented, (&self.front, &self.endpoint), disk, volume, more)
    }

    /// The network volume, as the folder that it is here.
    pub fn volume(&self) -> &Path {
        self.volume.as_deref().expect("it was made with one")
    }

    /// The key of the only run.
    pub fn run(&self) -> String {
        let jobs = self.bench.jobs();
        assert_eq!(jobs.len(), 1, "{jobs:#?}");
        jobs[0]["job"]["id"].as_str().expect("an id").to_owned()
    }

    /// What the store holds of the run.
    pub fn object(&self, name: &str) -> PathBuf {
        let runs = std::fs::read_dir(self.store.path("team/bright/runs")).into_iter().flatten().flatten();
        let run = runs.map(|entry| entry.path()).next();
        run.unwrap_or_else(|| self.store.path("team/bright/runs/none")).join(name)
    }

    /// Steps that the store tells of.
    pub fn told_steps(&self) -> usize {
        std::fs::read_to_string(self.object("events/00000.jsonl"))
            .unwrap_or_default()
            .matches("\"loss\"")
            .count()
    }

    /// Nothing that was written, here, there or between, holds a key or an address that opens something.
    pub fn assert_nothing_secret(&self) {
        let secrets = Self::secrets();
        let folders = [self.bench.program.home.path(), &self.store.path(""), self.disks.path()];
        let searched: usize = folders.iter().map(|folder| secrets.assert_not_below(folder)).sum();
        assert!(searched > 20, "only {searched} files");
    }

    /// What must lie nowhere once a run is over.
    pub fn secrets() -> Secrets<'static> {
        Secrets(vec![KEY, super::s3::SECRET, HUB_TOKEN, "X-Amz-Signature"])
    }

    /// Lets time pass at the provider.
    pub fn pass(&self, ms: i64) {
        self.admin.with(|world| world.pass(ms));
    }

    /// Jobs that were ever submitted.
    pub fn submitted(&self) -> usize {
        self.admin.truth().rentals.len()
    }

    /// Jobs that wait or run.
    pub fn rented_now(&self) -> usize {
        self.admin.truth().rented().count()
    }

    pub fn models(&self) -> usize {
        self.bench.run("models list --json").ok().json().as_array().map_or(0, Vec::len)
    }

    /// The run, once it has ended so.
    pub fn ended(&self, how: &str) -> Value {
        let begun = engine::clock::instant();
        loop {
            let jobs = self.bench.jobs();
            let status = jobs.first().and_then(|job| job["job"]["status"].as_str()).unwrap_or("none");
            if matches!(status, "completed" | "failed" | "cancelled") {
                assert_eq!(status, how, "{jobs:#?}");
                return jobs[0].clone();
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end: {jobs:#?}");
            std::thread::sleep(Duration::from_millis(300));
        }
    }

    pub fn until(&self, what: &str, mut so: impl FnMut() -> bool) {
        let begun = engine::clock::instant();
        while !so() {
            assert!(begun.elapsed() < PATIENCE, "waited for: {what}; {:#?}", self.bench.jobs());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// [`Terminal::until`] for what takes a machine its time.
pub fn patiently(terminal: &mut Terminal, what: &str, mut so: impl FnMut(&vt100::Screen) -> bool) {
    let begun = engine::clock::instant();
    loop {
        terminal.settle();
        if so(terminal.screen()) {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "waited for {what}; the screen shows:\n{}", terminal.text());
    }
}
