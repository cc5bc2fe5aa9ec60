//! What is under way, so that the next start can finish or undo it and say so.

use crate::{Db, Result};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One thing under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// Key.
    pub id: Uuid,
    /// Which verb, e.g. `files.create`.
    pub kind: String,
    /// What it is about, for people.
    pub what: String,
    /// Object keys that exist only because of it.
    pub objects: Vec<String>,
    /// Since when.
    pub started: DateTime<Utc>,
    /// Which process.
    pub owner: String,
    /// Until then nobody else touches it.
    pub lease_until: DateTime<Utc>,
}

impl Db {
    /// Notes it before anything is written.
    pub async fn journal_begin(&self, entry: &JournalEntry) -> Result<()> {
        let _ = entry;
        todo!()
    }

    /// Extends the lease and names the objects made so far. A conflict: somebody else took it over.
    pub async fn journal_touch(&self, id: Uuid, lease_until: DateTime<Utc>, objects: &[String]) -> Result<()> {
        let _ = (id, lease_until, objects);
        todo!()
    }

    /// It is done; nothing happens when it is gone already.
    pub async fn journal_end(&self, id: Uuid) -> Result<()> {
        let _ = id;
        todo!()
    }

    /// Those of the user whose lease has run out, oldest first.
    pub async fn journal_open(&self, now: DateTime<Utc>) -> Result<Vec<JournalEntry>> {
        let _ = now;
        todo!()
    }

    /// Takes an expired one over. False: somebody else did, or it is gone.
    pub async fn journal_claim(&self, id: Uuid, now: DateTime<Utc>, owner: &str, lease_until: DateTime<Utc>) -> Result<bool> {
        let _ = (id, now, owner, lease_until);
        todo!()
    }
}
