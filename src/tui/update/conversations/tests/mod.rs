//! What each key of the conversations screen does.

mod findings;
mod modals;
mod results;

use crate::model::conversations::*;
use crate::model::{Effect, Input, Model, Msg as Any, Nav, Prompt, ScreenId, Severity};
use crate::update::conversations::sample::{answer, asks, detail, file, loaded, page, row};
use crate::update::tests::{START, later, press};
use crate::update::update;
use domain::conversation::{Review, ReviewStatus, Unfit};
use domain::filter::{Column, Direction, Filter, Sort, parse};
use domain::ids::ConversationId;
use domain::page::{Count, Cursor, From, PageRequest};
use domain::selection::Selection;
use domain::training_file::{Blocked, Eligibility};
use engine::conversations::Which;
use engine::files::{Source, Written};

fn keys(model: &mut Model, keys: &str) -> Vec<Ask> {
    asks(&press(model, keys))
}

/// Types a text, character by character.
fn types(model: &mut Model, text: &str) -> Vec<Effect> {
    update(model, Any::Input(Input::Paste(text.into())), *START)
}

fn id(n: u64) -> ConversationId {
    row(n).id
}

fn asked(model: &Model, from: From, place: Place) -> Ask {
    let query = &model.conversations.query;
    Ask::Page {
        request: PageRequest { filter: query.effective(), sort: query.sort, from, limit: PAGE },
        place,
    }
}

fn filter(text: &str) -> Filter {
    parse(text, START.wall).unwrap()
}

fn modal(model: &Model) -> &Modal {
    match model.modals.last() {
        Some(crate::model::Modal::Conversations(modal)) => modal,
        other => panic!("no modal of ours: {other:?}"),
    }
}

#[test]
fn coming_in_asks_for_a_page_and_two_numbers() {
    let mut model = loaded();
    model.conversations = State::default();
    let effects = crate::update::conversations::enter(&mut model, *START);
    let page = asked(&model, From::Start, Place::Replace(Land::Top));
    assert_eq!(asks(&effects), [page, Ask::Count { filter: Filter::All, exact: false }, Ask::Total]);
}

#[test]
fn a_guess_is_shown_and_then_counted() {
    let mut model = loaded();
    let effects = answer(&mut model, Answer::Count(Ok(Count::Estimate(1_000_000))));
    assert_eq!(model.conversations.count, Some(Count::Estimate(1_000_000)));
    assert_eq!(asks(&effects), [Ask::Count { filter: Filter::All, exact: true }]);
}

#[test]
fn marks_follow_the_cursor_and_keep_their_order() {
    let mut model = loaded();
    assert_eq!(press(&mut model, "j space space k k k space"), []);
    assert_eq!(*model.conversations.marks.selection(), Selection::Ids(vec![id(1), id(2), id(0)]));
    assert_eq!(model.conversations.at, 1);
    press(&mut model, "space");
    assert_eq!(
        *model.conversations.marks.selection(),
        Selection::Ids(vec![id(2), id(0)]),
        "a mark goes again"
    );
    press(&mut model, "esc");
    assert!(model.conversations.marks.is_empty(), "esc clears");
}

#[test]
fn a_range_is_marked_by_its_two_ends() {
    let mut model = loaded();
    press(&mut model, "v j j");
    assert_eq!(model.conversations.range_rows(), Some(0..=2));
    assert!(model.conversations.marks.is_empty());
    press(&mut model, "v");
    assert_eq!(*model.conversations.marks.selection(), Selection::Ids(vec![id(0), id(1), id(2)]));
    press(&mut model, "v esc");
    assert_eq!(model.conversations.range, None);
    assert_eq!(
        model.conversations.marks.count(),
        Some(Count::Exact(3)),
        "esc ended the range and nothing else"
    );
}

#[test]
fn a_page_is_what_is_in_view() {
    let mut model = loaded();
    press(&mut model, "a");
    assert_eq!(model.conversations.marks.count(), Some(Count::Exact(10)));
    assert_eq!(model.conversations.marks.unfit(), Some(Count::Exact(1)), "number 6 is not enriched");
    press(&mut model, "a");
    assert!(model.conversations.marks.is_empty());
}

#[test]
fn all_that_match_are_one_value_minus_exceptions() {
    let mut model = loaded();
    model.conversations.query.filter = filter("turns >= 4");
    let asked = keys(&mut model, "A");
    assert_eq!(asked, [Ask::CountMarks(filter("turns >= 4"))]);
    answer(&mut model, Answer::CountMarks(Ok((Count::Exact(812_331), Count::Exact(44)))));
    press(&mut model, "j space");
    let expected =
        Selection::Matching { filter: filter("turns >= 4"), sort: Sort::default(), except: vec![id(1)] };
    assert_eq!(*model.conversations.marks.selection(), expected);
    assert_eq!(model.conversations.marks.count(), Some(Count::Exact(812_330)));
    assert!(!model.conversations.marks.contains(&row(1)));
    assert!(model.conversations.marks.contains(&row(2)));
    press(&mut model, "k space");
    assert_eq!(model.conversations.marks.count(), Some(Count::Exact(812_331)), "the exception is taken back");
    press(&mut model, "A");
    assert!(model.conversations.marks.is_empty(), "A again takes all marks away");
}

