use super::*;
use crate::money::PerHour;
use chrono::TimeDelta;
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

fn now() -> DateTime<Utc> {
    "2026-11-28T10:00:00Z".parse().unwrap()
}

fn later(seconds: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(seconds)
}

fn id(n: u128) -> JobId {
    JobId(Uuid::from_u128(n))
}

fn job(status: &str) -> Job {
    let gpu = GpuConfig::from_row(&json!({"type": "A40", "count": 1}));
    Job {
        preset_id: "balanced".to_owned(),
        status: Status::read(status),
        current_cost: Usd::cents(5),
        ..Job::new(id(1), "a run".to_owned(), DatasetId(Uuid::nil()), gpu, now())
    }
}

#[test]
fn the_allowed_moves_are_these_and_no_others() {
    let allowed: Vec<String> = Status::ALL
        .iter()
        .flat_map(|from| {
            Move::ALL.iter().filter_map(move |m| Some(format!("{from} {m} {}", from.after(*m).ok()?)))
        })
        .collect();
    assert_eq!(
        allowed,
        [
            "queued claim initializing",
            "queued fail failed",
            "queued cancel cancelled",
            "initializing start running",
            "initializing requeue queued",
            "initializing complete completed",
            "initializing fail failed",
            "initializing cancel cancelled",
            "running requeue queued",
            "running complete completed",
            "running fail failed",
            "running cancel cancelled",
        ]
    );
}

#[test]
fn a_refusal_says_why_and_changes_nothing() {
    let mut done = job("completed");
    let before = done.clone();
    assert_eq!(
        done.go(Move::Cancel, now()).unwrap_err().to_string(),
        "a run that is completed cannot cancel: it has ended"
    );
    assert_eq!(done, before);
    assert!(job("initializing").go(Move::Claim, now()).unwrap_err().why.contains("taken"));
}

#[test]
fn a_state_that_nobody_knows_is_kept_and_never_changed() {
    let mut odd = job("provisioning_failed");
    assert!(odd.go(Move::Cancel, now()).is_err());
    assert_eq!(odd.status.to_string(), "provisioning_failed");
    assert_eq!(odd.health(Patience::default(), later(9999)), Health::Unknown);
    assert_eq!(odd.reap(Patience::default(), later(99_999)), None);
    assert!(odd.retriable().is_err());
    assert!(Status::read("pending").is(Status::Queued));
}

#[test]
fn times_go_with_the_states_and_waiting_is_not_billed() {
    let mut run = job("queued");
    run.gpu.usd_per_hour = Some(PerHour(Usd::dollars(36)));
    for (step, at) in [
        (Move::Claim, 10),
        (Move::Start, 20),
        (Move::Requeue, 30),
        (Move::Claim, 40),
        (Move::Start, 50),
        (Move::Complete, 55),
    ] {
        run.go(step, later(at)).unwrap();
    }
    let times = (run.started_at, run.gpu_started_at, run.completed_at);
    assert_eq!(times, (Some(later(10)), Some(later(50)), Some(later(55))));
    // Ten seconds and five, at a cent a second.
    assert_eq!((run.billed_ms, run.final_cost, run.attempts), (10_000, Some(Usd::cents(15)), 1));
    assert_eq!(run.progress.column(), "100.00");
    assert_eq!(run.meter().unwrap().so_far(later(9999)), Usd::cents(15), "nothing is billed after the end");
}

#[test]
fn a_failed_run_has_its_cost_recorded_too() {
    let mut run = job("running");
    run.go(Move::Fail, now()).unwrap();
    assert_eq!(run.final_cost, Some(Usd::cents(5)));
}

#[test]
fn the_percentage_never_falls() {
    let mut p = Progress::default();
    p.enter(Stage::Works(crate::run::Stage::Configuring));
    p.steps(50, Some(100));
    assert!((p.percent - 60.0).abs() < 1e-9);
    p.steps(0, Some(100));
    p.enter(Stage::Works(crate::run::Stage::Setup));
    p.raise(f64::NAN);
    p.raise(-5.0);
    assert!((p.percent - 60.0).abs() < 1e-9, "resumed: {}", p.percent);
    p.steps(500, Some(100));
    assert_eq!(p.column(), "95.00");
    p.steps(1, Some(0));
    assert_eq!(p.share(), Some(0.01), "a total of 0 is no total");
    assert_eq!(Progress::default().share(), None);
}

#[test]
fn an_end_is_expected_only_where_the_worker_said_so() {
    let at = chrono::DateTime::UNIX_EPOCH;
    let mut p = Progress::default();
    p.expect(at, Some(90.4));
    assert_eq!(p.ends_at, Some(at + chrono::TimeDelta::seconds(90)));
    for no in [None, Some(f64::NAN), Some(-1.0), Some(f64::INFINITY)] {
        p.expect(at, Some(5.0));
        p.expect(at, no);
        assert_eq!(p.ends_at, None, "{no:?}");
    }
}

