//! A filter as text that [`super::parse`] reads back to the same filter.

use super::{Field, Filter, Op, Value, lex::ends_word};
use chrono::{DateTime, SecondsFormat, Timelike, Utc};
use std::fmt::Write;

/// The words that mean something by themselves and so are no bare values.
pub(super) const KEYWORDS: &[&str] =
    &["and", "or", "not", "in", "is", "search", "empty", "null", "contains", "now", "today", "yesterday"];

impl Op {
    /// How it is written.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Eq => "=",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::Contains => "~",
        }
    }
}

/// The filter in its own language. [`Filter::All`] is the empty text.
pub fn print<C: Field>(filter: &Filter<C>) -> String {
    let mut out = String::new();
    if *filter != Filter::All {
        write_filter(&mut out, filter, Around::Nothing);
    }
    out
}

/// A text as a value: in quotes when it is not one bare word.
pub fn quote(text: &str) -> String {
    let bare = !text.is_empty()
        && text.chars().all(|c| (c.is_alphanumeric() || "_-./:@+#%".contains(c)) && !ends_word(c))
        && !KEYWORDS.iter().any(|k| text.eq_ignore_ascii_case(k));
    if bare { text.to_owned() } else { in_quotes(text) }
}

fn in_quotes(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => _ = write!(out, "\\u{{{:x}}}", u32::from(c)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// What stands round a part, and so whether it needs parentheses.
#[derive(Clone, Copy, PartialEq)]
enum Around {
    Nothing,
    And,
    Or,
    Not,
}

fn write_filter<C: Field>(out: &mut String, filter: &Filter<C>, around: Around) {
    match filter {
        Filter::All => out.push_str("()"),
        Filter::Compare(column, op, value) => {
            _ = write!(out, "{column} {} {}", op.sign(), write_value(value, *op));
        }
        Filter::OneOf(column, values) => write_list(out, *column, "in", values),
        Filter::Empty(column) => _ = write!(out, "{column} is empty"),
        Filter::Search(text) => _ = write!(out, "search {}", in_quotes(text)),
        Filter::And(parts) => write_parts(out, parts, " and ", Around::And, around),
        Filter::Or(parts) => write_parts(out, parts, " or ", Around::Or, around),
        Filter::Not(inner) => match &**inner {
            Filter::Empty(column) => _ = write!(out, "{column} is not empty"),
            Filter::OneOf(column, values) => write_list(out, *column, "not in", values),
            other => {
                out.push_str("not ");
                write_filter(out, other, Around::Not);
            }
        },
    }
}

fn write_parts<C: Field>(out: &mut String, parts: &[Filter<C>], joint: &str, kind: Around, around: Around) {
    match parts {
        // No condition holds; one of no conditions does not.
        [] if kind == Around::And => out.push_str("()"),
        [] => out.push_str("not ()"),
        [one] => write_filter(out, one, around),
        _ => {
            let enclosed = match around {
                Around::Nothing => false,
                Around::Or => kind == Around::Or,
                Around::And | Around::Not => true,
            };
            out.push_str(if enclosed { "(" } else { "" });
            for (i, part) in parts.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { joint });
                write_filter(out, part, kind);
            }
            out.push_str(if enclosed { ")" } else { "" });
        }
    }
}

fn write_list<C: Field>(out: &mut String, column: C, how: &str, values: &[Value]) {
    let values: Vec<String> = values.iter().map(|v| write_value(v, Op::Eq)).collect();
    _ = write!(out, "{column} {how} ({})", values.join(", "));
}

fn write_value(value: &Value, op: Op) -> String {
    match value {
        Value::Text(text) => quote(text),
        Value::Number(number) => number.to_string(),
        Value::Time(time) => write_time(*time, op),
        Value::Age(age) => age.to_string(),
        Value::Day(day) => day.word().to_owned(),
    }
}

/// A day when the comparison begins or ends at its midnight, else the whole instant: a day elsewhere means all of it.
fn write_time(time: DateTime<Utc>, op: Op) -> String {
    if matches!(op, Op::Ge | Op::Lt) && time.num_seconds_from_midnight() == 0 && time.nanosecond() == 0 {
        time.format("%Y-%m-%d").to_string()
    } else {
        let places =
            if time.timestamp_subsec_micros() == 0 { SecondsFormat::Secs } else { SecondsFormat::Micros };
        time.to_rfc3339_opts(places, true)
    }
}
