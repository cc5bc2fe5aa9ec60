//! A filter as a WHERE clause. What it means is `domain::filter::matches`, row by row; values are bound, never written.

use super::columns::{self, BATCH_NAME, SEARCH_POSTGRES};
use crate::sql::{Bind, Dialect, Sql};
use domain::filter::{Column, Filter, Kind, Op, Value};

/// Appends a condition that is true exactly for the rows that match. It may be null instead of false.
pub fn push(sql: &mut Sql, filter: &Filter) {
    match filter {
        Filter::All => {
            sql.push("TRUE");
        }
        Filter::Compare(column, op, value) => compare(sql, *column, *op, value),
        Filter::OneOf(column, values) => one_of(sql, *column, values),
        Filter::Empty(column) => empty(sql, *column),
        Filter::Search(text) => search(sql, text),
        Filter::And(parts) => join(sql, parts, " AND ", "TRUE"),
        Filter::Or(parts) => join(sql, parts, " OR ", "FALSE"),
        Filter::Not(inner) => {
            sql.push("NOT COALESCE((");
            push(sql, inner);
            sql.push("), FALSE)");
        }
    }
}

fn join(sql: &mut Sql, parts: &[Filter], word: &str, none: &str) {
    balanced(sql, parts, word, none, &|sql, part| push(sql, part));
}

/// As a tree with short branches: SQLite nests a flat chain as deep as it is long, and refuses more than 1000.
fn balanced<T>(sql: &mut Sql, parts: &[T], word: &str, none: &str, each: &dyn Fn(&mut Sql, &T)) {
    const FLAT: usize = 16;
    if parts.is_empty() {
        sql.push(none);
        return;
    }
    let pieces = parts.chunks(if parts.len() <= FLAT { 1 } else { parts.len().div_ceil(FLAT) });
    for (n, piece) in pieces.enumerate() {
        sql.push(if n == 0 { "(" } else { word }).push("(");
        match piece {
            [part] => each(sql, part),
            more => balanced(sql, more, word, none, each),
        }
        sql.push(")");
    }
    sql.push(")");
}

fn one_of(sql: &mut Sql, column: Column, values: &[Value]) {
    let texts: Option<Vec<String>> = values
        .iter()
        .map(|value| match value {
            Value::Text(text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        })
        .collect();
    match (column.kind(), texts) {
        (Kind::Text | Kind::Word, Some(texts)) if !joined(sql.dialect, column) && !texts.is_empty() => {
            sql.push(&columns::key(sql.dialect, column)).push_in(texts);
        }
        _ => {
            let parts: Vec<_> = values.iter().map(|v| Filter::Compare(column, Op::Eq, v.clone())).collect();
            join(sql, &parts, " OR ", "FALSE");
        }
    }
}

fn empty(sql: &mut Sql, column: Column) {
    if joined(sql.dialect, column) {
        batch(sql, false, |_| {});
    } else if columns::nullable(column) {
        sql.push(&columns::key(sql.dialect, column)).push(" IS NULL");
    } else {
        sql.push("FALSE");
    }
}

fn compare(sql: &mut Sql, column: Column, op: Op, value: &Value) {
    if op == Op::Contains {
        return contains(sql, column, value);
    }
    match (column.kind(), value) {
        (Kind::Text | Kind::Word, Value::Text(text)) if text.is_empty() => no_text(sql, column, op),
        (Kind::Text | Kind::Word, Value::Text(text)) => {
            against(sql, column, op, |sql| {
                sql.bind(text.as_str());
            });
        }
        (Kind::Number, Value::Number(number)) if !number.is_nan() => {
            against(sql, column, op, |sql| number_value(sql, column, *number));
        }
        (Kind::Time, Value::Time(at)) => {
            against(sql, column, op, |sql| {
                sql.bind(*at);
            });
        }
        // Values of another kind are equal to nothing, and neither are times that still move (`Filter::at`).
        _ => {
            sql.push(if op == Op::Ne { "TRUE" } else { "FALSE" });
        }
    }
}

fn number_value(sql: &mut Sql, column: Column, number: f64) {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if column == Column::Quality {
        columns::push_quality(sql, number);
    } else if number.fract() == 0.0 && number.abs() < EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
        sql.bind(number as i64);
    } else {
        sql.bind(number);
    }
}

/// No value and the empty text are the same.
fn no_text(sql: &mut Sql, column: Column, op: Op) {
    match op {
        Op::Eq | Op::Le => empty(sql, column),
        Op::Ne | Op::Gt => {
            sql.push("NOT (");
            empty(sql, column);
            sql.push(")");
        }
        Op::Ge => {
            sql.push("TRUE");
        }
        Op::Lt | Op::Contains => {
            sql.push("FALSE");
        }
    }
}

const fn sign(op: Op) -> &'static str {
    match op {
        Op::Eq | Op::Ne | Op::Contains => " = ",
        Op::Lt => " < ",
        Op::Le => " <= ",
        Op::Gt => " > ",
        Op::Ge => " >= ",
    }
}

