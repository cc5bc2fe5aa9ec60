//! What one sees of the conversations.

use crate::model::conversations::{Answer, BuildStage, DetailPlace, Land, Modal, Msg, Place};
use crate::model::{Area, Model, Msg as Any};
use crate::theme::{Depth, Theme};
use crate::update::conversations::sample::{answer, asks, detail, file, loaded, page, row};
use crate::update::tests::{START, press};
use crate::update::update;
use crate::view::shot::{self, shots};
use domain::conversation::Unfit;
use domain::filter::parse;
use domain::page::Count;
use domain::training_file::{Blocked, Distribution, Eligibility};

fn theme(depth: Depth) -> Theme {
    Theme::named("terminal", depth).unwrap()
}

/// Draws twice, as the program does: the second frame knows the sizes of the first.
fn frame(model: &Model, depth: Depth, size: (u16, u16)) -> ratatui::buffer::Buffer {
    let mut model = model.clone();
    model.shell.size = size;
    let (_, measured) = shot::draw(&model, &theme(depth), size);
    model.measured = measured;
    drop(update(&mut model, Any::Sized, *START));
    shot::draw(&model, &theme(depth), size).0
}

fn filtered() -> Model {
    let mut model = loaded();
    model.conversations.query.filter =
        parse("enrichment = completed and batch = \"core-90\"", START.wall).unwrap();
    model.conversations.query.search = "mortgage".into();
    model.conversations.shown = Some(model.conversations.query.clone());
    press(&mut model, "j space j j space");
    model
}

#[test]
fn list() {
    shots!("list", &filtered(), frame);
}

#[test]
fn list_with_detail() {
    let mut model = filtered();
    press(&mut model, "g g d");
    answer(&mut model, Answer::Show(Ok(Box::new(detail(0)))));
    shots!("list-detail", &model, frame);
}

#[test]
fn detail_alone() {
    let mut model = filtered();
    press(&mut model, "g g enter");
    answer(&mut model, Answer::Show(Ok(Box::new(detail(0)))));
    shots!("detail", &model, frame);
}

#[test]
fn findings_being_walked_and_the_turn_they_lead_to() {
    let mut model = filtered();
    press(&mut model, "g g w");
    answer(&mut model, Answer::Show(Ok(Box::new(detail(0)))));
    shots!("findings", &model, frame);
    press(&mut model, "enter");
    insta::assert_snapshot!("finding-turn", shot::styled(&frame(&model, Depth::None, (80, 12))));
}

#[test]
fn filter_being_written() {
    let mut model = loaded();
    press(&mut model, "f s t a t u s space = space down");
    shots!("filter", &model, frame);
    press(&mut model, "esc f t r n s space > space 6");
    insta::assert_snapshot!("filter-wrong", shot::text(&frame(&model, Depth::None, (80, 24))));
}

/// What is wrong is said whole, also where it is longer than a line; a word of which the end is offered is not wrong yet.
#[test]
fn an_error_of_the_filter_is_whole_and_only_told_in_earnest_when_it_is_one() {
    let mut model = loaded();
    press(&mut model, "f e n r i c h m e n t = x y z");
    let text = shot::text(&frame(&model, Depth::None, (80, 24)));
    let flat = text
        .lines()
        .filter_map(|line| line.split_once('│'))
        .map(|(_, line)| line.trim())
        .collect::<Vec<_>>()
        .join(" ");
    assert!(flat.contains("`xyz` is no enrichment; use one of") && flat.contains("completed"), "{text}");
    assert!(!text.contains("use one of not_started, validation_failed, valid…"), "{text}");
    press(&mut model, "backspace backspace backspace");
    // The line of the field itself: rows below it have signs of their own.
    let red = |model: &Model| {
        let look = shot::styled(&frame(model, Depth::Ansi16, (80, 24)));
        look.lines().any(|line| line.starts_with("2: ") && line.contains("red"))
    };
    press(&mut model, "c o");
    assert!(!red(&model), "completed begins so");
    press(&mut model, "x");
    assert!(red(&model), "nothing begins so");
}

#[test]
fn build_page() {
    let mut model = loaded();
    press(&mut model, "A n");
    answer(&mut model, Answer::Files(Ok(vec![file(1), file(2)])));
    insta::assert_snapshot!("build-choose", shot::text(&frame(&model, Depth::None, (120, 40))));
    press(&mut model, "j enter");
    let mut judged = Eligibility { pairs: 61, ..Eligibility::default() };
    let mut distribution = Distribution::default();
    for n in 0..12 {
        let row = row(n);
        if row.unfit().is_none() {
            distribution.add(&row.scaffolding);
            judged.fit.push(row.id);
        } else {
            judged.unfit.push(Blocked { reason: row.unfit().unwrap(), id: row.id, title: row.title });
        }
    }
    judged.unfit.push(Blocked { id: row(30).id, title: row(30).title, reason: Unfit::Duplicate });
    judged.distribution = distribution;
    answer(&mut model, Answer::Judged(Ok(Box::new(judged))));
    shots!("build", &model, frame);
}

