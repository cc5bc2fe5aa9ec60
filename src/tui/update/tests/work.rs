//! Long work: how its end is told, and what leaving does to it.

use super::*;

#[test]
fn leaving_with_live_work_asks() {
    for (key, effect) in [("d", Effect::Leave(Leave::Now)), ("s", Effect::Leave(Leave::Stop))] {
        let mut model = ready();
        drop(model.start("Build EQ-2", summary(), *START));
        assert_eq!(press(&mut model, "q"), []);
        assert!(matches!(model.modals.last(), Some(Modal::Quit(_))));
        assert_eq!(press(&mut model, key), [effect]);
    }
    let mut model = ready();
    let (job, _) = model.start("Build EQ-2", summary(), *START);
    drop(press(&mut model, "q w"));
    assert!(model.modals.is_empty());
    let done = Box::new(Answer::Overview(overview::Answer::Imported(Ok(overview::Imported::default()))));
    let effects = update(&mut model, Msg::Finished(job, done), *START);
    assert!(effects.contains(&Effect::Leave(Leave::Now)), "{effects:?}");
}

#[test]
fn work_that_is_done_is_told_once() {
    let mut model = ready();
    let (job, _) = model.start("Import", summary(), *START);
    let imported = overview::Answer::Imported(Ok(overview::Imported::default()));
    drop(update(&mut model, Msg::Finished(job, Box::new(Answer::Overview(imported))), *START));
    let toasts: Vec<&str> = model.shell.toasts.iter().map(|toast| toast.text.as_str()).collect();
    assert!(toasts.len() == 1 && toasts[0] != "Import is done", "{toasts:?}");
    assert!(model.shell.messages.iter().any(|said| said.notice && said.text == "Import is done"));
}

#[test]
fn among_many_toasts_it_is_that_of_the_end_that_goes() {
    let mut model = ready();
    for text in ["a", "b", "c", "d"] {
        drop(model.shell.say(Severity::Info, text, *START));
    }
    let (job, _) = model.start("Import", summary(), *START);
    let imported = overview::Answer::Imported(Ok(overview::Imported::default()));
    drop(update(&mut model, Msg::Finished(job, Box::new(Answer::Overview(imported))), *START));
    let toasts: Vec<&str> = model.shell.toasts.iter().map(|toast| toast.text.as_str()).collect();
    assert!(toasts.starts_with(&["c", "d"]) && !toasts.contains(&"Import is done"), "{toasts:?}");
}

#[test]
fn the_choices_of_leaving_match_the_lines() {
    let mut model = ready();
    drop(model.start("Build EQ-2", summary(), *START));
    drop(press(&mut model, "q down down"));
    assert_eq!(press(&mut model, "enter"), [Effect::Leave(Leave::Stop)]);
    assert_eq!(QuitChoice::offered(false)[2], QuitChoice::Stop);
}

#[test]
fn when_the_work_ends_under_the_question_there_is_only_to_leave() {
    for keys in ["d", "enter"] {
        let mut model = ready();
        let (job, _) = model.start("Build EQ-2", summary(), *START);
        drop(press(&mut model, "q down down"));
        let done = Box::new(Answer::Overview(overview::Answer::Imported(Ok(overview::Imported::default()))));
        let effects = update(&mut model, Msg::Finished(job, done), *START);
        assert!(!effects.contains(&Effect::Leave(Leave::Now)), "how it ended can be read first");
        assert_eq!(press(&mut model, "w s"), [], "nothing to wait for, nothing to stop");
        assert_eq!(press(&mut model, keys), [Effect::Leave(Leave::Now)], "{keys}");
    }
}

#[test]
fn ctrl_c_cancels_first_and_leaves_second() {
    let mut model = ready();
    let (job, _) = model.start("Build EQ-2", summary(), *START);
    let effects = press(&mut model, "ctrl-c");
    assert_eq!(effects[0], Effect::Cancel(job));
    assert_eq!(model.jobs.get(job).map(|job| &job.state), Some(&JobState::Cancelling));
    drop(press_at(&mut model, "ctrl-c", later(1.0)));
    assert!(matches!(model.modals.last(), Some(Modal::Quit(_))), "it has not stopped yet: asks");

    let mut model = ready();
    drop(press(&mut model, "ctrl-c"));
    drop(update(&mut model, Msg::Due, later(4.0)));
    let slow = press_at(&mut model, "ctrl-c", later(4.0));
    assert!(!slow.contains(&Effect::Leave(Leave::Now)), "too slow: counts as the first");
    assert_eq!(press_at(&mut model, "ctrl-c", later(4.5)), [Effect::Leave(Leave::Now)]);
}

#[test]
fn work_that_ends_unseen_is_told_outside() {
    for (focused, told) in [(true, 0), (false, 1)] {
        let mut model = ready();
        drop(update(&mut model, Msg::Input(Input::Focus(focused)), *START));
        let (job, _) = model.start("Build EQ-2", summary(), *START);
        let answer =
            Box::new(Answer::Overview(overview::Answer::Imported(Ok(overview::Imported::default()))));
        let effects = update(&mut model, Msg::Finished(job, answer), *START);
        assert_eq!(effects.iter().filter(|effect| matches!(effect, Effect::Notify(_))).count(), told);
    }
}

#[test]
fn a_task_that_breaks_down_ends_its_job_and_is_told() {
    let mut model = ready();
    let (job, _) = model.start("Build EQ-2", summary(), *START);
    let problem = Problem::new("A part of brightrun failed", "index out of bounds", "");
    drop(update(&mut model, Msg::Lost { slot: None, job: Some(job), problem }, *START));
    assert!(matches!(model.jobs.get(job).map(|job| &job.state), Some(JobState::Failed(_))));
    drop(model.ask(summary()));
    let problem = Problem::new("A part of brightrun failed", "index out of bounds", "");
    drop(update(&mut model, Msg::Lost { slot: Some("overview.summary"), job: None, problem }, *START));
    assert!(!model.runs.waits("overview.summary"));
}
