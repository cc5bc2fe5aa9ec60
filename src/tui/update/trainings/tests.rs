//! What each key does, as equality on effects.

mod news;

use super::*;
use crate::model::modal::QuitChoice;
use crate::model::monitor::Msg as Do;
use crate::model::trainings::Cancel;
use crate::model::{Input, Leave, Modal as Any, Msg as Message, Problem};
use crate::update::tests::{START, press, ready};
use crate::update::update as tell;
use chrono::TimeDelta;
use domain::configuration::Configuration;
use domain::estimate::{Estimate, Source};
use domain::ids::{DatasetId, ModelId};
use domain::job::table::Column;
use domain::job::{CancelReason, Failure, GpuConfig, Health, Job, Move, Outside, Patience, Progress, Run};
use domain::money::{PerHour, Range, Usd};
use domain::place::Place;
use engine::jobs::{Month, News, Outcome};
use engine::watch::Watch;
use uuid::Uuid;

fn id(n: u128) -> JobId {
    JobId(Uuid::from_u128(n))
}

/// A run that is `moves` far; made `n` minutes ago.
pub(crate) fn line(n: u32, moves: &[Move]) -> JobLine {
    let made = START.wall - TimeDelta::minutes(i64::from(n));
    let price = PerHour(Usd::cents(36));
    let gpu = GpuConfig {
        gpu: "cpu".to_owned(),
        count: 1,
        usd_per_hour: Some(price),
        price_as_of: None,
        place: Some(Place::Local),
        tier: None,
    };
    let mut job = Job::new(id(u128::from(n)), format!("run-{n}"), DatasetId(Uuid::from_u128(7)), gpu, made);
    job.preset_id = "balanced".to_owned();
    job.estimated_cost = Some(Range { low: Usd::cents(10), high: Usd::cents(20) });
    job.progress = Progress { total_steps: Some(200), total_epochs: Some(2.0), ..Progress::default() };
    for (at, step) in (0..).zip(moves) {
        job.go(*step, made + TimeDelta::seconds(10 * (at + 1))).expect("allowed");
        if *step == Move::Start {
            job.progress.steps(50, Some(200));
            job.progress.loss = Some(1.0 / f64::from(n + 1));
        }
    }
    job.last_seen_at = Some(START.wall);
    job.current_cost = Usd::cents(4);
    let run = Run {
        job,
        configuration: Configuration { name: format!("run-{n}"), ..Configuration::default() },
        model: domain::base_model::builtin().models.remove(0),
        estimate: Estimate {
            formula: "x".to_owned(),
            seconds: None,
            phases: vec![],
            seconds_per_step: None,
            source: Source::Nothing,
            margin: 0.15,
            cost: None,
            cost_parts: vec![],
            reasons: vec![],
        },
        dataset_name: "EQ-2".to_owned(),
        dataset_sha256: "ab".repeat(32),
        accepted: None,
        paused: false,
    };
    let alive = run.job.status.known().is_some_and(domain::job::Status::is_active);
    JobLine {
        health: run.job.health(Patience::default(), START.wall),
        followed: alive,
        alive,
        here: true,
        run,
    }
}

/// One of each kind.
pub(crate) fn lines() -> Vec<JobLine> {
    let running = line(3, &[Move::Claim, Move::Start]);
    let waiting = line(2, &[]);
    let mut paused = line(4, &[Move::Claim, Move::Start, Move::Requeue]);
    paused.run.paused = true;
    let mut failed = line(5, &[Move::Claim, Move::Start, Move::Fail]);
    let mut failure = Failure::new(domain::run::Class::Dataset, "The line holds no answer.");
    failure.line = Some(12);
    failed.run.job.failure = Some(failure);
    let mut done = line(6, &[Move::Claim, Move::Start, Move::Complete]);
    done.run.job.model = Some(ModelId(Uuid::from_u128(60)));
    let mut cancelled = line(7, &[Move::Claim, Move::Cancel]);
    let cancel = domain::job::Cancel::new(CancelReason::CostConcern, "too dear", START.wall);
    cancelled.run.job.cancelling = Some(cancel.expect("short"));
    vec![waiting, running, paused, failed, done, cancelled]
}

