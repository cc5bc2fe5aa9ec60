//! What each key of the models screen does.

use super::*;
use crate::model::{Input, Modal as Any, Msg as Message};
use crate::update::tests::{START, press, ready};
use crate::update::update as tell;
use chrono::TimeDelta;
use domain::ids::{DatasetId, JobId, ModelId};
use domain::lenient::Word;
use domain::manifest::File;
use domain::model::{Action, Lineage, Losses, Model as Adapter, Summary, rate};
use domain::money::Usd;
use uuid::Uuid;

/// The n-th version of one dataset, the last one unrated.
pub(crate) fn adapter(n: u32) -> Adapter {
    let losses =
        Losses { first: Some(1.24), last: Some(0.312), validation: Some(0.29 + 0.03 * f64::from(n)) };
    Adapter {
        id: ModelId(Uuid::from_u128(u128::from(n) + 60)),
        name: format!("EQ-2-balanced-1970-01-0{n}"),
        version: format!("{n}.0.0"),
        description: String::new(),
        status: Word::Known(if n == 1 { ModelStatus::Production } else { ModelStatus::Stored }),
        created_at: START.wall + TimeDelta::days(i64::from(n)),
        lineage: Lineage {
            dataset: DatasetId(Uuid::from_u128(7)),
            dataset_name: "EQ-2".to_owned(),
            dataset_sha256: Some("ab".repeat(32)),
            job: JobId(Uuid::from_u128(u128::from(n))),
            job_name: format!("run-{n}"),
            base_model: Some("Qwen/Qwen3-8B".to_owned()),
            preset_id: "balanced".to_owned(),
            hyperparameters: serde_json::json!({"rank": 8 * n}),
            parent: None,
        },
        quality: rate(if n == 3 { Losses::default() } else { losses }),
        summary: Summary {
            steps: Some(2000),
            epochs: Some(3.0),
            training_seconds: Some(5_400.0),
            examples: Some(602),
            truncated: Some(3),
            device: Some("A100".to_owned()),
            cost: Some(Usd::cents(247)),
            ..Summary::default()
        },
        files: vec![
            File { path: "adapter/adapter_config.json".to_owned(), bytes: 812, sha256: "cd".repeat(32) },
            File {
                path: "adapter/adapter_model.safetensors".to_owned(),
                bytes: 246_000_000,
                sha256: "ef".repeat(32),
            },
        ],
    }
}

pub(crate) fn loaded() -> Model {
    let mut model = ready();
    model.shell.screen = ScreenId::Models;
    let list = vec![adapter(3), adapter(2), adapter(1)];
    drop(answered(&mut model, Answer::List(Ok(list)), *START));
    model
}

fn keys(model: &mut Model, keys: &str) -> Vec<Ask> {
    let effects = press(model, keys);
    let ask = |effect: &Effect| match effect {
        Effect::Ask { ask, .. } | Effect::Job { ask, .. } => match ask.as_ref() {
            crate::model::Ask::Models(ask) => Some(ask.clone()),
            _ => None,
        },
        _ => None,
    };
    effects.iter().filter_map(ask).collect()
}

fn key(n: u32) -> String {
    adapter(n).id.to_string()
}

#[test]
fn the_detail_is_asked_for_once_and_the_cursor_stays_on_its_model() {
    let mut model = loaded();
    assert_eq!(keys(&mut model, "d"), [Ask::Show(key(3))]);
    assert_eq!(keys(&mut model, "j"), [Ask::Show(key(2))]);
    drop(answered(&mut model, Answer::List(Ok(vec![adapter(2), adapter(3)])), *START));
    assert_eq!(model.models.row().unwrap().id, adapter(2).id);
    assert_eq!(keys(&mut model, "r"), [Ask::List]);
}

#[test]
fn a_model_that_was_asked_for_is_gone_to_even_when_it_is_archived() {
    let mut model = loaded();
    let mut put_away = adapter(2);
    put_away.status = Word::Known(ModelStatus::Archived);
    model.models.wanted = Some(put_away.id);
    drop(enter(&mut model, *START));
    drop(answered(&mut model, Answer::List(Ok(vec![adapter(3), put_away.clone(), adapter(1)])), *START));
    assert_eq!(model.models.row(), Some(&put_away));
    assert_eq!(model.models.browse.place, DetailPlace::Beside);
    press(&mut model, "X");
    assert_eq!(model.models.rows().count(), 2);
}

#[test]
fn models_are_filtered_sorted_and_those_that_are_marked_compared() {
    let mut model = loaded();
    let shown = |model: &Model| model.models.rows().map(|row| row.version.clone()).collect::<Vec<_>>();
    press(&mut model, "s s s");
    assert_eq!(shown(&model), ["1.0.0", "2.0.0", "3.0.0"], "the least loss first, an unknown one last");
    press(&mut model, "S");
    assert_eq!(shown(&model), ["2.0.0", "1.0.0", "3.0.0"], "an unknown one is last whichever way");
    press(&mut model, "F");
    assert_eq!(shown(&model), ["1.0.0"], "in use");
    press(&mut model, "=");
    assert!(model.modals.is_empty() && model.shell.toasts.last().unwrap().text.contains("mark two"));
    press(&mut model, "space backspace g g space =");
    let Some(Any::Models(Modal::Compare(comparison, _))) = model.modals.last() else {
        panic!("no comparison")
    };
    assert_eq!(comparison.models.len(), 2);
    assert!(comparison.models[0].contains("1.0.0"), "in the order of the marks: {:?}", comparison.models);
}

