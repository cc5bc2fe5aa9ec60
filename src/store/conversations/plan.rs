//! How a page is found. Left to themselves, both databases would walk a million rows for twelve hits, or sort a hundred
//! thousand hits for one page. So the sets of rows (`index`) say first which rows match. Few: these are fetched and sorted.
//! Many: the index that has the order of the list is skimmed for the next of them (Postgres: `held`). Beside the platform's
//! tables there are no sets, and Postgres plans by its statistics.

use super::compile;
use super::page::{Reading, Shape, Stretch};
use super::record::Record;
use crate::index::{self, Rows, numbers};
use crate::sql::{Dialect, Sql, Tx};
use crate::{Db, Result};
use domain::filter::{Column, Filter, Op, Value};
use std::borrow::Cow;

/// As many rows are fetched and sorted in about 5 ms.
pub const FEW: u64 = 2_000;
/// More than these are not sorted where the order of the list has no index.
pub const MANY: u64 = 100_000;
/// As many rows are skimmed in about 10 ms; after that, sorting all that match may be the shorter way.
const FAR: i64 = 50_000;
/// Fetching and sorting a row costs as much as skimming so many.
const APART: u64 = 10;
/// Rows skimmed at once.
const STEP: std::ops::RangeInclusive<u64> = 256..=16_384;

impl Db {
    pub(super) async fn planned_stretch(&self, reading: &Reading<'_>) -> Result<Vec<Record>> {
        if *reading.filter == Filter::All {
            return self.fetch(self.stretch_sql(reading, &Shape::Walk)).await;
        }
        let mut tx = self.snapshot().await?;
        let records = self.stretch_in(&mut tx, reading).await?;
        tx.end().await?;
        Ok(records)
    }

    async fn stretch_in(&self, tx: &mut Tx, reading: &Reading<'_>) -> Result<Vec<Record>> {
        let walk = self.stretch_sql(reading, &Shape::Walk);
        let Some(standing) = index::standing(tx).await? else { return tx.fetch(walk).await };
        let found = self.found(tx, reading.filter, &standing).await?;
        let Some(rows) = &found.rows else { return tx.fetch(walk).await };
        // Rows that wait for the sets are looked at in any case.
        let mut rows = Cow::Borrowed(rows);
        for row in &standing.stale {
            rows.to_mut().insert(*row);
        }
        // What is certain is not asked again.
        let certain = found.exact && standing.stale.is_empty();
        let pick = Reading { filter: if certain { &Filter::All } else { reading.filter }, ..*reading };
        let count = rows.len();
        if count <= FEW {
            return self.among(tx, &pick, rows.iter().collect()).await;
        }
        match (reading.sort.column, self.dialect()) {
            (Column::Batch, Dialect::Postgres) => tx.fetch(walk).await,
            (_, Dialect::Sqlite) => self.skim(tx, reading, &pick, &rows, count).await,
            (_, Dialect::Postgres) => {
                let order = (
                    reading.filter.clone(),
                    reading.sort.column,
                    reading.stretch == Stretch::Valued,
                    standing.round,
                );
                self.held(tx, &pick, &rows, certain.then_some(order)).await
            }
        }
    }

    /// The first of these rows in list order.
    pub(super) async fn among(&self, tx: &mut Tx, pick: &Reading<'_>, rows: Vec<i64>) -> Result<Vec<Record>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        tx.fetch(self.stretch_sql(pick, &Shape::Among(&self.listed(rows)))).await
    }

    /// SQLite: a table with one column, `rid`. Postgres: an array.
    pub(super) fn listed(&self, rows: Vec<i64>) -> Sql {
        let mut list = self.sql("");
        match self.dialect() {
            Dialect::Sqlite => list.push("SELECT value AS rid FROM json_each(").bind(rows).push(")"),
            Dialect::Postgres => list.bind(rows),
        };
        list
    }

    /// Reads row numbers in list order from the index alone, and fetches those that are in the set.
    async fn skim(
        &self,
        tx: &mut Tx,
        reading: &Reading<'_>,
        pick: &Reading<'_>,
        rows: &Rows,
        count: u64,
    ) -> Result<Vec<Record>> {
        let limit = reading.limit as usize;
        let mut records: Vec<Record> = Vec::with_capacity(limit);
        let (mut behind, mut skimmed) = (None, 0);
        // As if they lay evenly, and some to spare.
        let apart = rows.span() / count.max(1) + 1;
        let mut step = (u64::from(reading.limit) * apart * 5 / 4).clamp(*STEP.start(), *STEP.end());
        loop {
            let wanted = i64::try_from(step).unwrap_or(i64::MAX);
            let list = self.stretch_sql(reading, &Shape::Skim(behind, wanted));
            let list = tx.fetch_one::<Option<String>>(list).await?.flatten();
            let list = numbers(&list.unwrap_or_default());
            let hits: Vec<i64> = list.iter().copied().filter(|row| rows.contains(*row)).collect();
            for part in hits.chunks(limit.max(1)) {
                if records.len() < limit {
                    records.append(&mut self.among(tx, pick, part.to_vec()).await?);
                }
            }
            let ended = list.len() < usize::try_from(step).unwrap_or(usize::MAX);
            if records.len() >= limit || ended {
                records.truncate(limit);
                return Ok(records);
            }
            skimmed += wanted;
            if skimmed >= FAR && count * APART < rows.span() {
                return self.among(tx, pick, rows.iter().collect()).await;
            }
            behind = list.last().copied();
            step = (step * 2).min(*STEP.end());
        }
    }

