//! Runs on a rented queue: exactly one job for each attempt whatever gets lost, watched through the store alone, every end with its cost.

#[path = "rented/account.rs"]
mod account;
#[path = "rented/bench.rs"]
mod bench;
#[path = "rented/machine.rs"]
mod machine;
#[path = "rented/orders.rs"]
mod orders;
#[path = "rented/pods.rs"]
mod pods;
#[path = "rented/provider.rs"]
mod provider;
#[allow(dead_code, reason = "other tests use the rest of it")]
#[path = "support/s3.rs"]
mod s3;
#[path = "rented/weights.rs"]
mod weights;

use bench::{Bench, follows, follows_until, until};
use domain::job::{CancelReason, FailureClass, Outside, Status};
use engine::jobs::{self, Heard, Outcome};
use engine::{CancellationToken, Engine, Progress};
use machine::Machine;
use provider::Fault;
use serde_json::json;
use std::fs;

#[tokio::test(flavor = "multi_thread")]
async fn a_run_goes_there_and_comes_home_as_a_model() {
    let (bench, engine, run) = Bench::with_a_run().await;
    let world = async {
        until("a job", || !bench.provider.jobs().is_empty()).await;
        let job = bench.provider.jobs().remove(0);
        // Two hours and the time to bring things home; a day in the queue.
        assert_eq!(job.policy["executionTimeout"], 8_400_000);
        assert_eq!(job.policy["ttl"], 8_400_000 + 86_400_000_u64);
        let mut machine = Machine::starts(&job.input).await;
        bench.provider.newest(|job| {
            (job.status, job.delay, job.worker) = ("IN_PROGRESS", Some(20), Some("w1".to_owned()));
        });
        machine.trains().await;
        machine.finishes().await;
        bench.provider.newest(|job| {
            (job.status, job.ran, job.output) = ("COMPLETED", Some(3_600_000), json!({"final": true}));
        });
    };
    let outcome = Box::pin(follows(&engine, &run, world)).await;
    let Outcome::Over(run) = outcome else { panic!("{outcome:?}") };
    assert!(run.job.status.is(Status::Completed), "{:?}", run.job);
    assert_eq!(bench.provider.jobs().len(), 1);
    let models = engine::models::list(&engine).await.expect("a list");
    assert_eq!(models.len(), 1);
    // An hour by the provider's own time, at the price that was quoted.
    let price = run.job.gpu.usd_per_hour.expect("a price").0;
    assert_eq!(run.job.final_cost, Some(price));
    let shown = jobs::show(&engine, &run.job.id.to_string()).await.expect("shown");
    assert_eq!(shown.costs.len(), 1, "{:?}", shown.costs);
    assert_eq!(shown.costs[0]["exact"], price.exact());
    assert_eq!(shown.metrics, [("loss".to_owned(), 1.0)]);
    assert_eq!(jobs::month(&engine).await.expect("a month").spent, price);
    // What others look at stays; what has come home, and every signed address, goes.
    for (name, stays) in [
        ("events/00000.jsonl", true),
        ("manifest.json", true),
        ("carry.json", false),
        ("result/00000", false),
        ("dataset.jsonl", false),
    ] {
        assert_eq!(bench.object(&run, name).exists(), stays, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_that_is_not_what_it_says_fails_the_run_and_makes_no_model() {
    let (bench, engine, run) = Bench::with_a_run().await;
    let world = async {
        until("a job", || !bench.provider.jobs().is_empty()).await;
        let mut machine = Machine::starts(&bench.provider.jobs()[0].input).await;
        machine.finishes().await;
        machine.put("result/00001", b"other bytes").await;
        bench.provider.newest(|job| (job.status, job.ran) = ("COMPLETED", Some(3_600_000)));
    };
    let outcome = Box::pin(follows(&engine, &run, world)).await;
    let run = outcome.run();
    assert!(run.job.status.is(Status::Failed), "{:?}", run.job);
    assert!(run.job.failure.as_ref().is_some_and(|failure| failure.cause.contains("result.json")));
    assert_eq!(run.job.final_cost, run.job.gpu.usd_per_hour.map(|price| price.0), "it cost all the same");
    assert!(engine::models::list(&engine).await.expect("a list").is_empty());
}

/// Whoever sees the end may die, or fail, before the run is over: what was paid for has ended all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_is_gone_costs_no_more_while_its_results_wait() {
    let (bench, engine, run) = Bench::with_a_run().await;
    let models = bench.path("s3/team/bright/lora-models");
    let world = async {
        until("a job", || !bench.provider.jobs().is_empty()).await;
        // A file where a folder has to be: nothing can be kept.
        fs::write(&models, "in the way").expect("a file");
        let mut machine = Machine::starts(&bench.provider.jobs()[0].input).await;
        bench.provider.newest(|job| (job.status, job.delay) = ("IN_PROGRESS", Some(0)));
        machine.trains().await;
        until("it is seen", || {
            bench.path("data/runs").join(run.job.id.to_string()).join("events.jsonl").exists()
        })
        .await;
        machine.finishes().await;
        bench.provider.newest(|job| (job.status, job.ran) = ("COMPLETED", Some(3_600_000)));
    };
    let (heard, progress, cancel) = (Heard::none(), Progress::none(), CancellationToken::new());
    let id = run.job.id.to_string();
    let (ended, ()) = tokio::join!(Box::pin(jobs::follow(&engine, &id, &heard, &progress, &cancel)), world);
    ended.expect_err("nothing can be kept");
    fs::remove_file(&models).expect("it is there");
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let outcome = Box::pin(follows(&engine, &run, async {})).await;
    let job = &outcome.run().job;
    assert!(job.status.is(Status::Completed), "{job:?}");
    assert_eq!(job.final_cost, job.gpu.usd_per_hour.map(|price| price.0), "an hour, as its record says");
}

/// A folder on a network volume instead of signed addresses: the files of this machine need no S3 store then.
#[tokio::test(flavor = "multi_thread")]
async fn a_network_volume_carries_a_run_too() {
    let bench = Bench::new().await;
    fs::create_dir_all(bench.path("s3/vol1")).expect("a volume");
    let mut places = bench.places("data");
    places.files = bench.path("files").display().to_string();
    places.runpod.volume = Some("vol1".to_owned());
    places.runpod.volume_data_center = Some("us-east-1".to_owned());
    places.runpod.volume_access_key = Some(s3::KEY.into());
    places.runpod.volume_secret_key = Some(s3::SECRET.into());
    places.runpod.volume_url = Some(bench.store.clone());
    let engine = Engine::open(&places, None).await.expect("an engine");
    let run = bench.queued(&engine).await;
    let folder = bench.path("s3/vol1/brightrun/runs").join(run.job.id.to_string());
    let world = async {
        until("a job", || !bench.provider.jobs().is_empty()).await;
        let job = bench.provider.jobs().remove(0);
        assert_eq!(job.input["folder"], format!("brightrun/runs/{}", run.job.id));
        assert!(job.input.get("carry").is_none(), "a volume signs nothing");
        let carry = fs::read(folder.join("carry.json")).expect("it is there");
        let carry: serde_json::Value = serde_json::from_slice(&carry).expect("JSON");
        assert_eq!(
            carry["store"],
            json!({"kind": "volume", "folder": format!("brightrun/runs/{}", run.job.id)})
        );
        let mut machine = Machine::on_volume(&folder, carry);
        bench.provider.newest(|job| (job.status, job.delay) = ("IN_PROGRESS", Some(0)));
        // All that was printed lies there; only its end is worth the way.
        let printed = (0..300_000).map(|n| format!("line {n}")).collect::<Vec<_>>().join("\n") + "\n";
        fs::write(folder.join("worker.log"), &printed).expect("a log");
        machine.trains().await;
        let here = bench.path("data/runs").join(run.job.id.to_string());
        until("it is seen here", || here.join("events.jsonl").is_file() && here.join("worker.log").is_file())
            .await;
        let seen = fs::read_to_string(here.join("worker.log")).expect("the log");
        assert!(
            seen.len() <= 1 << 20 && seen.starts_with("line ") && printed.ends_with(&seen),
            "{}",
            seen.len()
        );
        machine.finishes().await;
        bench.provider.newest(|job| job.status = "COMPLETED");
    };
    let outcome = Box::pin(follows(&engine, &run, world)).await;
    assert!(outcome.run().job.status.is(Status::Completed), "{:?}", outcome.run().job);
    assert_eq!(engine::models::list(&engine).await.expect("a list").len(), 1);
    assert!(
        folder.join("events.jsonl").exists() && !folder.join("adapter/adapter_model.safetensors").exists()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_secret_goes_there() {
    let (bench, engine, run) = Bench::with_a_run().await;
    follows_until(&engine, &run, until("a job", || !bench.provider.jobs().is_empty())).await;
    let carry = fs::read_to_string(bench.object(&run, "carry.json")).expect("it is there");
    let input = bench.provider.jobs()[0].input.to_string();
    for secret in ["a-key-that-nobody-may-see", s3::SECRET] {
        assert!(!carry.contains(secret) && !input.contains(secret));
    }
    let rows = fs::read(bench.path("rows.db")).expect("rows");
    let rows = String::from_utf8_lossy(&rows);
    assert!(
        !rows.contains("X-Amz-Signature") && !rows.contains("a-key-that-nobody-may-see"),
        "signed addresses are keys, too"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_found_again_and_nothing_is_submitted_twice() {
    let (bench, engine, run) = Bench::with_a_run().await;
    bench.provider.state().faults = vec![Fault::AnswerLost];
    follows_until(&engine, &run, async {
        until("the status is asked", || bench.provider.was_asked("/status/job1-u1")).await;
    })
    .await;
    assert_eq!(bench.provider.jobs().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_found_by_the_machine_where_the_list_hides_the_input() {
    let (bench, engine, run) = Bench::with_a_run().await;
    {
        let mut state = bench.provider.state();
        state.faults = vec![Fault::AnswerLost];
        state.tells_input = false;
    }
    follows_until(&engine, &run, async {
        until("a job", || !bench.provider.jobs().is_empty()).await;
        // Much longer than the grace: it waits for the suspect.
        let asked = || bench.provider.state().calls.iter().filter(|call| call.contains("/requests")).count();
        until("it looked often", || asked() > 30).await;
        assert_eq!(bench.provider.jobs().len(), 1, "a suspect is no nothing");
        let mut machine = Machine::starts(&bench.provider.jobs()[0].input).await;
        bench.provider.newest(|job| (job.status, job.worker) = ("IN_PROGRESS", Some("w1".to_owned())));
        machine.beats().await;
        until("it is known", || bench.provider.was_asked("/status/job1-u1")).await;
    })
    .await;
    assert_eq!(bench.provider.jobs().len(), 1);
}

/// The one who submitted it is gone, and nobody looked before the grace was over: what is there then is a suspect all the same.
#[tokio::test(flavor = "multi_thread")]
async fn who_looks_for_the_first_time_after_the_grace_suspects_what_is_there() {
    let (bench, engine, run) = Bench::with_a_run().await;
    {
        let mut state = bench.provider.state();
        state.faults = vec![Fault::AnswerLost];
        state.tells_input = false;
    }
    follows_until(&engine, &run, until("a job", || !bench.provider.jobs().is_empty())).await;
    tokio::time::sleep(bench.places("data").runpod.grace * 2).await;
    let asked = || bench.provider.state().calls.iter().filter(|call| call.contains("/requests")).count();
    let before = asked();
    follows_until(&engine, &run, until("it looked often", || asked() > before + 20)).await;
    assert_eq!(bench.provider.jobs().len(), 1, "it may be the one whose answer was lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_came_is_submitted_again_and_counts_as_no_attempt() {
    let (bench, engine, run) = Bench::with_a_run().await;
    bench.provider.state().faults = vec![Fault::NeverCame, Fault::NeverCame];
    let left = follows_until(&engine, &run, until("a job", || !bench.provider.jobs().is_empty())).await;
    assert_eq!(bench.provider.jobs().len(), 1);
    assert_eq!(left.run().job.attempts, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_leaves_the_run_in_the_queue_and_says_why() {
    let (bench, engine, run) = Bench::with_a_run().await;
    for (status, said) in [(401, "API key"), (402, "balance"), (403, "may not")] {
        bench.provider.state().faults = vec![Fault::Refused(status)];
        let (heard, progress, cancel) = (Heard::none(), Progress::none(), CancellationToken::new());
        let error = Box::pin(jobs::follow(&engine, &run.job.id.to_string(), &heard, &progress, &cancel))
            .await
            .expect_err("refused");
        assert!(error.why.contains(said) && !error.next.is_empty(), "{status}: {error:?}");
        let line = jobs::show(&engine, &run.job.id.to_string()).await.expect("shown").line;
        assert!(line.run.job.status.is(Status::Queued) && line.run.job.attempts == 0, "{:?}", line.run.job);
        // Whoever looks at the run later finds it there, with what to do.
        let says = line.says().unwrap_or_default();
        assert!(says.contains(said) && says.contains(error.next.trim_end_matches('.')), "{status}: {says}");
        assert_eq!(line.word(), "retrying");
    }
    assert!(bench.provider.jobs().is_empty());
}

/// The process dies between the claim and the id: whoever comes next looks, and finds what there is.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_submitter_is_followed_by_one_who_looks() {
    for fault in [Fault::AnswerLost, Fault::NeverCame] {
        let bench = Bench::new().await;
        let engine = bench.engine().await;
        let run = bench.queued(&engine).await;
        bench.provider.state().faults = vec![fault];
        // It is cut off as soon as the request came, whatever it was about to do.
        {
            let (heard, progress, cancel) = (Heard::none(), Progress::none(), CancellationToken::new());
            let id = run.job.id.to_string();
            let following = Box::pin(jobs::follow(&engine, &id, &heard, &progress, &cancel));
            tokio::select! {
                _ = following => panic!("it ends"),
                () = until("a request", || bench.provider.state().calls.iter().any(|call| call.ends_with("/run"))) => {}
            }
        }
        engine.close().await;
        drop(engine);
        bench.forget_leases().await;
        let engine = bench.engine().await;
        follows_until(&engine, &run, async {
            until("the job is looked after", || bench.provider.was_asked("/status/")).await;
        })
        .await;
        assert_eq!(bench.provider.jobs().len(), 1, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_ends_the_job_and_is_true_only_when_the_provider_says_so() {
    let (bench, engine, run) = Bench::with_a_run().await;
    bench.provider.state().cancels = false;
    let id = run.job.id.to_string();
    follows_until(&engine, &run, async {
        until("a job", || !bench.provider.jobs().is_empty()).await;
        bench.provider.newest(|job| (job.status, job.delay) = ("IN_PROGRESS", Some(0)));
        until("asked", || {
            bench.provider.state().calls.iter().filter(|call| call.contains("/status/")).count() > 3
        })
        .await;
    })
    .await;
    let (progress, cancel) = (Progress::none(), CancellationToken::new());
    let cancelling = jobs::cancel(&engine, &id, (CancelReason::Other, ""), &progress, &cancel);
    let world = async {
        until("the provider is asked", || bench.provider.was_asked("/cancel/")).await;
        let wish = fs::read_to_string(bench.object(&run, "wish.json")).expect("a wish");
        assert_eq!(wish, r#"{"wish":"cancel"}"#);
        let asked = bench.provider.state().calls.len();
        until("it looks again", || bench.provider.state().calls.len() > asked + 3).await;
        let now = jobs::show(&engine, &id).await.expect("shown").line.run;
        assert!(!now.is_over() && now.job.cancelling.is_some(), "it may still cost money");
        bench.provider.newest(|job| (job.status, job.ran) = ("CANCELLED", Some(7_200_000)));
    };
    let (run, ()) = tokio::join!(Box::pin(cancelling), world);
    let run = run.expect("cancelled");
    assert!(run.job.status.is(Status::Cancelled));
    let price = run.job.gpu.usd_per_hour.expect("a price");
    assert_eq!(run.job.final_cost, Some(price.seconds(7200, 1)), "a cancelled run has its cost, too");
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_one_that_waits_takes_it_out_of_the_queue_and_it_can_be_resumed() {
    let (bench, engine, run) = Bench::with_a_run().await;
    let id = run.job.id.to_string();
    follows_until(&engine, &run, until("a job", || !bench.provider.jobs().is_empty())).await;
    let (progress, cancel) = (Progress::none(), CancellationToken::new());
    let stopped = Box::pin(jobs::stop(&engine, &id, &progress, &cancel)).await.expect("stopped");
    assert!(stopped.paused && stopped.job.status.is(Status::Queued) && stopped.job.attempts == 0);
    assert!(!bench.provider.jobs()[0].is_open());
    let heard = Heard::none();
    let resuming = Box::pin(jobs::resume(&engine, &id, &heard, &progress, &cancel));
    let enough = async {
        until("a second job", || bench.provider.jobs().len() == 2).await;
        cancel.cancel();
    };
    let (resumed, ()) = tokio::join!(resuming, enough);
    assert!(matches!(resumed.expect("resumed"), Outcome::Left(_)));
    assert!(!bench.object(&run, "wish.json").exists(), "the old wish is none of the new job's");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_dies_is_followed_by_another_and_both_are_paid() {
    let (bench, engine, run) = Bench::with_a_run().await;
    let world = async {
        until("a job", || !bench.provider.jobs().is_empty()).await;
        let mut machine = Machine::starts(&bench.provider.jobs()[0].input).await;
        machine.trains().await;
        bench.provider.newest(|job| {
            (job.status, job.ran, job.error) =
                ("FAILED", Some(1_800_000), Some("job timed out after 1 retries".to_owned()));
        });
        until("a second job", || bench.provider.jobs().len() == 2).await;
        let mut machine = Machine::starts(&bench.provider.jobs()[1].input).await;
        machine.trains().await;
        machine.finishes().await;
        bench.provider.newest(|job| (job.status, job.ran) = ("COMPLETED", Some(1_800_000)));
    };
    let outcome = Box::pin(follows(&engine, &run, world)).await;
    let run = outcome.run().clone();
    assert!(run.job.status.is(Status::Completed), "{:?}", run.job);
    assert_eq!((run.job.attempts, bench.provider.jobs().len()), (1, 2));
    let shown = jobs::show(&engine, &run.job.id.to_string()).await.expect("shown");
    assert_eq!(shown.costs.len(), 2, "one record for each machine");
    assert_eq!(run.job.final_cost, Some(run.job.gpu.usd_per_hour.expect("a price").0));
    assert_eq!(engine::models::list(&engine).await.expect("a list").len(), 1);
}

/// SIGTERM to a machine: its worker stops with a checkpoint, as it does when its time is over.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_stops_goes_on_and_what_its_time_stops_waits() {
    for (ended, goes_on) in [("2026-11-28T10:40:00Z", true), ("2026-11-28T11:58:00Z", false)] {
        let (bench, engine, run) = Bench::with_a_run().await;
        let world = async {
            until("a job", || !bench.provider.jobs().is_empty()).await;
            let mut machine = Machine::starts(&bench.provider.jobs()[0].input).await;
            machine.trains().await;
            let last = json!({"at": ended, "outcome": "stopped", "exit_code": 10, "step": 2});
            machine.tells("final", last).await;
            bench.provider.newest(|job| (job.status, job.ran) = ("COMPLETED", Some(1_800_000)));
            if goes_on {
                until("a second job", || bench.provider.jobs().len() == 2).await;
                Machine::starts(&bench.provider.jobs()[1].input).await.finishes().await;
                bench.provider.newest(|job| (job.status, job.ran) = ("COMPLETED", Some(1_800_000)));
            }
        };
        let outcome = Box::pin(follows(&engine, &run, world)).await;
        let now = outcome.run();
        assert_eq!(now.job.status.is(Status::Completed), goes_on, "{:?}", now.job);
        assert_eq!((now.paused, bench.provider.jobs().len()), if goes_on { (false, 2) } else { (true, 1) });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_end_has_its_class() {
    let failed = |class: FailureClass| {
        move |run: &domain::job::Run| run.job.failure.as_ref().is_some_and(|failure| failure.class.is(class))
    };
    for (status, error, class) in [
        ("FAILED", Some("executionTimeout exceeded"), Outside::Timeout.into()),
        ("TIMED_OUT", None, Outside::Timeout.into()),
        (
            "FAILED",
            Some(r#"{"error_type":"<class 'X'>","error_message":"the disk is odd"}"#),
            domain::run::Class::Other.into(),
        ),
    ] {
        let bench = Bench::new().await;
        let engine = bench.engine().await;
        let run = bench.queued(&engine).await;
        let world = async {
            until("a job", || !bench.provider.jobs().is_empty()).await;
            bench.provider.newest(|job| (job.status, job.error) = (status, error.map(str::to_owned)));
        };
        let outcome = Box::pin(follows(&engine, &run, world)).await;
        let run = outcome.run();
        assert!(
            run.job.status.is(Status::Failed) && failed(class)(run),
            "{status} {error:?}: {:?}",
            run.job.failure
        );
        assert_eq!(bench.provider.jobs().len(), 1, "that does not pass by itself");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_worker_told_wins_over_what_the_provider_says() {
    let (bench, engine, run) = Bench::with_a_run().await;
    let world = async {
        until("a job", || !bench.provider.jobs().is_empty()).await;
        let mut machine = Machine::starts(&bench.provider.jobs()[0].input).await;
        machine.tells("stage", json!({"stage": "training"})).await;
        machine
            .tells(
                "error",
                json!({"class": "out_of_memory", "cause": "It is too large.", "fix": "Halve the batch."}),
            )
            .await;
        machine.ends("failed", 20).await;
        bench.provider.newest(|job| {
            (job.status, job.error) = ("FAILED", Some("out_of_memory: It is too large.".to_owned()));
        });
    };
    let outcome = Box::pin(follows(&engine, &run, world)).await;
    let failure = outcome.run().job.failure.clone().expect("a failure");
    assert!(failure.class.is(domain::run::Class::OutOfMemory.into()) && failure.fix == "Halve the batch.");
}

/// A job that the platform forgot while its worker trains on: the beat in the store is believed, and nothing is submitted beside it.
#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_job_whose_machine_trains_is_waited_for() {
    let (bench, engine, run) = Bench::with_a_run().await;
    let world = async {
        until("a job", || !bench.provider.jobs().is_empty()).await;
        let mut machine = Machine::starts(&bench.provider.jobs()[0].input).await;
        bench.provider.newest(|job| (job.status, job.delay) = ("IN_PROGRESS", Some(0)));
        machine.trains().await;
        bench.provider.newest(|job| job.forgotten = true);
        for _ in 0..20 {
            machine.beats().await;
            tokio::time::sleep(std::time::Duration::from_millis(60)).await;
        }
        assert_eq!(bench.provider.jobs().len(), 1);
        machine.finishes().await;
    };
    let outcome = Box::pin(follows(&engine, &run, world)).await;
    assert!(outcome.run().job.status.is(Status::Completed), "{:?}", outcome.run().job);
    assert_eq!(bench.provider.jobs().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_is_explained_and_an_outage_of_the_provider_ends_nothing() {
    let bench = Bench::new().await;
    let mut places = bench.places("data");
    places.runpod.explain = std::time::Duration::ZERO;
    let engine = Engine::open(&places, None).await.expect("an engine");
    let run = bench.queued(&engine).await;
    let id = run.job.id.to_string();
    let message = async |engine: &Engine| {
        jobs::show(engine, &id).await.expect("shown").line.run.job.stage_message.unwrap_or_default()
    };
    let world = async {
        loop {
            if message(&engine).await.contains("wait for a GPU") {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        bench.provider.state().down = true;
        let asked = bench.provider.state().calls.len();
        until("it asks again", || bench.provider.state().calls.len() > asked + 2).await;
        bench.provider.state().down = false;
        while message(&engine).await.contains("goes on asking") {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let mut machine = Machine::starts(&bench.provider.jobs()[0].input).await;
        machine.finishes().await;
        bench.provider.newest(|job| job.status = "COMPLETED");
    };
    let outcome = Box::pin(follows(&engine, &run, world)).await;
    assert!(outcome.run().job.status.is(Status::Completed));
    assert_eq!(bench.provider.jobs().len(), 1);
}

/// Another machine, with its own data folder, looks at a run that it did not start (issue 4, must show 5).
#[tokio::test(flavor = "multi_thread")]
async fn a_second_data_folder_watches_what_it_did_not_start() {
    let (bench, engine, run) = Bench::with_a_run().await;
    let id = run.job.id.to_string();
    let other = Engine::open(&bench.places("elsewhere"), None).await.expect("an engine");
    let early = jobs::watch(&other, &id).await.expect_err("nothing was told");
    assert!(early.why.contains("told nothing yet"), "{early:?}");
    let world = async {
        until("a job", || !bench.provider.jobs().is_empty()).await;
        let mut machine = Machine::starts(&bench.provider.jobs()[0].input).await;
        bench.provider.newest(|job| (job.status, job.delay) = ("IN_PROGRESS", Some(0)));
        machine.trains().await;
        let (line, watch) = jobs::watch(&other, &id).await.expect("watched");
        assert!(!line.run.is_over());
        let told = CancellationToken::new();
        let seen = || watch.runs()[0].metrics().get("loss").map_or(0, |loss| loss.samples().count());
        let more = async {
            until("two steps", || seen() == 2).await;
            machine.tells("metrics", json!({"step": 3, "values": {"loss": 0.5}})).await;
            until("a third one, live", || seen() == 3).await;
            told.cancel();
        };
        tokio::join!(watch.follow(&told, || true), more);
        machine.finishes().await;
        bench.provider.newest(|job| job.status = "COMPLETED");
    };
    Box::pin(follows(&engine, &run, world)).await;
    // It takes neither the lease nor the result.
    let folder = bench.path("elsewhere/runs").join(&id);
    assert!(folder.join("events.jsonl").is_file() && !folder.join("adapter").exists());
    let heard = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let ears = std::sync::Arc::clone(&heard);
    let listener = Heard::new(move |event| ears.lock().unwrap().push(event.seq));
    jobs::log(&other, &id, false, &listener, &CancellationToken::new()).await.expect("a log");
    assert!(!heard.lock().unwrap().is_empty());
}
