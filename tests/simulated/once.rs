//! Exactly once (Must show 3 of issue 4): dispatches whose requests or answers get lost, and whose programs die at any moment, are looked at from the
//! provider's side: never two rented things for one run, never a forgotten one.

use crate::number;
use crate::stage::{Looks, Stage};
use domain::ids::JobId;
use domain::job::{CancelReason, Run, Status};
use domain::place::Place;
use engine::jobs::{self, Heard, News};
use engine::{CancellationToken, Engine, Progress, runpod};
use provider_sim::chance::Chance;
use provider_sim::clock::{MINUTE, SECOND};
use provider_sim::guest::training::{Plan, house};
use provider_sim::month::audit;
use provider_sim::settings::Chances;
use provider_sim::{Fault, Settings, Wire};
use std::collections::BTreeSet;
use std::future::poll_fn;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Mutex;
use std::task::Poll;
use std::time::Duration;

/// Data folders: programs of two machines share rows and store.
const HOMES: [&str; 2] = ["a", "b"];
/// No program lives longer, but for the last ones.
const LONGEST: Duration = Duration::from_mins(30);
/// So long the last ones live when all runs are over.
const AFTERWARDS: Duration = Duration::from_mins(10);
/// Runs of one provider.
const RUNS: usize = 20;

/// What was done.
#[derive(Debug, Default)]
struct Done {
    dispatches: usize,
    deaths: usize,
    runs: usize,
    models: usize,
}

/// Polls it so often and drops it then, wherever it stands: as a process dies whose plug is pulled. `true`: it died.
async fn dies_after(mut polls: u64, work: impl Future<Output = ()>) -> bool {
    let mut work = pin!(work);
    poll_fn(|context| {
        if polls == 0 {
            return Poll::Ready(true);
        }
        polls -= 1;
        work.as_mut().poll(context).map(|()| false)
    })
    .await
}

fn provider(chance: &mut Chance) -> Settings {
    let chances = Chances {
        bad_host: 50_000,
        host_lost_per_hour: 200_000,
        restart_per_hour: 100_000,
        worker_lost_per_hour: 200_000,
        stop_ignored: 100_000,
        capacity_gone: 50_000,
        lost_before: 20_000,
        lost_after: 20_000,
        html: 10_000,
        ..Chances::default()
    };
    let requests_tell_input = chance.happens(700_000);
    let seed = chance.next();
    Settings {
        seed,
        chances,
        requests_tell_input,
        fee_ppm: 20_000,
        windows: Vec::new(),
        ..Settings::default()
    }
}

/// Three of five requests that rent something go wrong, in all ways that leave open whether they had their effect.
fn break_requests(stage: &Stage) {
    for what in ["pods.create", "jobs.run"] {
        for wire in [
            Wire::LostBefore,
            Wire::LostAfter,
            Wire::CutShort,
            Wire::HtmlAfter,
            Wire::Blank,
            Wire::Status(500),
        ] {
            stage.admin.inject(Fault::always(what, wire).sometimes(100_000));
        }
    }
}

/// The files that show which programs of a machine live.
fn locks(stage: &Stage, home: &str) -> Vec<PathBuf> {
    let folder = stage.bench.path(home).join("running");
    std::fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path()).collect()
}

/// One program on one machine, from its start to its death.
async fn life(stage: &Stage, home: &str, mut chance: Chance, runs: &[Run]) -> bool {
    let engine = stage.open(home).await;
    let most = if chance.happens(500_000) { 60 } else { 800 };
    let polls = 1 + chance.below(most);
    let died = {
        let (heard, told, never) = (Heard::none(), |_| {}, CancellationToken::new());
        let cancelling = async {
            if chance.happens(50_000) {
                let run = &runs[usize::try_from(chance.below(runs.len() as u64)).expect("few")];
                cancel(&engine, run).await;
            }
        };
        let work = async { tokio::join!(jobs::runner(&engine, true, &heard, &told, &never), cancelling).1 };
        // One that has nothing to do is not looked at for ever.
        let bored = stage.clock.sleep(LONGEST);
        tokio::select! {
            died = dies_after(polls, Box::pin(work)) => died,
            () = bored => true,
        }
    };
    // A killed process leaves its file, and whoever comes next knows at once that it is dead; a machine that is gone only lets its lease run out.
    let left = if chance.happens(500_000) { locks(stage, home) } else { Vec::new() };
    if chance.happens(500_000) {
        engine.close().await;
    }
    drop(engine);
    for file in left {
        std::fs::File::options().append(true).create(true).open(file).expect("a file");
    }
    died
}

async fn cancel(engine: &Engine, run: &Run) {
    let (progress, never, id) = (Progress::none(), CancellationToken::new(), run.job.id.to_string());
    // It may have ended before.
    drop(Box::pin(jobs::cancel(engine, &id, (CancelReason::Other, ""), &progress, &never)).await);
}

async fn queue(stage: &Stage, runs: usize) -> Vec<Run> {
    let mut queued = Vec::new();
    for (number, home) in (0..runs).zip(HOMES.iter().cycle()) {
        let engine = stage.open(home).await;
        let place = if number / 2 % 2 == 0 { Place::RunpodPod } else { Place::RunpodServerless };
        queued.push(stage.bench.queued_on(&engine, place, Some("rtx-4090")).await);
        engine.close().await;
    }
    queued
}

/// The runs that a runner says it has in hand.
#[derive(Default)]
struct Hands(Mutex<BTreeSet<JobId>>);

