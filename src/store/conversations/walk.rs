//! All selected rows, one batch after the other.

use super::columns::Place;
use crate::{Db, Result};
use domain::conversation::ConversationRow;
use domain::filter::{Filter, Sort};
use domain::ids::ConversationId;
use domain::selection::Selection;
use std::collections::HashSet;
use std::ops::ControlFlow;

impl Db {
    /// Hands the selected rows over in list order, `batch` at a time, until `f` breaks. Memory does not grow with their
    /// number. Keys that name nothing are passed over.
    pub async fn conversations_walk(
        &self,
        selection: &Selection,
        batch: u32,
        mut f: impl FnMut(Vec<ConversationRow>) -> ControlFlow<()> + Send,
    ) -> Result<()> {
        let batch = batch.max(1);
        match selection {
            Selection::Ids(ids) => self.walk_ids(ids, batch as usize, &mut f).await,
            Selection::Matching { filter, sort, except } => {
                let except = except.iter().map(ConversationId::as_str).collect();
                self.walk_matching(filter, *sort, &except, batch, &mut f).await
            }
        }
    }

    async fn walk_ids(
        &self,
        ids: &[ConversationId],
        batch: usize,
        f: &mut (impl FnMut(Vec<ConversationRow>) -> ControlFlow<()> + Send),
    ) -> Result<()> {
        let mut given: HashSet<ConversationId> = HashSet::new();
        for chunk in ids.chunks(batch) {
            let mut rows = self.conversations_by_ids(chunk).await?;
            rows.retain(|row| given.insert(row.id.clone()));
            if !rows.is_empty() && f(rows).is_break() {
                break;
            }
        }
        Ok(())
    }

    async fn walk_matching(
        &self,
        filter: &Filter,
        sort: Sort,
        except: &HashSet<&str>,
        batch: u32,
        f: &mut (impl FnMut(Vec<ConversationRow>) -> ControlFlow<()> + Send),
    ) -> Result<()> {
        let mut place: Option<Place> = None;
        loop {
            let mut rows = self.conversations_read(filter, &[], sort, place.as_ref(), false, batch).await?;
            let full = rows.len() >= batch as usize;
            place = rows.last().map(|row| Place::of(row, sort.column));
            rows.retain(|row| !except.contains(row.id.as_str()));
            if !rows.is_empty() && f(rows).is_break() {
                return Ok(());
            }
            if !full {
                return Ok(());
            }
        }
    }
}
