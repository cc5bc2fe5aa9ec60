//! What each key does, as equality on effects.

mod work;

use super::{deadline, update};
use crate::keys::Combo;
use crate::model::modal::QuitChoice;
use crate::model::shell::Msg as Frame;
use crate::model::*;
use chrono::{DateTime, Utc};
use std::sync::LazyLock;
use std::time::Duration;

/// The instant at which all tests begin.
pub(crate) static START: LazyLock<Now> =
    LazyLock::new(|| Now { mono: engine::clock::instant(), wall: DateTime::<Utc>::UNIX_EPOCH });

/// So much later.
pub(crate) fn later(seconds: f64) -> Now {
    Now { mono: START.mono + Duration::from_secs_f64(seconds), ..*START }
}

/// A model with an open store and one conversation.
pub(crate) fn ready() -> Model {
    let mut model = Model::default();
    model.shell.phase = Phase::Ready(Session {
        store: "SQLite".into(),
        files: "folder".into(),
        place: "~/.local/share/brightrun".into(),
        runner: true,
        runpod: engine::runpod::Standing::NotSet,
        recovered: Vec::new(),
    });
    model.overview.summary =
        Some(overview::Summary { conversations: 1204, enriched: 980, ..Default::default() });
    model.shell.reach = shell::Reach::Answers;
    model.now = Some(*START);
    model
}

pub(crate) fn press(model: &mut Model, keys: &str) -> Vec<Effect> {
    press_at(model, keys, *START)
}

fn press_at(model: &mut Model, keys: &str, now: Now) -> Vec<Effect> {
    let keys = keys.split_whitespace().map(|key| key.parse::<Combo>().unwrap());
    keys.flat_map(|key| update(model, Msg::Input(Input::Key(key)), now)).collect()
}

fn summary() -> Ask {
    Ask::Overview(overview::Ask::Summary)
}

#[test]
fn opening_asks_for_the_numbers_and_tells_what_was_recovered() {
    let mut model = Model::default();
    let session = Session { recovered: vec!["Undid the file “spring”.".into()], ..Session::default() };
    let effects = update(&mut model, Msg::Opened(Ok(session)), *START);
    let line = "Undid the file “spring”.".to_owned();
    let recall = Ask::Conversations(conversations::Ask::Recall);
    let recall = Effect::Ask { run: RunId(1), slot: "conversations.recall", ask: Box::new(recall) };
    let ask = Effect::Ask { run: RunId(2), slot: "overview.summary", ask: Box::new(summary()) };
    let reach = Ask::Files(files::Ask::Reach);
    let reach = Effect::Ask { run: RunId(3), slot: "files.reach", ask: Box::new(reach) };
    assert_eq!(effects, [Effect::Log(Severity::Warn, line), Effect::Runner, recall, ask, reach]);
    assert_eq!(model.shell.unread(), 1);
}

#[test]
fn a_store_that_does_not_open_is_tried_again_on_a_key() {
    let mut model = Model::default();
    let problem = Problem::new("Cannot open the store", "the server does not answer", "Check the address");
    drop(update(&mut model, Msg::Opened(Err(problem.clone())), *START));
    assert_eq!(model.shell.phase, Phase::Broken(problem));
    assert_eq!(press(&mut model, "2 j"), [], "there is no screen to go to");
    assert_eq!(press(&mut model, "r"), [Effect::Open]);
    assert_eq!(model.shell.phase, Phase::Opening);
    assert_eq!(press(&mut model, "q"), [Effect::Leave(Leave::Now)]);
}

#[test]
fn a_store_that_takes_its_time_says_so_once() {
    let mut model = Model::default();
    assert_eq!(super::shell::opens(&mut model, *START), [Effect::Open]);
    let then = deadline(&model, START.mono).expect("somebody looks again");
    drop(update(&mut model, Msg::Due, *START));
    assert!(!model.shell.opening_long);
    drop(update(&mut model, Msg::Due, Now { mono: then, ..*START }));
    assert!(model.shell.opening_long);
    assert_eq!(deadline(&model, then), None, "nothing more happens by itself");
    drop(update(&mut model, Msg::Opened(Err(Problem::new("a", "b", "c"))), *START));
    press(&mut model, "r");
    assert!(!model.shell.opening_long, "the next try begins anew");
}

