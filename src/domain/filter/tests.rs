use super::*;
use crate::conversation::{BatchRef, ConversationRow, EnrichmentStatus, ReviewStatus, Tier};
use crate::ids::{BatchId, ConversationId};
use crate::scaffolding::Scaffolding;
use chrono::TimeZone;
use proptest::prelude::*;

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2025, 12, 10, 9, 30, 0).unwrap()
}

fn read(text: &str) -> Filter {
    parse(text, now()).unwrap_or_else(|e| panic!("{text}: {e:?}"))
}

fn refuse(text: &str) -> ParseError {
    parse(text, now()).expect_err(text)
}

fn text(column: Column, op: Op, value: &str) -> Filter {
    Filter::Compare(column, op, Value::Text(value.to_owned()))
}

fn number(column: Column, op: Op, value: f64) -> Filter {
    Filter::Compare(column, op, Value::Number(value))
}

fn at(op: Op, y: i32, m: u32, d: u32) -> Filter {
    Filter::Compare(Column::Created, op, Value::Time(Utc.with_ymd_and_hms(y, m, d, 0, 0, 0).unwrap()))
}

#[test]
fn an_error_points_at_the_word_and_names_the_one_that_was_meant() {
    let e = refuse("statsu = approved");
    assert_eq!((e.span, e.message.as_str()), (0..6, "`statsu` is no column; did you mean `status`?"));
    assert_eq!(e.suggestions, ["status"]);
    let e = refuse("turns > 3 and status = aproved");
    assert_eq!((e.span, e.message.as_str()), (23..30, "`aproved` is no status; did you mean `approved`?"));
    let e = refuse("enrichment = qqqqqq");
    assert!(e.message.contains("completed"), "{e}");
    let e = refuse("titel ~ debt");
    assert_eq!(e.suggestions[0], "title");
}

#[test]
fn what_is_missing_is_said_where_it_is_missing() {
    for (text, span) in [
        ("status =", 8..8),
        ("status = and turns > 3", 9..12),
        ("status", 0..6),
        ("status and turns > 3", 7..10),
        ("(status = draft", 0..1),
        ("status = draft)", 14..15),
        ("persona in (a, b", 16..16),
        ("persona in a", 11..12),
        ("status = draft and", 18..18),
        ("and status = draft", 0..3),
        ("= draft", 0..1),
        ("search", 6..6),
        ("title ~ \"debt", 8..13),
        ("not", 3..3),
        ("status = draft , x", 15..16),
        ("status is empty", 10..15),
        ("title ~ \"\"", 8..10),
    ] {
        assert_eq!(refuse(text).span, span, "{text}: {}", refuse(text));
    }
}

#[test]
fn a_value_must_fit_its_column() {
    for text in [
        "turns = many",
        "turns ~ 3",
        "status > approved",
        "title > a",
        "created > soon",
        "created > 99999999999999999999d",
        "created > 9223372036854775807w",
        "size > 5q",
        "turns = nan",
        "turns = inf",
        "turns = 1e999",
        "tier in (template, nope)",
    ] {
        refuse(text);
    }
}

#[test]
fn several_bare_words_after_a_text_column_are_refused_with_their_quotes() {
    let e = refuse("title = my long title and turns > 2");
    assert_eq!(e.suggestions, ["\"my long title\""]);
    assert_eq!(e.span, 8..21);
    assert_eq!(refuse("status:approved").suggestions, ["status = approved"]);
}

#[test]
fn every_way_of_writing_it() {
    let want = Filter::And(vec![
        text(Column::Status, Op::Eq, "approved"),
        number(Column::Turns, Op::Ge, 6.0),
        Filter::Search("mortgage".to_owned()),
    ]);
    for same in [
        "status = approved and turns >= 6 and search \"mortgage\"",
        "STATUS==Approved AND Turns>=6 mortgage",
        "status is approved && turns ≥ 6 && 'mortgage'",
        "  status=approved turns>=6   search mortgage ",
        "status = approved  turns >= 6  search “mortgage”",
    ] {
        assert_eq!(read(same), want, "{same}");
    }
    assert_eq!(
        read("persona in (anxious_planner, \"x y\")"),
        Filter::OneOf(
            Column::Persona,
            vec![Value::Text("anxious_planner".to_owned()), Value::Text("x y".to_owned())]
        )
    );
    assert_eq!(read("quality is empty"), Filter::Empty(Column::Quality));
    assert_eq!(read("batch = \"\""), Filter::Empty(Column::Batch));
    assert_eq!(read("quality is not null"), Filter::Not(Box::new(Filter::Empty(Column::Quality))));
    assert_eq!(read("status <> draft"), text(Column::Status, Op::Ne, "draft"));
    assert_eq!(read("tier = edge-case"), text(Column::Tier, Op::Eq, "edge_case"));
    assert_eq!(read("title contains debt"), text(Column::Title, Op::Contains, "debt"));
    assert_eq!(read("size > 50k"), number(Column::Size, Op::Gt, 50_000.0));
    assert_eq!(read("size > 2KiB"), number(Column::Size, Op::Gt, 2048.0));
    assert_eq!(read("in-files = 0"), number(Column::InFiles, Op::Eq, 0.0));
    assert_eq!(read("mortgage stress"), Filter::Search("mortgage stress".to_owned()));
    assert_eq!(read(" \t "), Filter::All);
    assert_eq!(read("status = none"), text(Column::Status, Op::Eq, "none"));
}

