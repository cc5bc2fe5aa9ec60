//! Leaving loses nothing that was decided.

use crate::model::conversations::{Answer, Ask};
use crate::model::{Effect, Leave, Model, Msg, Problem, RunId};
use crate::update::conversations::sample::{asks, loaded};
use crate::update::tests::{START, later, press};
use crate::update::update;
use domain::conversation::Review;

/// The review that an effect asks for, with the number of the question.
fn review(effects: &[Effect]) -> (RunId, Review) {
    let found = effects.iter().find_map(|effect| match effect {
        Effect::Ask { run, ask, .. } => match ask.as_ref() {
            crate::model::Ask::Conversations(Ask::Review(_, review)) => Some((*run, review.clone())),
            _ => None,
        },
        _ => None,
    });
    found.expect("a review is asked for")
}

fn answer(model: &mut Model, (run, review): (RunId, Review), result: Result<u64, Problem>) -> Vec<Effect> {
    let answer = crate::model::Answer::Conversations(Answer::Reviewed(review, result));
    let msg = Msg::Answered { run, slot: "conversations.review", answer: Box::new(answer) };
    update(model, msg, *START)
}

/// Two decisions, of which the first is on its way.
fn decided() -> (Model, (RunId, Review)) {
    let mut model = loaded();
    let first = review(&press(&mut model, "R enter"));
    assert_eq!(model.conversations.decisions.len(), 1);
    press(&mut model, "down enter esc");
    assert_eq!((model.conversations.decisions.len(), model.modals.len()), (2, 0));
    (model, first)
}

fn leaves(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Leave(_)))
}

#[test]
fn leaving_waits_until_every_decision_is_saved() {
    for signal in [false, true] {
        let (mut model, first) = decided();
        let said =
            if signal { update(&mut model, Msg::Terminate, *START) } else { press(&mut model, "ctrl-q") };
        assert!(!leaves(&said), "two decisions are not saved yet");
        assert_eq!(model.shell.toasts.last().unwrap().text, "Saving 2 changes, then leaving");
        let next = answer(&mut model, first, Ok(1));
        assert!(!leaves(&next));
        let second = review(&next);
        let last = answer(&mut model, second, Ok(1));
        assert_eq!(last.last(), Some(&Effect::Leave(Leave::Now)));
    }
}

#[test]
fn a_change_that_fails_keeps_the_user_here_and_not_the_system() {
    for signal in [false, true] {
        let (mut model, first) = decided();
        model.conversations.decisions.truncate(1);
        let msg = if signal { Msg::Terminate } else { Msg::Shell(crate::model::shell::Msg::Quit) };
        drop(update(&mut model, msg, *START));
        let problem = Problem::new("Cannot set the review", "it is gone", "");
        let effects = answer(&mut model, first, Err(problem));
        assert_eq!(leaves(&effects), signal);
    }
}

#[test]
fn a_store_that_does_not_answer_holds_nobody_for_ever() {
    let (mut model, _) = decided();
    drop(press(&mut model, "ctrl-q"));
    assert!(!leaves(&update(&mut model, Msg::Due, later(3.0))));
    assert!(!leaves(&update(&mut model, Msg::Due, later(4.1))), "stays, and says so");
    assert!(
        model.shell.messages[0].text.contains("2 changes would be lost"),
        "{:?}",
        model.shell.messages[0]
    );
    drop(update(&mut model, Msg::Due, later(60.0)));
    assert_eq!(crate::update::deadline(&model, later(60.0).mono), None, "nothing to wake up for");
    drop(press(&mut model, "ctrl-q"));
    assert_eq!(press(&mut model, "ctrl-q"), [Effect::Leave(Leave::Now)], "the second time is meant");

    let (mut model, _) = decided();
    drop(update(&mut model, Msg::Terminate, *START));
    assert_eq!(update(&mut model, Msg::Terminate, *START), [], "a second signal takes nothing away");
    assert!(leaves(&update(&mut model, Msg::Due, later(4.1))));
}

#[test]
fn a_view_that_is_being_saved_is_waited_for() {
    let mut model = loaded();
    press(&mut model, "F");
    drop(crate::update::conversations::sample::answer(&mut model, Answer::Views(Ok(Vec::new()))));
    press(&mut model, "s");
    drop(update(&mut model, Msg::Input(crate::model::Input::Paste("mine".into())), *START));
    let effects = press(&mut model, "enter");
    assert!(matches!(asks(&effects)[0], Ask::SaveView { .. }));
    let Effect::Ask { run, slot, .. } = effects[0] else { panic!() };
    assert!(!leaves(&press(&mut model, "esc ctrl-q")));
    let saved = crate::model::Answer::Conversations(Answer::SavedView(Ok("mine".into())));
    assert!(leaves(&update(&mut model, Msg::Answered { run, slot, answer: Box::new(saved) }, *START)));
}

#[test]
fn a_decision_that_breaks_down_does_not_hold_the_others() {
    let (mut model, _) = decided();
    let problem = Problem::new("A part of brightrun failed", "index out of bounds", "");
    let lost = Msg::Lost { slot: Some("conversations.review"), job: None, problem };
    let second = review(&update(&mut model, lost, *START));
    assert_eq!(model.unsaved(), 1);
    drop(answer(&mut model, second, Ok(1)));
    assert_eq!(model.unsaved(), 0);
}
