//! What has to be accepted before a run starts.

use super::*;

fn accept_all(model: &mut Model) {
    if !model.train.in_checks {
        press(model, "tab");
    }
    while !model.train.open_checks().iter().all(|check| model.train.is_accepted(check)) {
        press(model, "space");
    }
}

#[test]
fn it_starts_only_when_all_is_accepted_and_ticked_and_only_once() {
    let mut model = opened(12, None);
    assert_eq!(keys(&mut model, "t"), []);
    assert!(model.modals.is_empty() && model.train.in_checks, "the small dataset has to be accepted");
    accept_all(&mut model);
    assert!(model.train.open_checks().iter().all(|check| model.train.is_accepted(check)));
    press(&mut model, "t");
    assert_eq!(keys(&mut model, "enter"), [], "the tick is missing");
    press(&mut model, "space");
    let asked = keys(&mut model, "enter enter enter esc");
    let [Ask::Launch(request, accepted)] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(Some(request.as_ref()), model.train.request().as_ref());
    assert_eq!(
        (accepted.items.len(), accepted.cost),
        (model.train.accepted.len(), Some("2.90".parse().unwrap()))
    );
    assert_eq!(model.modals.len(), 1, "what is on its way is waited for");
    assert_eq!(model.unsaved(), 1, "leaving waits for it as well");
    let problem = Problem::new("Cannot start the training", "cost has to be accepted", "Look again");
    assert!(matches!(asks(&answer(&mut model, Answer::Launched(Err(problem)))).as_slice(), [Ask::Judge(_)]));
    let Some(crate::model::Modal::Train(Modal::Launch(launch))) = model.modals.last() else { panic!() };
    assert!(launch.problem.is_some() && launch.tick && !launch.sent, "it stays and can be tried again");
    assert!(matches!(keys(&mut model, "enter").as_slice(), [Ask::Launch(..)]));
    super::super::lost(&mut model, "train.launch");
    press(&mut model, "esc");
    assert!(model.modals.is_empty(), "nobody is locked in when the task broke down");
}

#[test]
fn what_was_accepted_lapses_when_it_says_something_else() {
    let mut model = opened(12, None);
    accept_all(&mut model);
    let before = model.train.accepted.len();
    assert!(before > 0);
    settle(&mut model, 47);
    assert_eq!(model.train.accepted.len(), before);
    // The month is nearly spent: the cost says something else now.
    settle(&mut model, 499);
    assert!(model.train.open_checks().iter().any(|check| !model.train.is_accepted(check)));
}

#[test]
fn over_the_budget_nothing_can_be_accepted_away() {
    let mut model = opened(300, None);
    settle(&mut model, 499);
    press(&mut model, "t");
    assert!(model.modals.is_empty() && model.train.in_checks);
    assert!(model.shell.toasts.last().unwrap().text.starts_with("cost stops it"), "{:?}", model.shell.toasts);
    press(&mut model, "space");
    assert_eq!(model.train.accepted, []);
}