#[test]
fn or_binds_weaker_than_and_and_not_binds_strongest() {
    let a = || text(Column::Status, Op::Eq, "draft");
    let b = || number(Column::Turns, Op::Gt, 2.0);
    let not_a = || Filter::Not(Box::new(a()));
    assert_eq!(
        read("status = draft or ! status = draft and turns > 2"),
        Filter::Or(vec![a(), Filter::And(vec![not_a(), b()])])
    );
    assert_eq!(read("not (status = draft or turns > 2)"), Filter::Not(Box::new(Filter::Or(vec![a(), b()]))));
}

#[test]
fn a_day_is_the_whole_day_and_an_age_counts_back_from_now() {
    assert_eq!(read("created >= 2025-12-01"), at(Op::Ge, 2025, 12, 1));
    assert_eq!(read("created > 2025-12-01"), at(Op::Ge, 2025, 12, 2));
    assert_eq!(read("created <= 2025-12-31"), at(Op::Lt, 2026, 1, 1));
    let within = |d| Filter::And(vec![at(Op::Ge, 2025, 12, d), at(Op::Lt, 2025, 12, d + 1)]);
    assert_eq!(read("created = today").at(now()), within(10));
    assert_eq!(
        read("not created in (yesterday, now)").at(now()),
        Filter::Not(Box::new(Filter::Or(vec![within(9), read("created = 2025-12-10T09:30:00Z")])))
    );
    assert_eq!(read("created > 7d").at(now()), read("created > 2025-12-03T09:30:00Z"));
    refuse("created > 4000000000y");
    assert_eq!(print(&read("created < 2025-12-01")), "created < 2025-12-01");
    assert_eq!(read("created > \"2025-12-01 10:00\""), read("created > 2025-12-01T12:00:00+02:00"));
}

#[test]
fn a_time_that_moves_is_kept_as_it_was_written_and_moves() {
    for text in ["created > 7d", "created <= now", "created = today", "created in (today, 12h, 5m, 1w, 2y)"] {
        assert_eq!(print(&read(text)), text);
        let kept = serde_json::to_string(&read(text)).expect("JSON");
        assert_eq!(serde_json::from_str::<Filter>(&kept).expect("a filter"), read(text));
    }
    let row = row();
    let recent = read("created > 7d");
    assert!(matches(&recent.at(row.created + chrono::TimeDelta::days(6)), &row));
    assert!(!matches(&recent.at(row.created + chrono::TimeDelta::days(8)), &row));
}

#[test]
fn pills_are_the_conditions_and_each_can_be_taken_away() {
    let filter = read("status = approved and (turns > 6 or quality is empty) and \"x\"");
    let texts: Vec<String> = pills(&filter).into_iter().map(|p| p.text).collect();
    assert_eq!(texts, ["status = approved", "turns > 6 or quality is empty", "search \"x\""]);
    assert_eq!(print(&filter.without(1)), "status = approved and search \"x\"");
    assert_eq!(filter.without(1).without(0), Filter::Search("x".to_owned()));
    assert_eq!(filter.without(1).without(0).without(0), Filter::All);
    assert_eq!(filter.without(9), filter);
    assert!(pills::<Column>(&Filter::All).is_empty());
}

fn texts(text: &str) -> Vec<String> {
    let cursor = text.find('|').unwrap();
    complete(&text.replacen('|', "", 1), cursor).candidates.into_iter().map(|c| c.text).collect()
}

#[test]
fn completion_knows_what_fits_at_the_cursor() {
    assert_eq!(texts("sta|"), ["status"]);
    assert_eq!(texts("status = ap|"), ["approved"]);
    assert!(texts("status |").contains(&"=".to_owned()));
    assert_eq!(texts("turns >|"), [">", ">="]);
    assert_eq!(texts("tier in (template, |")[0], "template");
    assert_eq!(texts("tier not in (sc|"), ["scenario"]);
    assert_eq!(texts("status = approved an|"), ["and"]);
    assert_eq!(texts("turns > 3 or enr|"), ["enrichment"]);
    assert_eq!(texts("quality is n|"), ["not"]);
    assert_eq!(texts("created > 7|"), ["7d"]);
    assert_eq!(texts("search mor|"), [""; 0]);
    assert_eq!(complete("status = appr and x", 13).replace, 9..13);
}

