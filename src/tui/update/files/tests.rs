//! What each key of the training files screen does.

use crate::model::conversations::DetailPlace;
use crate::model::files::{Answer, Ask, Format, Modal};
use crate::model::walk::Reading;
use crate::model::{Effect, Input, Model, Msg as Any, ScreenId};
use crate::update::conversations::sample::{file, row};
use crate::update::tests::{START, press, ready};
use crate::update::update;
use domain::dataset::{Code, Finding, Options, Passage, Place, Severity, Shape, check_bytes};
use domain::training_file::FileStatus;
use engine::check::FileReport;
use engine::files::{Downloaded, FileDetail, Object};

pub(crate) fn loaded() -> Model {
    let mut model = ready();
    model.shell.screen = ScreenId::Files;
    drop(super::answered(&mut model, Answer::List(Ok(vec![file(1), file(2), file(3)])), *START));
    model
}

fn asks(effects: &[Effect]) -> Vec<Ask> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Ask { ask, .. } | Effect::Job { ask, .. } => match ask.as_ref() {
                crate::model::Ask::Files(ask) => Some(ask.clone()),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

fn keys(model: &mut Model, keys: &str) -> Vec<Ask> {
    asks(&press(model, keys))
}

#[test]
fn coming_in_and_refreshing_ask_for_the_list_and_the_cursor_stays_on_its_file() {
    let mut model = loaded();
    assert_eq!(asks(&super::enter(&mut model, *START)), [Ask::List(false)]);
    press(&mut model, "j");
    assert_eq!(keys(&mut model, "r"), [Ask::List(false)]);
    drop(super::answered(&mut model, Answer::List(Ok(vec![file(9), file(1), file(2)])), *START));
    assert_eq!(model.files.row().unwrap().name, "EQ-2");
}

#[test]
fn files_are_searched_filtered_and_sorted() {
    let mut model = loaded();
    let shown =
        |model: &Model| (0..9).filter_map(|at| Some(model.files.line(at)?.name.clone())).collect::<Vec<_>>();
    press(&mut model, "s s");
    assert_eq!(shown(&model), ["EQ-1", "EQ-2", "EQ-3"]);
    press(&mut model, "S");
    assert_eq!(shown(&model)[0], "EQ-3");
    press(&mut model, "/ e q - 2");
    assert_eq!(shown(&model), ["EQ-2"]);
    assert_eq!(model.files.row().unwrap().name, "EQ-2");
    press(&mut model, "enter");
    assert_eq!(keys(&mut model, "c"), [Ask::Check("EQ-2".into())], "keys are about what is shown");
    press(&mut model, "esc");
    assert_eq!(shown(&model).len(), 3);
    press(&mut model, "f n a m e space = space E Q - 3 enter");
    assert_eq!(shown(&model), ["EQ-3"]);
    drop(super::answered(&mut model, Answer::List(Ok(vec![file(9), file(3)])), *START));
    assert_eq!(shown(&model), ["EQ-3"], "a filter outlives a refresh");
}

#[test]
fn the_detail_reads_the_file_and_its_first_members() {
    let mut model = loaded();
    assert_eq!(keys(&mut model, "d"), [Ask::Show("EQ-1".into())]);
    let members: Vec<_> = (0..300).map(|n| row(n).id).collect();
    let detail = FileDetail { file: file(1), members: members.clone() };
    let effects = super::answered(&mut model, Answer::Show(Ok(Box::new(detail))), *START);
    assert_eq!(asks(&effects), [Ask::Members(members[..200].to_vec())]);
    assert_eq!(keys(&mut model, "j"), [Ask::Show("EQ-2".into())]);
    press(&mut model, "tab");
    assert!(model.files.browse.in_detail);
    press(&mut model, "esc esc");
    assert_eq!(model.files.browse.place, DetailPlace::Hidden);
    press(&mut model, "enter");
    assert_eq!(model.files.browse.place, DetailPlace::Full);
}

#[test]
fn every_format_can_be_downloaded() {
    for (at, (format, _)) in Format::ALL.iter().enumerate() {
        let mut model = loaded();
        press(&mut model, "o");
        for _ in 0..at {
            press(&mut model, "down");
        }
        let fetch = Ask::Fetch { file: "EQ-1".into(), format: *format, to: ".".into() };
        assert_eq!(keys(&mut model, "enter"), [fetch]);
        assert_eq!(model.jobs.live().count(), 1);
    }
    assert_eq!(Format::ALL[1].0, Format::Object(Object::Jsonl));
}

#[test]
fn a_download_needs_a_place_and_says_where_it_lies() {
    let mut model = loaded();
    press(&mut model, "o ctrl-u");
    assert_eq!(keys(&mut model, "enter"), []);
    update(&mut model, Any::Input(Input::Paste("/tmp/x.json".into())), *START);
    assert_eq!(keys(&mut model, "enter").len(), 1);
    let done = Downloaded { path: "/tmp/x.json".into(), bytes: 812, items: None };
    drop(super::answered(&mut model, Answer::Fetched(Ok(done)), *START));
    assert!(
        matches!(model.modals.last(), Some(crate::model::Modal::Files(Modal::Download(d))) if d.result.is_some())
    );
    press(&mut model, "enter");
    assert!(model.modals.is_empty());
}

#[test]
fn archiving_asks_first_and_taking_back_does_not() {
    let mut model = loaded();
    assert_eq!(keys(&mut model, "x"), []);
    assert_eq!(keys(&mut model, "y"), [Ask::Archive("EQ-1".into(), true)]);
    press(&mut model, "j j");
    assert_eq!(model.files.row().unwrap().status, FileStatus::Archived);
    assert_eq!(keys(&mut model, "x"), [Ask::Archive("EQ-3".into(), false)]);
    assert_eq!(keys(&mut model, "X"), [Ask::List(true)]);
    assert_eq!(keys(&mut model, "X"), [Ask::List(false)]);
}

#[test]
fn adding_goes_to_the_conversations_with_the_file_in_mind() {
    let mut model = loaded();
    press(&mut model, "j a");
    assert_eq!(model.shell.screen, ScreenId::Conversations);
    assert_eq!(model.conversations.into.as_deref(), Some("EQ-2"));
    let mut model = loaded();
    press(&mut model, "n");
    assert_eq!((model.shell.screen, model.conversations.into), (ScreenId::Conversations, None));
}

#[test]
fn check_and_copy() {
    let mut model = loaded();
    assert_eq!(keys(&mut model, "c"), [Ask::Check("EQ-1".into())]);
    assert_eq!(press(&mut model, "y")[0], Effect::Copy("EQ-1".into()));
    assert!(matches!(&press(&mut model, "Y")[0], Effect::Copy(text) if text.contains("\"pairs\": 1204")));
}

#[test]
fn keys_on_an_empty_list_do_nothing() {
    let mut model = loaded();
    drop(super::answered(&mut model, Answer::List(Ok(Vec::new())), *START));
    for key in ["o", "a", "d", "c", "x", "z", "y", "enter", "j", "G", "tab", "pgdn"] {
        assert_eq!(keys(&mut model, key), [], "{key}");
    }
    assert!(model.modals.is_empty());
}

#[test]
fn a_check_is_forgotten_when_the_file_is_another_one() {
    let mut model = loaded();
    let report = engine::check::FileReport::Failed { file: "x".into(), error: "no".into() };
    drop(super::answered(&mut model, Answer::Checked("EQ-1".into(), Ok(Box::new(report))), *START));
    drop(super::answered(&mut model, Answer::List(Ok(vec![file(2), file(1)])), *START));
    assert!(model.files.report.is_some(), "it is the same file");
    let mut again = file(1);
    again.updated += chrono::Duration::seconds(1);
    drop(super::answered(&mut model, Answer::List(Ok(vec![file(2), again])), *START));
    assert_eq!(model.files.report, None);
}

/// The first file, checked: three places in two findings.
pub(crate) fn checked() -> Model {
    let mut model = loaded();
    let place = |number: &str, turn| Place {
        conversation: Some(number.into()),
        turn: Some(turn),
        ..Place::default()
    };
    let whole = Place { what: Some("12 of 500".into()), ..Place::default() };
    let found = |code, severity, places: Vec<Place>| Finding {
        code,
        severity,
        count: places.len() as u64 * 9,
        message: "This is what was found.".into(),
        places,
    };
    let mut report = check_bytes("EQ-1", b"", &Options::default()).unwrap();
    report.shape = Some(Shape::Full);
    report.findings = vec![
        found(Code::TruncatedTurn, Severity::Warning, vec![place("fp_anna", 2), place("7", 4)]),
        found(Code::SmallDataset, Severity::Warning, vec![whole]),
        found(Code::NullTarget, Severity::Info, vec![place("fp_anna", 1)]),
    ];
    let report = FileReport::Checked(Box::new(report));
    drop(super::answered(&mut model, Answer::Checked("EQ-1".into(), Ok(Box::new(report))), *START));
    model
}

/// The conversation at the place.
pub(crate) fn passage() -> Passage {
    let turns = crate::update::conversations::sample::detail(0).turns;
    Passage::Conversation { id: "fp_anna".into(), number: 3, turns }
}

fn reading(model: &Model) -> &Reading {
    match model.modals.last() {
        Some(crate::model::Modal::Passage(reading)) => reading,
        other => panic!("no place is shown: {other:?}"),
    }
}

#[test]
fn findings_can_be_walked_once_there_are_some() {
    let mut model = loaded();
    press(&mut model, "w");
    assert!(model.files.browse.walk.is_none());
    assert!(model.shell.toasts.iter().any(|toast| toast.text.contains("not checked yet")));
    let mut model = checked();
    press(&mut model, "j w");
    assert!(model.files.browse.walk.is_none(), "the check was of another file");
}

#[test]
fn a_finding_leads_to_the_conversation_in_the_file_and_back() {
    let mut model = checked();
    press(&mut model, "w j");
    assert_eq!(model.files.browse.place, DetailPlace::Full);
    let place = Place { conversation: Some("7".into()), turn: Some(4), ..Place::default() };
    assert_eq!(keys(&mut model, "enter"), [Ask::Passage("EQ-1".into(), Some(Shape::Full), place.clone())]);
    assert_eq!((reading(&model).at, reading(&model).of, &reading(&model).place), (1, 4, &place));
    drop(super::answered(&mut model, Answer::Passage(Ok(Box::new(passage()))), *START));
    assert!(matches!(&reading(&model).content, Some(Ok(_))));
    // To the next place that leads somewhere: the one about the whole file is passed by.
    let asked = keys(&mut model, "right");
    assert!(matches!(&asked[..], [Ask::Passage(_, _, place)] if place.turn == Some(1)), "{asked:?}");
    assert_eq!(keys(&mut model, "right"), [], "it is the last one");
    press(&mut model, "esc");
    assert!(model.modals.is_empty());
    assert_eq!(model.files.browse.walk.map(|walk| walk.at), Some(3), "the cursor is on what was shown last");
    press(&mut model, "esc");
    assert_eq!((model.files.browse.walk, model.files.browse.place), (None, DetailPlace::Hidden));
}

#[test]
fn what_is_about_the_whole_file_leads_nowhere_and_says_so() {
    let mut model = checked();
    assert_eq!(keys(&mut model, "w j j enter"), [Ask::Show("EQ-1".into())]);
    assert!(model.modals.is_empty());
    assert!(model.shell.toasts.iter().any(|toast| toast.text.contains("whole file")));
}

#[test]
fn an_answer_that_comes_after_the_place_was_closed_opens_nothing() {
    let mut model = checked();
    press(&mut model, "w enter esc");
    drop(super::answered(&mut model, Answer::Passage(Ok(Box::new(passage()))), *START));
    assert!(model.modals.is_empty());
}