impl Hands {
    fn hear(&self, news: News) {
        let mut hands = self.0.lock().expect("nobody panics");
        match news {
            News::Took { run, .. } => drop(hands.insert(run)),
            News::Ended(outcome) => drop(hands.remove(&outcome.run().job.id)),
            News::LetGo { run } => drop(hands.remove(&run)),
            _ => {}
        }
    }

    /// Who waits for the end of the last one would wait for ever.
    fn assert_empty(&self) {
        assert_eq!(*self.0.lock().expect("nobody panics"), BTreeSet::new(), "it said that it has them still");
    }
}

/// The last programs live until everything is over.
async fn to_the_end(stage: &Stage) -> Engine {
    let (one, other, cancel) =
        (stage.open(HOMES[0]).await, stage.open(HOMES[1]).await, CancellationToken::new());
    {
        let (heard, hands) = (Heard::none(), [Hands::default(), Hands::default()]);
        let [here, there] = [0, 1].map(|at| {
            let hands: &Hands = &hands[at];
            move |news| hands.hear(news)
        });
        let over = async {
            stage.until_all_are_over(&one).await;
            // What the dead have left is looked for by whoever lives.
            stage.admin.heal();
            stage.clock.sleep(AFTERWARDS).await;
            cancel.cancel();
        };
        let both = async {
            tokio::join!(
                jobs::runner(&one, true, &heard, &here, &cancel),
                jobs::runner(&other, true, &heard, &there, &cancel),
                over
            )
        };
        Box::pin(both).await;
        hands.iter().for_each(Hands::assert_empty);
    }
    other.close().await;
    one
}

/// So many runs at a provider of their own, until each has ended.
async fn batch(seed: u64, runs: usize) -> Done {
    let mut chance = Chance::new(seed);
    let plan =
        Plan { steps: 40, step: 6 * SECOND, setup: MINUTE, every: 10, beat: Some(MINUTE), ..Plan::default() };
    let stage = Stage::new(provider(&mut chance), Looks::RARE, 5, |store| {
        house(store.clone(), move |_| plan.clone())
    })
    .await;
    break_requests(&stage);
    let queued = stage.drive(Box::pin(queue(&stage, runs))).await;
    let mut deaths = 0;
    // Until as many programs have died as there are runs; one machine after the other, or both at a time.
    while deaths < runs {
        let lives: Vec<_> = match chance.below(3) {
            0 => vec![HOMES[0]],
            1 => vec![HOMES[1]],
            _ => HOMES.to_vec(),
        };
        let lives = lives.into_iter().map(|home| life(&stage, home, Chance::new(chance.next()), &queued));
        let died = stage.drive(Box::pin(futures::future::join_all(lives))).await;
        deaths += died.into_iter().filter(|died| *died).count();
        for run in &queued {
            let id = run.job.id.to_string();
            let truth = stage.admin.truth();
            assert!(truth.most_at_once(&id) <= 1, "{:#?}", truth.of(&id).collect::<Vec<_>>());
        }
    }
    let engine = stage.drive(Box::pin(to_the_end(&stage))).await;
    assert_eq!(stage.admin.with(|world| audit(world)), Vec::<String>::new());
    let runs: Vec<Run> =
        jobs::list(&engine).await.expect("a list").into_iter().map(|line| line.run).collect();
    for run in &runs {
        let job = &run.job;
        let whole = job.status.is(Status::Completed) && job.model.is_some();
        let other = job.status.is(Status::Cancelled) || job.failure.is_some();
        assert!(whole || other, "{job:#?}");
    }
    let models = engine::models::list(&engine).await.expect("a list").len();
    assert_eq!(models, runs.iter().filter(|run| run.job.status.is(Status::Completed)).count());
    let dispatches = stage.admin.truth().rentals.len();
    stage.settle(&engine).await;
    assert_eq!(runpod::rented(&engine).await.expect("a list").lines, []);
    // Neither what costs money nor an order: the reaper is for what no program of ours knows.
    assert_eq!(stage.drive(runpod::strays(&engine)).await.expect("a list"), []);
    stage.assert_books_are_the_bills().await;
    // Where the input of jobs is hidden, one may have worked and gone before anybody knew that it was this run's.
    let odd = stage.shown_otherwise(&runs).await;
    for run in &odd {
        println!("shown otherwise: {run}");
    }
    assert!(odd.len() <= 1, "{odd:#?}");
    Done { dispatches, deaths, runs: runs.len(), models }
}

/// One provider after the other, until so many things were rented.
async fn dispatched(wanted: usize, runs: usize) {
    let seed = number("BRIGHTRUN_SEED").unwrap_or(1);
    let mut all = Done::default();
    for seed in seed.. {
        // Said before: a test that fails or hangs is told by its last line.
        println!("BRIGHTRUN_SEED={seed}: {all:?} before");
        let done = Box::pin(batch(seed, runs)).await;
        all.dispatches += done.dispatches;
        all.deaths += done.deaths;
        all.runs += done.runs;
        all.models += done.models;
        if all.dispatches >= wanted {
            break;
        }
    }
    println!("{all:?}");
    assert!(all.models * 2 > all.runs, "most of them come home: {all:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "500 dispatches: minutes"]
async fn five_hundred_dispatches_that_all_go_wrong() {
    let wanted = number("BRIGHTRUN_DISPATCHES").unwrap_or(500);
    dispatched(usize::try_from(wanted).expect("few"), RUNS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispatch_that_goes_wrong_is_one_all_the_same() {
    dispatched(1, 6).await;
}