#[test]
fn completion_asks_for_the_values_of_a_text_column() {
    let found = complete("batch = \"core 9", 15);
    assert_eq!(found.needs_values_of, Some((Column::Batch, "core 9".to_owned())));
    assert_eq!(found.replace, 8..15);
    assert_eq!(complete("persona in (a, an", 17).needs_values_of, Some((Column::Persona, "an".to_owned())));
    assert_eq!(complete("topic =", 7).needs_values_of, Some((Column::Topic, String::new())));
    assert_eq!(complete("turns > 3", 9).needs_values_of, None);
}

fn row() -> ConversationRow {
    ConversationRow {
        id: ConversationId::new("3f2a-ABC"),
        title: "Straße to the House".to_owned(),
        scaffolding: Scaffolding { persona_key: "anxious_planner".to_owned(), ..Scaffolding::default() },
        tier: Tier::Template,
        batch: Some(BatchRef { id: BatchId(uuid::Uuid::nil()), name: "core-90".to_owned() }),
        status: ReviewStatus::Approved,
        enrichment: EnrichmentStatus::Completed,
        turns: 6,
        quality: None,
        size: Some(60_000),
        created: now(),
        in_files: 0,
        truncated: None,
        enriched_path: None,
        raw_path: None,
    }
}

#[test]
fn rows_without_a_value_match_only_unequal_and_the_opposite() {
    for (filter, want) in [
        ("quality > 3", false),
        ("quality <= 3", false),
        ("quality = 3", false),
        ("quality in (3, 4)", false),
        ("quality != 3", true),
        ("not (quality > 3)", true),
        ("quality is empty", true),
        ("topic is empty", true),
        ("topic != x", true),
        ("topic = x", false),
        ("batch is empty", false),
        ("title ~ HOUSE", true),
        ("title ~ STRASSE", false),
        ("title = \"straße to the house\"", false),
        ("search \"house anxious abc\"", true),
        ("search \"house nowhere\"", false),
        ("size > 50k and created > 7d", true),
        ("created = today", true),
        ("()", true),
        ("not ()", false),
        ("persona in ()", false),
        ("batch = core-90 or turns > 100", true),
    ] {
        assert_eq!(matches(&read(filter).at(now()), &row()), want, "{filter}");
    }
}

#[test]
fn deep_nesting_is_an_error_and_no_crash() {
    for deep in ["(".repeat(100_000), "not ".repeat(100_000), "!(".repeat(50_000)] {
        assert!(refuse(&deep).message.contains("nested"));
        complete(&deep, deep.len());
    }
    let wide = vec!["turns = 1"; 20_000].join(" or ");
    assert!(matches!(read(&wide), Filter::Or(parts) if parts.len() == 20_000));
}

fn any_value(column: Column) -> BoxedStrategy<Value> {
    match column.kind() {
        Kind::Text => prop_oneof!["[a-z_]{1,9}", "\\PC{1,12}", ".{1,12}", Just("and".to_owned())]
            .prop_filter("empty text is no value", |s| !s.is_empty())
            .prop_map(Value::Text)
            .boxed(),
        Kind::Word => {
            proptest::sample::select(column.words()).prop_map(|w| Value::Text(w.to_owned())).boxed()
        }
        Kind::Number => prop_oneof![
            (-1000_i32..1_000_000).prop_map(f64::from),
            proptest::num::f64::NORMAL | proptest::num::f64::ZERO
        ]
        .prop_map(Value::Number)
        .boxed(),
        Kind::Time => prop_oneof![
            2 => any_time().prop_map(Value::Time),
            1 => any_age().prop_map(Value::Age),
            1 => prop_oneof![Just(Day::Today), Just(Day::Yesterday)].prop_map(Value::Day),
        ]
        .boxed(),
    }
}

fn any_age() -> impl Strategy<Value = Age> {
    let units = vec![Unit::Second, Unit::Minute, Unit::Hour, Unit::Day, Unit::Week, Unit::Year];
    (0_u32..9_999, proptest::sample::select(units)).prop_map(|(count, unit)| Age { count, unit })
}

