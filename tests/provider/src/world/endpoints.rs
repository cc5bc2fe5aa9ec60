//! Queue endpoints: how many workers there are.

use super::{Due, Log, Market, Mode, Worker, World};
use crate::clock::{DAY, Ms, SECOND};
use crate::settings::Settings;
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};

/// When a queue wants more workers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Scaling {
    /// A job has waited so many milliseconds.
    QueueDelay(Ms),
    /// More than so many jobs per worker.
    RequestCount(usize),
}

/// What an endpoint was told to be.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) name: String,
    pub(crate) queue_type: bool,
    pub(crate) image: String,
    pub(crate) args: String,
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) ports: Vec<String>,
    pub(crate) disk: i64,
    pub(crate) registry: Option<String>,
    pub(crate) template: Option<String>,
    pub(crate) gpu: Value,
    pub(crate) pools: Vec<String>,
    pub(crate) excluded: Vec<String>,
    pub(crate) count: u32,
    pub(crate) least: usize,
    pub(crate) most: usize,
    pub(crate) idle_timeout: Ms,
    pub(crate) scaling: Scaling,
    pub(crate) timeout: Ms,
    pub(crate) flashboot: String,
    pub(crate) places: Vec<String>,
    pub(crate) volumes: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            name: String::new(),
            queue_type: true,
            image: String::new(),
            args: String::new(),
            env: BTreeMap::new(),
            ports: Vec::new(),
            disk: 20,
            registry: None,
            template: None,
            gpu: Value::Null,
            pools: Vec::new(),
            excluded: Vec::new(),
            count: 1,
            least: 0,
            most: 3,
            idle_timeout: 5 * SECOND,
            scaling: Scaling::QueueDelay(4 * SECOND),
            // The documents say 300000, what was seen is 0.
            timeout: 0,
            flashboot: "OFF".to_owned(),
            places: Vec::new(),
            volumes: Vec::new(),
        }
    }
}

/// An endpoint.
#[expect(clippy::struct_excessive_bools, reason = "switches that have nothing to do with each other")]
pub(crate) struct Endpoint {
    pub(crate) id: String,
    pub(crate) config: Config,
    pub(crate) created: Ms,
    pub(crate) version: i64,
    pub(crate) releases: Vec<Value>,
    pub(crate) asked: Ms,
    pub(crate) workers: BTreeMap<String, Worker>,
    pub(crate) queue: VecDeque<String>,
    /// Whether workers come from outside and take jobs by HTTP.
    pub(crate) outside: bool,
    /// Whether every worker dies soon after it took a job.
    pub(crate) crashing: bool,
    /// Whether no worker finds a GPU.
    pub(crate) throttled: bool,
    pub(crate) completed: u64,
    pub(crate) failed: u64,
    pub(crate) retried: u64,
    /// Whether it is going to look at its queue anyway.
    pub(crate) tending: bool,
}

impl Endpoint {
    pub(crate) fn new(id: &str, config: Config, now: Ms) -> Self {
        Self {
            id: id.to_owned(),
            config,
            created: now,
            version: 0,
            releases: Vec::new(),
            asked: now,
            workers: BTreeMap::new(),
            queue: VecDeque::new(),
            outside: false,
            crashing: false,
            throttled: false,
            completed: 0,
            failed: 0,
            retried: 0,
            tending: false,
        }
    }

    /// The kinds of GPU that its workers may get, cheapest first.
    pub(crate) fn gpus<'a>(&self, settings: &'a Settings, market: &Market) -> Vec<(&'a str, i64)> {
        let of = |gpu: &&crate::settings::Gpu| {
            gpu.pool
                .as_ref()
                .is_some_and(|pool| self.config.pools.is_empty() || self.config.pools.contains(pool))
                && !self.config.excluded.contains(&gpu.id)
        };
        let mut found: Vec<_> = settings
            .gpus
            .iter()
            .filter(of)
            .map(|gpu| (gpu.id.as_str(), market.price(gpu, gpu.serverless)))
            .collect();
        found.sort_by_key(|(_, price)| *price);
        found
    }
}

