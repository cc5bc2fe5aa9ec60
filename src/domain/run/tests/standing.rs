//! States, parts and what is left.

use super::*;

#[test]
fn one_line_of_a_worker_has_its_class_in_front() {
    assert_eq!(Class::said("disk_full: no room: 3 GB missing"), (Class::DiskFull, "no room: 3 GB missing"));
    for line in ["CUDA error: 3", "disk_full", ""] {
        assert_eq!(Class::said(line), (Class::Other, line));
    }
}

#[test]
fn before_the_first_word() {
    let worker = Worker::start();
    assert_eq!(worker.state(Liveness::Unknown), State::Queued);
    assert_eq!(worker.state(Liveness::Waiting), State::Queued);
    assert_eq!(worker.state(Liveness::Alive), State::Starting);
    let State::Failed(failure) = worker.state(Liveness::Dead(Some(1))) else { panic!("it is dead") };
    assert_eq!(failure.class, Class::NotStarted);
}

#[test]
fn silence_is_stale_only_when_it_is_long_for_the_stage() {
    let mut worker = Worker::start();
    worker.stage("downloading").after(599.0);
    assert_eq!(worker.state(Liveness::Alive), State::Starting);
    assert_eq!(worker.after(2.0).state(Liveness::Alive), State::Stale { silent: 601.0 });
    worker.stage("training").after(59.0);
    assert_eq!(worker.state(Liveness::Unknown), State::Running);
    assert_eq!(worker.after(2.0).state(Liveness::Unknown), State::Stale { silent: 61.0 });
    worker.tell("progress", json!({"percent": 30, "seconds_per_step": 10.0})).after(199.0);
    assert_eq!(worker.state(Liveness::Unknown).word(), "running");
    assert_eq!(worker.after(2.0).state(Liveness::Unknown).word(), "stale");
    worker.stage("validating").after(300.0);
    assert_eq!(worker.state(Liveness::Unknown).word(), "running");
    // The worker's clock goes ahead of ours.
    assert_eq!(state(worker.read().facts(), clock(0.0), Liveness::Alive).word(), "running");
}

#[test]
fn an_end_without_a_word_is_a_failure_with_a_way_on() {
    let mut worker = Worker::start();
    worker.stage("training").metrics(5, json!({"loss": 1.0}));
    let killed = |worker: &Worker, code| match worker.state(Liveness::Dead(code)) {
        State::Failed(failure) => failure,
        other => panic!("{other:?}"),
    };
    assert!(killed(&worker, None).fix.contains("begins anew"));
    worker.tell("checkpoint", json!({"step": 4, "name": "checkpoint-4", "bytes": 1, "reason": "interval"}));
    let failure = killed(&worker, Some(137));
    assert!(
        failure.class == Class::Killed && failure.cause.contains("memory") && failure.fix.contains("step 4")
    );
    worker.tell("error", json!({"class": "out_of_memory", "cause": "c", "fix": "halve the batch"}));
    assert_eq!(worker.state(Liveness::Alive).word(), "running", "it may still say more");
    assert_eq!(killed(&worker, Some(1)).fix, "halve the batch");
}

#[test]
fn a_last_word_decides_until_the_next_attempt() {
    for (outcome, word) in
        [("done", "done"), ("stopped", "cancelled"), ("cancelled", "cancelled"), ("failed", "failed")]
    {
        let mut worker = Worker::start();
        worker.stage("training");
        worker.tell("checkpoint", json!({"step": 4, "name": "checkpoint-4", "bytes": 1, "reason": "stop"}));
        worker.tell("final", json!({"outcome": outcome, "exit_code": 0, "step": 4}));
        for process in [Liveness::Unknown, Liveness::Alive, Liveness::Dead(Some(0))] {
            assert_eq!(worker.state(process).word(), word);
        }
        assert!(worker.state(Liveness::Unknown).is_end());
        if outcome == "stopped" {
            assert_eq!(worker.state(Liveness::Unknown), State::Cancelled { resumable: Some(4) });
        }
        worker.attempt += 1;
        assert_eq!(worker.stage("setup").state(Liveness::Alive), State::Starting);
    }
}

