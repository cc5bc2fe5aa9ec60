//! What the runner tells.

use super::*;

#[test]
fn a_run_that_was_let_go_of_keeps_nobody_from_leaving() {
    let mut model = loaded();
    assert!(!model.idle(), "it is in hand");
    model.shell.leave_when_idle = true;
    let effects = news(&mut model, News::LetGo { run: id(3) });
    assert!(model.idle() && effects.contains(&Effect::Leave(crate::model::Leave::Now)), "{effects:?}");
}

#[test]
fn trouble_of_a_rented_run_makes_somebody_look_whether_the_files_are_there() {
    let looks = |effects: &[Effect]| {
        let asked = effects.iter().filter(|effect| matches!(effect, Effect::Ask { slot: "files.reach", .. }));
        asked.count()
    };
    let mut model = loaded();
    let mut run = line(3, &[Move::Claim, Move::Start]);
    run.run.configuration.place = Place::RunpodPod;
    let effects = news(&mut model, News::Open { runs: vec![run.clone()] });
    assert_eq!(looks(&effects), 0, "all is well");
    run.run.job.stage_message = Some("The file store cannot be reached.".to_owned());
    let effects = news(&mut model, News::Open { runs: vec![run.clone()] });
    assert_eq!(looks(&effects), 1);
    let effects = news(&mut model, News::Open { runs: vec![run] });
    assert_eq!(looks(&effects), 0, "once is enough");
}

#[test]
fn news_of_open_runs_change_their_rows_only() {
    let mut model = loaded();
    press(&mut model, "j");
    let mut moved = line(3, &[Move::Claim, Move::Start]);
    moved.run.job.progress.steps(150, None);
    news(&mut model, News::Open { runs: vec![line(2, &[]), moved.clone()] });
    assert_eq!(model.trainings.row(), Some(&moved));
    assert_eq!(names(&model).len(), 6);
    assert_eq!(model.trainings.month, Some(month()));
}

#[test]
fn runs_that_came_or_ended_are_put_among_the_others() {
    let mut model = loaded();
    press(&mut model, "j");
    let done = line(3, &[Move::Claim, Move::Start, Move::Complete]);
    let spent = Month { spent: Usd::dollars(50), ..month() };
    news(&mut model, News::Changed { runs: vec![line(9, &[]), line(8, &[]), done.clone()], month: spent });
    let list = model.trainings.list.as_ref().expect("a list");
    let first: Vec<&str> = list.iter().map(|line| line.run.job.name.as_str()).take(3).collect();
    assert_eq!(
        (first, list.len()),
        (vec!["run-9", "run-8", "run-2"], 8),
        "the newest on top, nothing is lost"
    );
    assert_eq!(model.trainings.row(), Some(&done), "the cursor stays");
    assert_eq!(model.trainings.month, Some(spent));
}

#[test]
fn the_end_of_a_run_is_a_notice_and_its_model_is_read() {
    let mut model = loaded();
    let mut done = line(3, &[Move::Claim, Move::Start, Move::Complete]);
    done.run.job.model = Some(ModelId(Uuid::from_u128(60)));
    let effects = news(&mut model, News::Ended(Box::new(Outcome::Over(done.run))));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Ask { slot: "models.list", .. })));
    assert!(model.trainings.hands.is_empty());
    assert_eq!(model.shell.unread(), 1);
    let mut failed = line(2, &[Move::Fail]).run;
    failed.job.failure = Some(Failure::new(Outside::Lost, "Nobody heard of it."));
    news(&mut model, News::Ended(Box::new(Outcome::Over(failed))));
    assert!(model.shell.toasts.last().unwrap().text.contains("run-2 failed (lost)"));
}

#[test]
fn a_runner_in_trouble_says_so_and_the_list_is_kept() {
    let mut model = loaded();
    let error = engine::Error::failed("Cannot start the worker", "it is not there").next("Run setup.sh");
    news(&mut model, News::Trouble { run: Some(id(3)), name: "run-3".into(), error: error.clone() });
    assert!(!model.trainings.hands.is_empty(), "that it was let go of is news of its own");
    assert!(model.trainings.problem.is_none());
    assert!(model.shell.toasts.last().unwrap().text.contains("it is not there"));
    news(&mut model, News::Trouble { run: None, name: String::new(), error });
    assert!(model.trainings.problem.is_some() && names(&model).len() == 6);
    news(&mut model, News::Runs { runs: lines(), month: month() });
    assert!(model.trainings.problem.is_none());
}

#[test]
fn without_work_it_needs_no_waking() {
    let mut model = loaded();
    model.shell.toasts.clear();
    model.shell.interrupt_until = None;
    assert_eq!(crate::update::deadline(&model, START.mono), None);
}

#[test]
fn a_lost_machine_is_told_once_and_kept_among_the_notices() {
    let told = |model: &Model| {
        let notices = model.shell.messages.iter().filter(|message| message.notice);
        notices.map(|message| message.text.clone()).collect::<Vec<_>>()
    };
    let mut model = loaded();
    let mut run = line(3, &[Move::Claim, Move::Start]);
    news(&mut model, News::Open { runs: vec![run.clone()] });
    assert_eq!(told(&model), Vec::<String>::new());
    lost(&mut run);
    news(&mut model, News::Open { runs: vec![run.clone()] });
    let said = told(&model);
    assert!(said.len() == 1 && said[0].starts_with("run-3: The host of the pod is lost"), "{said:?}");
    assert!(said[0].ends_with("The run moves to another machine and goes on from its last checkpoint."));
    assert_eq!(model.shell.toasts.last().expect("a toast").text, said[0]);
    // Whatever else changes, and when it works again.
    run.run.job.attempts += 1;
    news(&mut model, News::Open { runs: vec![run.clone()] });
    drop(answered(&mut model, Answer::List(Ok((vec![run.clone()], month()))), *START));
    run.run.job.stage = domain::job::Stage::Works(domain::run::Stage::Training).into();
    news(&mut model, News::Open { runs: vec![run.clone()] });
    assert_eq!(told(&model).len(), 1);
    // The next one is another one, also where a list tells it.
    lost(&mut run);
    if let Some(setback) = &mut run.run.job.setback {
        setback.step = Some(80);
    }
    model.shell.focused = false;
    let effects = answered(&mut model, Answer::List(Ok((vec![run.clone()], month()))), *START);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Notify(text) if text.contains("step 80"))));
    // What happened before anybody looked is no news.
    let mut model = loaded();
    model.trainings.list = None;
    news(&mut model, News::Runs { runs: vec![run], month: month() });
    assert_eq!(told(&model), Vec::<String>::new());
}