impl World {
    /// Workers of this endpoint come from outside (RunPod's own SDK, through [`crate::Front`]).
    pub fn open_to_workers(&mut self, endpoint: &str) {
        if let Some(endpoint) = self.endpoints.get_mut(endpoint) {
            endpoint.outside = true;
        }
        self.dismiss_workers(endpoint);
    }

    /// Every worker of this endpoint dies some seconds after it took a job, or no longer does.
    pub fn crash_workers(&mut self, endpoint: &str, crashing: bool) {
        if let Some(endpoint) = self.endpoints.get_mut(endpoint) {
            endpoint.crashing = crashing;
        }
    }

    /// New workers of this endpoint find no GPU, or find them again.
    pub fn throttle(&mut self, endpoint: &str, throttled: bool) {
        if let Some(endpoint) = self.endpoints.get_mut(endpoint) {
            endpoint.throttled = throttled;
        }
        self.tend(endpoint);
    }

    /// Looks at the queue: gives jobs to idle workers and lets new ones be born.
    pub(crate) fn tend(&mut self, id: &str) {
        let now = self.now;
        let rich = self.balance() > 0;
        let Some(endpoint) = self.endpoints.get_mut(id) else { return };
        endpoint.tending = false;
        if endpoint.outside || !endpoint.config.queue_type {
            return;
        }
        let idle: Vec<_> = endpoint
            .workers
            .values()
            .filter(|worker| worker.mode == Mode::Idle)
            .map(|worker| worker.id.clone())
            .collect();
        for worker in idle {
            let Some(job) = self.endpoints.get_mut(id).and_then(|endpoint| endpoint.queue.pop_front()) else {
                break;
            };
            self.begin(id, &worker, &job);
        }
        let Some(endpoint) = self.endpoints.get(id) else { return };
        let waits = |job: &String| self.jobs.get(job).is_some_and(|job| !job.policy.low);
        let waiting: Vec<_> = endpoint.queue.iter().filter(|job| waits(job)).collect();
        let coming = endpoint
            .workers
            .values()
            .filter(|w| matches!(w.mode, Mode::Initializing | Mode::Throttled))
            .count();
        let wanted = match endpoint.config.scaling {
            Scaling::QueueDelay(delay) => waiting
                .iter()
                .filter(|job| self.jobs.get(**job).is_some_and(|job| now - job.queued >= delay))
                .count()
                .saturating_sub(coming),
            Scaling::RequestCount(each) => {
                let busy = endpoint.workers.values().filter(|w| matches!(w.mode, Mode::Busy(_))).count();
                (waiting.len() + busy).div_ceil(each.max(1)).saturating_sub(endpoint.workers.len())
            }
        };
        let alive = endpoint.workers.values().filter(|w| w.mode != Mode::Unhealthy).count();
        let least = endpoint.config.least.saturating_sub(alive);
        let born = if rich {
            wanted.max(least).min(endpoint.config.most.saturating_sub(endpoint.workers.len()))
        } else {
            0
        };
        let again = match endpoint.config.scaling {
            Scaling::QueueDelay(delay) => delay.max(SECOND),
            Scaling::RequestCount(_) => 5 * SECOND,
        };
        let more = !endpoint.queue.is_empty();
        for _ in 0..born {
            self.bear_worker(id);
        }
        if let Some(endpoint) = self.endpoints.get_mut(id)
            && more
            && !std::mem::replace(&mut endpoint.tending, true)
        {
            self.later(again, Due::Tend { endpoint: id.to_owned() });
        }
    }

    /// Three days without a request leave two workers at most, seven none.
    pub(crate) fn idle_endpoints(&mut self) {
        self.later(DAY, Due::Idle);
        let now = self.now;
        for endpoint in self.endpoints.values_mut() {
            if now - endpoint.asked >= 7 * DAY {
                endpoint.config.most = 0;
            } else if now - endpoint.asked >= 3 * DAY {
                endpoint.config.most = endpoint.config.most.min(2);
            }
            endpoint.config.least = endpoint.config.least.min(endpoint.config.most);
        }
    }

    pub(crate) fn endpoint_log<'a>(&'a self, endpoint: &str, worker: &str) -> Option<&'a Log> {
        self.endpoints.get(endpoint)?.workers.get(worker).map(|worker| &worker.log)
    }
}
