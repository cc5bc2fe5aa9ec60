//! What one sees of the training files.

use crate::model::Model;
use crate::model::files::Answer;
use crate::theme::Depth;
use crate::update::conversations::sample::{file, row};
use crate::update::files::tests::{checked, loaded, passage};
use crate::update::tests::{START, press};
use crate::view::shot::{self, shots};
use engine::files::FileDetail;

fn with_detail() -> Model {
    let mut model = loaded();
    press(&mut model, "d");
    let members: Vec<_> = (0..37).map(|n| row(n).id).collect();
    let detail = FileDetail { file: file(1), members };
    let show = Answer::Show(Ok(Box::new(detail)));
    drop(crate::update::files::answered(&mut model, show, *START));
    let rows = Answer::Members(Ok((0..20).map(row).collect()));
    drop(crate::update::files::answered(&mut model, rows, *START));
    model
}

#[test]
fn list() {
    shots!("list", &loaded());
}

#[test]
fn list_with_detail() {
    shots!("list-detail", &with_detail());
}

#[test]
fn download() {
    let mut model = loaded();
    press(&mut model, "o down");
    shots!("download", &model);
}

#[test]
fn an_empty_list_says_how_to_begin() {
    let mut model = loaded();
    drop(crate::update::files::answered(&mut model, Answer::List(Ok(Vec::new())), *START));
    let text = shot::text(&shot::frame(&model, Depth::None, (80, 24)));
    assert!(text.contains("No training files yet") && text.contains("press n"), "{text}");
}

#[test]
fn equal_scores_are_no_measurement() {
    let text = shot::text(&shot::frame(&loaded(), Depth::None, (120, 40)));
    assert!(!text.contains("3.0"), "{text}");
}

#[test]
fn no_size_breaks_any_of_it() {
    let mut modal = with_detail();
    press(&mut modal, "o");
    let mut full = with_detail();
    press(&mut full, "enter");
    for model in [loaded(), with_detail()].into_iter().chain([full, modal]) {
        shot::at_odd_sizes(&model);
    }
}

#[test]
fn a_finding_of_the_check_says_where() {
    let mut model = with_detail();
    let bytes = b"{\"conversation_id\": \"a\", \"turns\": []}\n{\"conversation_id\": \"b\", \"turns\": []}\n";
    let report = domain::dataset::check_bytes("EQ-1", bytes, &domain::dataset::Options::default()).unwrap();
    assert!(report.findings.iter().any(|finding| finding.places.iter().any(|place| place.line == Some(2))));
    let report = engine::check::FileReport::Checked(Box::new(report));
    drop(crate::update::files::answered(
        &mut model,
        Answer::Checked("EQ-1".into(), Ok(Box::new(report))),
        *START,
    ));
    press(&mut model, "enter");
    let text = shot::text(&shot::frame(&model, Depth::None, (120, 60)));
    assert!(text.contains("line 2"), "{text}");
}

#[test]
fn findings_being_walked() {
    let mut model = checked();
    press(&mut model, "w j");
    shots!("findings", &model);
}

#[test]
fn the_place_of_a_finding() {
    let mut model = checked();
    press(&mut model, "w enter");
    let answer = Answer::Passage(Ok(Box::new(passage())));
    drop(crate::update::files::answered(&mut model, answer, *START));
    shots!("passage", &model);
    shot::at_odd_sizes(&model);
}

/// In a list that is longer than its pane the finding under the cursor is in view, wherever the detail was scrolled to.
#[test]
fn the_finding_under_the_cursor_is_in_view() {
    let mut model = checked();
    press(&mut model, "d tab tab");
    for scroll in [0, 4, 400] {
        for (keys, words) in [("g g", "▌    fp_anna · turn 2"), ("G", "▌    fp_anna · turn 1")] {
            press(&mut model, keys);
            model.files.browse.scroll = scroll;
            let text = shot::text(&shot::frame(&model, Depth::None, (80, 24)));
            assert!(text.contains(words), "{words} from {scroll}: {text}");
        }
    }
}