pub(crate) fn month() -> Month {
    Month { spent: Usd::cents(4719), running: Usd::cents(4), limit: Usd::dollars(500), ..Month::default() }
}

pub(crate) fn loaded() -> Model {
    let mut model = ready();
    model.shell.screen = ScreenId::Jobs;
    news(&mut model, News::Runs { runs: lines(), month: month() });
    news(&mut model, News::Took { run: id(3), name: "run-3".into(), goes_on: true });
    model.shell.toasts.clear();
    model
}

fn news(model: &mut Model, news: News) -> Vec<Effect> {
    tell(model, Message::Trainings(Msg::News(news)), *START)
}

fn asks(effects: &[Effect]) -> Vec<Ask> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Ask { ask, .. } | Effect::Job { ask, .. } => match ask.as_ref() {
                crate::model::Ask::Trainings(ask) => Some(ask.clone()),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

fn keys(model: &mut Model, keys: &str) -> Vec<Ask> {
    asks(&press(model, keys))
}

fn names(model: &Model) -> Vec<String> {
    let list = model.trainings.list.as_ref().expect("a list");
    model.trainings.finder.shown.iter().map(|at| list[*at].run.job.name.clone()).collect()
}

#[test]
fn the_verbs_ask_for_what_they_say_and_say_why_they_cannot() {
    // waiting, running, paused, failed, done, cancelled
    for (at, key, asked) in [
        (0, "enter", vec![Ask::Watch(id(2))]),
        (0, "t", vec![Ask::Stop(id(2))]),
        (1, "t", vec![Ask::Stop(id(3))]),
        (1, "u", vec![]),
        (1, "R", vec![]),
        (2, "t", vec![]),
        (2, "u", vec![Ask::Resume(id(4))]),
        (3, "t", vec![]),
        (3, "x", vec![]),
        (3, "R", vec![Ask::Retry(id(5))]),
        (4, "R", vec![]),
        (5, "R", vec![Ask::Retry(id(7))]),
        (5, "u", vec![]),
    ] {
        let mut model = loaded();
        for _ in 0..at {
            press(&mut model, "j");
        }
        assert_eq!(keys(&mut model, key), asked, "{key} on {at}");
        if asked.is_empty() {
            let said = &model.shell.toasts.last().expect("it says why").text;
            assert!(said.contains(": "), "{said}");
        }
    }
}

#[test]
fn a_run_of_another_machine_is_not_watched_here() {
    let mut model = loaded();
    model.trainings.list.as_mut().unwrap()[0].here = false;
    assert_eq!(keys(&mut model, "w"), []);
    assert!(model.shell.toasts.last().unwrap().text.contains("another machine"));
}

#[test]
fn cancelling_asks_for_a_reason_first() {
    let mut model = loaded();
    assert_eq!(keys(&mut model, "j x"), []);
    assert!(matches!(model.modals.last(), Some(Any::Trainings(Modal::Cancel(Cancel { at: 4, .. })))));
    press(&mut model, "home up up up up tab shift-tab");
    tell(&mut model, Message::Input(Input::Paste("why not".into())), *START);
    let asked = keys(&mut model, "enter");
    assert_eq!(asked, [Ask::Cancel(id(3), CancelReason::CostConcern, "why not".into())]);
    assert!(model.modals.is_empty());
    assert_eq!(model.jobs.live().count(), 1, "it takes as long as the process lives");

    let mut model = loaded();
    press(&mut model, "x");
    tell(&mut model, Message::Input(Input::Paste("é".repeat(501))), *START);
    assert_eq!(keys(&mut model, "enter"), []);
    assert!(matches!(model.modals.last(), Some(Any::Trainings(Modal::Cancel(c))) if c.problem.is_some()));
    assert_eq!(keys(&mut model, "esc"), []);
    assert!(model.modals.is_empty());
}

/// What ended the last attempt of a run on a pod.
pub(crate) fn lost(line: &mut JobLine) {
    line.run.configuration.place = Place::RunpodPod;
    line.run.job.stage = domain::job::Stage::QUEUED.into();
    line.run.job.setback = Some(domain::job::Setback {
        at: START.wall,
        cause: "The host of the pod is lost: RunPod says ERROR.".to_owned(),
        step: Some(50),
        checkpoint: true,
    });
}

#[test]
fn filters_search_and_order_keep_the_cursor_on_its_run() {
    let mut model = loaded();
    press(&mut model, "j j");
    press(&mut model, "F");
    assert_eq!(names(&model), ["run-2", "run-3", "run-4"]);
    assert_eq!(model.trainings.row().unwrap().run.job.name, "run-4");
    press(&mut model, "F");
    assert_eq!(names(&model), ["run-6"]);
    press(&mut model, "F");
    assert_eq!(names(&model), ["run-5", "run-7"]);
    press(&mut model, "F F S");
    assert_eq!(names(&model)[0], "run-7");
    press(&mut model, "S s s");
    assert_eq!(model.trainings.finder.query.sort.column, Column::State);
    assert_eq!(names(&model), ["run-3", "run-2", "run-4", "run-5", "run-7", "run-6"]);
    press(&mut model, "s s");
    assert_eq!(names(&model)[..2], ["run-6", "run-5"], "the lowest loss first");
    assert_eq!(names(&model)[4..], ["run-2", "run-7"], "none is last");
    press(&mut model, "f");
    tell(&mut model, Message::Input(Input::Paste("state = failed".into())), *START);
    assert_eq!(names(&model), ["run-5"], "at once");
    press(&mut model, "esc");
    assert_eq!(names(&model).len(), 6, "as before");
    press(&mut model, "/");
    tell(&mut model, Message::Input(Input::Paste("RUN-5".into())), *START);
    press(&mut model, "enter");
    assert_eq!(names(&model), ["run-5"]);
    press(&mut model, "esc");
    assert_eq!(names(&model).len(), 6);
}

#[test]
fn marked_runs_are_laid_over_each_other_and_the_list_is_exported_as_it_is_shown() {
    let mut model = loaded();
    assert_eq!(keys(&mut model, "="), [], "two are needed");
    assert_eq!(keys(&mut model, "space j space ="), [Ask::WatchSeveral(vec![id(2), id(4)])]);
    let runs = ["run-2", "run-4"].map(|name| engine::watch::Run::new(name, name));
    let watch = Watch::still(runs.into());
    let effects = super::answered(&mut model, Answer::WatchSeveral(Ok(watch.clone())), *START);
    assert_eq!(effects, [Effect::Follow(watch)]);
    assert_eq!((model.shell.screen, model.monitor.ours), (ScreenId::Monitor, None));
    let effects = press(&mut model, "esc");
    assert_eq!(model.shell.screen, ScreenId::Jobs, "back to where they were marked");
    assert!(effects.contains(&Effect::Unfollow), "nobody looks at them any more: {effects:?}");
    press(&mut model, "F F F o");
    let asked = keys(&mut model, "enter");
    let [Ask::Export(rows, to)] = asked.as_slice() else { panic!("{asked:?}") };
    let exported: Vec<&str> = rows.iter().map(|line| line.run.job.name.as_str()).collect();
    assert_eq!((exported, to.contains(".csv")), (vec!["run-5", "run-7"], true), "{to}");
}

#[test]
fn the_monitor_opens_on_a_run_and_leads_back() {
    let mut model = loaded();
    press(&mut model, "j");
    let watch = Watch::still(vec![engine::watch::Run::new("run-3", "run-3")]);
    let answer = Answer::Watch(id(3), Ok(watch.clone()));
    let effects = super::answered(&mut model, answer.clone(), *START);
    assert_eq!(effects, [Effect::Follow(watch.clone())]);
    assert_eq!((model.shell.screen, model.monitor.ours), (ScreenId::Monitor, Some(id(3))));
    press(&mut model, "4");
    assert_eq!(press(&mut model, "esc"), [], "the charts first");
    assert_eq!(keys(&mut model, "t"), [Ask::Stop(id(3))], "verbs are about the run in view");
    let done = line(3, &[Move::Claim, Move::Start, Move::Complete]);
    let effects = news(&mut model, News::Open { runs: vec![done] });
    assert_eq!(effects, [Effect::Finish(watch.clone())], "nothing is waited for after the end");
    let effects = press(&mut model, "esc");
    assert_eq!(effects[0], Effect::Unfollow);
    assert_eq!(model.shell.screen, ScreenId::Jobs);
    drop(press(&mut model, "0"));
    assert_eq!(super::answered(&mut model, answer, *START), [], "the user went elsewhere");
    assert_eq!(model.shell.screen, ScreenId::Settings);
}

#[test]
fn the_machine_of_a_pod_is_listened_to_while_its_log_is_in_view() {
    let on_pod = |moves: &[Move]| {
        let mut line = line(3, moves);
        line.run.configuration.place = Place::RunpodPod;
        line.run.job.external_id = Some("pod1".to_owned());
        line
    };
    let about = |effects: Vec<Effect>| -> Vec<Effect> {
        effects.into_iter().filter(|effect| matches!(effect, Effect::Listen(_) | Effect::Unlisten)).collect()
    };
    let mut model = loaded();
    press(&mut model, "j");
    let watch = Watch::still(vec![engine::watch::Run::new("run-3", "run-3")]);
    drop(super::answered(&mut model, Answer::Watch(id(3), Ok(watch)), *START));
    assert_eq!(press(&mut model, "2"), [], "a run of this machine has none");
    let working = on_pod(&[Move::Claim, Move::Start]);
    assert_eq!(about(news(&mut model, News::Open { runs: vec![working.clone()] })), [Effect::Listen(id(3))]);
    assert_eq!(about(news(&mut model, News::Open { runs: vec![working.clone()] })), [], "once");
    let printed = |n: usize| {
        let line = engine::jobs::MachineLine { at: None, system: false, text: format!("line {n}") };
        crate::model::Msg::Monitor(Do::Printed(vec![line; 400]))
    };
    for n in 0..4 {
        drop(crate::update::update(&mut model, printed(n), *START));
    }
    let lines = &model.monitor.machine.lines;
    assert_eq!((lines.len(), lines[999].text.as_str()), (crate::model::monitor::PRINTED, "line 3"));
    assert_eq!(press(&mut model, "1"), [Effect::Unlisten], "nobody looks");
    assert_eq!(press(&mut model, "2"), [Effect::Listen(id(3))]);
    let gone = crate::model::Msg::Monitor(Do::Silent(None));
    assert_eq!(crate::update::update(&mut model, gone, *START), []);
    assert_eq!(
        about(news(&mut model, News::Open { runs: vec![working] })),
        [],
        "what is gone is not asked again and again"
    );
}

#[test]
fn the_model_of_a_run_is_one_key_away() {
    let mut model = loaded();
    press(&mut model, "M");
    assert!(model.shell.toasts.last().unwrap().text.contains("no model"));
    press(&mut model, "j j j j M");
    assert_eq!(model.shell.screen, ScreenId::Models);
    assert_eq!(model.models.wanted, Some(ModelId(Uuid::from_u128(60))));
}

#[test]
fn leaving_with_a_run_in_hand_asks_what_becomes_of_it() {
    let mut model = loaded();
    assert_eq!(press(&mut model, "ctrl-q"), []);
    assert!(matches!(model.modals.last(), Some(Any::Quit(_))));
    assert_eq!(press(&mut model, "d"), [Effect::Leave(Leave::Now)], "its worker goes on");

    let mut model = loaded();
    press(&mut model, "ctrl-q");
    assert_eq!(keys(&mut model, "s"), [Ask::Stop(id(3))]);
    let effects = news(&mut model, News::Ended(Box::new(Outcome::Paused(line(3, &[]).run))));
    assert!(!effects.contains(&Effect::Leave(Leave::Now)), "stopping is not over");
    let job = model.jobs.live().next().unwrap().id;
    let answer = crate::model::Answer::Trainings(Answer::Ended(Ok(Box::new(line(3, &[]).run))));
    let effects = tell(&mut model, Message::Finished(job, Box::new(answer)), *START);
    assert!(effects.contains(&Effect::Leave(Leave::Now)));

    let mut model = loaded();
    press(&mut model, "ctrl-q");
    drop(crate::update::shell::leave::chosen(&mut model, QuitChoice::Wait, *START));
    let over = line(3, &[Move::Claim, Move::Start, Move::Fail]).run;
    let effects = news(&mut model, News::Ended(Box::new(Outcome::Over(over))));
    assert!(effects.contains(&Effect::Leave(Leave::Now)));
}

#[test]
fn a_run_that_cannot_be_resumed_is_reported_and_one_that_waits_says_for_whom() {
    let mut model = loaded();
    let problem = Problem::new("Cannot resume the run", "it is gone", "");
    drop(super::answered(&mut model, Answer::Queued(Err(problem)), *START));
    assert!(model.shell.messages[0].problem.is_some());
    drop(super::answered(&mut model, Answer::Queued(Ok(Box::new(line(2, &[]).run))), *START));
    assert_eq!(model.shell.toasts.last().unwrap().text, "run-2 waits for its turn");
    if let crate::model::Phase::Ready(session) = &mut model.shell.phase {
        session.runner = false;
    }
    drop(super::answered(&mut model, Answer::Queued(Ok(Box::new(line(2, &[]).run))), *START));
    assert!(model.shell.toasts.last().unwrap().text.contains("`brightrun runner`"));
}

#[test]
fn a_new_run_begins_with_a_dataset() {
    let mut model = loaded();
    press(&mut model, "n");
    assert_eq!(model.shell.screen, ScreenId::Datasets);
}

#[test]
fn keys_on_an_empty_list_do_nothing() {
    let mut model = loaded();
    news(&mut model, News::Runs { runs: Vec::new(), month: Month::default() });
    for key in
        ["enter", "w", "t", "x", "u", "R", "M", "d", "z", "y", "Y", "j", "G", "tab", "pgdn", "f", "s", "S"]
    {
        assert_eq!(keys(&mut model, key), [], "{key}");
    }
    assert!(model.modals.is_empty());
    assert_eq!(Health::Done, lines()[4].health);
}

#[test]
fn each_level_of_an_estimate_is_told_once_and_cancelling_is_spoken_of_far_above() {
    let mut model = loaded();
    let mut costs = |cents: i64| {
        let mut line = line(3, &[Move::Claim, Move::Start]);
        line.run.job.estimated_cost = Some(domain::money::Range::new(Usd::cents(80), Usd::cents(100)));
        line.run.job.current_cost = Usd::cents(cents);
        let before = model.shell.messages.iter().filter(|message| message.notice).count();
        news(&mut model, News::Open { runs: vec![line] });
        let new = model.shell.messages.iter().filter(|message| message.notice).count() - before;
        (
            new,
            model
                .shell
                .messages
                .iter()
                .find(|message| message.notice)
                .map(|message| message.text.clone())
                .unwrap_or_default(),
        )
    };
    assert_eq!(costs(79).0, 0);
    let (new, text) = costs(80);
    assert!(new == 1 && text.contains("run-3 has cost $0.80 of $0.80–$1.00: 80 %"), "{new} {text}");
    assert_eq!(costs(85).0, 0, "once");
    let (new, text) = costs(101);
    assert!(new == 1 && text.contains("more than was estimated") && !text.contains("cancel"), "{text}");
    assert_eq!(costs(120).0, 0);
    let (new, text) = costs(121);
    assert!(new == 1 && text.contains("consider cancelling"), "{text}");
    assert_eq!((costs(200).0, costs(90).0), (0, 0), "nothing is told twice");
}