#[test]
fn however_many_marks_lie_outside_the_filter_they_are_one_list() {
    let mut marks = Marks::default();
    marks.all(filter("turns >= 400"), Sort::default(), Some(Count::Exact(0)));
    for n in 0..3_000 {
        marks.set(&row(n), true);
    }
    let Selection::Matching { filter: Filter::Or(parts), .. } = marks.selection() else { panic!() };
    assert!(matches!(parts.as_slice(), [_, Filter::OneOf(Column::Id, names)] if names.len() == 3_000));
    assert_eq!(marks.count(), Some(Count::Exact(3_000)));
    assert!(marks.contains(&row(7)) && !marks.contains(&row(3_000)));
}

#[test]
fn inverting_twice_is_where_one_began() {
    let mut model = loaded();
    press(&mut model, "space");
    assert_eq!(keys(&mut model, "*"), [Ask::CountMarks(Filter::All)]);
    assert!(!model.conversations.marks.contains(&row(0)));
    assert!(model.conversations.marks.contains(&row(5)));
    assert_eq!(keys(&mut model, "*"), []);
    assert_eq!(*model.conversations.marks.selection(), Selection::Ids(vec![id(0)]));
}

#[test]
fn a_row_outside_the_marked_filter_is_taken_in_by_name() {
    let mut model = loaded();
    model.conversations.marks.all(filter("turns = 4"), Sort::default(), Some(Count::Exact(3)));
    assert!(!model.conversations.marks.contains(&row(1)));
    press(&mut model, "j space");
    assert!(model.conversations.marks.contains(&row(1)), "row 1 has five turns");
    assert!(model.conversations.marks.contains(&row(0)));
    assert!(!model.conversations.marks.contains(&row(2)));
    assert_eq!(model.conversations.marks.count(), Some(Count::Exact(4)));
}

#[test]
fn pages_are_asked_for_before_the_cursor_is_there() {
    let mut model = loaded();
    let place = Place::Replace(Land::Top);
    let effects = answer(&mut model, Answer::Page(place, Ok(page(0..200, false, true))));
    assert_eq!(asks(&effects), [], "the end is far away");
    let far = update(&mut model, Any::Conversations(Msg::Row(100)), *START);
    assert_eq!(asks(&far), [asked(&model, From::After(Cursor("199".into())), Place::After)]);
    assert_eq!(keys(&mut model, "j"), [], "asked once");
    model.runs.forget("conversations.page");
    answer(&mut model, Answer::Page(Place::After, Ok(page(200..400, false, true))));
    assert_eq!(model.conversations.window.len(), 400);
    assert_eq!(model.conversations.row().unwrap().id, id(101), "the cursor stays on its row");
}

#[test]
fn the_ends_of_a_long_list_are_asked_for_and_the_window_stays_small() {
    let mut model = loaded();
    answer(&mut model, Answer::Page(Place::Replace(Land::Top), Ok(page(0..200, false, true))));
    assert_eq!(keys(&mut model, "G"), [asked(&model, From::End, Place::Replace(Land::Bottom))]);
    model.runs.forget("conversations.page");
    model.conversations.count = Some(Count::Exact(1_000_000));
    let effects =
        answer(&mut model, Answer::Page(Place::Replace(Land::Bottom), Ok(page(800..1_000, true, false))));
    assert_eq!(model.conversations.at, 199);
    assert_eq!(model.conversations.window.first, Some(999_800));
    assert_eq!(asks(&effects), []);
    let mut first = 800;
    for _ in 0..4 {
        let near = update(&mut model, Any::Conversations(Msg::Row(0)), *START);
        let cursor = Cursor(first.to_string());
        assert_eq!(asks(&near), [asked(&model, From::Before(cursor), Place::Before)]);
        model.runs.forget("conversations.page");
        first -= 200;
        answer(&mut model, Answer::Page(Place::Before, Ok(page(first..first + 200, first > 0, false))));
        assert_eq!(model.conversations.row().unwrap().id, id(first + 200), "the cursor stays on its row");
        assert!(model.conversations.window.len() <= 1_200);
    }
    assert_eq!(model.conversations.window.first, Some(0));
    assert_eq!(keys(&mut model, "g g"), [], "the first row is here");
    assert_eq!(model.conversations.at, 0);
}

