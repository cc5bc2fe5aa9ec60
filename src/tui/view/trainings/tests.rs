//! What one sees of the training runs.

use crate::model::Model;
use crate::theme::Depth;
use crate::update::tests::press;
use crate::update::trainings::tests::loaded;
use crate::view::shot::{self, shots};

fn text(model: &Model, size: (u16, u16)) -> String {
    shot::text(&shot::frame(model, Depth::None, size))
}

#[test]
fn list() {
    shots!("list", &loaded());
}

#[test]
fn list_with_the_detail_of_a_failed_run() {
    let mut model = loaded();
    press(&mut model, "j j j d");
    shots!("failed", &model);
}

#[test]
fn cancelling() {
    let mut model = loaded();
    press(&mut model, "j x");
    shots!("cancel", &model);
}

#[test]
fn the_money_and_the_running_work_are_in_the_header_and_the_runner_in_the_status_bar() {
    let mut model = loaded();
    let shown = text(&model, (120, 40));
    assert!(shown.contains("1 running 42 %") && shown.contains("of $500"), "{shown}");
    assert!(shown.contains("runner here"), "{shown}");
    model.trainings.month = None;
    assert!(!text(&model, (120, 40)).contains("of $500"), "unknown is not nothing");
}

#[test]
fn what_is_done_about_a_run_is_no_second_one() {
    let mut model = loaded();
    press(&mut model, "j t");
    assert_eq!(model.jobs.live().count(), 1, "a run is told to stop");
    let shown = text(&model, (120, 40));
    assert!(shown.contains("1 running 42 %"), "{shown}");
    let files = shown.lines().find(|line| line.contains("3 Files")).expect("the rail");
    assert!(!files.split('│').next().is_some_and(|rail| rail.contains('1')), "{files}");
}

#[test]
fn what_is_left_is_what_the_worker_expects() {
    let mut model = loaded();
    let now = crate::update::tests::START.wall;
    for line in model.trainings.list.iter_mut().flatten() {
        line.run.job.progress.expect(now, Some(222.0));
    }
    let shown = text(&model, (120, 40));
    assert_eq!(shown.matches("~3m 42s").count(), 1, "of the one that runs: {shown}");
}

#[test]
fn a_state_says_what_to_do_next() {
    let mut model = loaded();
    for (down, words) in [
        (0, "1 run at work"),
        (2, "u resumes it"),
        (3, "line 12 of the dataset"),
        (4, "M opens"),
        (5, "too dear"),
    ] {
        model.trainings.browse.at = down;
        model.trainings.browse.place = crate::model::conversations::DetailPlace::Beside;
        let shown = text(&model, (200, 60));
        assert!(shown.contains(words), "{words}: {shown}");
    }
}

#[test]
fn why_a_rented_run_waits_stands_in_the_list_and_beside_it() {
    let mut model = loaded();
    let why = "Cannot start the job: the balance of the RunPod account does not suffice. Add credit.";
    for line in model.trainings.list.iter_mut().flatten() {
        line.run.job.stage_message = Some(why.to_owned());
    }
    model.trainings.browse.place = crate::model::conversations::DetailPlace::Beside;
    let shown = text(&model, (80, 24));
    assert!(shown.contains("retrying"), "{shown}");
    let shown = text(&model, (200, 60));
    assert!(shown.contains("Add credit. It is tried again by itself."), "{shown}");
    assert!(!shown.contains("starts in a moment"), "{shown}");
    model.trainings.browse.at = 1;
    assert!(
        text(&model, (200, 60)).contains("the balance of the RunPod account"),
        "one that is rented says it, too"
    );
    model.trainings.browse.at = 3;
    assert!(!text(&model, (200, 60)).contains("Add credit"), "one that has ended waits for nothing");
}

#[test]
fn a_lost_machine_and_what_happens_next_stand_in_the_list_and_beside_it() {
    let mut model = loaded();
    model.trainings.browse.place = crate::model::conversations::DetailPlace::Beside;
    model.trainings.browse.at = 1;
    let change = |model: &mut Model, change: &dyn Fn(&mut engine::jobs::JobLine)| {
        change(&mut model.trainings.list.as_mut().expect("a list")[1]);
    };
    change(&mut model, &crate::update::trainings::tests::lost);
    assert!(text(&model, (80, 24)).contains("moving"));
    let shown = text(&model, (200, 60));
    assert!(shown.contains("The run moves to another machine and goes on"), "{shown}");
    // Nothing is free: then it says that, too, and who tries again.
    change(&mut model, &|line| line.run.job.stage_message = Some("RunPod has no machine.".to_owned()));
    change(&mut model, &|line| line.run.job.status = domain::job::Status::Queued.into());
    let shown = text(&model, (200, 60));
    assert!(shown.contains("RunPod has no machine. It is tried again by itself."), "{shown}");
    // It works again: what was is a line among the others.
    change(&mut model, &|line| {
        line.run.job.stage_message = None;
        line.run.job.status = domain::job::Status::Running.into();
        line.run.job.stage = domain::job::Stage::Works(domain::run::Stage::Training).into();
    });
    let shown = text(&model, (200, 60));
    assert!(!shown.contains("moves to another") && !shown.contains("moving"), "{shown}");
    assert!(shown.contains("lost before"), "{shown}");
}

#[test]
fn a_list_that_could_not_be_read_says_why_in_full() {
    let mut model = loaded();
    let next = "Look whether it runs, and whether the address in database.url is its address";
    model.trainings.problem =
        Some(crate::model::Problem::new("Cannot list the runs", "the database does not answer", next));
    model.trainings.list = None;
    model.trainings.finder.shown.clear();
    let shown = text(&model, (80, 24));
    assert!(shown.contains("is its address") && shown.contains("r tries again"), "{shown}");
}

#[test]
fn an_empty_list_says_how_to_begin() {
    let mut model = loaded();
    let news = engine::jobs::News::Runs { runs: Vec::new(), month: engine::jobs::Month::default() };
    let msg = crate::model::Msg::Trainings(crate::model::trainings::Msg::News(news));
    drop(crate::update::update(&mut model, msg, *crate::update::tests::START));
    assert!(text(&model, (80, 24)).contains("No runs yet"));
}

#[test]
fn no_size_breaks_any_of_it() {
    let mut modal = loaded();
    press(&mut modal, "x");
    let mut beside = loaded();
    press(&mut beside, "d");
    let mut full = loaded();
    press(&mut full, "z");
    for model in [loaded(), beside].into_iter().chain([full, modal]) {
        shot::at_odd_sizes(&model);
    }
}

#[test]
fn a_filter_is_written_with_what_fits_below_it_and_kept_as_a_pill() {
    let mut model = loaded();
    press(&mut model, "f s t a t e space = space f a");
    let shown = text(&model, (80, 24));
    assert!(shown.contains("Filter state = fa"), "{shown}");
    assert!(shown.lines().any(|line| line.contains("  failed  ")), "it is offered: {shown}");
    press(&mut model, "tab enter");
    let shown = text(&model, (80, 24));
    assert!(shown.contains("state = failed") && shown.contains("1 of 6"), "{shown}");
    assert_eq!(shown.matches("run-").count(), 1, "{shown}");
    press(&mut model, "space s s");
    let shown = text(&model, (80, 24));
    assert!(
        shown.contains("1 of 6 · 1 marked · state ↑"),
        "what is not as usual stands at the right: {shown}"
    );
}
