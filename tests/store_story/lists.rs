//! Lists against the reference: the same rows, filtered by `domain::filter::matches` and sorted here.

use domain::conversation::ConversationRow;
use domain::filter::{Column, Direction, Filter, Op, Sort, Value, matches};
use domain::page::{From, PageRequest};
use std::cmp::Ordering;
use store::Db;

pub fn filters() -> Vec<Filter> {
    use Column as C;
    let text = |c, op, v: &str| Filter::Compare(c, op, Value::Text(v.to_owned()));
    let number = |c, op, v| Filter::Compare(c, op, Value::Number(v));
    let time = |op, v: &str| Filter::Compare(C::Created, op, Value::Time(v.parse().expect("a time")));
    let not = |f| Filter::Not(Box::new(f));
    let many = |c, v: &[&str]| Filter::OneOf(c, v.iter().map(|v| Value::Text((*v).to_owned())).collect());
    let mut all = vec![
        Filter::All,
        text(C::Status, Op::Eq, "approved"),
        text(C::Status, Op::Ne, "approved"),
        text(C::Status, Op::Gt, "generated"),
        text(C::Persona, Op::Ne, "late_starter"),
        text(C::Persona, Op::Eq, ""),
        text(C::Persona, Op::Le, "busy_parent"),
        text(C::Persona, Op::Contains, "SAVER"),
        text(C::Title, Op::Contains, "über"),
        text(C::Title, Op::Contains, "50%"),
        text(C::Title, Op::Contains, "r_s"),
        text(C::Title, Op::Contains, "\\"),
        text(C::Title, Op::Contains, ""),
        text(C::Title, Op::Lt, "c"),
        text(C::Batch, Op::Eq, "March"),
        text(C::Batch, Op::Ne, "March"),
        text(C::Batch, Op::Contains, "AR"),
        text(C::Batch, Op::Contains, "ärger"),
        text(C::Batch, Op::Contains, "ÄRGER [IM] mai^*"),
        text(C::Batch, Op::Contains, "ärger ?"),
        text(C::Batch, Op::Contains, "ä*i"),
        text(C::Topic, Op::Contains, "ß"),
        text(C::Batch, Op::Eq, ""),
        text(C::Turns, Op::Eq, "ten"),
        text(C::Turns, Op::Ne, "ten"),
        number(C::Turns, Op::Ge, 10.0),
        number(C::Turns, Op::Lt, 9.5),
        number(C::Turns, Op::Ne, 8.0),
        number(C::Quality, Op::Ge, 9.9),
        number(C::Quality, Op::Eq, 9.9),
        number(C::Quality, Op::Ne, 9.9),
        number(C::Quality, Op::Lt, 6.1),
        number(C::Size, Op::Gt, 9_200.0),
        number(C::InFiles, Op::Eq, 0.0),
        number(C::InFiles, Op::Ge, 1.0),
        number(C::InFiles, Op::Ne, 1.0),
        time(Op::Ge, "2025-01-01T02:00:00Z"),
        time(Op::Eq, "2025-01-01T00:00:40.000007Z"),
        time(Op::Lt, "2025-01-01T00:00:40.000007Z"),
        many(C::Topic, &["first_home", "card_debt", "nothing"]),
        many(C::Topic, &["", "card_debt"]),
        many(C::Batch, &["March", "April"]),
        many(C::Topic, &[]),
        Filter::OneOf(C::Turns, vec![Value::Number(5.0), Value::Number(7.0)]),
        Filter::Search("rising".to_owned()),
        Filter::Search("ÜBER durand".to_owned()),
        Filter::Search("été 50%".to_owned()),
        Filter::Search("no such word anywhere".to_owned()),
        Filter::Search("a".to_owned()),
        Filter::Search(" ".to_owned()),
        Filter::Search("\"quo%te' OR 1=1 --".to_owned()),
        Filter::And(vec![]),
        Filter::Or(vec![]),
    ];
    all.extend([C::Persona, C::Quality, C::Size, C::Batch, C::Title, C::InFiles].map(Filter::Empty));
    all.push(Filter::And(vec![
        text(C::Persona, Op::Eq, "late_starter"),
        text(C::Status, Op::Eq, "approved"),
        text(C::Tier, Op::Eq, "template"),
        number(C::Quality, Op::Ge, 8.0),
    ]));
    all.push(Filter::And(vec![
        Filter::Search("future safe".to_owned()),
        text(C::Arc, Op::Eq, "fear_to_plan"),
    ]));
    all.push(Filter::Or(vec![text(C::Arc, Op::Eq, "anger_to_calm"), number(C::Quality, Op::Gt, 9.5)]));
    all.push(not(number(C::Quality, Op::Gt, 7.0)));
    all.push(not(Filter::Or(vec![text(C::Batch, Op::Eq, "April"), Filter::Empty(C::Topic)])));
    all.push(not(not(Filter::Search("partner".to_owned()))));
    all
}

