//! What each key of the datasets screen does.

use crate::model::conversations::DetailPlace;
use crate::model::datasets::{Answer, Ask, Modal, New};
use crate::model::{Effect, Input, Model, Msg as Any, Problem, ScreenId};
use crate::update::conversations::sample::{day, file};
use crate::update::tests::{START, press, ready};
use crate::update::update;
use domain::dataset::state::DatasetStatus;
use domain::dataset::statistics::{Measure, Reader};
use domain::dataset::table::Column;
use domain::dataset::{DatasetRow, Options, Shape, check_bytes};
use domain::ids::DatasetId;
use domain::lenient::Word;
use engine::datasets::{Add, Checked, DatasetDetail, Source};
use uuid::Uuid;

/// Lines of a dataset with this many conversations of two pairs; every third answer is long.
fn lines(count: u64) -> String {
    const PERSONAS: [&str; 3] = ["anxious_planner", "overwhelmed_avoider", "pragmatic_optimist"];
    const ARCS: [&str; 4] =
        ["fear_to_confidence", "shame_to_acceptance", "couple_conflict_to_alignment", "anxiety_to_peace"];
    let key = |keys: &[&str], n: u64| keys[usize::try_from(n).unwrap() % keys.len()].to_owned();
    let mut text =
        String::from("{\"_meta\": {\"file_name\": \"x\", \"total_pairs\": 0, \"version\": \"4.0.0\"}}\n");
    for n in 0..count {
        for turn in [2, 4] {
            let long = if n % 3 == 0 { "word ".repeat(700) } else { "A short answer.".to_owned() };
            let line = serde_json::json!({
                "id": format!("c{n}-{turn}"), "conversation_id": format!("c{n}"), "turn_number": turn,
                "conversation_metadata": {"persona_archetype": key(&PERSONAS, n), "emotional_arc_key": key(&ARCS, n / 2),
                    "training_topic_key": key(&["emergency_fund", "pension"], n)},
                "system_prompt": "You are kind.", "conversation_history": [], "current_user_input": "What now?",
                "target_response": long.trim(),
                "training_metadata": {"quality_score": 3 + n % 2, "human_reviewed": n == 0}
            });
            text.push_str(&line.to_string());
            text.push('\n');
        }
    }
    text
}

/// Dataset number `n` with this many conversations, checked.
pub(crate) fn dataset(n: u64, conversations: u64) -> DatasetRow {
    let bytes = lines(conversations);
    let mut reader = Reader::new(Shape::V4Jsonl, Measure::Words);
    reader.feed(bytes.as_bytes());
    let name = format!("EQ-{n}");
    let mut row = DatasetRow {
        id: DatasetId(Uuid::from_u128(u128::from(n) + 7)),
        name: name.clone(),
        description: (n == 2).then(|| "The second batch".to_owned()),
        format: String::new(),
        status: Word::Known(DatasetStatus::Validating),
        bucket: "lora-datasets".into(),
        path: format!("u/{n}/dataset.jsonl"),
        file_name: format!("{name}.jsonl"),
        file_size: bytes.len() as u64,
        examples: None,
        tokens: None,
        turns_per_conversation: None,
        training_ready: false,
        validated: None,
        created: day(i64::try_from(n).unwrap()),
        archived: None,
        sha256: Some("ab".repeat(32)),
        training_file: None,
        facts: None,
        report: None,
    };
    let report = check_bytes(&name, bytes.as_bytes(), &Options::default()).unwrap();
    row.judge(reader.finish(&[512, 1024, 2048, 4096]), report, day(i64::try_from(n).unwrap()));
    row
}

/// One that cannot be trained with.
pub(crate) fn broken(n: u64) -> DatasetRow {
    let mut row = dataset(n, 1);
    let bytes = b"{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}\n{\"messages\": [\n";
    let report = check_bytes(&row.name, bytes, &Options::default()).unwrap();
    let facts = row.facts.clone().unwrap();
    row.judge(facts, report, day(1));
    row
}

pub(crate) fn detail(row: &DatasetRow) -> DatasetDetail {
    let facts = row.facts.clone();
    let readiness = facts
        .as_ref()
        .map(|facts| domain::dataset::readiness::readiness(facts, row.critical().unwrap_or(0), 2048));
    DatasetDetail {
        dataset: row.clone(),
        training_file: Some("EQ-1".into()),
        readiness,
        facts,
        made: Vec::new(),
    }
}

