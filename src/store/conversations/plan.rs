//! How SQLite finds a page. Postgres plans by its statistics; SQLite would walk a million rows for twelve hits, or sort
//! a hundred thousand hits for one page. So: first the next few thousand rows in list order. When they do not fill the
//! page, matches are rare here, and the rows come from whichever index names the fewest candidates.

use super::compile;
use super::page::{Reading, Shape};
use super::record::Record;
use crate::sql::{Dialect, Sql};
use crate::{Db, Result};
use domain::filter::{Column, Filter, Op, Value};

/// Rows looked at in list order before anything else: about 3 ms.
const WINDOW: i64 = 3_000;
/// Below this many rows a walk to the end is fast enough.
const SMALL: i64 = 10_000;
/// More candidates than this are no help.
const MANY: i64 = 20_000;

/// Fetching a candidate from anywhere in the table costs as much as walking over so many rows.
const APART: i64 = 3;

/// A set of rows that holds all matches, and how many there are.
struct Candidates {
    rows: Sql,
    count: i64,
}

impl Db {
    pub(super) async fn sqlite_stretch(&self, reading: &Reading<'_>) -> Result<Vec<Record>> {
        let walk = || self.fetch(self.stretch_sql(reading, &Shape::Walk));
        if *reading.filter == Filter::All
            || reading.sort.column == Column::Batch
            || self.highest_row().await? <= SMALL
        {
            return walk().await;
        }
        let Some(edge) = self.window_edge(reading).await? else { return walk().await };
        let near: Vec<Record> = self.fetch(self.stretch_sql(reading, &Shape::Until(&edge))).await?;
        let missing = reading.limit as usize - near.len();
        if missing == 0 {
            return Ok(near);
        }
        // As dense as in the window, so many rows would have to be walked over.
        let found = i64::try_from(near.len()).unwrap_or(i64::MAX);
        let ahead = i64::try_from(missing).unwrap_or(i64::MAX).saturating_mul(WINDOW) / found.max(1);
        let worth = if found == 0 { MANY } else { MANY.min((WINDOW + ahead) / APART + 1) };
        match self.fewest(reading.filter, worth).await? {
            Some(few) => self.fetch(self.stretch_sql(reading, &Shape::Among(&few.rows))).await,
            None => walk().await,
        }
    }

    async fn highest_row(&self) -> Result<i64> {
        let sql = self.sql("SELECT max(brightrun_row) FROM conversations");
        Ok(self.fetch_one::<Option<i64>>(sql).await?.flatten().unwrap_or(0))
    }

    /// The row at which the window ends; none when the list ends before.
    async fn window_edge(&self, reading: &Reading<'_>) -> Result<Option<i64>> {
        let window = Reading { except: &[], limit: 1, ..*reading };
        self.fetch_one(self.stretch_sql(&window, &Shape::Edge(WINDOW))).await
    }

    /// Of the parts that must all hold, the one with the fewest rows, should it have fewer than `limit`.
    async fn fewest(&self, filter: &Filter, limit: i64) -> Result<Option<Candidates>> {
        let (facets, rest): (Vec<&Filter>, Vec<&Filter>) =
            parts(filter).iter().partition(|part| facet_only(part));
        let mut best: Option<Candidates> = None;
        if !facets.is_empty() {
            let all = Filter::And(facets.into_iter().cloned().collect());
            best = Some(self.by_facets(&all).await?).filter(|few| few.count < limit);
        }
        for part in rest {
            let limit = best.as_ref().map_or(limit, |few| few.count);
            if limit <= WINDOW / APART && best.is_some() {
                break;
            }
            let Some(rows) = candidates(part) else { continue };
            best = self.by_index(&rows, limit).await?.or(best);
        }
        Ok(best)
    }

    async fn by_facets(&self, filter: &Filter) -> Result<Candidates> {
        let mut sum = self.sql("SELECT COALESCE(sum(c.n), 0) FROM ");
        push_facets(&mut sum, filter);
        let count = self.fetch_one::<i64>(sum).await?.unwrap_or(0);
        let mut rows = Sql::new(
            Dialect::Sqlite,
            "SELECT s.brightrun_row AS rid FROM conversations s WHERE s.brightrun_facet IN (SELECT c.id FROM ",
        );
        push_facets(&mut rows, filter);
        rows.push(")");
        Ok(Candidates { rows, count })
    }