#[test]
fn nothing_is_left_without_a_rate() {
    let p = Progress { step: 40, total_steps: Some(100), ..Progress::default() };
    assert_eq!(p.remaining_seconds(Some(2.0)), Some(120.0));
    assert_eq!(
        [p.remaining_seconds(None), p.remaining_seconds(Some(0.0)), p.remaining_seconds(Some(f64::NAN))],
        [None; 3]
    );
    assert_eq!(Progress::default().remaining_seconds(Some(1.0)), None);
}

#[test]
fn stages_and_classes_of_the_run_and_of_its_place_are_words_of_one_set() {
    assert!(Stage::all().map(Stage::begins_at).is_sorted());
    for stage in Stage::all() {
        assert_eq!(stage.word().parse(), Ok(stage));
    }
    for class in FailureClass::all() {
        assert_eq!(class.word().parse(), Ok(class));
        assert!(class.fix().ends_with('.'), "{class}");
    }
    assert!("provisioning".parse::<Stage>().is_err() && "tired".parse::<FailureClass>().is_err());
}

#[test]
fn a_repetition_knows_what_it_repeats_and_nothing_of_how_that_went() {
    let mut failed = job("failed");
    failed.attempts = 3;
    failed.progress = Progress { percent: 40.0, step: 4, total_steps: Some(10), ..Progress::default() };
    failed.failure = Some(Failure::new(Outside::Lost, "gone"));
    let again = failed.again(id(2), later(9));
    assert_eq!((again.retry_of, again.name.as_str()), (Some(id(1)), "a run (Retry #1)"));
    assert!(again.status.is(Status::Queued) && again.failure.is_none());
    assert_eq!((again.attempts, again.current_cost, again.queued_at), (0, Usd::ZERO, later(9)));
    assert_eq!((again.progress.step, again.progress.total_steps), (0, Some(10)));
    assert_eq!(again.preset_id, "balanced");
}

#[test]
fn cancelling_shows_until_the_process_is_gone() {
    let mut run = job("running");
    run.cancelling = Some(Cancel::new(CancelReason::CostConcern, "  ", now()).unwrap());
    assert_eq!(run.health(Patience::default(), later(1)), Health::Stopping);
    let cancel = run.cancelling.clone().unwrap();
    assert_eq!(cancel.notes, None);
    assert!(cancel.sentence(later(59)).starts_with("Stopping"));
    assert!(
        cancel.sentence(later(60)).starts_with("Still")
            && cancel.sentence(later(300)).starts_with("It does not")
    );
    assert_eq!(Cancel::new(CancelReason::Other, &"é".repeat(501), now()), Err(NotesTooLong(501)));
}

#[test]
fn silence_makes_stale_then_lost() {
    let mut run = job("running");
    run.last_seen_at = Some(now());
    let patience = Patience::default();
    assert_eq!([59, 60].map(|s| run.health(patience, later(s))), [Health::Running, Health::Stale]);
    assert_eq!(run.reap(patience, later(899)), None);
    assert!(run.reap(patience, later(900)).unwrap().class.is(Outside::Lost.into()));
    assert_eq!(run.silence(later(-60)), 0, "a clock that goes backwards");
    let mut orphan = job("initializing");
    orphan.started_at = Some(now());
    assert!(orphan.reap(patience, later(600)).is_some());
    orphan.external_id = Some("x".to_owned());
    assert!(orphan.reap(patience, later(600)).is_none(), "the provider is asked first");
    assert_eq!(job("queued").reap(patience, later(1_000_000)), None, "waiting is no silence");
}

#[test]
fn only_what_may_pass_is_tried_again_and_not_for_ever() {
    let lost = Failure::new(Outside::Interrupted, "gone");
    assert_eq!([0, 2, 3].map(|n| lost.next(n)), [Move::Requeue, Move::Requeue, Move::Fail]);
    assert_eq!(Failure::new(crate::run::Class::OutOfMemory, "x").next(0), Move::Fail);
    let odd = Failure { class: Word::Unknown("gremlins".to_owned()), ..lost };
    assert_eq!(odd.next(0), Move::Fail);
}

#[test]
fn two_never_hold_a_lease_at_once() {
    let first = claim(None, "a", 30, now()).unwrap();
    assert_eq!(claim(Some(&first), "b", 30, later(29)).unwrap_err().owner, "a");
    let renewed = claim(Some(&first), "a", 30, later(20)).unwrap();
    assert_eq!((renewed.turn, renewed.until), (1, later(50)));
    let second = claim(Some(&renewed), "b", 30, later(50)).unwrap();
    assert_eq!(second.turn, 2);
    let slept = claim(Some(&first), "a", 30, later(31)).unwrap();
    assert_eq!(slept.turn, 2, "whoever let it run out starts a new turn, even if nobody else came");
    assert!(!first.is_due(30, later(19)) && first.is_due(30, later(20)));
    assert!(!first.released(later(5)).holds(later(5)));
    assert!(claim(None, "a", u32::MAX, DateTime::<Utc>::MAX_UTC).is_ok());
}