/// The screen with a large one, a small one and a broken one.
pub(crate) fn loaded() -> Model {
    let mut model = ready();
    model.shell.screen = ScreenId::Datasets;
    let pane = crate::model::Area { width: 100, height: 20, ..Default::default() };
    model.measured.pane(crate::model::datasets::PANES.table, pane);
    let rows = vec![broken(3), dataset(2, 12), dataset(1, 300)];
    drop(super::answered(&mut model, Answer::List(Ok(rows)), *START));
    model
}

fn asks(effects: &[Effect]) -> Vec<Ask> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Ask { ask, .. } | Effect::Job { ask, .. } => match ask.as_ref() {
                crate::model::Ask::Datasets(ask) => Some(ask.clone()),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

fn keys(model: &mut Model, keys: &str) -> Vec<Ask> {
    asks(&press(model, keys))
}

fn id(n: u64) -> DatasetId {
    DatasetId(Uuid::from_u128(u128::from(n) + 7))
}

fn shown(model: &Model) -> Vec<&str> {
    (0..model.datasets.finder.shown.len())
        .map(|line| model.datasets.line(line).unwrap().name.as_str())
        .collect()
}

#[test]
fn the_cursor_stays_on_its_dataset_whatever_comes_and_however_it_is_sorted() {
    let mut model = loaded();
    assert_eq!(asks(&super::enter(&mut model, *START)), [Ask::List(false)]);
    press(&mut model, "j");
    let rows = vec![dataset(9, 1), broken(3), dataset(2, 12), dataset(1, 300)];
    drop(super::answered(&mut model, Answer::List(Ok(rows)), *START));
    assert_eq!((model.datasets.row().unwrap().name.as_str(), model.datasets.browse.at), ("EQ-2", 2));
    press(&mut model, "s s");
    assert_eq!(model.datasets.finder.query.sort.column, Column::Examples);
    assert_eq!(shown(&model), ["EQ-1", "EQ-2", "EQ-9", "EQ-3"]);
    press(&mut model, "S");
    assert_eq!(shown(&model)[3], "EQ-1");
    assert_eq!(model.datasets.row().unwrap().name, "EQ-2");
}

#[test]
fn a_search_narrows_by_name_and_description_and_esc_ends_it() {
    let mut model = loaded();
    press(&mut model, "/ s e c o n d");
    assert_eq!(shown(&model), ["EQ-2"]);
    press(&mut model, "enter");
    assert!(!model.has_field());
    press(&mut model, "esc");
    assert_eq!((shown(&model).len(), model.datasets.row().unwrap().name.as_str()), (3, "EQ-2"));
    press(&mut model, "/ q q");
    assert_eq!(keys(&mut model, "enter d enter x t space ="), [], "nothing is under the cursor");
}

#[test]
fn the_filter_line_completes_words_and_what_the_rows_hold_and_remembers() {
    let mut model = loaded();
    press(&mut model, "f r e a tab = tab");
    assert_eq!(model.field().unwrap().text(), "ready =yes ");
    assert_eq!(shown(&model).len(), 2, "it counts while it is written");
    press(&mut model, "enter");
    assert!(!model.has_field());
    press(&mut model, "f ctrl-u n a m e = E Q - 2");
    press(&mut model, "enter");
    assert_eq!(shown(&model), ["EQ-2"]);
    press(&mut model, "backspace");
    assert_eq!(shown(&model).len(), 3);
    press(&mut model, "f up up enter");
    assert_eq!(shown(&model).len(), 2, "the filter before the last one");
    press(&mut model, "f ctrl-u s i z e space i s space b i g enter");
    assert!(model.has_field(), "what is no filter is not kept");
    press(&mut model, "esc");
    assert_eq!(shown(&model).len(), 2, "as before");
}

#[test]
fn the_detail_is_asked_for_once_and_again_after_a_check() {
    let mut model = loaded();
    press(&mut model, "j");
    assert_eq!(keys(&mut model, "d"), [Ask::Show(id(2))]);
    let row = model.datasets.row().unwrap().clone();
    drop(super::answered(&mut model, Answer::Show(Ok(Box::new(detail(&row)))), *START));
    assert_eq!(keys(&mut model, "enter"), []);
    assert_eq!(model.datasets.browse.place, DetailPlace::Full);
    assert_eq!(keys(&mut model, "c"), [Ask::Check(id(2), "EQ-2".into(), None)]);
    assert_eq!(model.jobs.live().count(), 1);
    let checked = checked(&row);
    let effects = super::answered(&mut model, Answer::Checked("EQ-2".into(), Ok(Box::new(checked))), *START);
    assert_eq!(asks(&effects), [Ask::List(false)]);
    assert_eq!(model.datasets.detail, None);
    press(&mut model, "esc esc");
    assert_eq!(model.datasets.browse.place, DetailPlace::Hidden);
}

#[test]
fn tokens_are_counted_with_the_tokenizer_that_is_named() {
    let mut model = loaded();
    press(&mut model, "j T");
    update(&mut model, Any::Input(Input::Paste("Qwen/Qwen3-8B".into())), *START);
    let wanted = Some("Qwen/Qwen3-8B".to_owned());
    assert_eq!(keys(&mut model, "enter"), [Ask::Check(id(2), "EQ-2".into(), wanted)]);
    let mut row = dataset(2, 12);
    let tokens = &mut row.facts.as_mut().unwrap().tokens;
    (tokens.exact, tokens.method) = (true, "tokenizer Qwen/Qwen3-8B".into());
    drop(super::answered(&mut model, Answer::List(Ok(vec![row])), *START));
    press(&mut model, "T");
    assert_eq!(model.field().unwrap().text(), "Qwen/Qwen3-8B");
    assert_eq!(keys(&mut model, "ctrl-u enter"), [Ask::Check(id(2), "EQ-2".into(), None)]);
}

pub(crate) fn checked(row: &DatasetRow) -> Checked {
    Checked {
        dataset: row.clone(),
        readiness: detail(row).readiness.unwrap(),
        report: row.report.clone().unwrap(),
    }
}

#[test]
fn two_to_four_are_compared_in_the_order_of_their_marks() {
    let mut model = loaded();
    assert_eq!(keys(&mut model, "="), []);
    press(&mut model, "j j space k k space");
    assert_eq!(keys(&mut model, "="), [Ask::Compare(vec![id(1), id(3)])]);
    press(&mut model, "g g space");
    assert_eq!(model.datasets.marks, [id(1)], "space takes a mark away again");
    let rows: Vec<DatasetRow> = (10..16).map(|n| dataset(n, 1)).collect();
    drop(super::answered(&mut model, Answer::List(Ok(rows)), *START));
    assert_eq!(model.datasets.marks, [], "marks of what is gone are gone");
    press(&mut model, "g g space space space space space");
    assert_eq!(model.datasets.marks.len(), 4);
}

#[test]
fn archiving_asks_first_and_taking_back_does_not() {
    let mut model = loaded();
    press(&mut model, "j");
    assert_eq!(keys(&mut model, "x"), []);
    assert_eq!(keys(&mut model, "y"), [Ask::Archive(id(2), true)]);
    assert_eq!(keys(&mut model, "X"), [Ask::List(true)]);
    let away = DatasetRow { archived: Some(day(3)), ..dataset(2, 12) };
    drop(super::answered(&mut model, Answer::List(Ok(vec![away])), *START));
    assert_eq!(keys(&mut model, "x"), [Ask::Archive(id(2), false)]);
}

#[test]
fn what_cannot_be_trained_with_says_why() {
    let mut model = loaded();
    press(&mut model, "t");
    assert_eq!(model.shell.screen, ScreenId::Datasets);
    assert!(model.shell.toasts[0].text.starts_with("Train: "), "{:?}", model.shell.toasts);
    press(&mut model, "j t");
    assert_eq!(model.shell.screen, ScreenId::Train);
    assert_eq!(model.train.dataset.as_ref().unwrap().name, "EQ-2");
}

fn new(model: &Model) -> &New {
    match model.modals.last() {
        Some(crate::model::Modal::Datasets(Modal::New(new))) => new,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_new_one_of_a_training_file_gets_a_name_that_is_free() {
    let mut model = loaded();
    assert_eq!(keys(&mut model, "n"), [Ask::Sources]);
    drop(super::answered(&mut model, Answer::Sources(Ok(vec![file(1), file(8)])), *START));
    assert_eq!(new(&model).at, 1, "the newest training file is the likeliest");
    press(&mut model, "enter");
    assert_eq!(new(&model).name.text(), "EQ-1 2");
    press(&mut model, "esc down enter");
    assert_eq!(new(&model).name.text(), "EQ-8");
    let add = Add {
        source: Source::TrainingFile(file(8).id.to_string()),
        name: Some("EQ-8".into()),
        description: None,
        tokenizer: None,
        again: false,
    };
    assert_eq!(keys(&mut model, "enter"), [Ask::Add(Box::new(add))]);
    assert_eq!(press(&mut model, "x").len(), 1, "x stops the work");
    let row = dataset(8, 3);
    drop(super::answered(&mut model, Answer::Added(Ok(Box::new(checked(&row)))), *START));
    assert!(new(&model).result.is_some());
    press(&mut model, "enter");
    assert!(model.modals.is_empty());
    assert_eq!(model.datasets.row().unwrap().name, "EQ-8");
}

#[test]
fn a_new_one_of_a_path_keeps_what_was_typed_when_it_cannot_be_made() {
    let mut model = loaded();
    press(&mut model, "n");
    drop(super::answered(&mut model, Answer::Sources(Ok(Vec::new())), *START));
    press(&mut model, "enter");
    assert_eq!(keys(&mut model, "enter"), [], "a path is wanted");
    assert!(new(&model).problem.is_some());
    update(&mut model, Any::Input(Input::Paste("~/chats.jsonl".into())), *START);
    assert_eq!(new(&model).problem, None);
    press(&mut model, "tab m i n e");
    let add = Add {
        source: Source::Path("~/chats.jsonl".into()),
        name: Some("mine".into()),
        description: None,
        tokenizer: None,
        again: false,
    };
    assert_eq!(keys(&mut model, "enter"), [Ask::Add(Box::new(add))]);
    let problem = Problem::new("Cannot add the dataset", "There is one of this name.", "");
    drop(super::answered(&mut model, Answer::Added(Err(problem)), *START));
    let open = new(&model);
    assert_eq!((open.path.text(), open.name.text(), open.job), ("~/chats.jsonl", "mine", None));
    assert_eq!(open.problem.as_deref(), Some("There is one of this name."));
}

#[test]
fn the_dataset_of_a_training_file_opens_the_configurator_where_one_still_is() {
    let files = || {
        let mut model = ready();
        model.shell.screen = ScreenId::Files;
        let list = crate::model::files::Answer::List(Ok(vec![file(1)]));
        drop(crate::update::files::answered(&mut model, list, *START));
        model
    };
    let mut model = files();
    assert_eq!(keys(&mut model, "t"), [Ask::OfFile("EQ-1".into())]);
    drop(super::answered(&mut model, Answer::OfFile(Ok(Box::new(dataset(1, 9)))), *START));
    assert_eq!((model.shell.screen, model.train.from), (ScreenId::Train, ScreenId::Files));
    press(&mut model, "esc");
    assert_eq!(model.shell.screen, ScreenId::Files);
    // Whoever has gone elsewhere is not torn away.
    press(&mut model, "2");
    drop(super::answered(&mut model, Answer::OfFile(Ok(Box::new(dataset(1, 9)))), *START));
    assert_eq!(model.shell.screen, ScreenId::Conversations);
    let mut model = files();
    drop(super::answered(&mut model, Answer::OfFile(Ok(Box::new(broken(3)))), *START));
    assert_eq!(model.shell.screen, ScreenId::Files, "one that is broken is not opened");
}

#[test]
fn keys_on_an_empty_list_do_nothing() {
    let mut model = loaded();
    drop(super::answered(&mut model, Answer::List(Ok(Vec::new())), *START));
    for key in ["t", "d", "c", "x", "z", "y", "enter", "j", "G", "tab", "pgdn", "space", "=", "s", "S"] {
        assert_eq!(keys(&mut model, key), [], "{key}");
    }
    assert!(model.modals.is_empty());
}

#[test]
fn a_finding_leads_to_the_line_and_back() {
    let mut model = loaded();
    let row = model.datasets.row().unwrap().clone();
    let report = row.report.clone().unwrap();
    let place = report.findings[0].places[0].clone();
    assert_eq!(place.line, Some(2));
    press(&mut model, "d");
    drop(super::answered(&mut model, Answer::Show(Ok(Box::new(detail(&row)))), *START));
    press(&mut model, "w");
    assert_eq!(model.datasets.pane(), Some("datasets.findings"));
    assert_eq!(asks(&press(&mut model, "enter")), [Ask::Passage(row.id, place)]);
    press(&mut model, "esc esc");
    assert_eq!(
        (model.datasets.pane(), model.datasets.browse.place),
        (Some("datasets.table"), DetailPlace::Beside)
    );
}
