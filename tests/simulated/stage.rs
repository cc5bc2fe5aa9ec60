//! A provider, a store and engines, all by one clock that leaps from one thing to the next.

use crate::bench::Bench;
use crate::objects::Objects;
use crate::sleep::{Others, Woken};
use chrono::{DateTime, TimeDelta, Utc};
use domain::money::Usd;
use engine::clock::{Clock, Driven};
use engine::jobs::{self, Heard};
use engine::runpod::{self, EndpointPlan};
use engine::{CancellationToken, Engine, Places, Progress};
use provider_sim::clock::Ms;
use provider_sim::front::{Admin, Pace};
use provider_sim::guest::House;
use provider_sim::settings::Chances;
use provider_sim::{Front, Host, Request, Settings, World};
use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard};

/// How long, by the machine's time, somebody who may still be at work is waited for before the others are looked at.
const PATIENCE: Duration = Duration::from_micros(150);

/// One stage at a time in a process: each looks whether all threads sleep, those of another one, too.
static ALONE: Mutex<()> = Mutex::const_new(());

/// How often everybody looks, in simulated time.
#[derive(Debug, Clone, Copy)]
pub struct Looks {
    /// The clocks leap at least so far.
    pub leap: Duration,
    /// Between two questions to the provider.
    pub poll: Duration,
    /// A machine whose beat stands still for so long does not train.
    pub quiet: Duration,
}

impl Looks {
    /// As programs of users do, for machines that beat as they are told to.
    pub const USUAL: Self =
        Self { leap: Duration::from_secs(10), poll: Duration::from_secs(20), quiet: Duration::from_secs(40) };
    /// As rarely as goes for machines that beat once a minute.
    pub const RARE: Self =
        Self { leap: Duration::from_mins(1), poll: Duration::from_mins(1), quiet: Duration::from_mins(4) };
    /// The same for a month of machines that beat every other minute.
    pub const SELDOM: Self =
        Self { leap: Duration::from_mins(2), poll: Duration::from_mins(2), quiet: Duration::from_mins(8) };
}

/// All of it.
pub struct Stage {
    pub bench: Bench,
    pub admin: Admin,
    pub clock: Driven,
    front: Front,
    looks: Looks,
    endpoint: Option<String>,
    volume: Option<String>,
    _alone: MutexGuard<'static, ()>,
}

/// A moment of the world.
pub fn at(ms: Ms) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms).expect("a time")
}

