//! Which rows match a filter, from the sets alone.

use super::rows::Rows;
use super::terms::{self, kind};
use crate::conversations::{columns, compile};
use crate::sql::{Bind, Dialect, Sql, Tx};
use crate::{Db, Result};
use domain::conversation::{ConversationRow, EnrichmentStatus, ReviewStatus, Tier};
use domain::filter::{Column, Filter, Op, Value, matches};
use domain::ids::ConversationId;
use domain::scaffolding::Scaffolding;
use futures::FutureExt;
use futures::future::BoxFuture;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// Rows among which all matches are.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// None: any row.
    pub rows: Option<Rows>,
    /// These rows are the matches.
    pub exact: bool,
}

/// Longer lists of row numbers from an ordinary index are no help.
const LISTED: i64 = 3_000;
/// Keys that hold a part of a key, and rows of a batch.
const HELD: i64 = 20_000;
/// More words than these are not put together.
const WORDS: usize = 4_000;

impl Found {
    const ALL: Self = Self { rows: None, exact: true };
    const UNKNOWN: Self = Self { rows: None, exact: false };

    const fn exactly(rows: Rows) -> Self {
        Self { rows: Some(rows), exact: true }
    }

    fn and(&mut self, other: Self) {
        self.exact &= other.exact;
        match (&mut self.rows, other.rows) {
            (Some(rows), Some(more)) => rows.intersect(&more),
            (rows @ None, more) => *rows = more,
            (Some(_), None) => {}
        }
    }

    fn or(&mut self, other: Self) {
        match (&mut self.rows, other.rows) {
            (Some(rows), Some(more)) => {
                rows.unite(&more);
                self.exact &= other.exact;
            }
            (None, None) => self.exact |= other.exact,
            (Some(_), None) => *self = Self { rows: None, exact: other.exact },
            (None, Some(_)) => {}
        }
    }
}

/// The state of the sets.
pub struct Standing {
    pub round: i64,
    /// Rows that have changed since.
    pub stale: Vec<i64>,
}

/// More rows than this may not be waiting.
const STALE: i64 = 2_000;

/// What the sets know; none when too much has changed since.
pub async fn standing(tx: &mut Tx) -> Result<Option<Standing>> {
    let sql = tx.sql(match tx.dialect() {
        Dialect::Sqlite => {
            "SELECT (SELECT n FROM brightrun_rounds) AS round, \
             (SELECT group_concat(x.row, ' ') FROM (SELECT row FROM brightrun_changes LIMIT $1) x) AS stale"
        }
        Dialect::Postgres => {
            "SELECT (SELECT n FROM brightrun_rounds) AS round, \
             (SELECT string_agg(x.row::text, ' ') FROM (SELECT c.row FROM brightrun_changes c LIMIT $1) x) AS stale"
        }
    });
    let found: Vec<(i64, Option<String>)> = tx.fetch(sql.arg(STALE + 1)).await?;
    let Some((round, stale)) = found.into_iter().next() else { return Ok(None) };
    let mut stale = numbers(&stale.unwrap_or_default());
    let few = stale.len() <= usize::try_from(STALE).unwrap_or(0);
    // In Postgres a row has an entry for each of its changes.
    stale.sort_unstable();
    stale.dedup();
    Ok(few.then_some(Standing { round, stale }))
}

impl Db {
    /// The rows that match, as far as the sets know.
    pub(crate) async fn found(
        &self,
        tx: &mut Tx,
        filter: &Filter,
        standing: &Standing,
    ) -> Result<Arc<Found>> {
        if let Some(found) = self.lately().get(filter, standing.round) {
            return Ok(found);
        }
        let mut look = Look { tx, user: self.user.0 };
        let mut found = look.look(filter).await?;
        if self.dialect() == Dialect::Postgres {
            found.and(look.mine().await?);
        }
        let found = Arc::new(found);
        if lasting(filter) {
            self.lately().put(filter, standing.round, found.clone());
        }
        Ok(found)
    }
}

/// Looks in the sets.
struct Look<'t> {
    tx: &'t mut Tx,
    user: Uuid,
}