    /// The rows themselves, read once; none when there are `limit` or more.
    async fn by_index(&self, rows: &Sql, limit: i64) -> Result<Option<Candidates>> {
        let mut sql = self.sql("SELECT rid FROM (");
        sql.append(rows).push(") LIMIT ").bind(limit);
        let ids: Vec<(i64,)> = self.fetch(sql).await?;
        let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
        if count >= limit {
            return Ok(None);
        }
        let list = serde_json::Value::from(ids.into_iter().map(|(id,)| id).collect::<Vec<_>>());
        let mut rows = Sql::new(Dialect::Sqlite, "SELECT value AS rid FROM json_each(");
        rows.bind(list).push(")");
        Ok(Some(Candidates { rows, count }))
    }

    /// Counts in SQLite: at once when only word columns are asked for, quickly when there are few candidates.
    pub(super) async fn sqlite_count(&self, filter: &Filter) -> Result<Option<i64>> {
        if self.dialect() != Dialect::Sqlite {
            return Ok(None);
        }
        if !facet_only(filter) {
            let Some(few) = self.fewest(filter, MANY).await? else { return Ok(None) };
            let mut sql = self.sql("SELECT count(*) FROM (");
            sql.append(&few.rows).push(") s CROSS JOIN conversations c ON c.brightrun_row = s.rid WHERE ");
            compile::push_scope(&mut sql, self.user.0, filter, &[]);
            return self.fetch_one(sql).await;
        }
        let mut sql = self.sql("SELECT COALESCE(sum(c.n), 0) FROM ");
        push_facets(&mut sql, filter);
        sql.push(" AND c.user_id = ").bind(self.user.0);
        self.fetch_one(sql).await
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
            Value::Time(_) => false,
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
    let word = |column: Column| {
        matches!(
            column,
            Column::Persona
                | Column::Arc
                | Column::Topic
                | Column::Tier
                | Column::Status
                | Column::Enrichment
        )
    };
    match filter {
        Filter::All => true,
        Filter::Compare(column, ..) | Filter::OneOf(column, _) | Filter::Empty(column) => word(*column),
        Filter::Search(_) => false,
        Filter::And(parts) | Filter::Or(parts) => parts.iter().all(facet_only),
        Filter::Not(inner) => facet_only(inner),
    }
}

/// Rows among which all matches of this part are, read from one index; none when no index helps.
fn candidates(part: &Filter) -> Option<Sql> {
    let new = |text: &str| Sql::new(Dialect::Sqlite, text);
    match part {
        Filter::Search(text) => {
            let groups = groups(text)?;
            let mut sql = new("SELECT rowid AS rid FROM brightrun_words WHERE brightrun_words MATCH ");
            sql.bind(groups);
            Some(sql)
        }
        Filter::Compare(Column::Title, Op::Contains, Value::Text(text)) => {
            candidates(&Filter::Search(text.clone()))
        }
        Filter::Compare(Column::Batch, Op::Eq, _) | Filter::OneOf(Column::Batch, _) => {
            let mut sql = new(
                "SELECT c.brightrun_row AS rid FROM batch_jobs b CROSS JOIN batch_items i ON i.batch_job_id = b.id \
                 CROSS JOIN conversations c ON c.id = i.conversation_id WHERE ",
            );
            compile::push_batch_names(&mut sql, part)?;
            Some(sql)
        }
        Filter::Compare(
            Column::Turns
            | Column::Quality
            | Column::Size
            | Column::Created
            | Column::InFiles
            | Column::Id
            | Column::Title,
            Op::Eq | Op::Lt | Op::Le | Op::Gt | Op::Ge,
            _,
        )
        | Filter::OneOf(Column::Turns | Column::Id | Column::Title, _)
        | Filter::Empty(Column::Quality | Column::Size) => {
            let mut sql = new("SELECT c.brightrun_row AS rid FROM conversations c WHERE ");
            compile::push(&mut sql, part);
            Some(sql)
        }
        _ => None,
    }
}

/// All groups of three letters of all words, as the index asks for them; none when every word is shorter.
fn groups(text: &str) -> Option<String> {
    let mut groups: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let letters: Vec<char> = word.to_lowercase().chars().collect();
        for group in letters.windows(3) {
            let group = format!("\"{}\"", group.iter().collect::<String>().replace('"', "\"\""));
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
    }
    (!groups.is_empty()).then(|| groups.join(" AND "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_words_have_no_groups() {
        assert_eq!(groups("a 50 %"), None);
    }

    #[test]
    fn quotes_stay_inside_their_group() {
        assert_eq!(groups("x\"Y\"").as_deref(), Some("\"x\"\"y\" AND \"\"\"y\"\"\""));
    }
}
