//! Workers of queue endpoints.

use super::{Due, Kind, Log, State, World};
use crate::clock::{HOUR, Ms, SECOND};
use crate::guest::{Container, Guest, Inside, Next, Said, Signal};
use crate::money::Rate;
use serde_json::json;

/// What a worker does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mode {
    /// No GPU is free for it.
    Throttled,
    Initializing,
    Idle,
    /// With that job.
    Busy(String),
    Unhealthy,
}

impl Mode {
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Throttled => "THROTTLED",
            Self::Initializing => "INITIALIZING",
            Self::Idle => "IDLE",
            Self::Busy(_) => "RUNNING",
            Self::Unhealthy => "UNHEALTHY",
        }
    }
}

/// A worker.
pub(crate) struct Worker {
    pub(crate) id: String,
    pub(crate) mode: Mode,
    pub(crate) version: i64,
    pub(crate) started: Option<Ms>,
    /// Kind of GPU and data centre, once it has them.
    pub(crate) host: Option<(String, String)>,
    pub(crate) log: Log,
    /// Jobs that a worker from outside shall stop.
    pub(crate) stops: Vec<String>,
    /// Last sign of life of a worker from outside.
    pub(crate) seen: Ms,
    pub(crate) epoch: u32,
    pub(crate) bill: usize,
    container: Container,
    guest: Option<Box<dyn Guest>>,
}

impl World {
    pub(crate) fn bear_worker(&mut self, endpoint: &str) {
        let id = self.chance.name(14);
        self.add_worker(endpoint, &id);
        self.worker_phase(endpoint, &id, 0);
    }

    pub(crate) fn add_worker(&mut self, endpoint: &str, id: &str) {
        let bill = self.ledger.open(Kind::Worker, endpoint);
        let now = self.now;
        let Some(home) = self.endpoints.get_mut(endpoint) else { return };
        let worker = Worker {
            id: id.to_owned(),
            mode: Mode::Throttled,
            version: home.version,
            started: None,
            host: None,
            log: Log::default(),
            stops: Vec::new(),
            seen: now,
            epoch: 0,
            bill,
            container: Container::default(),
            guest: None,
        };
        home.workers.insert(id.to_owned(), worker);
    }

    fn worker_at(&mut self, endpoint: &str, id: &str, epoch: u32) -> Option<&mut Worker> {
        self.endpoints.get_mut(endpoint)?.workers.get_mut(id).filter(|worker| worker.epoch == epoch)
    }

    pub(crate) fn worker_phase(&mut self, endpoint: &str, id: &str, epoch: u32) {
        let Some(worker) = self.worker_at(endpoint, id, epoch) else { return };
        match worker.mode {
            Mode::Throttled => self.place_worker(endpoint, id, epoch),
            Mode::Initializing => self.worker_idles(endpoint, id),
            // The idle time-out: it goes, unless it is one of those that always stay.
            Mode::Idle => {
                if let Some(home) = self.endpoints.get(endpoint)
                    && home.workers.len() > home.config.least
                {
                    self.remove_worker(endpoint, id);
                }
            }
            Mode::Unhealthy => self.remove_worker(endpoint, id),
            Mode::Busy(_) => {}
        }
    }

    /// Finds a GPU for a worker and starts it, or tries again later.
    fn place_worker(&mut self, endpoint: &str, id: &str, epoch: u32) {
        let now = self.now;
        let delay = self.chance.within(self.settings.worker_start);
        let Some(home) = self.endpoints.get(endpoint) else { return };
        let found = (!home.throttled)
            .then(|| {
                let kinds = home.gpus(&self.settings, &self.market);
                kinds.into_iter().find_map(|(gpu, price)| {
                    let place = self.market.take(gpu, &home.config.places, home.config.count)?;
                    Some((gpu.to_owned(), place, price * i64::from(home.config.count)))
                })
            })
            .flatten();
        let Some((gpu, place, price)) = found else {
            return self
                .later(30 * SECOND, Due::Worker { endpoint: endpoint.to_owned(), id: id.to_owned(), epoch });
        };
        let fee = i128::from(self.settings.fee_ppm);
        let Some(worker) = self.worker_at(endpoint, id, epoch) else { return };
        worker.mode = Mode::Initializing;
        worker.started = Some(now);
        worker.host = Some((gpu, place));
        worker.log.add(now, "system", "start container");
        let bill = worker.bill;
        let fee = Rate::per_hour(i64::try_from(i128::from(price) * fee / 1_000_000).unwrap_or(0));
        self.set_rates(bill, [Rate::per_hour(price), fee, Rate::default()]);
        self.later(delay, Due::Worker { endpoint: endpoint.to_owned(), id: id.to_owned(), epoch });
        self.worker_hazard(endpoint, id, epoch);
    }