impl Stage {
    /// With an endpoint of so many workers. `house` gets the store's objects.
    pub async fn new<H: House + 'static>(
        settings: Settings,
        looks: Looks,
        workers: u32,
        house: impl FnOnce(&Objects) -> H,
    ) -> Self {
        let alone = ALONE.lock().await;
        let objects = Objects::default();
        let world = World::new(settings, house(&objects));
        let bench = Bench::over(folder(), crate::s3::serve_these(objects).await).await;
        let front = Front::start(world, Pace::Still).expect("a front");
        let admin = front.admin();
        let clock = Driven::new(at(admin.now()));
        let mut stage =
            Self { bench, front, admin, clock, looks, endpoint: None, volume: None, _alone: alone };
        let plan = EndpointPlan {
            name: "training".to_owned(),
            image: "img:1".to_owned(),
            pools: vec!["ADA_24".to_owned()],
            pinned: true,
            count: 1,
            workers,
            disk: 20,
            data_centers: Vec::new(),
            volume: None,
            offers: Vec::new(),
            at: stage.clock.now(),
            already: None,
        };
        // Who makes an endpoint looks whether it is there; its troubles are not those of these tests.
        let chances = stage.admin.with(|world| std::mem::take(&mut world.settings.chances));
        let first = stage.open("data").await;
        let made = stage.drive(runpod::create_endpoint(&first, &plan)).await.expect("an endpoint");
        stage.admin.with(|world| world.settings.chances = chances);
        first.close().await;
        stage.endpoint = Some(made.id);
        stage
    }

    /// What a program knows whose data folder has this name.
    fn places(&self, data: &str) -> Places {
        let mut places = self.bench.places(data);
        let runpod = &mut places.runpod;
        runpod.api_key = Some("sim-key".into());
        runpod.endpoint.clone_from(&self.endpoint);
        runpod.volume.clone_from(&self.volume);
        runpod.volume_data_center = self.volume.as_ref().map(|_| "EU-RO-1".to_owned());
        runpod.jobs_url = Some(format!("{}/v2", self.front.jobs_base()));
        runpod.rest_url = Some(format!("{}/v2", self.front.rest_base()));
        runpod.graphql_url = Some(format!("{}/graphql", self.front.rest_base()));
        runpod.hub_token = None;
        (runpod.poll, runpod.tick, runpod.quiet) = (self.looks.poll, self.looks.poll, self.looks.quiet);
        runpod.grace = Duration::from_secs(90);
        runpod.provisioning = Duration::from_mins(15);
        places.training.queue_limit = 10;
        places
    }

    /// A network volume of so many GB for the programs that start from now on; its id.
    pub fn with_volume(&mut self, gigabytes: u32) -> String {
        let body = serde_json::json!({"name": "models", "size": gigabytes, "dataCenter": "EU-RO-1"});
        let made = self
            .admin
            .with(|world| world.call(&Request::new(Host::Rest, "POST", "/v2/network-volumes").json(&body)));
        let id = made.body()["id"].as_str().expect("an id").to_owned();
        self.volume = Some(id.clone());
        id
    }

    /// Programs are open until then, and nobody does anything.
    pub async fn idles(&self, engines: &[&Engine], until: DateTime<Utc>) {
        let (cancel, heard, told) = (CancellationToken::new(), Heard::none(), |_| {});
        let over = async {
            self.until(until).await;
            cancel.cancel();
        };
        let runners = engines.iter().map(|engine| jobs::runner(engine, true, &heard, &told, &cancel));
        let working = async { tokio::join!(futures::future::join_all(runners), over) };
        self.drive(Box::pin(working)).await;
    }

    /// A program that starts.
    pub async fn open(&self, data: &str) -> Engine {
        Engine::open_with(&self.places(data), Clock::driven(&self.clock)).await.expect("an engine")
    }

    /// Moves both clocks from one thing that is due to the next, while `work` goes on. They stand still as long as anybody in this process has
    /// something to do: a program whose time flies while it writes to its disk is none that there is.
    pub async fn drive<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        let (woken, mut others) = (Woken::here(), Others::of_this_one());
        let waker = Waker::from(Arc::clone(&woken));
        loop {
            woken.forget();
            if let Poll::Ready(out) = work.as_mut().poll(&mut Context::from_waker(&waker)) {
                return out;
            }
            // Who polls without end gets nothing from the runtime any more.
            tokio::task::yield_now().await;
            // Most of what is waited for takes less; to look at the others takes as long.
            while !woken.within(PATIENCE) {
                if others.sleep(&woken) {
                    self.leap();
                }
            }
        }
    }

    fn leap(&self) {
        let world = self.admin.with(|world| world.next()).map(at);
        let Some(next) = self.clock.next().into_iter().chain(world).min() else { return };
        let next = next.max(self.clock.now() + TimeDelta::from_std(self.looks.leap).expect("short"));
        self.admin.with(|world| world.advance(next.timestamp_millis()));
        self.clock.set(next);
    }

    /// Waits by the clock.
    pub async fn until(&self, at: DateTime<Utc>) {
        if let Ok(wait) = (at - self.clock.now()).to_std() {
            self.clock.sleep(wait).await;
        }
    }

    /// Waits until no run is open, but not for ever. One that is paused is open: nobody here stops a run, and all trainings are shorter than their
    /// time limits.
    pub async fn until_all_are_over(&self, engine: &Engine) {
        let last = self.clock.now() + TimeDelta::days(10);
        loop {
            self.clock.sleep(Duration::from_mins(5)).await;
            let lines = jobs::list(engine).await.expect("a list");
            let mut open = lines.into_iter().filter(|line| !line.run.is_over()).peekable();
            if open.peek().is_none() {
                return;
            }
            let paused = open.clone().find(|line| line.run.paused);
            assert!(paused.is_none(), "nobody stopped it: {paused:#?}");
            assert!(self.clock.now() < last, "they do not end: {:#?}", open.collect::<Vec<_>>());
        }
    }

    /// A program looks after all runs until none is open.
    pub async fn follows_all(&self, engine: &Engine) {
        let (cancel, heard, told) = (CancellationToken::new(), Heard::none(), |_| {});
        let over = async {
            self.until_all_are_over(engine).await;
            cancel.cancel();
        };
        let working = async { tokio::join!(jobs::runner(engine, true, &heard, &told, &cancel), over) };
        self.drive(Box::pin(working)).await;
    }

    /// The day after tomorrow: every day so far is on the bill, with which the books are compared. What was booked before, and what is billed.
    pub async fn settle(&self, engine: &Engine) -> (Usd, Usd) {
        self.admin.with(|world| world.settings.chances = Chances::default());
        let later = self.clock.now() + TimeDelta::hours(50);
        self.drive(self.until(later)).await;
        let before = self.booked().await;
        self.drive(runpod::reconcile(engine, &Progress::none())).await.expect("compared");
        (before, Usd::micros(self.admin.truth().bill))
    }
}

/// In memory where there is room, since a commit waits for the disk each time.
fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let room = rustix::fs::statvfs(memory).is_ok_and(|stat| stat.f_bavail * stat.f_frsize > 2 << 30);
    let made = room.then(|| tempfile::tempdir_in(memory).ok()).flatten();
    made.unwrap_or_else(|| tempfile::tempdir().expect("a folder"))
}