#[test]
fn a_stale_answer_is_dropped() {
    let mut model = ready();
    let _first = model.ask(summary());
    let _second = model.ask(summary());
    let answer = |n| {
        let summary = overview::Summary { conversations: n, ..Default::default() };
        Box::new(Answer::Overview(overview::Answer::Summary(Ok(summary))))
    };
    drop(update(
        &mut model,
        Msg::Answered { run: RunId(2), slot: "overview.summary", answer: answer(2) },
        *START,
    ));
    drop(update(
        &mut model,
        Msg::Answered { run: RunId(1), slot: "overview.summary", answer: answer(1) },
        *START,
    ));
    assert_eq!(model.overview.summary.as_ref().map(|s| s.conversations), Some(2));
    assert_eq!(model.runs.dropped, 1);
}

#[test]
fn escape_never_leaves() {
    let mut model = ready();
    for _ in 0..5 {
        assert_eq!(press(&mut model, "esc"), []);
    }
}

#[test]
fn q_closes_what_is_open_and_then_leaves() {
    let mut model = ready();
    drop(press(&mut model, "0"));
    drop(model.shell.report(&Problem::new("Cannot read", "it is gone", ""), *START));
    drop(press(&mut model, "! enter"));
    assert_eq!(model.modals.len(), 2);
    assert_eq!(press(&mut model, "q q"), []);
    assert_eq!(model.shell.screen, ScreenId::Settings);
    assert_eq!(press(&mut model, "q"), [Effect::Leave(Leave::Now)]);
}

#[test]
fn a_theme_is_tried_on_and_taken_off_again() {
    let mut model = ready();
    model.shell.themes = ["terminal", "night", "day"].map(str::to_owned).to_vec();
    let on = |name: &str| Effect::Theme(name.to_owned());
    assert_eq!(press(&mut model, "g t down down esc"), [on("night"), on("day"), on("terminal")]);
    assert_eq!(press(&mut model, "g t down q"), [on("night"), on("terminal")]);
    assert!(model.modals.is_empty());
    assert_eq!(press(&mut model, "g t down enter").first(), Some(&on("night")));
    assert_eq!(model.shell.theme, "night");
    assert!(model.shell.messages[0].text.contains("theme = \"night\""), "says how to keep it");
    assert_eq!(press(&mut model, "g t esc"), [], "opens on the one in use");
}

#[test]
fn a_field_takes_letters_first() {
    let mut model = ready();
    drop(press(&mut model, "ctrl-k"));
    assert_eq!(press(&mut model, "q 1 ? :"), []);
    let Some(Modal::Palette(search)) = model.modals.last() else { panic!("closed") };
    assert_eq!(search.field.text(), "q1?:");
    drop(press(&mut model, "ctrl-u"));
    drop(update(&mut model, Msg::Input(Input::Paste("rm -rf\r\nq".into())), *START));
    let Some(Modal::Palette(search)) = model.modals.last() else { panic!("closed") };
    assert_eq!(search.field.text(), "rm -rf q", "pasted text is text");
}

#[test]
fn paste_outside_a_field_does_nothing() {
    let mut model = ready();
    let effects = update(&mut model, Msg::Input(Input::Paste("q\nq\nq".into())), *START);
    assert!(matches!(effects.as_slice(), [Effect::Log(Severity::Info, _)]));
    assert_eq!(model.shell.screen, ScreenId::Overview);
}

#[test]
fn the_palette_does_what_is_chosen() {
    let mut model = ready();
    drop(press(&mut model, "ctrl-k s e t t i n g s enter"));
    assert_eq!(model.shell.screen, ScreenId::Settings);
    assert!(model.modals.is_empty());
}

#[test]
fn an_action_that_cannot_be_done_says_why() {
    let mut model = ready();
    drop(press(&mut model, "J"));
    assert!(model.modals.is_empty());
    assert_eq!(model.shell.toasts[0].text, "Running work: no long work was started yet");
}