impl Look<'_> {
    fn sql(&self, text: &str) -> Sql {
        self.tx.sql(text)
    }

    fn postgres(&self) -> bool {
        self.tx.dialect() == Dialect::Postgres
    }

    /// Only Postgres keeps the rows of several users.
    async fn mine(&mut self) -> Result<Found> {
        let sql = self.sql("SELECT id FROM brightrun_terms WHERE kind = $1 AND md5(value) = md5($2)");
        let ids = self.tx.fetch(sql.arg(kind::OWNER).arg(self.user.to_string())).await?;
        Ok(Found::exactly(self.united(ids.into_iter().map(|(id,)| id).collect()).await?))
    }

    fn look<'a>(&'a mut self, filter: &'a Filter) -> BoxFuture<'a, Result<Found>> {
        async move {
            match filter {
                Filter::All => Ok(Found::ALL),
                Filter::And(parts) => {
                    let mut all = Found::ALL;
                    for part in parts {
                        all.and(self.look(part).await?);
                    }
                    Ok(all)
                }
                Filter::Or(parts) => {
                    let mut any = Found::exactly(Rows::default());
                    for part in parts {
                        any.or(self.look(part).await?);
                    }
                    Ok(any)
                }
                Filter::Not(inner) => self.opposite(inner).await,
                Filter::Search(text) => self.by_search(text).await,
                Filter::Compare(column, ..) | Filter::OneOf(column, _) | Filter::Empty(column) => {
                    match terms::of_column(*column) {
                        Some(kind) => self.by_value(kind, *column, filter).await,
                        None => self.by_index(*column, filter).await,
                    }
                }
            }
        }
        .boxed()
    }

    async fn opposite(&mut self, inner: &Filter) -> Result<Found> {
        let inner = self.look(inner).await?;
        if !inner.exact {
            return Ok(Found::UNKNOWN);
        }
        let Some(less) = inner.rows else { return Ok(Found::exactly(Rows::default())) };
        let all = self.values(kind::ALL).await?.into_iter().map(|(id, _)| id).collect();
        let mut rows = self.united(all).await?;
        rows.subtract(&less);
        Ok(Found::exactly(rows))
    }

    async fn by_value(&mut self, kind: &'static str, column: Column, part: &Filter) -> Result<Found> {
        let wanted = |value: &str| matches(&probed(part), &probe(column, value));
        let mut chosen: Vec<i64> = Vec::new();
        let mut whole: Vec<i64> = Vec::new();
        if column == Column::Quality {
            // Ten values at once, where all ten are wanted.
            for (id, value) in self.values(kind::WHOLE).await? {
                let Ok(floor) = value.parse::<i64>() else { continue };
                if (0..10).all(|tenth| wanted(&format!("{floor}.{tenth}"))) {
                    chosen.push(id);
                    whole.push(floor);
                }
            }
        }
        for (id, value) in self.values(kind).await? {
            let covered = value.split_once('.').and_then(|(floor, _)| floor.parse().ok());
            if covered.is_none_or(|floor| !whole.contains(&floor)) && wanted(&value) {
                chosen.push(id);
            }
        }
        Ok(Found::exactly(self.united(chosen).await?))
    }

    async fn values(&mut self, kind: &'static str) -> Result<Vec<(i64, String)>> {
        let sql = self.sql("SELECT id, value FROM brightrun_terms WHERE kind = $1").arg(kind);
        self.tx.fetch(sql).await
    }

    /// The rows of any of these terms.
    async fn united(&mut self, terms: Vec<i64>) -> Result<Rows> {
        let mut rows = Rows::default();
        if terms.is_empty() {
            return Ok(rows);
        }
        let sql = self.sql(if self.postgres() {
            "SELECT b.place & 16777215 AS piece, b.bits FROM unnest($1) j (value) JOIN brightrun_bits b \
             ON b.place BETWEEN (j.value << 24) AND (j.value << 24) + 16777215"
        } else {
            "SELECT b.place & 16777215 AS piece, b.bits FROM json_each($1) j CROSS JOIN brightrun_bits b \
             ON b.place BETWEEN (j.value << 24) AND (j.value << 24) + 16777215"
        });
        let pieces: Vec<(i64, Vec<u8>)> = self.tx.fetch(sql.arg(terms)).await?;
        for (piece, bits) in &pieces {
            rows.unite_piece(*piece, bits);
        }
        Ok(rows)
    }

    async fn by_search(&mut self, text: &str) -> Result<Found> {
        let mut all = Found::ALL;
        for word in text.split_whitespace() {
            let mut any = self.by_word(&terms::fold(word)).await?;
            any.or(self.by_key(&terms::fold(word)).await?);
            all.and(any);
        }
        Ok(all)
    }

    /// Rows with a word that has this one in it.
    async fn by_word(&mut self, part: &str) -> Result<Found> {
        let sql = if self.postgres() {
            let sql =
                self.sql("SELECT id FROM brightrun_terms WHERE kind = 'word' AND value LIKE $1 ESCAPE '\\'");
            sql.arg(compile::pattern(part))
        } else if let Some(groups) = terms::groups(part) {
            let sql = self.sql(
                "SELECT t.id FROM brightrun_words m CROSS JOIN brightrun_terms t ON t.id = m.rowid \
                 WHERE m.brightrun_words MATCH $1 AND instr(t.value, $2) > 0",
            );
            sql.arg(groups).arg(part)
        } else {
            let sql = self.sql("SELECT id FROM brightrun_terms WHERE kind = $1 AND instr(value, $2) > 0");
            sql.arg(kind::WORD).arg(part)
        };
        let ids: Vec<(i64,)> = self.tx.fetch(sql).await?;
        if ids.len() > WORDS {
            return Ok(Found::UNKNOWN);
        }
        Ok(Found::exactly(self.united(ids.into_iter().map(|(id,)| id).collect()).await?))
    }

    /// Rows whose key has this in it.
    async fn by_key(&mut self, part: &str) -> Result<Found> {
        if self.postgres() {
            return self.by_key_in_postgres(part).await;
        }
        let Some(groups) = terms::groups(part) else {
            let sql = self.sql("SELECT id FROM brightrun_terms WHERE kind = $1 AND value = $2");
            let some = self.tx.fetch_one::<i64>(sql.arg(kind::LETTERS).arg(part)).await?;
            return Ok(if some.is_some() { Found::UNKNOWN } else { Found::exactly(Rows::default()) });
        };
        let mut sql =
            Sql::new(Dialect::Sqlite, "SELECT rowid AS rid FROM brightrun_keys WHERE brightrun_keys MATCH ");
        sql.bind(groups);
        let Some(rows) = self.listed(&sql, HELD).await? else { return Ok(Found::UNKNOWN) };
        // Several groups may lie apart in the key.
        let exact = part.chars().count() == 3 || rows.len() == 0;
        Ok(Found { rows: Some(rows), exact })
    }

    /// Most words have letters side by side that no key has. The others are looked up in the keys, where three letters or
    /// digits together make that quick.
    async fn by_key_in_postgres(&mut self, part: &str) -> Result<Found> {
        let letters: BTreeSet<String> = terms::letters(part).map(|(_, letters)| letters).collect();
        let wanted = i64::try_from(letters.len()).unwrap_or(i64::MAX);
        let sql = self.sql("SELECT count(*) FROM brightrun_terms WHERE kind = 'letters' AND md5(value) IN (SELECT md5(x) FROM unnest($1) x)");
        let letters = Bind::Texts(letters.into_iter().collect());
        if self.tx.fetch_one::<i64>(sql.arg(letters)).await?.unwrap_or(0) < wanted {
            return Ok(Found::exactly(Rows::default()));
        }
        let quick = part.split(|c: char| !c.is_ascii_alphanumeric()).any(|run| run.len() >= 3);
        if !quick {
            return Ok(Found::UNKNOWN);
        }
        let mut sql = self.sql("SELECT c.row_no AS rid FROM conversations c WHERE c.conversation_id ILIKE ");
        sql.bind(compile::pattern(part)).push(" ESCAPE '\\'");
        Ok(self.listed(&sql, HELD).await?.map_or(Found::UNKNOWN, Found::exactly))
    }

    /// The rows themselves; none when there are more than `limit`.
    async fn listed(&mut self, rows: &Sql, limit: i64) -> Result<Option<Rows>> {
        let list = if self.postgres() { "string_agg(rid::text, ' ')" } else { "group_concat(rid, ' ')" };
        let mut sql = self.sql("SELECT ");
        sql.push(list).push(" AS rids FROM (").append(rows).push(" LIMIT ").bind(limit + 1).push(") l");
        let list = numbers(&self.tx.fetch_one::<Option<String>>(sql).await?.flatten().unwrap_or_default());
        let few = list.len() <= usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(few.then(|| list.into_iter().collect()))
    }

    /// Columns that are not filed by value: an index has their order.
    async fn by_index(&mut self, column: Column, part: &Filter) -> Result<Found> {
        if let Filter::Compare(Column::Title, Op::Contains, Value::Text(text)) = part {
            let mut found = self.by_search(text).await?;
            found.exact = text.is_empty();
            return Ok(found);
        }
        if self.postgres() {
            // The planner knows these indexes, and uses them better within the page's own statement.
            return Ok(Found::UNKNOWN);
        }
        let mut sql = self.sql("SELECT c.brightrun_row AS rid FROM ");
        let seeks = match part {
            Filter::Compare(_, op, _) => !matches!(op, Op::Ne | Op::Contains),
            // Every row of a column that is never empty, or none.
            Filter::Empty(_) => columns::nullable(column),
            _ => true,
        };
        if !seeks {
            return Ok(Found::UNKNOWN);
        }
        sql.push("conversations c WHERE ");
        compile::push(&mut sql, part);
        // A batch is asked for by its name, and all of it.
        let limit = if column == Column::Batch { HELD } else { LISTED };
        Ok(self.listed(&sql, limit).await?.map_or(Found::UNKNOWN, Found::exactly))
    }
}

