use super::next_deadline;
use crate::keys::Combo;
use crate::model::{Ask, Input, Model, Msg, Now, Severity, Step, overview};
use crate::update::tests::{START, ready};
use std::time::Duration;

#[test]
fn idle_sleeps_for_ever() {
    assert_eq!(next_deadline(&Model::default(), START.mono), None);
    assert_eq!(next_deadline(&ready(), START.mono), None);
}

#[test]
fn a_toast_wakes_us_once_when_it_goes() {
    let mut model = ready();
    drop(model.shell.say(Severity::Info, "hello", *START));
    assert_eq!(next_deadline(&model, START.mono), Some(START.mono + Duration::from_secs(4)));
    let mut model = ready();
    drop(model.shell.say(Severity::Error, "broken", *START));
    assert_eq!(next_deadline(&model, START.mono), Some(START.mono + Duration::from_secs(20)));
    drop(crate::update::update(
        &mut model,
        Msg::Due,
        Now { mono: START.mono + Duration::from_secs(20), ..*START },
    ));
    assert_eq!(next_deadline(&model, START.mono), None, "and never again");
}

#[test]
fn the_earliest_goes_first() {
    let mut model = ready();
    drop(model.shell.say(Severity::Warn, "careful", *START));
    drop(model.shell.say(Severity::Info, "hello", *START));
    drop(crate::update::update(&mut model, Msg::Input(Input::Key("g".parse::<Combo>().unwrap())), *START));
    assert_eq!(next_deadline(&model, START.mono), Some(START.mono + Duration::from_millis(400)));
}

#[test]
fn running_work_does_not_wake_us_unless_its_clock_is_in_view() {
    let mut model = ready();
    let (job, _) = model.start("Build", Ask::Overview(overview::Ask::Summary), *START);
    drop(crate::update::update(&mut model, Msg::Progress(job, Step::default()), *START));
    assert_eq!(next_deadline(&model, START.mono), None);
    model.open(crate::model::Modal::Jobs(crate::model::modal::List::default()));
    assert_eq!(next_deadline(&model, START.mono), Some(START.mono + Duration::from_secs(1)));
}
