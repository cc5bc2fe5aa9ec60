//! Whole days of a bill.

use super::LAG;
use chrono::{DateTime, Days as Count, NaiveDate, NaiveTime, Utc};
use remote::runpod::Span;

/// Days whose bill is whole, both included, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Days {
    pub first: NaiveDate,
    pub last: NaiveDate,
}

/// The first moment of a day.
pub(super) fn begins(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// The day after.
pub(super) fn after(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Count::new(1)).unwrap_or(day)
}

/// When everything of a day is on the bill.
pub(super) fn whole_at(day: NaiveDate) -> DateTime<Utc> {
    begins(after(day)) + LAG
}

/// The last day of which everything is on the bill.
pub(super) fn last_whole(now: DateTime<Utc>) -> NaiveDate {
    let day = (now - LAG).date_naive();
    day.checked_sub_days(Count::new(1)).unwrap_or(day)
}

impl Days {
    /// `None`: there are none.
    pub fn new(first: NaiveDate, last: NaiveDate) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }
    /// Each of them.
    pub fn each(self) -> impl Iterator<Item = NaiveDate> + use<> {
        let last = self.last;
        self.first.iter_days().take_while(move |day| *day <= last)
    }
    /// The same with the day before.
    pub fn and_before(self) -> Self {
        Self { first: self.first.pred_opt().unwrap_or(self.first), ..self }
    }
    /// The time that a bill is asked for.
    pub fn span(self) -> Span {
        Span::Between(begins(self.first), begins(after(self.last)))
    }
}
