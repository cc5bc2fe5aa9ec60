//! Which rows of a list, and in which order: the filter language for every list but that of the conversations, which the store filters.

use crate::filters::pointed;
use crate::out::Stop;
use chrono::{DateTime, Utc};
use clap::Args;
use domain::filter::{Field, Row, Sort, matches, order, parse_in};
use engine::Error;

/// Which rows, and in which order.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Narrow {
    /// Only those that match, e.g. 'created > 7d and cost >= 5'; a wrong column tells all of them
    #[arg(long = "where", value_name = "EXPR")]
    expression: Option<String>,
    /// Column, with :desc or :asc  [default: created:desc]
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    sort: Option<String>,
}

impl Narrow {
    /// Those of the rows that are meant, in the order that is meant.
    pub fn apply<R: Row>(&self, rows: Vec<R>, now: DateTime<Utc>) -> Result<Vec<R>, Stop> {
        let mut rows = rows;
        if let Some(text) = &self.expression {
            let filter = parse_in::<R::Field>(text, now).map_err(|error| pointed(text, &error))?.at(now);
            rows.retain(|row| matches(&filter, row));
        }
        if let Some(text) = &self.sort {
            let sort: Sort<R::Field> = text.parse().map_err(|_| {
                let names: Vec<String> = R::Field::all().iter().map(ToString::to_string).collect();
                Error::usage("Cannot read --sort", format!("“{text}” is no column"))
                    .next(format!("Write one of {}, with :asc or :desc", names.join(", ")))
            })?;
            rows.sort_by(|a, b| order(sort, a, b));
        }
        Ok(rows)
    }

    /// What is said where there are no rows: `none` when nothing was left out.
    pub fn nothing(&self, none: &'static str) -> &'static str {
        if self.expression.is_some() { "Nothing matches." } else { none }
    }
}
