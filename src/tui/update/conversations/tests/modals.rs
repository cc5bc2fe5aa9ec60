//! What the keys do that open something over the table, or read a conversation.

use super::*;

#[test]
fn columns_are_hidden_and_moved() {
    let mut model = loaded();
    press(&mut model, "c space j > enter");
    let columns = &model.conversations.columns;
    assert_eq!(columns[..3], [Column::Persona, Column::Title, Column::Arc]);
    assert!(!columns.contains(&Column::Id));
    press(&mut model, "c esc");
    assert_eq!(model.conversations.columns[0], Column::Persona);
    assert!(model.modals.is_empty());
}

#[test]
fn views_are_saved_used_and_deleted() {
    let mut model = loaded();
    model.conversations.query.filter = filter("turns >= 6");
    assert_eq!(keys(&mut model, "F"), [Ask::Views]);
    answer(&mut model, Answer::Views(Ok(Vec::new())));
    press(&mut model, "s");
    assert!(matches!(
        model.modals.last(),
        Some(crate::model::Modal::Prompt(Prompt { to: ScreenId::Conversations, .. }))
    ));
    types(&mut model, "long ones");
    let saved = keys(&mut model, "enter");
    let Some(Ask::SaveView { name, view }) = saved.first() else { panic!("{saved:?}") };
    assert_eq!((name.as_str(), &view.filter), ("long ones", &filter("turns >= 6")));
    let mut one = *view.clone();
    one.columns = vec![Column::Title, Column::Turns];
    answer(&mut model, Answer::Views(Ok(vec![one])));
    press(&mut model, "s ctrl-u");
    types(&mut model, "long ones");
    assert_eq!(keys(&mut model, "enter"), [], "one of that name is not replaced without asking");
    assert_eq!(keys(&mut model, "n"), []);
    press(&mut model, "s ctrl-u");
    types(&mut model, "long ones");
    assert!(matches!(&keys(&mut model, "enter y")[..], [Ask::SaveView { name, .. }] if name == "long ones"));
    model.conversations.query.filter = Filter::All;
    press(&mut model, "enter");
    assert_eq!(model.conversations.query.filter, filter("turns >= 6"));
    assert_eq!(model.conversations.columns, [Column::Title, Column::Turns]);
    assert_eq!(model.conversations.view.as_deref(), Some("long ones"));
}

#[test]
fn the_detail_follows_when_the_cursor_rests() {
    let mut model = loaded();
    assert_eq!(keys(&mut model, "d"), [Ask::Show(id(0))]);
    answer(&mut model, Answer::Show(Ok(Box::new(detail(0)))));
    assert_eq!(keys(&mut model, "j j"), [], "not on the way");
    assert_eq!(asks(&crate::update::conversations::due(&mut model, later(0.08))), [Ask::Show(id(2))]);
    press(&mut model, "tab");
    assert_eq!(model.conversations.focus, Focus::Detail);
    press(&mut model, "esc esc");
    assert_eq!(model.conversations.reader.place, DetailPlace::Hidden);
    press(&mut model, "enter");
    assert_eq!(
        (model.conversations.reader.place, &model.conversations.focus),
        (DetailPlace::Full, &Focus::Detail)
    );
    press(&mut model, "z z esc");
    assert_eq!(model.conversations.focus, Focus::Table);
}

