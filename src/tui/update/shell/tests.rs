//! What lies over a dialog, what a dialog can do to its work, and how the stores stand.

use crate::model::shell::Reach;
use crate::model::{
    Answer, Ask, Effect, JobId, JobState, Modal, Model, Msg, Phase, Problem, Session, Severity,
};
use crate::model::{files, overview};
use crate::update::tests::{START, press, ready};
use crate::update::update;

fn summary() -> Ask {
    Ask::Overview(overview::Ask::Summary)
}

/// Two jobs, the older one in the dialog on top.
fn importing() -> (Model, JobId) {
    let mut model = ready();
    drop(press(&mut model, "i / t m p enter"));
    let job = model.modals.last().and_then(Modal::job).expect("the import's job");
    drop(model.start("Build EQ-2", summary(), *START));
    (model, job)
}

#[test]
fn a_dialog_stops_its_own_work() {
    for key in ["x", "ctrl-c"] {
        let (mut model, job) = importing();
        assert_eq!(press(&mut model, key)[0], Effect::Cancel(job), "{key}");
        assert_eq!(model.jobs.get(job).map(|job| &job.state), Some(&JobState::Cancelling));
        assert!(
            matches!(model.modals.last(), Some(Modal::Conversations(_))),
            "it stays to say what came of it"
        );
    }
}

#[test]
fn help_messages_and_work_open_over_a_dialog_but_not_in_a_field() {
    for (key, name) in [("?", "help"), ("!", "messages"), ("J", "jobs")] {
        let (mut model, _) = importing();
        drop(model.shell.say(Severity::Info, "hello", *START));
        drop(press(&mut model, key));
        assert_eq!(model.modals.last().map(Modal::name), Some(name));
        drop(press(&mut model, "esc"));
        assert_eq!(model.modals.last().map(Modal::name), Some("conversations.import"));
        let mut model = ready();
        drop(press(&mut model, "i"));
        drop(press(&mut model, key));
        assert_eq!(model.field().map(|field| field.text().to_owned()).as_deref(), Some(key));
    }
}

fn reach(model: &mut Model, result: Result<(), Problem>) -> Vec<Effect> {
    let run = model.ask(Ask::Files(files::Ask::Reach));
    let Effect::Ask { run, slot, .. } = run else { panic!() };
    let answer = Box::new(Answer::Files(files::Answer::Reached(result)));
    update(model, Msg::Answered { run, slot, answer }, *START)
}

#[test]
fn the_files_are_unknown_until_they_have_answered() {
    let mut model = Model::default();
    drop(update(&mut model, Msg::Opened(Ok(Session::default())), *START));
    assert!(matches!(model.shell.phase, Phase::Ready(_)));
    assert_eq!(model.shell.reach, Reach::Unknown);
    let gone = Problem::new("Cannot reach the files", "the folder is not there", "");
    assert!(
        matches!(reach(&mut model, Err(gone.clone()))[..], [Effect::Log(Severity::Error, _)]),
        "it is said"
    );
    assert_eq!(reach(&mut model, Err(gone.clone())), [], "once");
    assert_eq!(model.shell.reach, Reach::Silent);
    let asked = press(&mut model, "2");
    let again = |effect: &Effect| matches!(effect, Effect::Ask { slot: "files.reach", .. });
    assert!(asked.iter().any(again), "they may be back");
    drop(reach(&mut model, Ok(())));
    assert_eq!(model.shell.reach, Reach::Answers);
    let report = files::Answer::Checked("EQ-1".into(), Err(Problem::new("Cannot check", "it is gone", "")));
    let effects = update(&mut model, Msg::Finished(JobId(9), Box::new(Answer::Files(report))), *START);
    assert!(effects.iter().any(again), "it may be the files or not: they are asked");
}