#[test]
fn other_modals() {
    let mut model = filtered();
    let mut out = String::new();
    for keys in ["R", "o", "c", "i"] {
        press(&mut model, keys);
        out.push_str(&shot::text(&frame(&model, Depth::None, (80, 24))));
        press(&mut model, "esc");
    }
    insta::assert_snapshot!("modals", out);
}

#[test]
fn nothing_yet_says_how_to_begin() {
    let mut model = loaded();
    answer(&mut model, Answer::Page(Place::Replace(Land::Top), Ok(page(0..0, false, false))));
    let text = shot::text(&frame(&model, Depth::None, (80, 24)));
    assert!(text.contains("No conversations yet") && text.contains("i imports files"), "{text}");
    model.conversations.query.search = "nobody".into();
    model.conversations.shown = Some(model.conversations.query.clone());
    let text = shot::text(&frame(&model, Depth::None, (80, 24)));
    assert!(text.contains("Nothing matches"), "{text}");
}

#[test]
fn numbers_that_are_not_known_are_shown_as_such() {
    let mut model = loaded();
    model.conversations.count = Some(Count::Estimate(812_000));
    assert!(shot::text(&frame(&model, Depth::None, (80, 24))).contains("~812,000"));
    model.conversations.count = None;
    model.conversations.query.search = "x".into();
    assert!(shot::text(&frame(&model, Depth::None, (80, 24))).contains("… of 1,204"));
}

/// The window holds 1,200 of a million rows; only those in view are looked at, and what is drawn needs no more than
/// a page of them.
#[test]
fn a_frame_of_a_million_rows_draws_what_is_in_view() {
    let mut model = loaded();
    model.conversations.count = Some(Count::Exact(1_000_000));
    answer(&mut model, Answer::Page(Place::Replace(Land::Top), Ok(page(0..200, false, true))));
    model.shell.size = (120, 40);
    let (_, measured) = shot::draw(&model, &theme(Depth::Ansi16), (120, 40));
    let rows = measured
        .hits
        .iter()
        .filter(|hit| matches!(hit.on.click, Some(Any::Conversations(Msg::Row(_)))))
        .count();
    let height = measured.size_of(crate::model::conversations::TABLE).height;
    assert_eq!(rows, usize::from(height), "one hit per row in view");
    assert!(rows < 40);
}

#[test]
fn no_size_breaks_any_of_it() {
    let mut models = vec![filtered()];
    for place in [DetailPlace::Beside, DetailPlace::Full] {
        let mut model = filtered();
        model.conversations.reader.place = place;
        let at = model.conversations.at as u64;
        answer(&mut model, Answer::Show(Ok(Box::new(detail(at)))));
        models.push(model);
    }
    for keys in ["f", "/", "s", "c", "F", "R", "o", "i", "t", "n"] {
        let mut model = filtered();
        press(&mut model, keys);
        models.push(model);
    }
    for mut model in models {
        for size in [(1, 1), (2, 9), (20, 5), (40, 10), (41, 11), (60, 12), (79, 10), (100, 13), (300, 11)] {
            model.shell.size = size;
            let (_, measured) = shot::draw(&model, &theme(Depth::None), size);
            for hit in &measured.hits {
                let Area { x, y, width, height } = hit.area;
                assert!(x + width <= size.0 && y + height <= size.1, "{:?} at {size:?}", hit.area);
            }
            for (name, Area { x, y, width, height }) in &measured.panes {
                assert!(
                    name.ends_with(".length") || x + width <= size.0 && y + height <= size.1,
                    "{name} at {size:?}"
                );
            }
        }
    }
}

#[test]
fn a_click_selects_and_a_heading_sorts() {
    let mut model = loaded();
    model.shell.size = (120, 40);
    let (buffer, measured) = shot::draw(&model, &theme(Depth::None), (120, 40));
    let area = measured.size_of(crate::model::conversations::TABLE);
    let click = measured.at(area.x + 5, area.y + 3, |on| on.click.as_ref());
    assert_eq!(click, Some(Any::Conversations(Msg::Row(3))));
    let double = measured.at(area.x + 5, area.y + 3, |on| on.double.as_ref());
    assert_eq!(double, Some(Any::Conversations(Msg::Open(3))));
    let line: String = (0..120).map(|x| buffer[(x, area.y - 1)].symbol()).collect();
    let x = u16::try_from(
        line.chars().collect::<String>().find("TURNS").map_or(0, |at| line[..at].chars().count()),
    )
    .unwrap();
    let heading = measured.at(x, area.y - 1, |on| on.click.as_ref()).unwrap();
    let asked = asks(&update(&mut model, heading, *START));
    assert_eq!(asked.len(), 1, "one page in another order");
}

