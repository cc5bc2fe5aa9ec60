//! Walking what the check found in a conversation.

use super::*;
use crate::model::Area;
use crate::model::walk::FIRST;
use domain::dataset::Place as Spot;
use engine::import::Finding;

fn found(turns: &[u32]) -> Finding {
    let places = turns.iter().map(|turn| Spot { turn: Some(*turn), ..Spot::default() }).collect();
    Finding {
        code: "truncated_turn".into(),
        severity: "warning".into(),
        count: turns.len() as u64,
        message: "turns end in the middle of a sentence".into(),
        places,
    }
}

/// The first conversation, with what was found in it.
fn read(findings: Vec<Finding>) -> Model {
    let mut model = loaded();
    press(&mut model, "w");
    answer(&mut model, Answer::Show(Ok(Box::new(engine::conversations::Detail { findings, ..detail(0) }))));
    model
}

fn at(model: &Model) -> Option<usize> {
    match model.conversations.focus {
        Focus::Findings(walk) => Some(walk.at),
        _ => None,
    }
}

#[test]
fn a_finding_leads_to_its_turn_and_back_to_where_one_came_from() {
    let mut model = loaded();
    assert_eq!(keys(&mut model, "w"), [Ask::Show(id(0))]);
    let mut model = read(vec![found(&[1, 2]), found(&[2])]);
    assert_eq!((at(&model), model.conversations.reader.place), (Some(0), DetailPlace::Full));
    press(&mut model, "j enter");
    let jump = model.conversations.reader.jump.expect("it leads somewhere");
    assert_eq!((jump.turn, jump.first, &model.conversations.focus), (2, true, &Focus::Detail));
    press(&mut model, "esc");
    assert_eq!(at(&model), Some(1), "back on the finding");
    press(&mut model, "G enter esc esc");
    assert_eq!(
        (&model.conversations.focus, model.conversations.reader.place),
        (&Focus::Table, DetailPlace::Hidden)
    );
}

#[test]
fn what_is_scrolled_after_the_jump_begins_where_the_turn_was_shown() {
    let mut model = read(vec![found(&[2])]);
    press(&mut model, "enter");
    for (name, height) in [(FIRST, 40), ("conversations.detail.length", 90), (DETAIL, 10)] {
        model.measured.pane(name, Area { height, ..Area::default() });
    }
    press(&mut model, "j");
    assert_eq!(model.conversations.reader.top, 41);
    press(&mut model, "j");
    assert_eq!(model.conversations.reader.top, 42);
}

#[test]
fn what_is_in_no_turn_is_shown_in_the_file_at_its_field() {
    let mut finding = found(&[]);
    let what = Some("consultant_profile.name is null".into());
    finding.places = vec![Spot { turn: Some(77), what: what.clone(), ..Spot::default() }];
    let mut model = read(vec![finding]);
    assert_eq!(keys(&mut model, "enter"), [Ask::Json(id(0), Which::Enriched, JsonFor::View)]);
    let text = format!("{}\"consultant_profile\": {{\n\"name\": null\n}}", "{}\n".repeat(20));
    answer(&mut model, Answer::Json(id(0), Which::Enriched, JsonFor::View, Ok(text)));
    assert!(matches!(modal(&model), Modal::Json(json) if json.top == 18), "{:?}", modal(&model));
    press(&mut model, "esc");
    assert_eq!(at(&model), Some(0), "back on the finding");
}

#[test]
fn a_clean_conversation_has_nothing_to_walk() {
    let mut model = read(Vec::new());
    assert_eq!(
        (&model.conversations.focus, model.conversations.reader.place),
        (&Focus::Table, DetailPlace::Hidden)
    );
    assert!(model.shell.toasts.iter().any(|toast| toast.text.contains("found nothing")));
    // It is here now, so that nothing is waited for.
    press(&mut model, "w");
    assert_eq!(model.conversations.focus, Focus::Table);
}

#[test]
fn tab_goes_from_the_list_to_the_detail_to_the_findings() {
    let mut model = loaded();
    press(&mut model, "d");
    answer(&mut model, Answer::Show(Ok(Box::new(detail(0)))));
    press(&mut model, "tab");
    assert_eq!(model.conversations.focus, Focus::Detail);
    press(&mut model, "tab");
    assert_eq!(at(&model), Some(0));
    press(&mut model, "tab");
    assert_eq!(model.conversations.focus, Focus::Table);
    press(&mut model, "shift-tab shift-tab");
    assert_eq!(model.conversations.focus, Focus::Detail);
}
