//! Values: numbers with sizes, words of a set, instants and ages.

use super::{Age, Day, Field, Filter, Kind, Op, Value, nearest::nearest};
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, Utc};

/// What a written value stands for.
pub(super) enum Read {
    /// One value.
    Value(Value),
    /// A whole day, from its midnight to the next.
    Day(DateTime<Utc>, DateTime<Utc>),
}

/// Why a value does not fit: the sentence and what to write instead.
pub(super) type Unfit = (String, Vec<String>);

impl Kind {
    /// The operators that fit.
    pub const fn ops(self) -> &'static [Op] {
        match self {
            Self::Text => &[Op::Eq, Op::Ne, Op::Contains],
            Self::Word => &[Op::Eq, Op::Ne],
            Self::Number | Self::Time => &[Op::Eq, Op::Ne, Op::Lt, Op::Le, Op::Gt, Op::Ge],
        }
    }

    /// Rows can be without a value.
    pub const fn may_be_empty(self) -> bool {
        !matches!(self, Self::Word)
    }
}

pub(super) fn read<C: Field>(column: C, text: &str, now: DateTime<Utc>) -> Result<Read, Unfit> {
    match column.kind() {
        Kind::Text => Ok(Read::Value(Value::Text(text.to_owned()))),
        Kind::Word => word(column, text).map(Read::Value),
        Kind::Number => number(text).map(|n| Read::Value(Value::Number(n))).ok_or_else(|| {
            let example = column.examples().first().map_or("6", |(example, _)| example);
            (
                format!("`{text}` is no number; write one such as {column} >= {example}"),
                vec![example.to_owned()],
            )
        }),
        Kind::Time => time(text, now).ok_or_else(|| {
            (
                format!("`{text}` is no time; write a day such as 2025-12-01 or an age such as 7d"),
                vec!["7d".to_owned(), "2025-12-01".to_owned()],
            )
        }),
    }
}

fn word<C: Field>(column: C, text: &str) -> Result<Value, Unfit> {
    let words = column.words();
    let wanted = text.to_ascii_lowercase().replace([' ', '-'], "_");
    if let Some(word) = words.iter().find(|word| word.replace('-', "_") == wanted) {
        return Ok(Value::Text((*word).to_owned()));
    }
    let near = nearest(&wanted, words.iter().copied());
    let message = match near.first() {
        Some(best) => format!("`{text}` is no {column}; did you mean `{best}`?"),
        None => format!("`{text}` is no {column}; use one of {}", words.join(", ")),
    };
    let known = if near.is_empty() { words } else { near };
    Err((message, known.into_iter().map(str::to_owned).collect()))
}

fn number(text: &str) -> Option<f64> {
    let split = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(split);
    let factor = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "k" | "kb" => 1e3,
        "m" | "mb" => 1e6,
        "g" | "gb" => 1e9,
        "kib" => 1024.0,
        "mib" => 1_048_576.0,
        "gib" => 1_073_741_824.0,
        _ => return None,
    };
    let number = digits.replace('_', "").parse::<f64>().ok()? * factor;
    number.is_finite().then_some(number)
}

fn time(text: &str, now: DateTime<Utc>) -> Option<Read> {
    match text.to_ascii_lowercase().as_str() {
        "now" => return Some(Read::Value(Value::Age(Age::NOW))),
        "today" => return Some(Read::Value(Value::Day(Day::Today))),
        "yesterday" => return Some(Read::Value(Value::Day(Day::Yesterday))),
        _ => {}
    }
    if let Some(age) = Age::read(text) {
        age.before(now)?;
        return Some(Read::Value(Value::Age(age)));
    }
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return day(date);
    }
    let instant = DateTime::parse_from_rfc3339(text).map(|t| t.with_timezone(&Utc)).ok().or_else(|| {
        ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
            .map(|t| t.and_utc())
    })?;
    Some(Read::Value(Value::Time(instant.trunc_subsecs(6))))
}

fn day(date: NaiveDate) -> Option<Read> {
    let from = midnight(date);
    Some(Read::Day(from, from.checked_add_days(Days::new(1))?))
}

/// Where a day begins.
pub(super) fn midnight(date: NaiveDate) -> DateTime<Utc> {
    date.and_time(NaiveTime::MIN).and_utc()
}

/// A day is compared as a whole: after it is from the next midnight on.
pub(super) fn of_day<C: Field>(column: C, op: Op, from: DateTime<Utc>, to: DateTime<Utc>) -> Filter<C> {
    let side = |op, time| Filter::Compare(column, op, Value::Time(time));
    let within = || Filter::And(vec![side(Op::Ge, from), side(Op::Lt, to)]);
    match op {
        Op::Ge => side(Op::Ge, from),
        Op::Lt => side(Op::Lt, from),
        Op::Gt => side(Op::Ge, to),
        Op::Le => side(Op::Lt, to),
        Op::Ne => Filter::Not(Box::new(within())),
        Op::Eq | Op::Contains => within(),
    }
}

/// The column of this name, whatever its case.
pub(super) fn column<C: Field>(word: &str) -> Option<C> {
    word.to_ascii_lowercase().replace('-', "_").parse().ok()
}
