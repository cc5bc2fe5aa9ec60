//! `kill -9` at random moments of a training (Must show 3): of its worker, of the dashboard, the runner or the verb that follows it, of both at once. Every
//! run goes on from its last checkpoint, its curves are those of a run that nobody disturbed, and it becomes exactly one model.
//! A cancelled one leaves no process behind.
//!
//! `BRIGHTRUN_SEED` makes other moments, `BRIGHTRUN_KILLED_RUNS` more or fewer of them.
#![expect(clippy::print_stdout, reason = "it prints what was done, with the seeds")]

mod support;

#[path = "kills/compare.rs"]
mod compare;
#[path = "kills/follower.rs"]
mod follower;

use compare::Undisturbed;
use follower::{COMMAND_LINE, DASHBOARD, Followed, Follower, RUNNER};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use support::training::{Bench, PATIENCE, kill, lives, pid, processes};

/// Runs of each kind; thirty and more were made by hand (`BRIGHTRUN_KILLED_RUNS`).
const RUNS: u64 = 15;
/// Runs at a time: the machine has as many cores at least.
const AT_ONCE: usize = 2;
/// A run of a second or two of training, with checkpoints and evaluations on the way.
const SPEC: &str = " --set epochs=10 --set checkpoint_every=12 --set eval_every=25 --name short";

/// Numbers that follow from a seed.
struct Dice(u64);

impl Dice {
    /// From 0 to 1.
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.0 >> 32).unwrap_or_default()) / f64::from(u32::MAX)
    }
    fn below(&mut self, most: Duration) -> Duration {
        most.mul_f64(self.share())
    }
    fn one_of(&mut self, n: u32) -> bool {
        self.share() * f64::from(n) < 1.0
    }
}

/// One run in a home of its own, while it is being harmed.
struct Victim<'a> {
    bench: Bench,
    whole: &'a Undisturbed,
    follower: &'a Follower,
    dice: Dice,
    id: Option<String>,
    /// Processes that were killed.
    kills: u32,
}