#[test]
fn json_is_shown_switched_and_handed_out() {
    let mut model = loaded();
    assert_eq!(keys(&mut model, "t"), [Ask::Json(id(0), Which::Enriched, JsonFor::View)]);
    assert_eq!(keys(&mut model, "t"), [Ask::Json(id(0), Which::Raw, JsonFor::View)]);
    let late = Answer::Json(id(0), Which::Enriched, JsonFor::View, Ok("{}".into()));
    answer(&mut model, late);
    assert!(
        matches!(modal(&model), Modal::Json(Json { lines: None, .. })),
        "the answer for the other one is dropped"
    );
    answer(&mut model, Answer::Json(id(0), Which::Raw, JsonFor::View, Ok("{\n}".into())));
    assert!(matches!(modal(&model), Modal::Json(Json { lines: Some(Ok(lines)), .. }) if lines.len() == 2));
    assert_eq!(keys(&mut model, "E"), [Ask::Json(id(0), Which::Raw, JsonFor::Editor)]);
    let effects = answer(&mut model, Answer::Json(id(0), Which::Raw, JsonFor::Editor, Ok("{}".into())));
    let edit = Effect::Edit {
        to: ScreenId::Conversations,
        tag: "conversations.json",
        text: "{}".into(),
        suffix: ".json",
    };
    assert_eq!(effects, [edit]);
    press(&mut model, "esc");
    assert_eq!(keys(&mut model, "p"), [Ask::Json(id(0), Which::Enriched, JsonFor::Pager)]);
    assert_eq!(
        answer(&mut model, Answer::Json(id(0), Which::Enriched, JsonFor::Pager, Ok("{}".into()))),
        [Effect::Page("{}".into())]
    );
}

