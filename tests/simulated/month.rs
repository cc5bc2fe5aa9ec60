//! A month of fifty jobs a day (Must show 4 of issue 4), by the engine's own driver.

use crate::number;
use crate::stage::{Looks, Stage, at};
use domain::job::{CancelReason, Run, Status};
use domain::place::Place;
use engine::jobs::{self, Heard};
use engine::{CancellationToken, Engine, Progress};
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use provider_sim::clock::{DAY, MINUTE, Ms};
use provider_sim::guest::training::{End, Plan, house};
use provider_sim::month::{Arrival, Incident, Month, audit, plan_of, run_of, strike};
use std::collections::BTreeMap;
use std::time::Duration;

/// Days of the long test, unless `BRIGHTRUN_MONTH_DAYS` says otherwise.
const DAYS: u64 = 30;

/// A quarter of the steps that the month's own trainings have: from six minutes to half an hour.
fn short(run: &str) -> Plan {
    let whole = plan_of(run, Some(2 * MINUTE));
    let end = match whole.end {
        End::Fails(step, class, cause) => End::Fails(step / 4, class, cause),
        other => other,
    };
    Plan { steps: whole.steps / 4, every: whole.every / 4, end, ..whole }
}

enum Todo {
    Arrive(Arrival),
    Cancel(u32),
    Strike(Incident),
}

fn todos(month: &Month) -> Vec<(Ms, Todo)> {
    let mut todo: Vec<(Ms, Todo)> = Vec::new();
    for arrival in month.arrivals() {
        todo.extend(arrival.cancel.map(|at| (at, Todo::Cancel(arrival.number))));
        todo.push((arrival.at, Todo::Arrive(arrival)));
    }
    let last = month.settings().start + Ms::from(month.days) * DAY;
    let incidents = month.incidents().into_iter().filter(|(at, _)| *at < last);
    todo.extend(incidents.map(|(at, incident)| (at, Todo::Strike(incident))));
    // A stable sort, and nothing is cancelled before it arrives.
    todo.sort_by_key(|(at, todo)| (*at, matches!(todo, Todo::Cancel(_))));
    todo
}

/// Users start runs and cancel some of them, and the provider has its bad hours.
async fn users(stage: &Stage, engine: &Engine, month: &Month) {
    let (unwanted, mut asked) = tokio::sync::mpsc::unbounded_channel();
    let starting = async {
        let mut ids = BTreeMap::new();
        for (due, todo) in todos(month) {
            stage.until(at(due)).await;
            match todo {
                Todo::Arrive(arrival) => {
                    let place = if arrival.queue { Place::RunpodServerless } else { Place::RunpodPod };
                    let run = stage.bench.queued_on(engine, place, Some("rtx-4090")).await;
                    ids.insert(arrival.number, run.job.id.to_string());
                }
                Todo::Cancel(number) => unwanted.send(ids[&number].clone()).expect("somebody listens"),
                Todo::Strike(incident) => stage.admin.with(|world| strike(world, incident)),
            }
        }
        drop(unwanted);
    };
    // Beside the others: who waits in the middle of a transaction would keep them from theirs.
    let cancelling = async {
        let mut cancels = FuturesUnordered::new();
        let mut more = true;
        while more || !cancels.is_empty() {
            tokio::select! {
                id = asked.recv(), if more => match id {
                    Some(id) => cancels.push(cancel(engine, id)),
                    None => more = false,
                },
                Some(()) = cancels.next(), if !cancels.is_empty() => {}
            }
        }
    };
    tokio::join!(starting, cancelling);
}

async fn cancel(engine: &Engine, id: String) {
    let (progress, never) = (Progress::none(), CancellationToken::new());
    let asked = Box::pin(jobs::cancel(engine, &id, (CancelReason::Other, ""), &progress, &never)).await;
    // It may have ended before.
    drop(asked);
}

/// So many days; `BRIGHTRUN_SEED` makes others.
fn month(days: u32) -> Month {
    let usual = Month::default();
    Month { days, seed: number("BRIGHTRUN_SEED").unwrap_or(usual.seed), ..usual }
}

/// Plays it and looks at everything afterwards.
async fn play(month: &Month) {
    let begun = engine::clock::instant();
    let stage = Stage::new(month.settings(), Looks::SELDOM, 8, |store| {
        house(store.clone(), |container| short(&run_of(container).unwrap_or_default()))
    })
    .await;
    let (engine, cancel) = (stage.open("data").await, CancellationToken::new());
    let (heard, told) = (Heard::none(), |_| {});
    let days = async {
        users(&stage, &engine, month).await;
        stage.until_all_are_over(&engine).await;
        // An order whose pod is gone may be forgotten a little later.
        stage.clock.sleep(Duration::from_mins(10)).await;
        cancel.cancel();
    };
    let work = async { tokio::join!(jobs::runner(&engine, true, &heard, &told, &cancel), days) };
    stage.drive(Box::pin(work)).await;
    let played = begun.elapsed();

    let lines = jobs::list(&engine).await.expect("a list");
    let runs: Vec<Run> = lines.into_iter().map(|line| line.run).collect();
    assert_eq!(runs.len(), usize::try_from(month.days * month.each_day).expect("few"));
    assert_eq!(stage.admin.with(|world| audit(world)), Vec::<String>::new());
    let ended = |status: Status| runs.iter().filter(|run| run.job.status.is(status)).count();
    let (done, failed, cancelled) =
        (ended(Status::Completed), ended(Status::Failed), ended(Status::Cancelled));
    assert_eq!(stage.admin.with(|world| world.secret_names()), Vec::<String>::new());
    let (booked, billed) = stage.settle(&engine).await;
    println!(
        "{} runs in {played:?}: {done} models, {failed} failed, {cancelled} cancelled; {} dispatches; {booked} in the books, {billed} on the bill",
        runs.len(),
        stage.admin.truth().rentals.len()
    );
    assert_eq!(done + failed + cancelled, runs.len());
    assert!(runs.iter().all(|run| run.job.failure.is_some() || !run.job.status.is(Status::Failed)));
    // Which trainings go wrong by themselves lies in the ids of their runs, and those are new in each play.
    let (doomed, sound): (Vec<_>, Vec<_>) =
        runs.iter().partition(|run| short(&run.job.id.to_string()).end != End::Done);
    let of = |runs: &[&Run], status: Status| runs.iter().filter(|run| run.job.status.is(status)).count();
    assert_eq!(of(&doomed, Status::Completed), 0, "who runs out of memory brings no model home");
    let lost: Vec<_> = sound.iter().filter_map(|run| run.job.failure.as_ref()).collect();
    assert!(lost.len() <= 1 + sound.len() / 50, "of {} that train well failed {lost:?}", sound.len());
    assert_eq!(engine::models::list(&engine).await.expect("a list").len(), done);
    assert_eq!(engine::runpod::rented(&engine).await.expect("a list").lines, []);
    stage.assert_books_are_the_bills().await;
    assert_eq!(stage.shown_otherwise(&runs).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
#[ignore = "a month: a minute or two"]
async fn fifty_jobs_a_day() {
    let days = number("BRIGHTRUN_MONTH_DAYS").unwrap_or(DAYS);
    Box::pin(play(&month(u32::try_from(days).expect("few")))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_day_of_twelve_jobs() {
    Box::pin(play(&Month { each_day: 12, ..month(1) })).await;
}