/// What was found holds until the sets change: batches and the columns that are not filed are looked up each time.
fn lasting(filter: &Filter) -> bool {
    match filter {
        Filter::All | Filter::Search(_) => true,
        Filter::Compare(column, ..) | Filter::OneOf(column, _) | Filter::Empty(column) => {
            terms::of_column(*column).is_some()
        }
        Filter::And(parts) | Filter::Or(parts) => parts.iter().all(lasting),
        Filter::Not(inner) => lasting(inner),
    }
}

/// The same question about the column of [`probe`].
fn probed(part: &Filter) -> Filter {
    let of = |column: Column| match column {
        Column::Turns | Column::Quality | Column::InFiles => Column::Quality,
        _ => Column::Persona,
    };
    match part {
        Filter::Compare(column, op, value) => Filter::Compare(of(*column), *op, value.clone()),
        Filter::OneOf(column, values) => Filter::OneOf(of(*column), values.clone()),
        Filter::Empty(column) => Filter::Empty(of(*column)),
        other => other.clone(),
    }
}

/// A row with one value: so `domain::filter::matches` says which values are meant.
fn probe(column: Column, value: &str) -> ConversationRow {
    let number = matches!(column, Column::Turns | Column::Quality | Column::InFiles);
    ConversationRow {
        id: ConversationId::new(String::new()),
        title: String::new(),
        scaffolding: Scaffolding {
            persona_key: if number { String::new() } else { value.to_owned() },
            ..Scaffolding::default()
        },
        tier: Tier::Template,
        batch: None,
        status: ReviewStatus::Draft,
        enrichment: EnrichmentStatus::NotStarted,
        turns: 0,
        quality: if number { value.parse().ok() } else { None },
        size: None,
        created: chrono::DateTime::UNIX_EPOCH,
        in_files: 0,
        truncated: None,
        enriched_path: None,
        raw_path: None,
    }
}

/// Row numbers as `group_concat` writes them.
pub fn numbers(text: &str) -> Vec<i64> {
    text.split(' ').filter_map(|number| number.parse().ok()).collect()
}