fn any_time() -> impl Strategy<Value = DateTime<Utc>> {
    prop_oneof![
        (-62_135_596_800_i64..253_402_300_800, 0_u32..1_000_000)
            .prop_map(|(s, us)| Utc.timestamp_opt(s, us * 1000).unwrap()),
        (-700_000_i64..2_900_000).prop_map(|d| Utc.timestamp_opt(d * 86_400, 0).unwrap()),
    ]
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let column = || proptest::sample::select(Column::ALL.to_vec());
    let leaf = prop_oneof![
        4 => column().prop_flat_map(|c| {
            (proptest::sample::select(c.kind().ops().to_vec()), any_value(c))
                .prop_map(move |(op, v)| Filter::Compare(c, op, v))
        }),
        1 => column().prop_flat_map(|c| {
            proptest::collection::vec(any_value(c), 0..4).prop_map(move |v| Filter::OneOf(c, v))
        }),
        1 => column().prop_filter("has a word", |c| c.kind().may_be_empty()).prop_map(Filter::Empty),
        1 => ".{0,20}".prop_map(Filter::Search),
        1 => Just(Filter::All),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::And),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::Or),
            inner.prop_map(|f| Filter::Not(Box::new(f))),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_reads_back_to_the_same(filter in any_filter()) {
        let printed = print(&filter);
        let back = parse(&printed, now());
        prop_assert_eq!(back, Ok(filter), "{}", printed);
    }

    #[test]
    fn no_text_breaks_it(text in prop_oneof![
        ".{0,60}",
        "(status|turns|created|title|in|is|not|and|or|search|[(),=<>~!\"'&| ]|7d|draft|é){0,30}",
    ], cursor in 0_usize..80) {
        if let Err(e) = parse(&text, now()) {
            prop_assert!(text.get(e.span).is_some());
            prop_assert!(!e.message.is_empty());
        }
        let found = complete(&text, cursor);
        prop_assert!(text.get(found.replace).is_some());
    }

    #[test]
    fn taking_a_pill_away_never_loses_a_row(filter in any_filter(), index in 0_usize..4) {
        if matches(&filter, &row()) && index < pills(&filter).len() {
            prop_assert!(matches(&filter.without(index), &row()));
        }
    }
}

mod lists {
    use super::*;
    use crate::job::table::Column as Of;

    /// A row with a state, a cost and a preset.
    struct Run(&'static str, Option<f64>, &'static str);

    impl Row for Run {
        type Field = Of;
        fn cell(&self, column: Of) -> Cell<'_> {
            match column {
                Of::State => Cell::Text(self.0),
                Of::Cost => Cell::number(self.1),
                Of::Preset => Cell::text(self.2),
                Of::Place => Cell::Text("runpod-pod"),
                _ => Cell::None,
            }
        }
        fn texts(&self) -> Vec<&str> {
            vec![self.2]
        }
    }

    fn shown(text: &str, sort: &str) -> Vec<&'static str> {
        let mut rows = vec![
            Run("failed", Some(7.0), "mild"),
            Run("running", None, "Balanced"),
            Run("done", Some(60.0), ""),
        ];
        let filter = parse_in::<Of>(text, now()).unwrap_or_else(|e| panic!("{text}: {e:?}"));
        assert_eq!(parse_in(&print(&filter), now()).as_ref(), Ok(&filter), "it can be read again");
        rows.retain(|row| matches(&filter, row));
        let sort: Sort<Of> = sort.parse().unwrap();
        rows.sort_by(|a, b| order(sort, a, b));
        rows.iter().map(|row| row.0).collect()
    }

    #[test]
    fn every_table_reads_the_same_language() {
        assert_eq!(shown("cost < 50", "state"), ["failed"], "what is unknown is not less");
        assert_eq!(shown("state in (failed, done) and cost >= 5", "cost"), ["failed", "done"]);
        assert_eq!(shown("BALANCED", "state"), ["running"], "bare words are searched for");
        assert_eq!(shown("place = runpod-pod and preset is empty", "state"), ["done"]);
        assert_eq!(parse_in::<Of>("turns > 3", now()).unwrap_err().span, 0..5, "a column of another table");
        let offered = complete_in::<Of>("state = fa", 10).candidates;
        assert_eq!(offered.iter().map(|c| c.text.as_str()).collect::<Vec<_>>(), ["failed"]);
    }

    #[test]
    fn words_have_an_order_and_the_unknown_is_last_whichever_way() {
        assert_eq!(shown("", "state"), ["running", "failed", "done"], "work first, not by letters");
        assert_eq!(shown("", "cost"), ["failed", "done", "running"]);
        assert_eq!(shown("", "-cost"), ["done", "failed", "running"]);
        assert_eq!(shown("", "preset"), ["running", "failed", "done"], "whatever the case");
        assert_eq!(Sort::natural(Of::Loss).direction, Direction::Ascending, "the least loss is wanted");
        assert_eq!(Sort::<Of>::default(), Sort::natural(Of::Created));
    }
}
