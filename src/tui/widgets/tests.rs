use super::table::{Column, Look, Source, Table, widths};
use super::*;
use crate::model::TextField;
use crate::theme::Depth;
use std::borrow::Cow;
use std::cell::RefCell;

const COLUMNS: [Column; 3] = [
    Column {
        title: "ID",
        min: 8,
        ideal: 8,
        grow: 0,
        priority: 0,
        align: text::Align::Left,
        lead: true,
        sorted: None,
    },
    Column {
        title: "TITLE",
        min: 10,
        ideal: 30,
        grow: 1,
        priority: 1,
        align: text::Align::Left,
        lead: true,
        sorted: Some(true),
    },
    Column {
        title: "TURNS",
        min: 7,
        ideal: 7,
        grow: 0,
        priority: 2,
        align: text::Align::Right,
        lead: true,
        sorted: None,
    },
];

/// A million rows that remember who was looked at.
struct Million(RefCell<Vec<usize>>);

impl Source for Million {
    fn look(&self, row: usize) -> Look {
        Look {
            selected: row == 500_003,
            marked: row == 500_004,
            state: (row == 500_005).then_some(Token::StatusFail),
        }
    }
    fn cell(&self, row: usize, column: usize) -> (Cow<'_, str>, Token) {
        self.0.borrow_mut().push(row);
        (format!("r{row}c{column}").into(), Token::TextNormal)
    }
}

fn rows(buffer: &Buffer) -> Vec<String> {
    let area = buffer.area;
    (0..area.height)
        .map(|y| (0..area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned())
        .collect()
}

#[test]
fn only_visible_rows_are_formatted() {
    let source = Million(RefCell::default());
    let mut buffer = Buffer::empty(Rect::new(0, 0, 80, 24));
    let table = Table {
        columns: &COLUMNS,
        source: &source,
        rows: 500_000..1_000_000,
        stale: false,
        place: Some((500_000, 1_000_000)),
        heading: None,
    };
    let drawn = table.draw(&mut buffer, Rect::new(0, 0, 80, 24), &Theme::default());
    assert_eq!(drawn.rows.len(), 23);
    let seen = source.0.borrow();
    assert_eq!(seen.len(), 23 * 3, "each visible cell once");
    assert!(seen.iter().all(|row| (500_000..500_023).contains(row)));
}

#[test]
fn the_cursor_the_marks_and_the_states_are_seen_without_colour() {
    let source = Million(RefCell::default());
    let theme = Theme::named("mono", Depth::None).unwrap();
    let mut buffer = Buffer::empty(Rect::new(0, 0, 60, 8));
    let table = Table {
        columns: &COLUMNS,
        source: &source,
        rows: 500_002..500_009,
        stale: false,
        place: None,
        heading: None,
    };
    table.draw(&mut buffer, Rect::new(0, 0, 60, 8), &theme);
    let lines = rows(&buffer);
    assert!(lines[2].starts_with("▌   r500003"), "{}", lines[2]);
    assert!(lines[3].starts_with(" ◆  r500004"), "{}", lines[3]);
    assert!(lines[4].starts_with("  ✗ r500005"), "{}", lines[4]);
    assert!(buffer[(6, 2)].modifier.contains(ratatui::style::Modifier::BOLD));
    assert!(!buffer[(6, 3)].modifier.contains(ratatui::style::Modifier::BOLD));
}

#[test]
fn columns_go_by_priority_and_what_is_left_over_is_shared() {
    assert_eq!(widths(&COLUMNS, 100, 1), [Some(8), Some(83), Some(7)]);
    assert_eq!(widths(&COLUMNS, 27, 1), [Some(8), Some(10), Some(7)]);
    assert_eq!(widths(&COLUMNS, 26, 1), [Some(8), Some(17), None]);
    assert_eq!(widths(&COLUMNS, 18, 1), [Some(8), None, None]);
    assert_eq!(widths(&COLUMNS, 3, 1), [Some(3), None, None]);
    assert_eq!(widths(&COLUMNS, 0, 1), [None, None, None]);
}

#[test]
fn no_widget_leaves_its_area_or_panics_in_a_small_one() {
    let theme = Theme::default();
    let source = Million(RefCell::default());
    let field = TextField::with("日本語 text that is long");
    let pills = vec!["status = approved".to_owned(), "日本語".to_owned()];
    for width in 0..24 {
        for height in 0..7 {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 12));
            let area = Rect::new(3, 2, width, height);
            Table {
                columns: &COLUMNS,
                source: &source,
                rows: 0..50,
                stale: true,
                place: Some((3, 50)),
                heading: Some(1),
            }
            .draw(&mut buffer, area, &theme);
            field::draw(&mut buffer, area, &field, "", field::State::Focus, &theme);
            let step =
                crate::model::Step {
                    stage: "writing".into(), done: 3, total: Some(9), note: "日本".into()
                };
            progress::draw(&mut buffer, area, &step, false, &theme);
            pills::draw(&mut buffer, area, 2, &pills, &theme);
            let mut lines = Lines::new(usize::from(width));
            lines.text("some words 日本語 and more", 2, Token::TextNormal);
            lines.pair("name", 8, "value", Token::TextNormal);
            bars::add(&mut lines, &[("a".into(), 3), ("日本".into(), 9)], 1);
            lines.draw(&mut buffer, area, 99, &theme);
            modal::frame(&mut buffer, area, (width, height), "title 日", "esc", &theme);
            rule(&mut buffer, area, 0, &theme);
            for y in 0..12 {
                for x in 0..40 {
                    if !area.contains((x, y).into()) {
                        assert_eq!(buffer[(x, y)].symbol(), " ", "{width}×{height} wrote at {x},{y}");
                    }
                }
            }
        }
    }
}