#[test]
fn copies_go_to_the_clipboard() {
    let mut model = loaded();
    assert_eq!(press(&mut model, "y")[0], Effect::Copy(id(0).to_string()));
    match &press(&mut model, "Y")[0] {
        Effect::Copy(text) => {
            assert_eq!(serde_json::from_str::<domain::conversation::ConversationRow>(text).unwrap(), row(0));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn decisions_go_one_after_the_other_and_none_is_lost() {
    let mut model = loaded();
    press(&mut model, "R tab");
    types(&mut model, "good");
    press(&mut model, "tab");
    let one = Review { status: ReviewStatus::Approved, note: "good".into() };
    let asked = keys(&mut model, "enter");
    assert_eq!(asked, [Ask::Review(Selection::Ids(vec![id(0)]), one.clone()), Ask::Show(id(1))]);
    assert_eq!(model.conversations.window.row(0).unwrap().status, ReviewStatus::Approved, "seen at once");
    assert_eq!(keys(&mut model, "down down enter"), [Ask::Show(id(2))], "waits for the first");
    let two = Review { status: ReviewStatus::Rejected, note: String::new() };
    let next = answer(&mut model, Answer::Reviewed(one, Ok(1)));
    assert_eq!(asks(&next), [Ask::Review(Selection::Ids(vec![id(1)]), two.clone())]);
    answer(&mut model, Answer::Reviewed(two, Ok(1)));
    assert!(model.conversations.decisions.is_empty());
    assert_eq!(model.conversations.at, 2);
    press(&mut model, "pgup esc");
    assert_eq!((model.conversations.at, model.modals.len()), (1, 0));
}

#[test]
fn a_note_has_lines_and_is_kept_from_inside_it() {
    let mut model = loaded();
    press(&mut model, "R down");
    types(&mut model, "nothing takes this");
    let review = Review { status: ReviewStatus::NeedsRevision, note: "whxy\nnot".into() };
    let asked = keys(&mut model, "tab w h y enter n o t up left x ctrl-o");
    assert_eq!(asked[0], Ask::Review(Selection::Ids(vec![id(0)]), review));
    match modal(&model) {
        Modal::Review(review) => assert!(review.note.is_empty() && !review.in_note, "the next one is new"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn columns_order_and_history_are_remembered() {
    let mut model = loaded();
    assert_eq!(keys(&mut model, "S").len(), 1, "nothing is kept before it was read");
    let habits = Habits {
        columns: vec![Column::Title, Column::Turns],
        sort: Sort { column: Column::Turns, direction: Direction::Ascending },
        history: vec!["turns > 3".into()],
    };
    let effects = answer(&mut model, Answer::Recalled(Ok(Some(Box::new(habits.clone())))));
    assert!(matches!(asks(&effects)[0], Ask::Page { .. }), "another order is another page");
    assert_eq!(Habits::of(&model.conversations), habits);
    let asked = keys(&mut model, "S");
    let turned = Sort { direction: Direction::Descending, ..habits.sort };
    assert_eq!(asked.last(), Some(&Ask::Keep(Box::new(Habits { sort: turned, ..habits }))));
    assert_eq!(keys(&mut model, "j"), [], "a step changes nothing of it");
}

#[test]
fn all_marked_ones_are_reviewed_at_once() {
    let mut model = loaded();
    press(&mut model, "space space");
    let asked = keys(&mut model, "R enter");
    let review = Review { status: ReviewStatus::Approved, note: String::new() };
    assert_eq!(asked, [Ask::Review(Selection::Ids(vec![id(0), id(1)]), review)]);
    assert!(model.modals.is_empty());
}

#[test]
fn export_writes_what_is_marked() {
    let mut model = loaded();
    press(&mut model, "j space o tab ctrl-u");
    assert_eq!(keys(&mut model, "enter"), [], "a folder is wanted");
    types(&mut model, "/tmp/out");
    let request = engine::conversations::Export {
        selection: Selection::Ids(vec![id(1)]),
        which: Which::Raw,
        to: "/tmp/out".into(),
    };
    assert_eq!(keys(&mut model, "enter"), [Ask::Export(request)]);
}

#[test]
fn import_asks_for_a_path_and_shows_what_came_of_each_file() {
    let mut model = loaded();
    press(&mut model, "i");
    assert_eq!(keys(&mut model, "enter"), [], "a path is wanted");
    types(&mut model, "~/in");
    press(&mut model, "tab");
    types(&mut model, "spring");
    let request = engine::import::Request { paths: vec!["~/in".into()], batch: Some("spring".into()) };
    assert_eq!(keys(&mut model, "enter"), [Ask::Import(request)]);
    let effects = answer(&mut model, Answer::Imported(Ok(engine::import::Outcome::default())));
    assert_eq!(asks(&effects).len(), 3, "the table is asked for again");
    assert!(matches!(modal(&model), Modal::Import(import) if import.result.is_some()));
}

fn judged(unfit: &[u64]) -> Box<Eligibility> {
    let blocked = |n: &u64| Blocked { id: id(*n), title: row(*n).title, reason: Unfit::NoEnrichedFile };
    Box::new(Eligibility {
        fit: vec![id(0)],
        unfit: unfit.iter().map(blocked).collect(),
        pairs: 4,
        ..Eligibility::default()
    })
}

#[test]
fn a_training_file_is_made_step_by_step() {
    let mut model = loaded();
    press(&mut model, "space G space");
    let marked = Source::Selection(Selection::Ids(vec![id(0), id(23)]));
    assert_eq!(keys(&mut model, "n"), [Ask::Files]);
    answer(&mut model, Answer::Files(Ok(vec![file(2)])));
    assert_eq!(keys(&mut model, "enter enter"), [], "a name is wanted");
    types(&mut model, "EQ-2");
    assert_eq!(keys(&mut model, "enter"), [], "there is one of that name");
    types(&mut model, "b");
    press(&mut model, "tab");
    types(&mut model, "for the second run");
    assert_eq!(keys(&mut model, "enter"), [Ask::Judge { source: marked, into: None }]);
    assert_eq!(keys(&mut model, "enter"), [], "nobody has looked at them yet");
    assert!(model.shell.messages.iter().any(|message| message.text.contains("Still looking")));
    answer(&mut model, Answer::Judged(Ok(judged(&[23]))));
    assert_eq!(keys(&mut model, "enter"), [], "an unfit one blocks it");
    let left = Source::Selection(Selection::Ids(vec![id(0)]));
    assert_eq!(keys(&mut model, "u"), [Ask::Judge { source: left.clone(), into: None }]);
    answer(&mut model, Answer::Judged(Ok(judged(&[]))));
    let build = Ask::Build {
        name: "EQ-2b".into(),
        description: Some("for the second run".into()),
        existing: false,
        source: left,
        skip_damaged: true,
    };
    assert_eq!(keys(&mut model, "d enter"), [build]);
    assert_eq!(model.jobs.live().count(), 1);
    let written = Written { file: file(2), added: 1, skipped: Vec::new() };
    let built = Source::Selection(Selection::Ids(vec![id(0)]));
    answer(&mut model, Answer::Built(built, Ok(Box::new(written))));
    assert!(matches!(modal(&model), Modal::Build(build) if matches!(build.stage, BuildStage::Done { .. })));
    assert!(model.conversations.marks.is_empty());
    press(&mut model, "g");
    assert_eq!((model.shell.screen, model.modals.len()), (ScreenId::Files, 0));
}

#[test]
fn an_existing_file_is_added_to_and_esc_leaves_it_running() {
    let mut model = loaded();
    model.conversations.into = Some("EQ-2".into());
    press(&mut model, "n");
    answer(&mut model, Answer::Files(Ok(vec![file(1), file(2)])));
    let source = Source::Selection(Selection::Ids(vec![id(0)]));
    let asked = keys(&mut model, "enter");
    assert_eq!(
        asked,
        [Ask::Judge { source, into: Some("EQ-2".into()) }],
        "the file that was meant is selected"
    );
    answer(&mut model, Answer::Judged(Ok(judged(&[]))));
    press(&mut model, "enter esc j space");
    assert_eq!((model.modals.len(), model.jobs.live().count()), (0, 1));
    let written = Written { file: file(2), added: 1, skipped: Vec::new() };
    let built = Source::Selection(Selection::Ids(vec![id(0)]));
    let effects = answer(&mut model, Answer::Built(built, Ok(Box::new(written))));
    let marked = Selection::Ids(vec![id(1)]);
    assert_eq!(*model.conversations.marks.selection(), marked, "what was marked meanwhile stays marked");
    assert_eq!(model.conversations.into, None);
    assert!(
        effects.iter().any(|e| matches!(e, Effect::Log(Severity::Success, line) if line.contains("EQ-2")))
    );
}

#[test]
fn ten_thousand_matching_ones_stay_one_value_on_their_way() {
    let mut model = loaded();
    press(&mut model, "A n");
    answer(&mut model, Answer::Files(Ok(vec![file(1)])));
    let asked = keys(&mut model, "j enter");
    let selection = Selection::Matching { filter: Filter::All, sort: Sort::default(), except: Vec::new() };
    assert_eq!(asked, [Ask::Judge { source: Source::Selection(selection), into: Some("EQ-1".into()) }]);
}

#[test]
fn keys_on_an_empty_table_do_nothing_and_say_why() {
    let mut model = loaded();
    answer(&mut model, Answer::Page(Place::Replace(Land::Top), Ok(page(0..0, false, false))));
    for key in ["space", "v", "d", "enter", "t", "y", "z", "R", "o", "n", "a", "j", "pgdn"] {
        assert_eq!(keys(&mut model, key), [], "{key}");
    }
    assert!(model.modals.is_empty());
    for nav in [Nav::Up, Nav::Down, Nav::Top, Nav::Bottom, Nav::Left] {
        assert_eq!(asks(&update(&mut model, Any::Nav(nav), *START)), []);
    }
}

#[test]
fn the_detail_is_asked_for_again_and_stays_while_it_is_old() {
    let mut model = loaded();
    press(&mut model, "d");
    answer(&mut model, Answer::Show(Ok(Box::new(detail(0)))));
    assert!(keys(&mut model, "r").contains(&Ask::Show(id(0))));
    let problem = crate::model::Problem::new("Cannot show", "the server is gone", "");
    answer(&mut model, Answer::Show(Err(problem)));
    assert!(model.conversations.reader.detail.is_some(), "the old one stays");
    assert!(keys(&mut model, "r").contains(&Ask::Show(id(0))), "until it can be read");
    answer(&mut model, Answer::Show(Ok(Box::new(detail(0)))));
    assert_eq!((model.conversations.reader.problem.clone(), model.conversations.reader.old), (None, false));
    let review = Review { status: ReviewStatus::Approved, note: String::new() };
    let selection = Selection::Ids(vec![id(0)]);
    model.conversations.decisions.push_back((selection, review.clone()));
    let effects = answer(&mut model, Answer::Reviewed(review, Ok(1)));
    assert_eq!(asks(&effects), [Ask::Show(id(0))], "its notes are others now");
}