#[test]
fn toasts_go_by_themselves_and_stay_among_the_messages() {
    let mut model = ready();
    drop(model.shell.say(Severity::Info, "hello", *START));
    drop(model.shell.report(&Problem::new("Cannot read", "it is gone", ""), *START));
    drop(update(&mut model, Msg::Due, later(4.0)));
    assert_eq!(model.shell.toasts.len(), 1);
    let until = deadline(&model, later(4.0).mono).expect("it goes by itself");
    assert!(until <= later(30.0).mono, "an error covers nothing for long");
    drop(update(&mut model, Msg::Due, later(30.0)));
    assert!(model.shell.toasts.is_empty());
    assert_eq!(model.shell.errors(), 1, "the header still tells of it");
    drop(press(&mut model, "!"));
    assert_eq!(model.shell.errors(), 0);
    assert_eq!(model.shell.messages.len(), 2, "nothing is lost");
    drop(press(&mut model, "enter"));
    assert!(matches!(model.modals.last(), Some(Modal::Problem { .. })));
}

#[test]
fn an_error_goes_with_the_key_that_moves_on_and_esc_does_nothing_else() {
    let problem = Problem::new("Cannot read", "it is gone", "");
    let mut model = ready();
    drop(model.shell.report(&problem, *START));
    drop(press_at(&mut model, "j", later(0.3)));
    assert_eq!(model.shell.toasts.len(), 1, "whoever was typing has not seen it");
    drop(press_at(&mut model, "j", later(2.0)));
    assert!(model.shell.toasts.is_empty());
    model.shell.screen = ScreenId::Files;
    model.files.browse.place = conversations::DetailPlace::Beside;
    drop(model.shell.report(&problem, later(3.0)));
    drop(press_at(&mut model, "esc", later(9.0)));
    assert!(model.shell.toasts.is_empty());
    assert_eq!(
        model.files.browse.place,
        conversations::DetailPlace::Beside,
        "it is only the toast that goes"
    );
}

#[test]
fn the_toast_of_a_trouble_that_is_solved_goes() {
    let mut model = ready();
    let ask = |model: &mut Model, answer| {
        let Effect::Ask { run, slot, .. } = model.ask(Ask::Files(files::Ask::List(false))) else { panic!() };
        let answer = Box::new(Answer::Files(files::Answer::List(answer)));
        drop(update(model, Msg::Answered { run, slot, answer }, *START));
    };
    drop(model.shell.report(&Problem::new("Cannot export", "the disk is full", ""), *START));
    ask(&mut model, Err(Problem::new("Cannot list", "the server is away", "")));
    assert_eq!((model.shell.toasts.len(), model.shell.errors()), (2, 2));
    ask(&mut model, Ok(Vec::new()));
    assert_eq!((model.shell.toasts.len(), model.shell.errors()), (1, 1), "what is not solved stays");
    assert!(model.shell.toasts[0].text.contains("the disk is full"));
}

#[test]
fn chords_show_what_may_follow_and_escape_ends_them() {
    let mut model = ready();
    drop(press(&mut model, "g"));
    assert!(!model.shell.which_key);
    drop(update(&mut model, Msg::Due, later(0.5)));
    assert!(model.shell.which_key);
    drop(press(&mut model, "esc"));
    assert!(model.shell.pending.is_empty() && !model.shell.which_key);
    drop(press(&mut model, "g s"));
    assert_eq!(model.shell.screen, ScreenId::Settings);
}

#[test]
fn a_prompt_stays_until_its_text_is_good() {
    let mut model = ready();
    model.shell.screen = ScreenId::Conversations;
    drop(press(&mut model, "F"));
    let views = conversations::Answer::Views(Ok(Vec::new()));
    drop(super::conversations::answered(&mut model, views, *START));
    drop(press(&mut model, "s enter"));
    let Some(Modal::Prompt(prompt)) = model.modals.last() else { panic!("closed") };
    assert!(prompt.problem.is_some());
    assert_eq!(press(&mut model, "a enter").len(), 1, "it is saved");
    assert!(!matches!(model.modals.last(), Some(Modal::Prompt(_))));
}

