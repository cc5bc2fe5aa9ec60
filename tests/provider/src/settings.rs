//! How a world is: times, chances, limits, keys, what can be rented.

use crate::clock::{BEGINNING, DAY, HOUR, MINUTE, Ms, SECOND, Span};
use crate::money::Micros;

/// How much of an API a key may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Nothing: 403.
    None,
    /// Only what changes nothing.
    Read,
    /// All of it.
    All,
}

/// A key of the account and what it may do.
#[derive(Debug, Clone)]
pub struct Key {
    /// The secret text.
    pub text: String,
    /// The jobs API (`.ai`).
    pub jobs: Scope,
    /// REST v2 and its secrets, volumes, bills.
    pub rest: Scope,
    /// GraphQL.
    pub graphql: Scope,
    /// The one pod that the key is for: such a key may only end or stop that pod, through GraphQL.
    pub pod: Option<String>,
}

impl Key {
    /// May do everything.
    pub fn whole(text: &str) -> Self {
        Self { text: text.to_owned(), jobs: Scope::All, rest: Scope::All, graphql: Scope::All, pod: None }
    }
}

/// Requests that are let through in a time.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// As the headers call it.
    pub name: &'static str,
    /// Requests.
    pub quota: u32,
    /// Milliseconds.
    pub length: Ms,
}

/// How often things go wrong by themselves, in a million.
#[derive(Debug, Clone, Copy, Default)]
pub struct Chances {
    /// A new pod lands on a host that never gets beyond PROVISIONING.
    pub bad_host: u32,
    /// A pod's host dies, for each hour that it runs.
    pub host_lost_per_hour: u32,
    /// A pod's container is restarted by the host, for each hour that it runs.
    pub restart_per_hour: u32,
    /// A queue worker dies, for each hour that it runs.
    pub worker_lost_per_hour: u32,
    /// An accepted stop or terminate does nothing.
    pub stop_ignored: u32,
    /// A pod is charged otherwise than the catalog says.
    pub price_differs: u32,
    /// The catalog says that there is capacity, the creation finds none.
    pub capacity_gone: u32,
    /// An answer is lost before the request had an effect.
    pub lost_before: u32,
    /// An answer is lost after the request had its effect.
    pub lost_after: u32,
    /// The proxy answers 502 with a page of HTML, before any effect.
    pub html: u32,
}

/// A kind of GPU and how many are free where.
#[derive(Debug, Clone)]
pub struct Gpu {
    /// As pods name it.
    pub id: String,
    /// Short name.
    pub name: String,
    /// As queue endpoints name it, with others of its size.
    pub pool: Option<String>,
    /// Gigabytes of video memory.
    pub memory: u32,
    /// Price per hour of one, secure cloud.
    pub secure: Micros,
    /// Price per hour of one, community cloud; 0: not offered.
    pub community: Micros,
    /// Price per hour of one on a queue worker.
    pub serverless: Micros,
    /// Most on one pod.
    pub most: u32,
    /// Free ones per data centre.
    pub free: Vec<(String, u32)>,
}

/// How a world is. All fields may be changed, also while it runs.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "switches that have nothing to do with each other")]
pub struct Settings {
    /// Dice.
    pub seed: u64,
    /// First moment.
    pub start: Ms,
    /// Money in the account at the first moment.
    pub balance: Micros,
    /// Most that may burn per hour; a creation beyond it is refused.
    pub spend_limit: Micros,
    /// Keys.
    pub keys: Vec<Key>,
    /// Windows of REST v2 per user; empty: no limit.
    pub windows: Vec<Window>,
    /// Whether the jobs API has the limits of its documents.
    pub job_limits: bool,
    /// Whether GraphQL is still there (else 410).
    pub graphql: bool,
    /// Whether what came after the saved document is known: `cmd`, `entrypoint`, secrets, the limit on bodies.
    pub september: bool,
    /// From accepted to STARTING.
    pub provision: Span,
    /// From STARTING to RUNNING.
    pub pull: Span,
    /// From the end of a start command to its next start.
    pub restart: Span,
    /// From an accepted stop or terminate to its effect.
    pub stop: Span,
    /// From a queue worker's birth to its first look at the queue.
    pub worker_start: Span,
    /// How long a queue worker lets a cancelled handler clean up.
    pub grace: Ms,
    /// How long after its last sign of life a worker from outside counts as dead.
    pub silence: Ms,
    /// How long answers of `/run` are kept after the end.
    pub kept: Ms,
    /// How long answers of `/runsync` are kept after the end.
    pub kept_sync: Ms,
    /// How late a bill shows what was used; never more than an hour.
    pub billing_lag: Ms,
    /// Whether pods cost from their creation on, not from their first running second.
    pub bill_from_creation: bool,
    /// Whether disks of pods are charged.
    pub disks: bool,
    /// Fee on queue workers, millionths of what their GPUs cost.
    pub fee_ppm: u32,
    /// Whether `/requests` tells what a job was submitted with.
    pub requests_tell_input: bool,
    /// How late a progress update of a simulated worker arrives.
    pub progress_delay: Span,
    /// Whether a progress update that comes after the end overwrites it (runpod-python#250).
    pub late_progress_wins: bool,
    /// How often other people's rentals change what is free; 0: never.
    pub market: Ms,
    /// How far prices may be from their first ones, in a million; 0: they never change.
    pub price_swing_ppm: u32,
    /// What goes wrong by itself.
    pub chances: Chances,
    /// Price per hour of one processor of a machine without a GPU.
    pub vcpu: Micros,
    /// What there is to rent.
    pub gpus: Vec<Gpu>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 1,
            start: BEGINNING,
            balance: 1_000_000_000,
            spend_limit: 80_000_000,
            keys: vec![Key::whole("sim-key")],
            windows: vec![
                Window { name: "minute", quota: 60, length: MINUTE },
                Window { name: "hour", quota: 3_000, length: HOUR },
                Window { name: "day", quota: 50_000, length: DAY },
            ],
            job_limits: true,
            graphql: true,
            september: true,
            provision: Span::between(5 * SECOND, 40 * SECOND),
            pull: Span::between(20 * SECOND, 240 * SECOND),
            restart: Span::between(5 * SECOND, 15 * SECOND),
            stop: Span::between(0, 5 * SECOND),
            worker_start: Span::between(15 * SECOND, 90 * SECOND),
            grace: 60 * SECOND,
            silence: 15 * SECOND,
            kept: 30 * MINUTE,
            kept_sync: MINUTE,
            billing_lag: 40 * MINUTE,
            bill_from_creation: false,
            disks: true,
            fee_ppm: 0,
            requests_tell_input: true,
            progress_delay: Span::between(0, 2 * SECOND),
            late_progress_wins: false,
            market: 10 * MINUTE,
            price_swing_ppm: 0,
            chances: Chances::default(),
            vcpu: 30_000,
            gpus: crate::prices::gpus(),
        }
    }
}

impl Settings {
    /// Nothing takes time and nothing is limited, for tests that are about something else.
    pub fn instant() -> Self {
        Self {
            windows: Vec::new(),
            job_limits: false,
            provision: Span::just(0),
            pull: Span::just(0),
            restart: Span::just(0),
            stop: Span::just(0),
            worker_start: Span::just(0),
            progress_delay: Span::just(0),
            market: 0,
            ..Self::default()
        }
    }
}
