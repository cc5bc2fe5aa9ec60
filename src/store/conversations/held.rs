//! Many rows of a set, in list order, in Postgres: the index that has the order is walked for a while, and the server looks
//! in the set by itself. Where the matches lie at the other end of the list (titles begin with a name, so all rows of one
//! persona lie together), their order is read once, and remembered for the next pages.

use super::page::{Reading, Shape};
use super::plan::MANY;
use super::record::Record;
use crate::index::{Order, Rows, numbers};
use crate::sql::Tx;
use crate::{Db, Result};
use std::sync::Arc;

/// As many rows are walked in about 15 ms.
const FAR: u64 = 20_000;

impl Db {
    /// `order`: what the set is remembered by, if it is exactly what matches.
    pub(super) async fn held(
        &self,
        tx: &mut Tx,
        pick: &Reading<'_>,
        rows: &Rows,
        order: Option<Order>,
    ) -> Result<Vec<Record>> {
        if let Some(list) = order.as_ref().and_then(|order| self.lately().order(order))
            && let Some(records) = self.from_order(tx, pick, &list).await?
        {
            return Ok(records);
        }
        // As if they lay evenly, and plenty to spare.
        let apart = rows.span() / rows.len().max(1) + 1;
        let far = i64::try_from((u64::from(pick.limit) * apart * 4).min(FAR)).unwrap_or(i64::MAX);
        let records: Vec<Record> = tx.fetch(self.stretch_sql(pick, &Shape::Held(rows, far))).await?;
        if records.len() >= pick.limit as usize {
            return Ok(records);
        }
        if rows.len() > MANY {
            return tx.fetch(self.stretch_sql(pick, &Shape::Held(rows, i64::MAX))).await;
        }
        let Some(order) = order else { return self.among(tx, pick, rows.iter().collect()).await };
        let whole = Reading { beyond: None, backward: false, ..*pick };
        let sql = self.stretch_sql(&whole, &Shape::Order(&self.listed(rows.iter().collect())));
        let mut list = numbers(&tx.fetch_one::<Option<String>>(sql).await?.flatten().unwrap_or_default());
        if whole.descends() {
            list.reverse();
        }
        let list = Arc::new(list);
        self.lately().put_order(order, list.clone());
        match self.from_order(tx, pick, &list).await? {
            Some(records) => Ok(records),
            None => self.among(tx, pick, rows.iter().collect()).await,
        }
    }

    /// The next of a list that is in ascending order; none when the place is not in it any more.
    async fn from_order(&self, tx: &mut Tx, pick: &Reading<'_>, list: &[i64]) -> Result<Option<Vec<Record>>> {
        let (from, to) = match pick.beyond {
            None => (0, list.len()),
            Some(place) => {
                let sql = tx
                    .sql("SELECT row_no FROM conversations WHERE conversation_id = $1")
                    .arg(place.id.as_str());
                let row = tx.fetch_one::<i64>(sql).await?;
                let Some(at) = list.iter().position(|known| Some(*known) == row) else { return Ok(None) };
                if pick.descends() { (0, at) } else { (at + 1, list.len()) }
            }
        };
        let limit = pick.limit as usize;
        let part = &list[from..to];
        let part = if pick.descends() {
            &part[part.len().saturating_sub(limit)..]
        } else {
            &part[..part.len().min(limit)]
        };
        self.among(tx, pick, part.to_vec()).await.map(Some)
    }
}