#[test]
fn the_import_is_the_same_on_the_overview() {
    let mut model = ready();
    drop(press(&mut model, "i"));
    assert!(matches!(model.modals.last(), Some(Modal::Conversations(conversations::Modal::Import(_)))));
    let effects = press(&mut model, "/ t m p tab j u n e enter");
    let request = engine::import::Request { paths: vec!["/tmp".into()], batch: Some("june".into()) };
    let ask = Ask::Conversations(conversations::Ask::Import(request));
    assert_eq!(effects, [Effect::Job { job: JobId(1), ask: Box::new(ask) }]);
    let answer =
        Answer::Conversations(conversations::Answer::Imported(Ok(engine::import::Outcome::default())));
    let effects = update(&mut model, Msg::Finished(JobId(1), Box::new(answer)), *START);
    let counted = |effect: &Effect| matches!(effect, Effect::Ask { ask, .. } if **ask == summary());
    assert!(effects.iter().any(counted), "the numbers are counted again");
    drop(press(&mut model, "esc"));
    assert_eq!((model.modals.len(), model.shell.screen), (0, ScreenId::Overview));
}

#[test]
fn a_dangerous_question_wants_its_word() {
    let mut model = ready();
    let go = Msg::Shell(Frame::Go(ScreenId::Settings));
    model.open(Modal::Confirm(Confirm::new("Delete?", "Delete", go).danger(Some("EQ-2".into()))));
    drop(press(&mut model, "enter"));
    assert_eq!(model.shell.screen, ScreenId::Overview);
    drop(press(&mut model, "E Q - 2 enter"));
    assert_eq!(model.shell.screen, ScreenId::Settings);
}

#[test]
fn the_mouse_hits_the_topmost_and_tells_double_clicks() {
    let mut model = ready();
    let cell = Area { x: 2, y: 2, width: 1, height: 1 };
    let mut measured = Measured::default();
    measured.click(Area { x: 0, y: 0, width: 9, height: 9 }, Msg::Shell(Frame::Help));
    let on = On {
        click: Some(Msg::Shell(Frame::DismissToasts)),
        double: Some(Msg::Shell(Frame::Suspend)),
        ..On::default()
    };
    measured.hits.push(Hit { area: cell, on });
    model.measured = measured;
    let click = |model: &mut Model, at: f64| {
        update(model, Msg::Input(Input::Mouse { what: Mouse::Down, x: 2, y: 2 }), later(at))
    };
    assert_eq!(click(&mut model, 0.0), []);
    assert_eq!(click(&mut model, 0.2), [Effect::Suspend]);
    assert_eq!(click(&mut model, 0.3), [], "a third click begins again");
    assert!(model.modals.is_empty());
    let effects = update(&mut model, Msg::Input(Input::Mouse { what: Mouse::Down, x: 50, y: 50 }), *START);
    assert_eq!(effects, []);
}

#[test]
fn a_key_that_does_nothing_says_so() {
    let mut model = ready();
    for (keys, said) in [("s", "nothing to sort"), ("F", "no saved views"), ("ctrl-y", "does nothing")] {
        drop(press(&mut model, keys));
        let toast = model.shell.toasts.last().expect("it says something");
        assert!(toast.text.starts_with(keys) && toast.text.contains(said), "{keys}: {}", toast.text);
    }
    let mut opening = Model::default();
    assert_eq!(press(&mut opening, "s"), [], "nothing is there yet");
}

/// Every message of the catalogue can arrive at any time without harm.
#[test]
fn every_action_on_every_screen() {
    for screen in ScreenId::ALL {
        for action in crate::actions::all() {
            let mut model = ready();
            model.shell.screen = *screen;
            drop(update(&mut model, (action.msg)(), *START));
            drop(press(&mut model, "down enter esc esc"));
        }
    }
}

/// The wall of the house that the compiler does not see.
#[test]
fn model_and_update_know_no_terminal() {
    let mut folders = vec![
        concat!(env!("CARGO_MANIFEST_DIR"), "/model").into(),
        concat!(env!("CARGO_MANIFEST_DIR"), "/update").into(),
    ];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        let folder: std::path::PathBuf = folder;
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
                continue;
            }
            let text = std::fs::read_to_string(&entry).unwrap();
            let named = text.lines().find(|line| {
                let code = line.split("//").next().unwrap_or_default();
                ["ratatui::", "crossterm::", "use crate::view", "use crate::term"]
                    .iter()
                    .any(|word| code.contains(word))
            });
            // This file names them to look for them.
            assert!(named.is_none() || entry.ends_with("update/tests.rs"), "{}: {named:?}", entry.display());
            seen += 1;
        }
    }
    assert!(seen > 20, "the folders were found");
}
