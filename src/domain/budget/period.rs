//! For how long a budget lasts.

use crate::conversation::{UnknownWord, words};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// How a budget's time is counted; the words are the platform's.
    PeriodKind, "budget period" {
        /// From the first of the month, UTC.
        CalendarMonth = "calendar_month",
        /// The last thirty days.
        Rolling30d = "rolling_30d",
    }
}

/// One stretch of time that a budget is for. Days are UTC, as the platform's `billing_period` is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day, inclusive (training-pipeline 7 no. 41).
    pub to: NaiveDate,
    /// Its name in keys: `2026-11`. A rolling one is named by its month too, so that alerts come once a month.
    pub key: String,
}

impl PeriodKind {
    /// The period that an instant lies in.
    pub fn at(self, now: DateTime<Utc>) -> Period {
        let today = now.date_naive();
        let first = today.with_day(1).unwrap_or(today);
        let key = format!("{:04}-{:02}", today.year(), today.month());
        let last = || first.checked_add_months(Months::new(1))?.pred_opt();
        match self {
            Self::CalendarMonth => Period { from: first, to: last().unwrap_or(today), key },
            Self::Rolling30d => {
                Period { from: today.checked_sub_days(Days::new(29)).unwrap_or(today), to: today, key }
            }
        }
    }
}

impl Period {
    /// Whether a day lies in it.
    pub fn holds(&self, day: NaiveDate) -> bool {
        (self.from..=self.to).contains(&day)
    }
}