fn against(sql: &mut Sql, column: Column, op: Op, value: impl FnOnce(&mut Sql)) {
    if joined(sql.dialect, column) {
        return batch(sql, op != Op::Ne, |sql| {
            sql.push(" AND (").push(BATCH_NAME).push(") COLLATE \"C\"").push(sign(op));
            value(sql);
        });
    }
    let key = columns::key(sql.dialect, column);
    if op == Op::Ne {
        sql.push("(");
        if columns::nullable(column) {
            sql.push(&key).push(" IS NULL OR ");
        }
        sql.push(&key).push(" <> ");
        value(sql);
        sql.push(")");
    } else {
        sql.push(&key).push(sign(op));
        value(sql);
    }
}

fn contains(sql: &mut Sql, column: Column, value: &Value) {
    let Value::Text(part) = value else {
        sql.push("FALSE");
        return;
    };
    if part.is_empty() {
        sql.push("TRUE");
    } else if !matches!(column.kind(), Kind::Text | Kind::Word) {
        sql.push("FALSE");
    } else if joined(sql.dialect, column) {
        batch(sql, true, |sql| {
            sql.push(" AND ").push(BATCH_NAME);
            like(sql, part);
        });
    } else if column == Column::Title && sql.dialect == Dialect::Sqlite {
        // LIKE knows the case of ASCII letters only; the search text is folded already, and begins with the title.
        sql.push("instr(substr(c.brightrun_search, 1, instr(c.brightrun_search, char(31)) - 1), ");
        sql.bind(part.to_lowercase()).push(") > 0");
    } else {
        sql.push(columns::value(sql.dialect, column));
        like(sql, part);
    }
}

/// What holds this part, for LIKE.
pub fn pattern(part: &str) -> String {
    let mut pattern = String::with_capacity(part.len() + 4);
    pattern.push('%');
    for c in part.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// What holds this part, for GLOB: SQLite's LIKE knows the case of ASCII letters only, a class of GLOB knows any letter.
fn glob(part: &str) -> String {
    let mut pattern = String::from("*");
    for c in part.chars() {
        let mut class = vec![c];
        // A letter that is several in the other case has none here.
        for other in [single(c.to_lowercase()), single(c.to_uppercase())].into_iter().flatten() {
            if !class.contains(&other) {
                class.push(other);
            }
        }
        // `]` may only come first in a class, `^` only later; neither has another case.
        match c {
            '^' => pattern.push('^'),
            _ => pattern.extend(['['].into_iter().chain(class).chain([']'])),
        }
    }
    pattern.push('*');
    pattern
}

fn single(mut chars: impl Iterator<Item = char>) -> Option<char> {
    chars.next().filter(|_| chars.next().is_none())
}

fn like(sql: &mut Sql, part: &str) {
    if sql.dialect == Dialect::Sqlite && !part.is_ascii() {
        sql.push(" GLOB ").bind(glob(part));
        return;
    }
    let word = match sql.dialect {
        Dialect::Sqlite => " LIKE ",
        Dialect::Postgres => " ILIKE ",
    };
    sql.push(word).bind(pattern(part)).push(" ESCAPE '\\'");
}

/// Each word must occur somewhere in title, keys and names.
fn search(sql: &mut Sql, text: &str) {
    let words: Vec<&str> = text.split_whitespace().collect();
    balanced(sql, &words, " AND ", "TRUE", &|sql, word| match sql.dialect {
        Dialect::Sqlite => {
            sql.push("instr(c.brightrun_search, ").bind(word.to_lowercase()).push(") > 0");
        }
        Dialect::Postgres => {
            sql.push(SEARCH_POSTGRES);
            like(sql, word);
        }
    });
}

/// The column lies in other tables: the platform's rows do not name their batch.
fn joined(dialect: Dialect, column: Column) -> bool {
    dialect == Dialect::Postgres && column == Column::Batch
}

/// There is (or is not) a batch for which the rest holds.
fn batch(sql: &mut Sql, there: bool, rest: impl FnOnce(&mut Sql)) {
    sql.push(if there { "" } else { "NOT " }).push(
        "EXISTS (SELECT 1 FROM batch_items i JOIN batch_jobs b ON b.id = i.batch_job_id \
         WHERE i.conversation_id = c.id AND b.user_id = c.user_id",
    );
    rest(sql);
    sql.push(")");
}

/// The user's rows, without `except`, that match.
pub fn push_scope(sql: &mut Sql, user: uuid::Uuid, filter: &Filter, except: &[String]) {
    // In SQLite all rows are the one user's: `+` keeps the planner from thinking that this narrows anything down.
    sql.push(if sql.dialect == Dialect::Sqlite { "+c.user_id = " } else { "c.user_id = " });
    sql.bind(Bind::Key(Some(user)));
    if !except.is_empty() {
        sql.push(" AND NOT c.conversation_id").push_in(except.to_vec());
    }
    sql.push(" AND (");
    push(sql, filter);
    sql.push(")");
}
