//! Keyset pages. A list is read in up to two stretches: rows with a value in the sort column, and rows without, which come
//! last in both directions. Each stretch is one range of one index.

use super::columns::{self, Place};
use super::{compile, plan, record};
use crate::index::Rows;
use crate::sql::{Bind, Dialect, Sql};
use crate::{Db, Result, StoreError};
use domain::conversation::ConversationRow;
use domain::filter::{Column, Direction, Filter, Sort};
use domain::page::{Cursor, From, Page, PageRequest};

/// Rows with a value, or rows without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stretch {
    Valued,
    Bare,
}

/// One stretch to read.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    pub filter: &'a Filter,
    pub except: &'a [String],
    pub sort: Sort,
    pub stretch: Stretch,
    pub beyond: Option<&'a Place>,
    /// Against the order of the list.
    pub backward: bool,
    pub limit: u32,
}

impl Reading<'_> {
    /// The next row is a lesser one.
    pub fn descends(&self) -> bool {
        (self.sort.direction == Direction::Descending) != self.backward
    }
}

/// How a stretch is read.
pub enum Shape<'a> {
    /// In list order, from the place on.
    Walk,
    /// Only the numbers of so many rows, in list order, from the place or behind this row, looking at nothing but the index. SQLite.
    Skim(Option<i64>, i64),
    /// From these rows only: a list as [`plan`] writes it.
    Among(&'a Sql),
    /// In list order, from the place on, those of so many rows that are in the set. Postgres.
    Held(&'a Rows, i64),
    /// The numbers of these rows, all of them, in list order. Postgres.
    Order(&'a Sql),
}

impl Db {
    /// A window of the sorted and filtered list.
    pub async fn conversations_page(&self, request: &PageRequest) -> Result<Page<ConversationRow>> {
        let backward = matches!(request.from, From::End | From::Before(_));
        let place = match &request.from {
            From::Start | From::End => None,
            From::After(cursor) | From::Before(cursor) => Some(read(cursor)?),
        };
        let limit = request.limit.min(100_000);
        let mut rows = self
            .conversations_read(&request.filter, &[], request.sort, place.as_ref(), backward, limit + 1)
            .await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        if backward {
            rows.reverse();
        }
        let beside = place.is_some();
        let rows = rows.into_iter().map(|row| (Place::of(&row, request.sort.column).cursor(), row)).collect();
        Ok(if backward {
            Page { rows, more_before: more, more_after: beside }
        } else {
            Page { rows, more_before: beside, more_after: more }
        })
    }

    /// The next rows from a place, in reading order.
    pub(super) async fn conversations_read(
        &self,
        filter: &Filter,
        except: &[String],
        sort: Sort,
        place: Option<&Place>,
        backward: bool,
        limit: u32,
    ) -> Result<Vec<ConversationRow>> {
        let mut rows = Vec::new();
        for (stretch, beyond) in stretches(self.dialect(), sort, place, backward) {
            let left = limit.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
            if left == 0 {
                break;
            }
            let reading = Reading { filter, except, sort, stretch, beyond, backward, limit: left };
            rows.append(&mut self.conversations_stretch(&reading).await?);
        }
        Ok(rows)
    }

    async fn conversations_stretch(&self, reading: &Reading<'_>) -> Result<Vec<ConversationRow>> {
        let records = if self.sets() {
            self.planned_stretch(reading).await?
        } else {
            self.fetch(self.stretch_sql(reading, &Shape::Walk)).await?
        };
        Ok(records.into_iter().map(Into::into).collect())
    }

    pub(super) fn stretch_sql(&self, reading: &Reading<'_>, shape: &Shape) -> Sql {
        let dialect = self.dialect();
        let keys = keys(self.counting(), reading.sort.column, reading.stretch);
        let row = if dialect == Dialect::Sqlite { "brightrun_row" } else { "id" };
        let mut sql = self.sql("");
        match shape {
            Shape::Skim(..) => {
                sql.push("SELECT group_concat(p.rid, ' ') AS rids FROM (SELECT c.brightrun_row AS rid")
            }
            Shape::Order(_) => {
                sql.push("SELECT string_agg(p.rid::text, ' ') AS rids FROM (SELECT c.row_no AS rid")
            }
            Shape::Walk | Shape::Among(_) | Shape::Held(..) => {
                sql.push("SELECT ").push(&record::select(dialect, self.additions())).push(" FROM (");
                if let Shape::Held(..) = shape {
                    sql.push("SELECT w.rid, w.k FROM (");
                }
                sql.push("SELECT c.").push(row).push(" AS rid, ").push(&keys[0]).push(" AS k")
            }
        };
        if let Shape::Held(..) = shape {
            sql.push(", c.row_no");
        }
        sql.push(" FROM ");
        self.push_source(&mut sql, reading, shape);
        sql.push(" WHERE ");
        if let Some(condition) = condition(self.counting(), reading) {
            sql.push(&condition).push(" AND ");
        }
        if by_joined_batch(dialect, reading) {
            sql.push("b.user_id = ").bind(self.user.0).push(" AND ");
        }
        if let (Dialect::Postgres, Shape::Among(few) | Shape::Order(few)) = (dialect, shape) {
            sql.push("c.row_no = ANY(").append(few).push(") AND ");
        }
        push_beyond(&mut sql, reading, shape, &keys);
        match shape {
            Shape::Skim(..) => plan::push_seek(&mut sql, reading),
            _ => compile::push_scope(&mut sql, self.user.0, reading.filter, reading.except),
        }
        let way = if reading.descends() { " DESC" } else { " ASC" };
        let order =
            |keys: &[String]| keys.iter().map(|key| format!("{key}{way}")).collect::<Vec<_>>().join(", ");
        sql.push(" ORDER BY ");
        if let Some(empty) = empty_key(dialect, reading) {
            sql.push(&empty).push(way).push(", ");
        }
        sql.push(&order(&keys));
        match shape {
            Shape::Skim(_, rows) => {
                sql.push(" LIMIT ").bind(*rows).push(") p");
                return sql;
            }
            Shape::Order(_) => {
                sql.push(") p");
                return sql;
            }
            // Taken from a sorted list with an end, they come in its order.
            Shape::Held(rows, far) => {
                sql.push(" LIMIT ").bind(*far).push(") w WHERE CASE WHEN w.row_no < ");
                sql.bind(i64::try_from(rows.span()).unwrap_or(i64::MAX)).push(" THEN get_bit(");
                sql.bind(Bind::Bytes(rows.bytes())).push(", w.row_no::int) = 1 ELSE FALSE END LIMIT ");
            }
            Shape::Walk | Shape::Among(_) => {
                sql.push(" LIMIT ");
            }
        }
        sql.bind(i64::from(reading.limit));
        sql.push(") p JOIN conversations c ON c.").push(row).push(" = p.rid ORDER BY ");
        let mut outer = keys;
        "p.k".clone_into(&mut outer[0]);
        sql.push(&order(&outer));
        sql
    }

    /// How the number of files of a conversation is known.
    fn counting(&self) -> Counting {
        match self.dialect() {
            Dialect::Sqlite => Counting::Kept(Dialect::Sqlite),
            Dialect::Postgres if self.sets() => Counting::Kept(Dialect::Postgres),
            Dialect::Postgres => Counting::Each,
        }
    }
}

/// Whether a column has the number of files of a conversation, or it is counted as it goes: beside the platform's tables.
#[derive(Clone, Copy)]
enum Counting {
    Kept(Dialect),
    Each,
}

impl Counting {
    const fn dialect(self) -> Dialect {
        match self {
            Self::Kept(dialect) => dialect,
            Self::Each => Dialect::Postgres,
        }
    }
}

/// From the place on, in reading order.
fn push_beyond(sql: &mut Sql, reading: &Reading<'_>, shape: &Shape, keys: &[String]) {
    let way = if reading.descends() { " <" } else { " >" };
    let tuple = keys.join(", ");
    let left = if keys.len() == 1 { tuple.clone() } else { format!("({tuple})") };
    if let Shape::Skim(Some(behind), _) = shape {
        sql.push(&left).push(way).push(" (SELECT ").push(&tuple);
        sql.push(" FROM conversations c WHERE c.brightrun_row = ").bind(*behind).push(") AND ");
        return;
    }
    let Some(place) = reading.beyond else { return };
    if let (true, Some(columns::Key::Text(name))) = (by_joined_batch(sql.dialect, reading), &place.value) {
        // Name, time and key lie in different tables, so no index knows the three; the name alone leads to the batch.
        sql.push(&keys[0]).push(way).push("= ").bind(name.as_str()).push(" AND ");
    }
    sql.push(&left).push(way).push(" (");
    place.push(sql, reading.sort.column, reading.stretch == Stretch::Valued);
    sql.push(") AND ");
}

fn read(cursor: &Cursor) -> Result<Place> {
    Place::read(cursor).ok_or_else(|| {
        StoreError::Other("the place in the list was not understood; go to the first row".to_owned())
    })
}

/// The sort columns. A bare stretch is ordered by what is left, but names the empty column too: so the index is recognised.
fn keys(counting: Counting, column: Column, stretch: Stretch) -> Vec<String> {
    let dialect = counting.dialect();
    let (created, id) = (columns::created(dialect).to_owned(), columns::id(dialect).to_owned());
    match (column, stretch) {
        (Column::Id, _) => vec![id],
        (Column::Created, _) | (_, Stretch::Bare) => vec![created, id],
        (Column::Batch, Stretch::Valued) if dialect == Dialect::Postgres => {
            vec![format!("({}) COLLATE \"C\"", columns::BATCH_NAME), created, id]
        }
        (Column::InFiles, Stretch::Valued) if dialect == Dialect::Postgres => {
            let n = if matches!(counting, Counting::Each) { "j.n" } else { "c.in_files" };
            vec![n.to_owned(), created, id]
        }
        (_, Stretch::Valued) => vec![columns::key(dialect, column), created, id],
    }
}

/// In Postgres the conversations in some file have an index, or are counted, of their own: they are few, so they are a stretch of their own.
const fn counted(dialect: Dialect, column: Column) -> bool {
    matches!((dialect, column), (Dialect::Postgres, Column::InFiles))
}

fn stretches(
    dialect: Dialect,
    sort: Sort,
    place: Option<&Place>,
    backward: bool,
) -> Vec<(Stretch, Option<&Place>)> {
    let zero_first = counted(dialect, sort.column) && sort.direction == Direction::Ascending;
    let mut all = if !columns::nullable(sort.column) && !counted(dialect, sort.column) {
        vec![Stretch::Valued]
    } else if zero_first {
        vec![Stretch::Bare, Stretch::Valued]
    } else {
        vec![Stretch::Valued, Stretch::Bare]
    };
    if backward {
        all.reverse();
    }
    let Some(place) = place else {
        return all.into_iter().map(|stretch| (stretch, None)).collect();
    };
    let bare = match &place.value {
        Some(columns::Key::Int(0)) => counted(dialect, sort.column),
        None => columns::nullable(sort.column),
        Some(_) => false,
    };
    let here = if bare { Stretch::Bare } else { Stretch::Valued };
    all.into_iter()
        .skip_while(|stretch| *stretch != here)
        .map(|stretch| (stretch, (stretch == here).then_some(place)))
        .collect()
}

const BATCHED: &str = "batch_jobs b JOIN batch_items i ON i.batch_job_id = b.id JOIN conversations c ON c.id = i.conversation_id";

/// A conversation is in the list once, under its first batch, should there be two.
const FIRST_ITEM: &str = "b.user_id = c.user_id AND NOT EXISTS (SELECT 1 FROM batch_items o WHERE o.conversation_id = i.conversation_id \
     AND (o.created_at < i.created_at OR (o.created_at = i.created_at AND o.id < i.id)))";

/// Postgres: the order lies in other tables, since the platform's rows do not name their batch.
fn by_joined_batch(dialect: Dialect, reading: &Reading<'_>) -> bool {
    dialect == Dialect::Postgres && reading.sort.column == Column::Batch && reading.stretch == Stretch::Valued
}

/// The empty column of a bare stretch: Postgres takes the index for the order only when its first column is named.
fn empty_key(dialect: Dialect, reading: &Reading<'_>) -> Option<String> {
    let column = reading.sort.column;
    let plain = dialect == Dialect::Postgres && columns::nullable(column) && column != Column::Batch;
    (plain && reading.stretch == Stretch::Bare).then(|| columns::key(dialect, column))
}

impl Db {
    fn push_source(&self, sql: &mut Sql, reading: &Reading<'_>, shape: &Shape) {
        match (sql.dialect, shape) {
            // CROSS JOIN: the candidates lead, whatever index the order would like.
            (Dialect::Sqlite, Shape::Among(few) | Shape::Order(few)) => {
                sql.push("(").append(few).push(") s CROSS JOIN conversations c ON c.brightrun_row = s.rid");
            }
            (Dialect::Postgres, _) if by_joined_batch(Dialect::Postgres, reading) => {
                sql.push(BATCHED);
            }
            (Dialect::Sqlite, _) => {
                sql.push("conversations c INDEXED BY ").push(&plan::index(reading));
            }
            (Dialect::Postgres, _) => self.push_postgres_source(sql, reading),
        }
    }

    fn push_postgres_source(&self, sql: &mut Sql, reading: &Reading<'_>) {
        match (reading.sort.column, reading.stretch) {
            (Column::InFiles, Stretch::Valued) if !self.sets() => sql
                .push(
                    "(SELECT m.conversation_id, count(*) AS n FROM training_file_conversations m \
                     JOIN training_files f ON f.id = m.training_file_id WHERE f.user_id = ",
                )
                .bind(self.user.0)
                .push(" GROUP BY 1) j JOIN conversations c ON c.conversation_id = j.conversation_id::text"),
            _ => sql.push("conversations c"),
        };
    }
}

fn condition(counting: Counting, reading: &Reading<'_>) -> Option<String> {
    let dialect = counting.dialect();
    let column = reading.sort.column;
    match (column, reading.stretch) {
        _ if by_joined_batch(dialect, reading) => Some(FIRST_ITEM.to_owned()),
        (Column::InFiles, stretch) if matches!(counting, Counting::Kept(Dialect::Postgres)) => {
            Some(format!("c.in_files {} 0", if stretch == Stretch::Valued { ">" } else { "=" }))
        }
        // A subquery per row, not a join: the list is walked in order, and nearly all rows are in no file.
        (Column::InFiles, Stretch::Bare) => Some(format!("{} = 0", columns::value(dialect, column))),
        (Column::Batch, Stretch::Bare) if dialect == Dialect::Postgres => Some(
            "NOT EXISTS (SELECT 1 FROM batch_items i JOIN batch_jobs b ON b.id = i.batch_job_id \
             WHERE i.conversation_id = c.id AND b.user_id = c.user_id)"
                .to_owned(),
        ),
        _ if !columns::nullable(column) => None,
        (_, Stretch::Valued) => Some(format!("{} IS NOT NULL", columns::key(dialect, column))),
        (_, Stretch::Bare) => Some(format!("{} IS NULL", columns::key(dialect, column))),
    }
}
