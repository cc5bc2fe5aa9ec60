//! What one sees of the configurator.

use crate::model::Model;
use crate::model::train::{Answer, Judged};
use crate::theme::Depth;
use crate::update::tests::{START, press};
use crate::update::train::tests::{opened, settle};
use crate::view::shot::{self, shots};

fn changed() -> Model {
    let mut model = opened(300, None);
    press(&mut model, "j j j j j + j enter ctrl-u 9 0 0 enter");
    settle(&mut model, 47);
    model
}

fn launching() -> Model {
    let mut model = opened(12, None);
    press(&mut model, "tab space space space tab t space");
    assert_eq!(model.modals.len(), 1);
    model
}

fn text(model: &Model, size: (u16, u16)) -> String {
    shot::text(&shot::frame(model, Depth::None, size))
}

#[test]
fn as_it_opens() {
    shots!("balanced", &opened(300, None));
}

#[test]
fn with_changes_and_a_value_that_is_wrong() {
    shots!("changed", &changed());
}

#[test]
fn over_the_budget() {
    let mut model = opened(12, None);
    settle(&mut model, 499);
    press(&mut model, "t");
    shots!("over", &model);
}

#[test]
fn the_question_before_the_start() {
    shots!("launch", &launching());
}

#[test]
fn lists_of_models_and_places() {
    let mut model = opened(300, None);
    press(&mut model, "j enter");
    shots!("models", &model);
    press(&mut model, "esc j enter");
    shots!("places", &model);
}

#[test]
fn the_smallest_terminal_shows_what_matters() {
    let text = text(&opened(300, None), (80, 24));
    for part in
        ["[BALANCED]", "$2.10", "1h 31m", "7 runs like this", "past estimates", "rank", "ready to start"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn what_is_under_the_cursor_is_explained_and_what_is_wrong_goes_first() {
    let mut model = opened(300, None);
    press(&mut model, "j j j j");
    assert!(text(&model, (120, 40)).contains("rank (4 – 128; step 4): How much the adapter can learn"));
    press(&mut model, "enter ctrl-u x enter");
    assert!(text(&model, (120, 40)).contains("✗ "), "{}", text(&model, (120, 40)));
    let wrong = text(&changed(), (120, 40));
    assert!(wrong.contains("dropout is 900; it must be between 0 and 0.5"), "{wrong}");
}

#[test]
fn an_old_verdict_is_seen_to_be_old_and_a_refusal_is_told() {
    let mut model = opened(300, None);
    press(&mut model, "j j j j +");
    let shown = shot::styled(&shot::frame(&model, Depth::None, (120, 40)));
    assert!(shown.contains("dim"), "{shown}");
    let request = model.train.request().unwrap();
    let problem = crate::model::Problem::new(
        "Cannot configure the training",
        "its config.json is gone",
        "Take another",
    );
    let judged = Judged { request, result: Err(problem) };
    drop(crate::update::train::answered(&mut model, Answer::Judged(Box::new(judged)), *START));
    assert!(text(&model, (200, 60)).contains("its config.json is gone"));
}

#[test]
fn no_size_breaks_any_of_it() {
    let mut checks = opened(12, None);
    press(&mut checks, "tab");
    let mut models = opened(12, None);
    press(&mut models, "j enter");
    let all = vec![opened(300, None), changed(), launching(), checks, models];
    for model in all {
        shot::at_odd_sizes(&model);
    }
}

#[test]
fn what_a_change_costs_and_a_note_are_seen() {
    let mut model = opened(300, None);
    press(&mut model, "j j j j +");
    let mut judged = crate::update::train::tests::judged(&model, 47);
    let done = judged.result.as_mut().unwrap();
    done.estimate.seconds = Some(domain::estimate::Duration { low: 3000, expected: 3600, high: 4200 });
    let mark = domain::configuration::Mark::Note;
    let note =
        domain::configuration::Check { name: "name".into(), mark, text: "There is one already.".into() };
    done.checklist.0.push(note);
    drop(crate::update::train::answered(&mut model, Answer::Judged(Box::new(judged)), *START));
    let text = text(&model, (200, 60));
    assert!(text.contains("−48m 00s against the settings before"), "{text}");
    assert!(text.contains("· name: There is one already."), "{text}");
}