#[test]
fn a_model_is_deleted_by_its_name_only_and_never_in_production() {
    let mut model = loaded();
    press(&mut model, "x");
    assert_eq!(keys(&mut model, "enter"), [], "the name is missing");
    tell(&mut model, Message::Input(Input::Paste("EQ-2-balanced-1970-01-02".into())), *START);
    assert_eq!(keys(&mut model, "enter"), [], "another name");
    assert!(model.shell.toasts.last().unwrap().text.contains("Type EQ-2-balanced-1970-01-03"));
    let version = model.models.row().unwrap().version.clone();
    let Some(crate::model::Modal::Confirm(confirm)) = model.modals.last() else { panic!("it stays open") };
    assert!(confirm.title.contains(&version), "versions may have one name: {}", confirm.title);
    press(&mut model, "ctrl-u");
    tell(&mut model, Message::Input(Input::Paste("EQ-2-balanced-1970-01-03".into())), *START);
    assert_eq!(keys(&mut model, "enter"), [Ask::Delete(key(3), "EQ-2-balanced-1970-01-03".into())]);
    press(&mut model, "G x");
    assert!(model.modals.is_empty());
    assert!(model.shell.toasts.last().unwrap().text.contains("in production"));
}

#[test]
fn what_it_is_used_for_is_chosen_from_what_is_possible() {
    let mut model = loaded();
    assert_eq!(keys(&mut model, "p enter"), [Ask::Status(key(3), Action::Test)]);
    assert_eq!(keys(&mut model, "p down enter"), [Ask::Status(key(3), Action::Deploy)]);
    press(&mut model, "G");
    assert_eq!(keys(&mut model, "p enter"), [Ask::Status(key(1), Action::Store)]);
}

#[test]
fn a_download_needs_a_folder_and_can_be_left_running() {
    let mut model = loaded();
    press(&mut model, "o ctrl-u");
    assert_eq!(keys(&mut model, "enter"), []);
    tell(&mut model, Message::Input(Input::Paste("/tmp/here".into())), *START);
    let fetch = Ask::Download { model: key(3), to: "/tmp/here".into() };
    assert_eq!(keys(&mut model, "enter"), [fetch]);
    let job = model.jobs.live().next().unwrap().id;
    assert_eq!(press(&mut model, "x"), [Effect::Cancel(job)]);
    let done = Downloaded { path: "/tmp/here/a".into(), copied: 1, kept: 1, bytes: 246_000_812 };
    drop(answered(&mut model, Answer::Downloaded(Ok(done)), *START));
    assert!(matches!(model.modals.last(), Some(Any::Models(Modal::Download(d))) if d.result.is_some()));
    press(&mut model, "enter");
    assert!(model.modals.is_empty());
}

#[test]
fn a_report_goes_where_it_is_told_to_in_a_form_that_there_is() {
    let mut model = loaded();
    press(&mut model, "e ctrl-u");
    tell(&mut model, Message::Input(Input::Paste("report.pdf".into())), *START);
    assert_eq!(keys(&mut model, "enter"), []);
    press(&mut model, "ctrl-u");
    tell(&mut model, Message::Input(Input::Paste("report.md".into())), *START);
    assert_eq!(keys(&mut model, "enter"), [Ask::Report { model: key(3), to: "report.md".into() }]);
}

#[test]
fn versions_stand_side_by_side_the_oldest_first() {
    let mut model = loaded();
    press(&mut model, "v");
    let Some(Any::Models(Modal::Compare(comparison, 0))) = model.modals.last() else { panic!() };
    assert_eq!(comparison.models.len(), 3);
    assert!(comparison.models[0].contains("1.0.0"));
    press(&mut model, "esc");
    drop(answered(&mut model, Answer::List(Ok(vec![adapter(1)])), *START));
    press(&mut model, "v");
    assert!(model.modals.is_empty());
    assert!(model.shell.toasts.last().unwrap().text.contains("only model"));
}

#[test]
fn its_run_is_one_key_away() {
    let mut model = loaded();
    let effects = press(&mut model, "w");
    assert!(matches!(&effects[0], Effect::Ask { slot: "trainings.watch", .. }));
}

#[test]
fn keys_on_an_empty_list_do_nothing() {
    let mut model = loaded();
    drop(answered(&mut model, Answer::List(Ok(Vec::new())), *START));
    for key in ["o", "d", "p", "v", "e", "w", "x", "z", "y", "Y", "enter", "j", "G", "tab", "pgdn"] {
        assert_eq!(keys(&mut model, key), [], "{key}");
    }
    assert!(model.modals.is_empty());
}