    /// Draws when the worker will die by itself, if it does within two days.
    fn worker_hazard(&mut self, endpoint: &str, id: &str, epoch: u32) {
        let ppm = self.settings.chances.worker_lost_per_hour;
        let dies = (0..48).find(|_| self.chance.happens(ppm));
        if let Some(hours) = dies {
            let within = self.chance.below(HOUR.cast_unsigned()).cast_signed();
            let due = Due::Dies { endpoint: endpoint.to_owned(), id: id.to_owned(), epoch };
            self.later(hours * HOUR + within, due);
        }
    }

    /// A worker is ready for the next job.
    pub(crate) fn worker_idles(&mut self, endpoint: &str, id: &str) {
        let Some(home) = self.endpoints.get_mut(endpoint) else { return };
        let Some(worker) = home.workers.get_mut(id) else { return };
        worker.mode = Mode::Idle;
        worker.guest = None;
        worker.epoch += 1;
        let (epoch, idle, outside) = (worker.epoch, home.config.idle_timeout, home.outside);
        if !outside {
            let due = Due::Worker { endpoint: endpoint.to_owned(), id: id.to_owned(), epoch };
            self.later(idle, due);
            self.worker_hazard(endpoint, id, epoch);
            self.tend(endpoint);
        }
    }

    /// A simulated worker takes this job.
    pub(crate) fn begin(&mut self, endpoint: &str, id: &str, job: &str) {
        self.job_begins(job, id);
        let Some(found) = self.jobs.get(job) else { return };
        let (input, starts) = (found.input.clone(), found.starts.saturating_sub(1));
        let Some(home) = self.endpoints.get(endpoint) else { return };
        let mut env = self.reveal_all(&home.config.env);
        env.insert("RUNPOD_POD_ID".into(), id.to_owned());
        env.insert("RUNPOD_ENDPOINT_ID".into(), endpoint.to_owned());
        let container = Container {
            id: id.to_owned(),
            name: home.config.name.clone(),
            endpoint: Some(endpoint.to_owned()),
            job: Some(job.to_owned()),
            input: Some(input),
            image: home.config.image.clone(),
            args: home.config.args.clone(),
            env,
            volume: home.config.volumes.first().map(|volume| (volume.clone(), "/runpod-volume".to_owned())),
            persistent: !home.config.volumes.is_empty(),
            starts,
        };
        // The SDK takes an empty input for none, and its worker gives up.
        let crashing = home.crashing
            || container
                .input
                .as_ref()
                .and_then(|input| input.as_object())
                .is_some_and(serde_json::Map::is_empty);
        let guest = self.house.guest(&container);
        let Some(worker) = self.endpoints.get_mut(endpoint).and_then(|home| home.workers.get_mut(id)) else {
            return;
        };
        worker.mode = Mode::Busy(job.to_owned());
        worker.container = container;
        worker.guest = guest;
        worker.epoch += 1;
        let epoch = worker.epoch;
        if crashing {
            self.later(5 * SECOND, Due::Dies { endpoint: endpoint.to_owned(), id: id.to_owned(), epoch });
        } else {
            self.worker_hazard(endpoint, id, epoch);
            self.wake_worker(endpoint, id, epoch);
        }
    }

    pub(crate) fn wake_worker(&mut self, endpoint: &str, id: &str, epoch: u32) {
        self.run_worker(endpoint, id, epoch, |guest, inside| guest.wake(inside));
    }