impl Victim<'_> {
    /// Starts the run, or follows it again.
    fn follow(&mut self) -> Box<dyn Followed> {
        self.id = self.id.take().or_else(|| self.queued());
        match &self.id {
            Some(id) => (self.follower.start)(&self.bench, id),
            None => (self.follower.begin)(&self.bench, SPEC),
        }
    }
    fn queued(&self) -> Option<String> {
        let jobs = self.bench.jobs();
        assert!(jobs.len() <= 1, "the run is there twice: {jobs:#?}");
        jobs.first().map(|job| job["job"]["id"].as_str().expect("an id").to_owned())
    }
    fn folder(&self) -> Option<PathBuf> {
        let id = self.id.clone().or_else(|| self.queued())?;
        Some(self.bench.program.path(".local/share/brightrun/runs").join(id))
    }
    /// Its worker's processes, from their first instant on.
    fn workers(&self) -> Vec<u32> {
        processes(&self.bench.program.path(".local/share/brightrun/runs"))
    }
    /// Waits for a moment of the run: any, or one among the steps, where the most can go wrong.
    fn moment(&mut self, followed: &mut dyn Followed) {
        let begun = engine::clock::instant();
        // A screen does not end with the run.
        let over = |folder: &Option<PathBuf>| {
            folder.as_deref().is_some_and(|folder| folder.join("manifest.json").exists())
        };
        let mut folder = None;
        while self.workers().is_empty() && !followed.ended() && !over(&folder) {
            folder = folder.or_else(|| self.folder());
            assert!(begun.elapsed() < PATIENCE, "no worker is started");
            std::thread::sleep(Duration::from_millis(5));
        }
        if self.dice.one_of(2) {
            std::thread::sleep(self.dice.below(self.whole.took));
            return;
        }
        let steps = |folder: &Option<PathBuf>| folder.as_deref().map_or(0, compare::told_losses);
        let folder = folder.or_else(|| self.folder());
        let before = steps(&folder);
        while steps(&folder) == before && !followed.ended() && !over(&folder) {
            assert!(begun.elapsed() < PATIENCE, "it makes no steps");
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(self.dice.below(self.whole.trained));
    }
    fn kill_workers(&mut self) {
        for pid in self.workers() {
            kill("-9", pid);
            self.kills += 1;
        }
    }
    fn kill_follower(&mut self, followed: &mut dyn Followed) {
        self.kills += u32::from(!followed.ended());
        followed.kill();
    }
    /// Follows it to its end.
    fn follow_to_the_end(&mut self, mut followed: Box<dyn Followed>) {
        let begun = engine::clock::instant();
        loop {
            let over = |job: &Value| matches!(job["job"]["status"].as_str(), Some("completed" | "failed"));
            let ended = followed.ended();
            if self.bench.jobs().iter().any(over) {
                break;
            }
            if ended {
                followed = self.follow();
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end: {:#?}", self.bench.jobs());
            std::thread::sleep(Duration::from_millis(100));
        }
        if self.follower.stays {
            followed.kill();
        }
        followed.wait(PATIENCE);
    }
}

/// Many runs, some at a time; `harm` does it to one of them.
fn story(name: &str, follower: &Follower, runs: u64, harm: impl Fn(&mut Victim<'_>) + Sync) {
    let Some(bench) = Bench::new(name) else { return };
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let (seed, runs) =
        (number("BRIGHTRUN_SEED").unwrap_or(1), number("BRIGHTRUN_KILLED_RUNS").unwrap_or(runs));
    let whole = Undisturbed::of(&bench, SPEC);
    let (next, kills) = (AtomicU64::new(0), AtomicU64::new(0));
    let one_after_the_other = || {
        loop {
            let run = next.fetch_add(1, Ordering::Relaxed);
            if run >= runs {
                return;
            }
            let dice = Dice((seed << 32) ^ run.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let mut victim =
                Victim { bench: bench.twin(), whole: &whole, follower, dice, id: None, kills: 0 };
            println!("{name}: run {run} of seed {seed}");
            harm(&mut victim);
            println!("{name}: run {run} of seed {seed}: {} killed", victim.kills);
            kills.fetch_add(u64::from(victim.kills), Ordering::Relaxed);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(one_after_the_other);
        }
    });
    let kills = kills.into_inner();
    println!("{name}: {runs} runs, {kills} processes killed");
    assert!(kills * 2 >= runs, "most kills found nothing to kill: {kills} in {runs} runs");
}

fn worker_is_killed(victim: &mut Victim<'_>) {
    let mut followed = victim.follow();
    // As often as a run is started over by itself.
    for _ in 0..=victim.dice.0 % u64::from(domain::job::REPEATS) {
        victim.moment(&mut *followed);
        victim.kill_workers();
    }
    victim.follow_to_the_end(followed);
    victim.whole.assert_same(&victim.bench);
}

fn follower_is_killed(victim: &mut Victim<'_>) {
    for _ in 0..=victim.dice.0 % 4 {
        let mut followed = victim.follow();
        if victim.dice.one_of(4) {
            // While it starts: the row, the lease, the process.
            std::thread::sleep(victim.dice.below(Duration::from_millis(400)));
        } else {
            victim.moment(&mut *followed);
        }
        victim.kill_follower(&mut *followed);
    }
    let followed = victim.follow();
    victim.follow_to_the_end(followed);
    victim.whole.assert_same(&victim.bench);
    compare::assert_one_attempt(&victim.bench);
}

fn machine_goes_away(victim: &mut Victim<'_>) {
    for _ in 0..2 {
        let mut followed = victim.follow();
        victim.moment(&mut *followed);
        victim.kill_follower(&mut *followed);
        victim.kill_workers();
    }
    let followed = victim.follow();
    victim.follow_to_the_end(followed);
    victim.whole.assert_same(&victim.bench);
}

fn it_is_cancelled(victim: &mut Victim<'_>) {
    let mut followed = victim.follow();
    victim.moment(&mut *followed);
    if victim.dice.one_of(3) {
        victim.kill_follower(&mut *followed);
    }
    let Some(id) = victim.queued() else { panic!("there is no run") };
    let cancelled = victim.bench.run(&format!("jobs cancel {id} --yes"));
    let said = format!("{}{}", cancelled.out, cancelled.error);
    assert_eq!(victim.workers(), Vec::<u32>::new(), "a process is left: {said}");
    followed.wait(PATIENCE);
    let jobs = victim.bench.jobs();
    assert_eq!(jobs.len(), 1);
    let models = victim.bench.run("models list --json").ok().json().as_array().map_or(0, Vec::len);
    // It may have been faster.
    let expected = match jobs[0]["job"]["status"].as_str() {
        Some("cancelled") => 0,
        Some("completed") => 1,
        other => panic!("it is {other:?}: {said}"),
    };
    assert_eq!((models, &jobs[0]["alive"]), (expected, &false.into()), "{jobs:#?}");
    victim.kills += 1;
}

#[test]
#[ignore = "crash test: minutes"]
fn a_killed_worker_goes_on_from_its_last_checkpoint() {
    story("worker", &COMMAND_LINE, RUNS, worker_is_killed);
}

#[test]
#[ignore = "crash test: minutes"]
fn a_killed_follower_is_replaced_and_the_worker_never_notices() {
    story("follower", &COMMAND_LINE, RUNS / 3, follower_is_killed);
}

#[test]
#[ignore = "crash test: minutes"]
fn a_killed_runner_is_replaced_and_the_worker_never_notices() {
    story("runner", &RUNNER, RUNS, follower_is_killed);
}

#[test]
#[ignore = "crash test: minutes"]
fn a_killed_dashboard_is_replaced_and_the_worker_never_notices() {
    story("dashboard", &DASHBOARD, RUNS, follower_is_killed);
}

#[test]
#[ignore = "crash test: minutes"]
fn a_machine_that_goes_away_loses_nothing() {
    story("machine", &RUNNER, RUNS * 2 / 3, machine_goes_away);
}

#[test]
#[ignore = "crash test: minutes"]
fn cancelling_at_any_moment_leaves_no_process() {
    story("cancel", &COMMAND_LINE, RUNS * 2 / 3, it_is_cancelled);
}

#[test]
#[ignore = "crash test: it trains for a quarter of a minute"]
fn a_killed_worker_and_a_killed_program_lose_nothing_and_double_nothing() {
    let Some(bench) = Bench::new("kill") else { return };
    let more = " --set epochs=30 --set checkpoint_every=20 --set eval_every=200";
    let mut program = bench.start(&bench.train(more));
    let job = bench.wait(|job| job["alive"] == true);
    let folder = bench.folder(&job);
    let first = pid(&folder);
    let begun = engine::clock::instant();
    // The row comes later; the directory tells at once.
    while compare::told_losses(&folder) < 30 {
        assert!(begun.elapsed() < PATIENCE, "it makes no steps");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(lives(first), "it is in the middle");
    // The worker: whoever follows starts it again from its last checkpoint.
    kill("-9", first);
    let begun = engine::clock::instant();
    while pid(&folder) == first || !lives(pid(&folder)) {
        assert!(begun.elapsed() < PATIENCE, "it was not started again");
        std::thread::sleep(Duration::from_millis(50));
    }
    // The program: its worker goes on, and another program takes it over.
    bench.wait(|job| job["job"]["attempts"] == 1 && job["job"]["status"] == "running");
    program.kill().expect("killed");
    program.wait().expect("waited for");
    assert!(lives(pid(&folder)), "the worker outlives the program");
    // That is known at once, however many programs have looked since.
    for _ in 0..2 {
        assert_eq!(bench.jobs()[0]["followed"], false, "a dead program follows it for as long as its lease");
    }
    let id = job["job"]["id"].as_str().expect("an id");
    let done = bench.run(&format!("jobs resume {id}")).ok();
    assert!(done.out.contains("Its model is"), "{}\n{}", done.out, done.error);
    assert_eq!(bench.run("models list --json").ok().json().as_array().map(Vec::len), Some(1));
    let steps = support::training::steps(&folder);
    let total = u64::try_from(steps.len()).expect("small");
    assert_eq!(steps, (1..=total).collect::<Vec<_>>(), "no step is lost or told twice");
    assert!(std::fs::read_to_string(folder.join("events.jsonl")).unwrap().contains("\"resumed\""));
}