#[test]
fn the_cursor_of_a_field_is_always_in_view() {
    let theme = Theme::default();
    let mut field = TextField::with("日本語日本語");
    let area = Rect::new(0, 0, 6, 1);
    let mut buffer = Buffer::empty(area);
    assert_eq!(field::draw(&mut buffer, area, &field, "", field::State::Focus, &theme), Some((4, 0)));
    field.edit(&crate::model::Edit::Start);
    assert_eq!(field::draw(&mut buffer, area, &field, "", field::State::Focus, &theme), Some((0, 0)));
    assert_eq!(field::draw(&mut buffer, area, &field, "", field::State::Idle, &theme), None);
}

#[test]
fn json_is_split_into_what_it_is() {
    let tokens: Vec<Token> =
        json::line(r#"  "a\"b": [-1.5e3, true, "x: y", null],"#).into_iter().map(|(_, t)| t).collect();
    assert_eq!(
        tokens.into_iter().filter(|t| *t != Token::TextMuted).collect::<Vec<_>>(),
        [Token::SyntaxKey, Token::SyntaxNumber, Token::SyntaxWord, Token::SyntaxString, Token::SyntaxWord]
    );
    for odd in ["\"", "\"\\", "日本", "-", "é\"", ""] {
        let back: String = json::line(odd).into_iter().map(|(text, _)| text).collect();
        assert_eq!(back, odd);
    }
}

#[test]
fn a_distribution_shows_the_largest_and_sums_up_the_rest() {
    let mut lines = Lines::new(60);
    let counts: Vec<(String, u64)> = (1..=9).map(|n| (format!("k{n}"), n)).collect();
    bars::add(&mut lines, &counts, 2);
    let text: Vec<String> = lines.lines.iter().map(|l| l.iter().map(|(t, _)| t.as_str()).collect()).collect();
    assert!(text[0].contains("k9") && text[0].contains("20 %"), "{text:?}");
    assert_eq!(text[2], "  and 7 more with 28 in all");
}
