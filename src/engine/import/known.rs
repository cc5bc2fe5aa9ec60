//! Which of the conversations on their way in are there already.

use super::WHAT;
use super::item::Item;
use crate::engine::{from_db, from_files};
use crate::objects::conversation_key;
use crate::{Engine, Result};
use domain::conversation::{ConversationRow, EnrichmentStatus};
use domain::ids::ConversationId;
use std::collections::HashMap;

/// What the store knows of some conversations.
pub(super) struct Known<'a> {
    engine: &'a Engine,
    hashes: HashMap<ConversationId, String>,
    /// The rows that are there.
    pub rows: HashMap<ConversationId, ConversationRow>,
}

impl<'a> Known<'a> {
    /// Asks the store.
    pub async fn of(engine: &'a Engine, ids: &[ConversationId]) -> Result<Self> {
        let db = engine.db();
        let hashes = db.content_hashes(ids).await.map_err(from_db(WHAT))?.into_iter().collect();
        let rows = db.conversations_by_ids(ids).await.map_err(from_db(WHAT))?;
        let rows = rows.into_iter().map(|row| (row.id.clone(), row)).collect();
        Ok(Self { engine, hashes, rows })
    }

    /// The path of the object that holds just what the item holds, as the row names it.
    pub fn object(&self, item: &Item) -> Option<&str> {
        let same = self.hashes.get(&item.id).is_some_and(|hash| *hash == item.hash);
        let row = self.rows.get(&item.id).filter(|_| same)?;
        match item.enrichment {
            EnrichmentStatus::Completed => row.enriched_path.as_deref(),
            _ => row.raw_path.as_deref(),
        }
    }

    /// The item changes nothing: the same is there, or more.
    pub async fn stays(&self, item: &Item) -> Result<bool> {
        let row = self.rows.get(&item.id);
        let same = match (self.hashes.get(&item.id), row) {
            (Some(hash), _) => *hash == item.hash,
            (None, Some(row)) => self.same_object(row, item).await?,
            (None, None) => false,
        };
        Ok(same || row.is_some_and(|row| fuller(row, item)))
    }

    /// A conversation that the platform made has no hash: its object tells.
    async fn same_object(&self, row: &ConversationRow, item: &Item) -> Result<bool> {
        let Some(path) = &row.enriched_path else { return Ok(false) };
        match self.engine.files().get(&conversation_key(path)).await {
            Ok(bytes) => Ok(super::item::hash_stored(&row.id, &bytes).as_ref() == Some(&item.hash)),
            Err(error) if error.is_missing() => Ok(false),
            Err(error) => Err(from_files(WHAT)(error)),
        }
    }
}

/// The row that is there says more than a conversation out of a JSONL, which lacks the user turns.
fn fuller(row: &ConversationRow, item: &Item) -> bool {
    item.partial && row.enrichment == EnrichmentStatus::Completed && row.turns >= item.turns
}
