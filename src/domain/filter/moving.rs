//! Times that move with the clock: they stay as they were written until the rows are asked for, so that a saved view does not freeze.

use super::value::{midnight, of_day};
use super::{Field, Filter, Op, Value};
use chrono::{DateTime, Days, SubsecRound, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// This long before now, as it was written: `7d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Age {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
}

/// What an age is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// `s`
    Second,
    /// `m`
    Minute,
    /// `h`
    Hour,
    /// `d`: 24 hours.
    Day,
    /// `w`
    Week,
    /// `y`: 365 days.
    Year,
}

/// A whole day, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// `today`
    Today,
    /// `yesterday`
    Yesterday,
}

impl Age {
    /// `now`
    pub const NOW: Self = Self { count: 0, unit: Unit::Second };

    /// `12h`; `None` when it is no age.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (count, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
        let unit = match unit.to_ascii_lowercase().as_str() {
            "s" => Unit::Second,
            "m" | "min" => Unit::Minute,
            "h" => Unit::Hour,
            "d" => Unit::Day,
            "w" => Unit::Week,
            "y" => Unit::Year,
            _ => return None,
        };
        Some(Self { count: count.parse().ok()?, unit })
    }

    /// The instant that is meant; `None` before the beginning of the calendar.
    pub(super) fn before(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let seconds = match self.unit {
            Unit::Second => 1,
            Unit::Minute => 60,
            Unit::Hour => 3_600,
            Unit::Day => 86_400,
            Unit::Week => 604_800,
            Unit::Year => 31_536_000,
        };
        let age = TimeDelta::try_seconds(i64::from(self.count) * seconds)?;
        now.trunc_subsecs(6).checked_sub_signed(age)
    }
}

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::NOW {
            return f.write_str("now");
        }
        let unit = match self.unit {
            Unit::Second => "s",
            Unit::Minute => "m",
            Unit::Hour => "h",
            Unit::Day => "d",
            Unit::Week => "w",
            Unit::Year => "y",
        };
        write!(f, "{}{unit}", self.count)
    }
}

impl Day {
    /// The word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Yesterday => "yesterday",
        }
    }

    /// Its midnight and the next.
    fn within(self, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
        let today = midnight(now.date_naive());
        let whole = Days::new(1);
        match self {
            Self::Today => (today, today.checked_add_days(whole).unwrap_or(today)),
            Self::Yesterday => (today.checked_sub_days(whole).unwrap_or(today), today),
        }
    }
}

impl<C: Field> Filter<C> {
    /// The filter with every moving time put in its place on the clock: what the store is asked.
    #[must_use]
    pub fn at(&self, now: DateTime<Utc>) -> Self {
        let all = |parts: &[Self]| parts.iter().map(|part| part.at(now)).collect();
        match self {
            Self::Compare(column, op, Value::Age(age)) => Self::Compare(*column, *op, instant(*age, now)),
            Self::Compare(column, op, Value::Day(day)) => {
                let (from, to) = day.within(now);
                of_day(*column, *op, from, to)
            }
            Self::OneOf(column, values) if values.iter().any(moves) => {
                let each = |value: &Value| Self::Compare(*column, Op::Eq, value.clone()).at(now);
                Self::Or(values.iter().map(each).collect())
            }
            Self::And(parts) => Self::And(all(parts)),
            Self::Or(parts) => Self::Or(all(parts)),
            Self::Not(inner) => Self::Not(Box::new(inner.at(now))),
            Self::All | Self::Compare(..) | Self::OneOf(..) | Self::Empty(_) | Self::Search(_) => {
                self.clone()
            }
        }
    }
}

fn moves(value: &Value) -> bool {
    matches!(value, Value::Age(_) | Value::Day(_))
}

/// An age that reaches behind the calendar is older than everything.
fn instant(age: Age, now: DateTime<Utc>) -> Value {
    Value::Time(age.before(now).unwrap_or(DateTime::UNIX_EPOCH))
}
