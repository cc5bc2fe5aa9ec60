//! Orders of pods that are gone: forgotten by whoever lives, beside everything else, and nobody else's with them.

use crate::bench::{Bench, follows, until};
use crate::pods::{comes_up, queued};
use domain::job::{Run, Status};
use engine::jobs::{self, Heard, News, Outcome};
use engine::runpod;
use engine::{CancellationToken, Engine};
use std::sync::Mutex;
use std::time::Duration;

/// The orders that the account keeps.
fn orders(bench: &Bench) -> Vec<String> {
    let names = bench.provider.state().secrets.iter().map(|secret| secret.1.clone()).collect::<Vec<_>>();
    names.into_iter().filter(|name| name.starts_with("brightrun_run_")).collect()
}

/// How often the account was asked for its secrets.
fn looks(bench: &Bench) -> usize {
    bench.provider.state().calls.iter().filter(|call| *call == "GET /rest/account/secrets").count()
}

/// A runner lives while `world` happens. The runs that ended in its hands.
async fn runs(engine: &Engine, world: impl Future<Output = ()>) -> Vec<Run> {
    let (cancel, ended) = (CancellationToken::new(), Mutex::new(Vec::new()));
    let told = |news| {
        if let News::Ended(outcome) = news
            && let Outcome::Over(run) = *outcome
        {
            ended.lock().expect("nobody panics").push(run);
        }
    };
    let heard = Heard::none();
    let leaving = async {
        world.await;
        cancel.cancel();
    };
    let both = async { tokio::join!(Box::pin(jobs::runner(engine, true, &heard, &told, &cancel)), leaving) };
    tokio::time::timeout(Duration::from_mins(1), both).await.expect("it ends");
    ended.into_inner().expect("nobody panics")
}

async fn trains(bench: &Bench) {
    comes_up(bench, 0).await.finishes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_cannot_be_forgotten_holds_nothing_up_and_is_forgotten_later() {
    let (bench, engine, run) = queued().await;
    bench.provider.state().keeps = Some(403);
    let id = run.job.id.to_string();
    let ended = Box::pin(runs(&engine, async {
        trains(&bench).await;
        while !jobs::show(&engine, &id).await.expect("shown").line.run.is_over() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(orders(&bench).len(), 1, "the run is over all the same");
        bench.provider.state().keeps = None;
        until("it is forgotten", || orders(&bench).is_empty()).await;
    }))
    .await;
    assert!(ended[0].job.status.is(Status::Completed), "{:?}", ended[0].job);
    let kept = bench.provider.state().secrets.clone();
    assert!(kept.iter().any(|secret| secret.1 == "brightrun_hub_token"), "that is no order: {kept:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runner_that_starts_forgets_what_the_dead_have_left_and_looks_once() {
    let (bench, engine, run) = queued().await;
    bench.provider.state().keeps = Some(403);
    // A program without a runner, which is gone then.
    follows(&engine, &run, trains(&bench)).await;
    engine.close().await;
    drop(engine);
    let left = orders(&bench);
    let nobodys = "brightrun_run_00000000_0000_4000_8000_000000000009_1_00000000";
    // Another rental of the same run, which is none of this database.
    let others = format!("{}00000000", left[0].get(..left[0].len() - 8).expect("a key"));
    {
        let mut state = bench.provider.state();
        state.keeps = None;
        for name in [nobodys, &others] {
            state.secrets.push((name.to_owned(), name.to_owned(), "x".to_owned()));
        }
    }
    let (engine, before) = (bench.engine().await, looks(&bench));
    runs(&engine, async {
        until("it is forgotten", || !orders(&bench).contains(&left[0])).await;
        // Several looks at the runs.
        tokio::time::sleep(Duration::from_secs(5)).await;
    })
    .await;
    assert_eq!(looks(&bench), before + 2, "one for orders and one for what else was left, none at each look");
    assert_eq!(orders(&bench), [nobodys, &others], "what this database does not know is nobody's to end");
    assert_eq!(runpod::strays(&engine).await.expect("a list").len(), 2, "the reaper shows them");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_in_use_stays_and_one_that_was_left_elsewhere_goes() {
    let (bench, engine, run) = queued().await;
    let other = Engine::open(&bench.places("elsewhere"), None).await.expect("an engine");
    let here = async {
        follows(&engine, &run, async {
            until("a pod", || !bench.provider.state().pods.is_empty()).await;
            let before = looks(&bench);
            until("the other one has looked", || looks(&bench) > before).await;
            tokio::time::sleep(Duration::from_millis(300)).await;
            assert_eq!(orders(&bench).len(), 1, "its pod may start again at any time");
            bench.provider.state().keeps = Some(403);
            trains(&bench).await;
        })
        .await;
        assert_eq!(orders(&bench).len(), 1);
        bench.provider.state().keeps = None;
        until("the other one forgets it", || orders(&bench).is_empty()).await;
    };
    let there = async {
        until("a pod", || !bench.provider.state().pods.is_empty()).await;
        let over = async {
            until("an order", || !orders(&bench).is_empty()).await;
            until("no order", || orders(&bench).is_empty()).await;
        };
        runs(&other, over).await
    };
    let ((), ended) = tokio::join!(here, there);
    assert!(ended.is_empty(), "it was in other hands");
}