#[test]
fn an_error_keeps_the_rows_and_says_so() {
    let mut model = loaded();
    let problem =
        crate::model::Problem::new("Cannot list the conversations", "the server is gone", "Try again");
    answer(&mut model, Answer::Page(Place::Replace(Land::Top), Err(problem)));
    assert_eq!(model.conversations.window.len(), 24);
    assert!(model.conversations.stale());
    answer(&mut model, Answer::Page(Place::Replace(Land::Top), Ok(page(0..3, false, false))));
    assert!(!model.conversations.stale());
}

#[test]
fn the_filter_is_tried_out_after_a_pause_and_kept_by_enter() {
    let mut model = loaded();
    press(&mut model, "f");
    types(&mut model, "turns >= 6");
    assert_eq!(crate::update::conversations::deadline(&model, START.mono), Some(later(0.12).mono));
    assert_eq!(asks(&crate::update::conversations::due(&mut model, later(0.05))), [], "too early");
    let effects = crate::update::conversations::due(&mut model, later(0.12));
    let wanted = filter("turns >= 6");
    assert_eq!(
        asks(&effects),
        [
            asked(&model, From::Start, Place::Replace(Land::Top)),
            Ask::Count { filter: wanted.clone(), exact: false }
        ]
    );
    assert!(model.conversations.stale(), "the old rows stay, dimmed");
    assert_eq!(model.conversations.count, None, "and their number is not known");
    press(&mut model, "enter");
    assert_eq!(model.conversations.focus, Focus::Table);
    assert_eq!(model.conversations.query.filter, wanted);
    assert_eq!(model.conversations.history, ["turns >= 6"]);
}

#[test]
fn a_filter_that_is_none_stays_open_and_esc_goes_back() {
    let mut model = loaded();
    press(&mut model, "f");
    types(&mut model, "trns >= 6");
    assert_eq!(keys(&mut model, "enter"), []);
    match &model.conversations.focus {
        Focus::Filter(entry) => assert_eq!(entry.error.as_ref().map(|e| e.span.clone()), Some(0..4)),
        other => panic!("{other:?}"),
    }
    press(&mut model, "esc");
    assert_eq!(
        (&model.conversations.focus, &model.conversations.query.filter),
        (&Focus::Table, &Filter::All)
    );
    assert_eq!(model.conversations.history, Vec::<String>::new());
}

#[test]
fn candidates_are_stepped_through_and_written() {
    let mut model = loaded();
    press(&mut model, "f");
    types(&mut model, "stat");
    press(&mut model, "tab");
    types(&mut model, "= appr");
    press(&mut model, "down enter");
    match &model.conversations.focus {
        Focus::Filter(entry) => assert_eq!(entry.field.text().trim(), "status = approved"),
        other => panic!("{other:?}"),
    }
    press(&mut model, "enter f ctrl-u up");
    match &model.conversations.focus {
        Focus::Filter(entry) => assert_eq!(entry.field.text(), "status = approved", "the history"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_search_is_part_of_what_is_asked() {
    let mut model = loaded();
    press(&mut model, "/");
    types(&mut model, "mortgage");
    press(&mut model, "enter");
    assert_eq!(model.conversations.query.effective(), Filter::Search("mortgage".into()));
    press(&mut model, "backspace");
    assert_eq!(model.conversations.query.effective(), Filter::All);
}

#[test]
fn the_order_is_chosen_turned_and_clicked() {
    let mut model = loaded();
    press(&mut model, "s g g right right");
    assert_eq!(model.conversations.focus, Focus::Heading(2));
    let asked_for = keys(&mut model, "enter");
    let sort = Sort { column: Column::Persona, direction: Direction::Ascending };
    assert_eq!(model.conversations.query.sort, sort);
    assert_eq!(
        asked_for,
        [asked(&model, From::Start, Place::Replace(Land::Top))],
        "nothing is counted again"
    );
    press(&mut model, "S");
    assert_eq!(model.conversations.query.sort.direction, Direction::Descending);
    update(&mut model, Any::Conversations(Msg::SortBy(Column::Turns)), *START);
    assert_eq!(
        model.conversations.query.sort,
        Sort { column: Column::Turns, direction: Direction::Descending }
    );
    press(&mut model, "s esc");
    assert_eq!(model.conversations.focus, Focus::Table);
}

#[test]
fn a_condition_that_is_only_begun_is_not_searched_for() {
    for (text, asked) in [
        ("t", false),
        ("turns", false),
        ("turns ", false),
        ("turns >= 6", true),
        ("turns >= 6 and sta", false),
        ("mortgage", true),
        ("mortgage plan", true),
    ] {
        let mut model = loaded();
        press(&mut model, "f");
        types(&mut model, text);
        let effects = crate::update::conversations::due(&mut model, later(1.0));
        assert_eq!(!asks(&effects).is_empty(), asked, "{text}");
    }
    // Whoever means the word says so with enter.
    let mut model = loaded();
    press(&mut model, "f");
    types(&mut model, "tur");
    assert!(keys(&mut model, "enter").iter().any(|ask| matches!(ask, Ask::Page { .. })));
}