    fn run_worker(
        &mut self,
        endpoint: &str,
        id: &str,
        epoch: u32,
        act: impl FnOnce(&mut dyn Guest, &mut Inside<'_>) -> Next,
    ) {
        let now = self.now;
        let Some(worker) = self.worker_at(endpoint, id, epoch) else { return };
        let Some(mut guest) = worker.guest.take() else { return };
        let Some(job) = worker.container.job.clone() else { return };
        let mut inside = Inside::new(now, &worker.container);
        let next = act(guest.as_mut(), &mut inside);
        let said = inside.said;
        for said in &said {
            if let Said::Log(text) = said {
                worker.log.add(now, "container", text.clone());
            }
        }
        if matches!(next, Next::At(_) | Next::Never) {
            worker.guest = Some(guest);
        }
        for said in said {
            match said {
                Said::Progress(value) => self.progress_sent(&job, value),
                Said::Chunk(value) => self.job_chunk(&job, value),
                Said::Log(_) | Said::Terminate | Said::Stop => {}
            }
        }
        match next {
            Next::At(at) => {
                self.at(at, Due::Handler { endpoint: endpoint.to_owned(), id: id.to_owned(), epoch });
            }
            Next::Never => {}
            Next::Exit(_) => self.worker_dies(endpoint, id, epoch),
            Next::Return(value) => {
                match value.get("error").and_then(|error| error.as_str()) {
                    Some(error) => self.job_ends(&job, State::Failed, None, Some(error.to_owned())),
                    None => self.job_ends(&job, State::Completed, Some(value), None),
                }
                self.worker_idles(endpoint, id);
            }
            Next::Raise(text) => {
                let error = json!({"error_type": "<class 'RuntimeError'>", "error_message": text, "error_traceback": "", "hostname": id, "worker_id": id, "runpod_version": "1.12.0"});
                self.job_ends(&job, State::Failed, None, Some(error.to_string()));
                self.worker_idles(endpoint, id);
            }
        }
    }

    /// The handler of this job hears that it is not wanted any more. It has some time to clean up.
    pub(crate) fn interrupt(&mut self, job: &str) {
        let Some((endpoint, worker)) =
            self.jobs.get(job).and_then(|job| Some((job.endpoint.clone(), job.worker.clone()?)))
        else {
            return;
        };
        let grace = self.settings.grace;
        let Some(home) = self.endpoints.get_mut(&endpoint) else { return };
        let outside = home.outside;
        let Some(found) =
            home.workers.get_mut(&worker).filter(|found| found.mode == Mode::Busy(job.to_owned()))
        else {
            return;
        };
        if outside {
            found.stops.push(job.to_owned());
            found.mode = Mode::Idle;
            return;
        }
        let epoch = found.epoch;
        self.run_worker(&endpoint, &worker, epoch, |guest, inside| guest.signal(inside, Signal::Cancel));
        if let Some(found) = self.worker_at(&endpoint, &worker, epoch) {
            if found.guest.is_none() {
                self.worker_idles(&endpoint, &worker);
            } else {
                // Who does not clean up in time is killed with its container.
                self.later(grace, Due::Dies { endpoint, id: worker, epoch });
            }
        }
    }

    /// A worker dies; its job is given to another once.
    pub(crate) fn worker_dies(&mut self, endpoint: &str, id: &str, epoch: u32) {
        let now = self.now;
        let Some(worker) = self.worker_at(endpoint, id, epoch) else { return };
        let job = if let Mode::Busy(job) = &worker.mode { Some(job.clone()) } else { None };
        worker.mode = Mode::Unhealthy;
        worker.guest = None;
        worker.epoch += 1;
        worker.log.add(now, "system", "worker died");
        let (epoch, bill, host) = (worker.epoch, worker.bill, worker.host.take());
        self.give_back(endpoint, bill, host);
        self.later(20 * SECOND, Due::Worker { endpoint: endpoint.to_owned(), id: id.to_owned(), epoch });
        if let Some(job) = job {
            self.job_lost(&job);
        }
        self.tend(endpoint);
    }

    fn give_back(&mut self, endpoint: &str, bill: usize, host: Option<(String, String)>) {
        self.close_bill(bill);
        if let (Some((gpu, place)), Some(home)) = (host, self.endpoints.get(endpoint)) {
            self.market.give(&gpu, &place, home.config.count);
        }
    }

    pub(crate) fn remove_worker(&mut self, endpoint: &str, id: &str) {
        let Some(worker) = self.endpoints.get_mut(endpoint).and_then(|home| home.workers.remove(id)) else {
            return;
        };
        self.give_back(endpoint, worker.bill, worker.host);
        if let Mode::Busy(job) = worker.mode {
            self.job_lost(&job);
        }
    }

    /// All workers go; their jobs wait again.
    pub(crate) fn dismiss_workers(&mut self, endpoint: &str) {
        let ids: Vec<_> =
            self.endpoints.get(endpoint).map_or_else(Vec::new, |home| home.workers.keys().cloned().collect());
        for id in ids {
            self.remove_worker(endpoint, &id);
        }
    }

    /// The worker that has this job dies.
    pub fn kill_worker(&mut self, job: &str) {
        let Some((endpoint, worker)) =
            self.jobs.get(job).and_then(|job| Some((job.endpoint.clone(), job.worker.clone()?)))
        else {
            return;
        };
        let epoch = self
            .endpoints
            .get(&endpoint)
            .and_then(|home| home.workers.get(&worker))
            .map(|worker| worker.epoch);
        if let Some(epoch) = epoch {
            self.worker_dies(&endpoint, &worker, epoch);
        }
    }
}