#[test]
fn first_come_first_served_up_to_the_limit() {
    let queue = [(3, 5), (2, 1), (1, 1)].map(|(n, s)| Queued { id: id(n), queued_at: later(s) });
    assert_eq!(startable(&queue, 1, 3), [id(1), id(2)]);
    assert_eq!(startable(&queue, 5, 3), []);
    assert_eq!(startable(&queue, 0, 0), [id(1)], "a limit of 0 would stop everything");
    assert_eq!(waiting(&queue, id(1), &[Some(60)]).unwrap().seconds, Some(360));
    assert_eq!(waiting(&queue, id(1), &[None]).unwrap().seconds, None);
    assert_eq!(waiting(&queue, id(3), &[Some(60)]), Some(Waiting { before: 2, seconds: None, long: false }));
    assert_eq!(waiting(&queue, id(9), &[]), None);
}

#[test]
fn names_are_made_checked_and_counted() {
    let day = "2026-11-28".parse().unwrap();
    assert_eq!(automatic_name("EQ-2", "balanced", day), "EQ-2 - balanced - 2026-11-28");
    let long = automatic_name(&"ü".repeat(200), "custom", day);
    assert!(check_name(&long).is_ok() && long.ends_with(" - custom - 2026-11-28"));
    assert_eq!(check_name(" ab "), Err(NameFault::Length(2)));
    assert_eq!(check_name("a\nb"), Err(NameFault::Control));
    assert_eq!(retry_name("x"), "x (Retry #1)");
    assert_eq!(retry_name("x (Retry #9)"), "x (Retry #10)");
    assert_eq!(retry_name("x (Retry #many)"), "x (Retry #many) (Retry #1)");
    assert!(check_name(&retry_name(&"é".repeat(100))).is_ok());
    assert_eq!(check_tags(&["test".to_owned(), "test".to_owned()]).unwrap(), ["test"]);
    assert!(check_tags(&["Ab1".to_owned()]).is_err());
    assert!(check_tags(&(0..11).map(|n| format!("tag-{n:02}")).collect::<Vec<_>>()).is_err());
}

#[test]
fn only_ended_runs_are_retried() {
    assert!(job("failed").retriable().is_ok() && job("cancelled").retriable().is_ok());
    assert_eq!(
        job("running").retriable().unwrap_err().to_string(),
        "a run that is running cannot be retried; only failed and cancelled ones can"
    );
}

#[test]
fn machines_are_read_in_both_spellings() {
    let old =
        GpuConfig::from_row(&json!({"gpu_type": "nvidia-h100", "num_gpus": 2, "cost_per_gpu_hour": 4.2}));
    assert_eq!(
        (&old.gpu[..], old.count, old.usd_per_hour.map(|p| p.0)),
        ("nvidia-h100", 2, Some(Usd::cents(420)))
    );
    assert_eq!(GpuConfig::from_row(&old.to_row()), old);
    for odd in [
        json!(null),
        json!({"type": null, "count": 0}),
        json!({"count": -3, "usd_per_hour": "free"}),
        json!({"usd_per_hour": -1}),
    ] {
        let read = GpuConfig::from_row(&odd);
        assert_eq!((&read.gpu[..], read.count, read.usd_per_hour), ("unknown", 1, None), "{odd}");
    }
}

proptest! {
    /// Whatever happens in whichever order: an ended run stays ended, and the percentage never falls.
    #[test]
    fn no_order_of_events_brings_a_run_back(moves in prop::collection::vec(0..Move::ALL.len(), 0..20)) {
        let mut run = job("queued");
        let mut over = false;
        let mut percent = 0.0;
        for (i, m) in moves.into_iter().enumerate() {
            let done = run.go(Move::ALL[m], later(i64::try_from(i).unwrap())).is_ok();
            prop_assert!(!(over && done));
            over = run.status.known().is_some_and(Status::is_over);
            prop_assert_eq!(over, run.completed_at.is_some());
            prop_assert!(run.progress.percent >= percent);
            percent = run.progress.percent;
        }
    }
}

#[test]
fn exit_codes_are_the_workers() {
    let list = concat!(env!("CARGO_MANIFEST_DIR"), "/../../worker/brightrun_worker/exits.py");
    let list = std::fs::read_to_string(list).expect("the worker's list");
    let mut classes = 0;
    for line in list.lines() {
        let Some((name, code)) = line.split_once(" = ") else { continue };
        let code: i32 = code.parse().expect("a number");
        let class = FailureClass::of_exit_code(code);
        if code >= 20 {
            assert_eq!(class.map(|class| class.to_string()), Some(name.to_lowercase()), "{line}");
            classes += 1;
        } else {
            assert_eq!(class, None, "{line}");
        }
    }
    assert_eq!(classes, 8);
}
