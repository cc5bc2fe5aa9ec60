//! HTTP before a [`World`], on 127.0.0.1.
//!
//! It runs on threads of its own, so a test's runtime may be of any kind. Three ports stand for the provider's three hosts. Any HTTP client may be pointed at them, and RunPod's own
//! Python worker at [`Front::worker_env`].

mod admin;
mod serve;

pub use admin::Admin;

use crate::clock::Ms;
use crate::world::World;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::runtime::Runtime;
use tokio::sync::watch;

/// Who moves the clock of a front's world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Only the test, through [`Admin`].
    Still,
    /// The wall clock, so many times as fast.
    Times(u32),
}

/// The provider on HTTP. It ends when it is dropped.
pub struct Front {
    shared: Arc<Shared>,
    runtime: Option<Runtime>,
    jobs: SocketAddr,
    rest: SocketAddr,
    old: SocketAddr,
}

pub(crate) struct Shared {
    world: Mutex<World>,
    /// Something may have changed.
    changed: watch::Sender<u64>,
    pace: Pace,
    begun: Instant,
    /// The world's time when it began, and all that a test let pass since.
    first: AtomicI64,
}

impl Shared {
    /// The world, its clock put right.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        if let Pace::Times(times) = self.pace {
            let passed = Ms::try_from(self.begun.elapsed().as_millis()).unwrap_or(Ms::MAX / 1_000);
            world.advance(self.first.load(Ordering::Relaxed) + passed * Ms::from(times));
        }
        world
    }

    pub(crate) fn act<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.world();
        let before = world.now();
        let done = act(&mut world);
        // From there on the wall clock goes on.
        self.first.fetch_add(world.now() - before, Ordering::Relaxed);
        drop(world);
        self.changed.send_modify(|turn| *turn += 1);
        done
    }
}

impl Front {
    /// Opens it. The world belongs to it from now on; [`Front::admin`] reaches it.
    pub fn start(mut world: World, pace: Pace) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            // What takes long is done beside it.
            .worker_threads(1)
            .enable_all()
            .thread_name("provider-sim")
            .build()?;
        let listen = || -> std::io::Result<(std::net::TcpListener, SocketAddr)> {
            let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
            listener.set_nonblocking(true)?;
            let at = listener.local_addr()?;
            Ok((listener, at))
        };
        let ((jobs_listener, jobs), (rest_listener, rest), (old_listener, old)) =
            (listen()?, listen()?, listen()?);
        world.bases = (format!("http://{jobs}"), format!("http://{rest}"));
        let first = world.now();
        #[expect(clippy::disallowed_methods, reason = "workers from outside live by the wall clock")]
        let begun = Instant::now();
        let shared = Arc::new(Shared {
            world: Mutex::new(world),
            changed: watch::Sender::new(0),
            pace,
            begun,
            first: AtomicI64::new(first),
        });
        for (listener, host) in [
            (jobs_listener, crate::Host::Jobs),
            (rest_listener, crate::Host::Rest),
            (old_listener, crate::Host::Old),
        ] {
            runtime.spawn(serve::listen(Arc::clone(&shared), listener, host));
        }
        if let Pace::Times(_) = pace {
            runtime.spawn(serve::tick(Arc::clone(&shared)));
        }
        Ok(Self { shared, runtime: Some(runtime), jobs, rest, old })
    }

    /// In place of `https://api.runpod.ai`.
    pub fn jobs_base(&self) -> String {
        format!("http://{}", self.jobs)
    }

    /// In place of `https://api.runpod.io`: REST v2 below `/v2`, GraphQL at `/graphql`.
    pub fn rest_base(&self) -> String {
        format!("http://{}", self.rest)
    }

    /// In place of `https://rest.runpod.io`: 410 for everything.
    pub fn old_base(&self) -> String {
        format!("http://{}", self.old)
    }

    /// The way to the world behind it; may be cloned and kept.
    pub fn admin(&self) -> Admin {
        let handle = self.runtime.as_ref().map(|runtime| runtime.handle().clone());
        Admin::new(Arc::clone(&self.shared), handle)
    }

    /// The environment of a worker of RunPod's Python SDK that takes jobs of this endpoint (open it first: [`World::open_to_workers`]).
    pub fn worker_env(&self, endpoint: &str, worker: &str, key: &str) -> Vec<(&'static str, String)> {
        let base = format!("{}/v2/{endpoint}", self.jobs_base());
        vec![
            ("RUNPOD_WEBHOOK_GET_JOB", format!("{base}/job-take/$ID?gpu=SIM")),
            ("RUNPOD_WEBHOOK_POST_OUTPUT", format!("{base}/job-done/$RUNPOD_POD_ID/$ID?gpu=SIM")),
            ("RUNPOD_WEBHOOK_POST_STREAM", format!("{base}/job-stream/$RUNPOD_POD_ID/$ID?gpu=SIM")),
            ("RUNPOD_WEBHOOK_PING", format!("{base}/ping/$RUNPOD_POD_ID")),
            ("RUNPOD_PING_INTERVAL", "2000".to_owned()),
            ("RUNPOD_AI_API_KEY", key.to_owned()),
            ("RUNPOD_POD_ID", worker.to_owned()),
            ("RUNPOD_ENDPOINT_ID", endpoint.to_owned()),
            ("RUNPOD_SKIP_AUTO_SYSTEM_CHECKS", "true".to_owned()),
            ("RUNPOD_SKIP_GPU_CHECK", "true".to_owned()),
        ]
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        // A runtime that is dropped inside another one would panic.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