fn key(row: &ConversationRow, column: Column) -> Option<(f64, String)> {
    let text = |t: &str| (!t.is_empty()).then(|| (0.0, t.to_owned()));
    let number = |n: f64| Some((n, String::new()));
    match column {
        Column::Id => text(row.id.as_str()),
        Column::Title => text(&row.title),
        Column::Persona => text(&row.scaffolding.persona_key),
        Column::Arc => text(&row.scaffolding.emotional_arc_key),
        Column::Topic => text(&row.scaffolding.training_topic_key),
        Column::Tier => text(row.tier.word()),
        Column::Batch => row.batch.as_ref().and_then(|b| text(&b.name)),
        Column::Status => text(row.status.word()),
        Column::Enrichment => text(row.enrichment.word()),
        Column::Turns => number(row.turns.into()),
        Column::Quality => row.quality.and_then(number),
        Column::Size => row.size.and_then(|s| number(f64::from(u32::try_from(s).expect("small")))),
        Column::Created => number(0.0),
        Column::InFiles => number(row.in_files.into()),
    }
}

/// The list as it has to be.
pub fn expected(model: &[ConversationRow], filter: &Filter, sort: Sort) -> Vec<String> {
    let found = model.iter().filter(|row| matches(filter, *row));
    let mut rows: Vec<_> = found.map(|row| (key(row, sort.column), row)).collect();
    rows.sort_by(|(x, a), (y, b)| {
        let way = |o: Ordering| if sort.direction == Direction::Descending { o.reverse() } else { o };
        let ties = (a.created, a.id.as_str()).cmp(&(b.created, b.id.as_str()));
        let by_id = a.id.as_str().cmp(b.id.as_str());
        match (x, y) {
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => way(ties),
            (Some(x), Some(y)) => {
                let first = x.0.total_cmp(&y.0).then_with(|| x.1.cmp(&y.1));
                way(first.then(if sort.column == Column::Id { by_id } else { ties }))
            }
        }
    });
    rows.into_iter().map(|(_, row)| row.id.as_str().to_owned()).collect()
}

/// All pages, from the front or from the back; also that the pages say rightly whether there is more.
pub async fn read(db: &Db, filter: &Filter, sort: Sort, backward: bool, limit: u32) -> Vec<String> {
    let mut from = if backward { From::End } else { From::Start };
    let mut pages: Vec<Vec<String>> = Vec::new();
    loop {
        let request = PageRequest { filter: filter.clone(), sort, from: from.clone(), limit };
        let page = db.conversations_page(&request).await.expect("a page");
        let (more, edge) = if backward {
            assert_eq!(page.more_after, !pages.is_empty());
            (page.more_before, page.rows.first())
        } else {
            assert_eq!(page.more_before, !pages.is_empty());
            (page.more_after, page.rows.last())
        };
        if let Some((cursor, _)) = edge {
            let cursor = cursor.clone();
            from = if backward { From::Before(cursor) } else { From::After(cursor) };
        }
        pages.push(page.rows.iter().map(|(_, row)| row.id.as_str().to_owned()).collect());
        if !more {
            break;
        }
    }
    if backward {
        pages.reverse();
    }
    pages.concat()
}

/// The first three pages of every filter, and of some that find little.
pub async fn first_pages(db: &Db, model: &[ConversationRow]) {
    let mut filters = filters();
    let text = |c, op, v: &str| Filter::Compare(c, op, Value::Text(v.to_owned()));
    filters.push(Filter::Search("needle haystack".to_owned()));
    filters.push(text(Column::Title, Op::Contains, "NEEDLE"));
    filters.push(Filter::And(vec![
        Filter::Search("needle".to_owned()),
        text(Column::Status, Op::Eq, "approved"),
    ]));
    for (n, filter) in filters.iter().enumerate() {
        let direction = if n % 2 == 0 { Direction::Ascending } else { Direction::Descending };
        for column in [Column::Created, Column::ALL[n % Column::ALL.len()]] {
            let sort = Sort { column, direction };
            let wanted = expected(model, filter, sort);
            let mut from = From::Start;
            for page in wanted.chunks(40).chain([&[][..]]).take(3) {
                let request = PageRequest { filter: filter.clone(), sort, from, limit: 40 };
                let read = db.conversations_page(&request).await.expect("a page").rows;
                let ids: Vec<&str> = read.iter().map(|(_, row)| row.id.as_str()).collect();
                assert_eq!(ids, page, "{filter:?} by {sort}");
                let Some((cursor, _)) = read.last() else { break };
                from = From::After(cursor.clone());
            }
        }
    }
}

/// Every filter and every sort, both ways.
pub async fn compare(db: &Db, model: &[ConversationRow]) {
    let filters = filters();
    let both = [Direction::Ascending, Direction::Descending];
    for (n, filter) in filters.iter().enumerate() {
        let column = Column::ALL[n % Column::ALL.len()];
        let sort = Sort { column, direction: both[n % 2] };
        let wanted = expected(model, filter, sort);
        assert_eq!(read(db, filter, sort, n % 3 == 0, 701).await, wanted, "{filter:?} by {sort}");
        let count = db.conversations_count(filter, true).await.expect("a count").value();
        assert_eq!(count, wanted.len() as u64, "{filter:?}");
        let newest = Sort::default();
        assert_eq!(
            read(db, filter, newest, false, 701).await,
            expected(model, filter, newest),
            "{filter:?} newest first"
        );
    }
    let some = &filters[3];
    for column in Column::ALL {
        for direction in both {
            let sort = Sort { column: *column, direction };
            for filter in [&Filter::All, some] {
                let wanted = expected(model, filter, sort);
                for backward in [false, true] {
                    assert_eq!(
                        read(db, filter, sort, backward, 197).await,
                        wanted,
                        "{filter:?} by {sort}, {backward}"
                    );
                }
            }
        }
    }
}