#[test]
fn the_selection_is_seen_without_colour() {
    let buffer = frame(&loaded(), Depth::None, (80, 24));
    let text = shot::text(&buffer);
    let line = text.lines().position(|line| line.contains("▌   00009e37")).unwrap();
    let y = u16::try_from(line).unwrap();
    let bold = (0..80).filter(|x| buffer[(*x, y)].modifier.contains(ratatui::style::Modifier::BOLD)).count();
    assert!(bold > 20, "the row is bold");
}

#[test]
fn the_stages_of_a_build_are_shown() {
    let mut model = loaded();
    press(&mut model, "space n");
    let Some(crate::model::Modal::Conversations(Modal::Build(build))) = model.modals.last_mut() else {
        panic!()
    };
    let target = crate::model::conversations::Target { name: "EQ-9".into(), existing: false };
    let (job, _) = model.jobs.start(
        "Build EQ-9",
        crate::model::Ask::Conversations(crate::model::conversations::Ask::Total),
        START.mono,
    );
    build.stage = BuildStage::Work { target: target.clone(), job };
    model.jobs.get_mut(job).unwrap().step =
        crate::model::Step { stage: "reading".into(), done: 420, total: Some(1_000), note: String::new() };
    let text = shot::text(&frame(&model, Depth::None, (80, 24)));
    assert!(
        text.contains("42 %") && text.contains("420 of 1,000") && text.contains("in the background"),
        "{text}"
    );
    let written = engine::files::Written { file: file(9), added: 12, skipped: Vec::new() };
    let Some(crate::model::Modal::Conversations(Modal::Build(build))) = model.modals.last_mut() else {
        panic!()
    };
    build.stage = BuildStage::Done { target, result: Ok(Box::new(written)), top: 0 };
    let text = shot::text(&frame(&model, Depth::None, (80, 24)));
    assert!(text.contains("9/training.jsonl") && text.contains("Next:"), "{text}");
}

#[test]
fn what_only_the_build_finds_is_listed_and_can_be_unmarked() {
    let mut model = loaded();
    press(&mut model, "A n");
    let Some(crate::model::Modal::Conversations(Modal::Build(build))) = model.modals.last_mut() else {
        panic!()
    };
    let missing = |n: u64| Blocked {
        id: row(n).id,
        title: row(n).title,
        reason: Unfit::FileMissing(
            "a/long/path/of/an/object/that/does/not/fit/into/a/line/enriched.json".into(),
        ),
    };
    let blocked: Vec<_> = (0..23).map(missing).collect();
    let details = blocked.iter().map(|one| format!("{} {}", one.title, one.reason)).collect();
    let problem = crate::model::Problem {
        details,
        blocked,
        ..crate::model::Problem::new("Cannot create the training file", "23 do not fit", "")
    };
    let target = crate::model::conversations::Target { name: "EQ-9".into(), existing: false };
    build.stage = BuildStage::Done { target, result: Err(problem), top: 0 };
    let text = shot::text(&frame(&model, Depth::None, (80, 24)));
    assert!(text.contains("u unmark them") && !text.contains("pension plan 22"), "{text}");
    model.measured = shot::draw(&model, &theme(Depth::None), (80, 24)).1;
    press(&mut model, "G");
    let text = shot::text(&frame(&model, Depth::None, (80, 24)));
    assert!(text.contains("pension plan 22"), "the end is reached: {text}");
    assert!(matches!(&asks(&press(&mut model, "u"))[..], [crate::model::conversations::Ask::Judge { .. }]));
    assert_eq!(model.conversations.marks.count(), Some(Count::Exact(1)));
}

#[test]
fn an_old_detail_says_how_old_it_is() {
    let mut model = loaded();
    press(&mut model, "d");
    answer(&mut model, Answer::Show(Ok(Box::new(detail(0)))));
    answer(
        &mut model,
        Answer::Show(Err(crate::model::Problem::new("Cannot show", "the server is gone", ""))),
    );
    model.now = Some(crate::update::tests::later(180.0));
    model.shell.size = (120, 40);
    let text = shot::text(&shot::draw(&model, &theme(Depth::None), (120, 40)).0);
    assert!(text.contains("3 min old") && text.contains("bank letter"), "{text}");
}

#[test]
fn a_finding_says_where_and_the_turn_is_marked() {
    let mut model = loaded();
    press(&mut model, "enter");
    answer(&mut model, Answer::Show(Ok(Box::new(detail(0)))));
    let text = shot::text(&frame(&model, Depth::None, (120, 50)));
    assert!(text.contains("truncated_turn ×1: turn 2"), "{text}");
    let turn = text.lines().find(|line| line.contains("2 assistant")).unwrap();
    assert!(turn.contains("! truncated_turn"), "{turn}");
}