    /// Counts: at once when the columns of words alone, or the sets, know; quickly when few can match.
    pub(super) async fn planned_count(&self, filter: &Filter) -> Result<Option<i64>> {
        if !self.sets() {
            return Ok(None);
        }
        if self.dialect() == Dialect::Sqlite && facet_only(filter) {
            let mut sql = self.sql("SELECT COALESCE(sum(c.n), 0) FROM ");
            push_facets(&mut sql, filter);
            sql.push(" AND c.user_id = ").bind(self.user.0);
            return self.fetch_one(sql).await;
        }
        let mut tx = self.snapshot().await?;
        let counted = self.count_in(&mut tx, filter).await?;
        tx.end().await?;
        Ok(counted)
    }

    async fn count_in(&self, tx: &mut Tx, filter: &Filter) -> Result<Option<i64>> {
        let Some(standing) = index::standing(tx).await? else { return Ok(None) };
        let found = self.found(tx, filter, &standing).await?;
        let Some(rows) = &found.rows else { return Ok(None) };
        if found.exact && standing.stale.is_empty() {
            return Ok(i64::try_from(rows.len()).ok());
        }
        if rows.len() > MANY {
            return Ok(None);
        }
        let list: Vec<i64> =
            rows.iter().chain(standing.stale.iter().copied().filter(|row| !rows.contains(*row))).collect();
        let list = self.listed(list);
        let mut sql = self.sql("SELECT count(*) FROM ");
        match self.dialect() {
            Dialect::Sqlite => sql
                .push("(")
                .append(&list)
                .push(") s CROSS JOIN conversations c ON c.brightrun_row = s.rid WHERE "),
            Dialect::Postgres => {
                sql.push("conversations c WHERE c.row_no = ANY(").append(&list).push(") AND ")
            }
        };
        compile::push_scope(&mut sql, self.user.0, filter, &[]);
        tx.fetch_one(sql).await
    }
}

/// What of the filter the index of a skim can seek by.
pub fn push_seek(sql: &mut Sql, reading: &Reading<'_>) {
    sql.push("TRUE");
    if let Some(part) = lead(reading) {
        sql.push(" AND ");
        compile::push(sql, part);
    }
    for part in parts(reading.filter) {
        let seeks = match part {
            Filter::Compare(column, op, _) => {
                *column == reading.sort.column && !matches!(op, Op::Ne | Op::Contains)
            }
            Filter::OneOf(column, _) => *column == reading.sort.column,
            _ => false,
        };
        if seeks {
            sql.push(" AND (");
            compile::push(sql, part);
            sql.push(")");
        }
    }
}

/// The parts that must all hold.
fn parts(filter: &Filter) -> &[Filter] {
    match filter {
        Filter::And(parts) => parts,
        one => std::slice::from_ref(one),
    }
}

/// A part that leads into one range of one index, in the order of the list: one word, newest first.
pub fn lead<'a>(reading: &Reading<'a>) -> Option<&'a Filter> {
    let leads = |part: &&Filter| {
        let Filter::Compare(column, Op::Eq, value) = part else { return false };
        match value {
            Value::Text(text) => word(*column) && !text.is_empty(),
            Value::Number(_) => *column == Column::Turns,
            Value::Time(_) | Value::Age(_) | Value::Day(_) => false,
        }
    };
    parts(reading.filter).iter().find(|part| reading.sort.column == Column::Created && leads(part))
}

/// The index that has the order of the list. SQLite is told, since it may take to sorting a million rows.
pub fn index(reading: &Reading<'_>) -> String {
    let column = match lead(reading) {
        Some(Filter::Compare(column, ..)) => *column,
        _ => reading.sort.column,
    };
    format!("conversations_{column}")
}

/// The combinations of words that match, under the names that the table of conversations has for them.
fn push_facets(sql: &mut Sql, filter: &Filter) {
    sql.push(
        "(SELECT id, n, user_id, NULLIF(persona_key, '') AS persona_key, NULLIF(emotional_arc_key, '') AS emotional_arc_key, \
         NULLIF(topic_key, '') AS topic_key, tier, status, enrichment_status FROM brightrun_facets) c WHERE (",
    );
    compile::push(sql, filter);
    sql.push(")");
}

/// The columns of `brightrun_facets`.
const fn word(column: Column) -> bool {
    matches!(
        column,
        Column::Persona | Column::Arc | Column::Topic | Column::Tier | Column::Status | Column::Enrichment
    )
}

/// The combinations alone decide.
fn facet_only(filter: &Filter) -> bool {
    match filter {
        Filter::All => true,
        Filter::Compare(column, ..) | Filter::OneOf(column, _) | Filter::Empty(column) => word(*column),
        Filter::Search(_) => false,
        Filter::And(parts) | Filter::Or(parts) => parts.iter().all(facet_only),
        Filter::Not(inner) => facet_only(inner),
    }
}
