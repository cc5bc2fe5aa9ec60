//! What one sees of the datasets.

use crate::model::datasets::Answer;
use crate::model::{Input, Model, Msg};
use crate::theme::Depth;
use crate::update::conversations::sample::file;
use crate::update::datasets::tests::{broken, checked, dataset, detail, loaded};
use crate::update::tests::{START, press};
use crate::view::shot::{self, shots};

fn answer(model: &mut Model, answer: Answer) {
    drop(crate::update::datasets::answered(model, answer, *START));
}

fn with_detail(keys: &str) -> Model {
    let mut model = loaded();
    press(&mut model, keys);
    let row = model.datasets.row().unwrap().clone();
    answer(&mut model, Answer::Show(Ok(Box::new(detail(&row)))));
    model
}

fn compared() -> Model {
    let mut model = loaded();
    let rows = [dataset(1, 300), dataset(2, 12), broken(3)];
    let entries: Vec<_> = rows
        .iter()
        .map(|row| (row.name.as_str(), row.facts.as_ref().unwrap(), row.critical().unwrap_or(0)))
        .collect();
    let comparison = domain::dataset::compare::compare(&entries, 2048).unwrap();
    answer(&mut model, Answer::Compared(Ok(Box::new(comparison))));
    model
}

fn naming() -> Model {
    let mut model = loaded();
    press(&mut model, "n");
    answer(&mut model, Answer::Sources(Ok(vec![file(1), file(2), file(8)])));
    press(&mut model, "up enter");
    drop(crate::update::update(&mut model, Msg::Input(Input::Paste("~/chats.jsonl".into())), *START));
    model
}

#[test]
fn list() {
    let mut model = loaded();
    press(&mut model, "j space");
    shots!("list", &model);
}

#[test]
fn list_with_detail() {
    shots!("list-detail", &with_detail("G d"));
}

#[test]
fn compared_values_are_whole_beside_the_scroll_bar() {
    let shown = shot::text(&shot::frame(&compared(), Depth::None, (80, 24)));
    let beside: Vec<&str> =
        shown.lines().filter_map(|line| line.split_once('┃')).map(|(left, _)| left).collect();
    assert!(beside.len() > 3, "it scrolls: {shown}");
    assert!(beside.iter().all(|left| left.ends_with(' ')), "a value reaches below the bar: {shown}");
}

#[test]
fn detail_alone() {
    shots!("detail", &with_detail("j enter"));
}

#[test]
fn side_by_side() {
    shots!("compare", &compared());
}

#[test]
fn sources() {
    let mut model = loaded();
    press(&mut model, "n");
    answer(&mut model, Answer::Sources(Ok(vec![file(1), file(2), file(8)])));
    shots!("new", &model);
}

#[test]
fn an_empty_list_says_how_to_begin() {
    let mut model = loaded();
    answer(&mut model, Answer::List(Ok(Vec::new())));
    let text = shot::text(&shot::frame(&model, Depth::None, (80, 24)));
    assert!(text.contains("No datasets yet") && text.contains("n makes one"), "{text}");
}

#[test]
fn the_detail_says_what_was_estimated_what_is_cut_off_and_what_to_do() {
    let flat = |model: &Model| {
        let text = shot::text(&shot::frame(model, Depth::None, (120, 120)));
        // Without the rail, and as if it were not wrapped.
        let beside = text.lines().filter_map(|line| line.split_once('│')).map(|(_, line)| line);
        beside.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
    };
    let text = flat(&with_detail("j enter"));
    for part in ["~", "an estimate", "Cut off at a sequence length", "Add more", "anxious_planner"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let text = flat(&with_detail("enter"));
    assert!(text.contains("Cannot be trained") && text.contains("Mend what the findings name"), "{text}");
}

#[test]
fn what_was_made_says_whether_it_is_ready() {
    let mut model = naming();
    press(&mut model, "enter");
    answer(&mut model, Answer::Added(Ok(Box::new(checked(&dataset(9, 12))))));
    let text = shot::text(&shot::frame(&model, Depth::None, (80, 24)));
    assert!(text.contains("Review Recommended") && text.contains("t trains with it"), "{text}");
}

#[test]
fn no_size_breaks_any_of_it() {
    let mut searching = loaded();
    press(&mut searching, "/ E Q");
    let models = vec![loaded(), with_detail("G d"), with_detail("enter"), compared(), naming(), searching];
    for model in models {
        shot::at_odd_sizes(&model);
    }
}

#[test]
fn the_line_of_a_finding() {
    let mut model = loaded();
    press(&mut model, "w enter");
    let lines = vec!["{\"messages\": [".to_owned()];
    answer(&mut model, Answer::Passage(Ok(Box::new(domain::dataset::Passage::Lines { first: 2, lines }))));
    let text = shot::text(&shot::frame(&model, Depth::None, (80, 24)));
    assert!(text.contains("▌      2 {\"messages\": ["), "{text}");
    assert!(text.contains("malformed_json: line 2"), "{text}");
}