#[test]
fn parts_have_times_and_shares() {
    let mut worker = Worker::start();
    worker.stage("setup").after(1.0).stage("preparing").tell("progress", json!({"percent": 10}));
    assert_eq!(worker.read().facts().share(Part::Prepare), 0.5);
    worker.after(2.0).stage("loading_model").tell("progress", json!({"percent": 20}));
    let reader = worker.read();
    assert_eq!((reader.facts().share(Part::Prepare), reader.facts().share(Part::Load)), (1.0, 0.5));
    assert_eq!((reader.facts().share(Part::Train), reader.facts().part()), (0.0, Some(Part::Load)));
    worker.stage("training").tell("progress", json!({"percent": 60, "training_percent": 40}));
    worker
        .after(1.0)
        .stage("validating")
        .after(1.0)
        .stage("training")
        .after(1.0)
        .stage("saving")
        .stage("completed");
    let facts = worker.read().facts().clone();
    assert_eq!((facts.parts[2].from, facts.parts[2].to), (Some(clock(3.0)), Some(clock(6.0))));
    assert_eq!(facts.share(Part::Train), 1.0);
    worker.attempt = 2;
    worker.stage("setup");
    assert_eq!(worker.read().facts().parts, <[Stretch; 4]>::default(), "an attempt begins anew");
}

#[test]
fn what_a_stage_does_not_tell_stays() {
    let mut worker = Worker::start();
    worker.stage("training").progress(60.0, 50).stage("saving").tell("progress", json!({"percent": 96}));
    worker.tell("progress", json!({"percent": 12}));
    let told = |worker: &Worker| worker.read().facts().progress.unwrap().1;
    assert_eq!(
        (told(&worker).percent, told(&worker).step, told(&worker).total_steps),
        (96.0, Some(50), Some(100))
    );
    worker.attempt = 2;
    worker.tell("stage", json!({"stage": "resumed", "step": 40, "checkpoint": "checkpoint-40"}));
    assert_eq!((told(&worker).percent, told(&worker).step), (96.0, Some(40)));
}

#[test]
fn what_is_left_is_steps_times_pace_and_ages() {
    let mut worker = Worker::start();
    worker.stage("loading_model").progress(20.0, 0);
    assert_eq!(eta(worker.read().facts(), worker.read().metrics(), clock(0.0)), None, "nothing was trained");
    worker.stage("training").progress(25.0, 0);
    assert_eq!(eta(worker.read().facts(), worker.read().metrics(), clock(0.0)), None);
    for step in 1..=20 {
        worker.after(2.0).metrics(step, json!({"loss": 1.0}));
    }
    worker.progress(40.0, 20);
    let reader = worker.read();
    let left = |now: f64| eta(reader.facts(), reader.metrics(), clock(worker.now + now)).unwrap();
    assert_eq!(left(0.0), Eta { seconds: 160.0, spread: 3.2 });
    assert_eq!(left(10.0).seconds, 150.0);
    assert_eq!(left(1e6).seconds, 0.0);
    worker.tell("progress", json!({"percent": 40, "step": 20, "total_steps": 100, "seconds_per_step": 1.0, "remaining_seconds": 90}));
    let reader = worker.read();
    let told = eta(reader.facts(), reader.metrics(), clock(worker.now)).unwrap();
    assert_eq!(told, Eta { seconds: 90.0, spread: 90.0 }, "the pace doubled: nobody knows");
    // After a restart only the new attempt's pace counts.
    (worker.attempt, worker.now) = (2, worker.now + 5000.0);
    worker
        .tell("stage", json!({"stage": "resumed", "step": 20, "checkpoint": "checkpoint-20"}))
        .stage("training");
    worker.progress(40.0, 20);
    assert_eq!(eta(worker.read().facts(), worker.read().metrics(), clock(worker.now)), None);
}
