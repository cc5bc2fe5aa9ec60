//! What is under way, so that the next start can finish or undo it and say so.

use crate::sql::Tx;
use crate::types::{At, Doc, Key};
use crate::{Db, Result, StoreError};
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

/// An entry as its owner knows it. Work is published only while the entry is still his: whoever took it over has undone the work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Key of the entry.
    pub entry: Uuid,
    /// Which process.
    pub owner: String,
}

fn overtaken() -> StoreError {
    StoreError::conflict("another process has undone this work, because it took too long. Start it again")
}

impl Db {
    /// Notes it before anything is written.
    pub async fn journal_begin(&self, entry: &JournalEntry) -> Result<()> {
        let sql = self
            .sql(
                "INSERT INTO brightrun_journal (id, user_id, kind, what, objects, started, owner, lease_until) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .arg(entry.id)
            .arg(self.user.0)
            .arg(entry.kind.as_str())
            .arg(entry.what.as_str())
            .arg(serde_json::Value::from(entry.objects.clone()))
            .arg(entry.started)
            .arg(entry.owner.as_str())
            .arg(entry.lease_until);
        self.execute(sql).await.map(|_| ())
    }

    /// Extends the lease and names the objects made so far. A conflict: somebody else took it over or ended it.
    pub async fn journal_touch(
        &self,
        hold: &Hold,
        lease_until: DateTime<Utc>,
        objects: &[String],
    ) -> Result<()> {
        let sql = self
            .sql(
                "UPDATE brightrun_journal SET lease_until = $4, objects = $5 \
                 WHERE user_id = $1 AND id = $2 AND owner = $3",
            )
            .arg(self.user.0)
            .arg(hold.entry)
            .arg(hold.owner.as_str())
            .arg(lease_until)
            .arg(serde_json::Value::from(objects.to_vec()));
        match self.execute(sql).await? {
            0 => Err(overtaken()),
            _ => Ok(()),
        }
    }

    /// It is done; nothing happens when it is gone already or somebody else's.
    pub async fn journal_end(&self, hold: &Hold) -> Result<()> {
        self.writable()?;
        let sql = self
            .sql("DELETE FROM brightrun_journal WHERE user_id = $1 AND id = $2 AND owner = $3")
            .arg(self.user.0)
            .arg(hold.entry)
            .arg(hold.owner.as_str());
        self.execute(sql).await.map(|_| ())
    }

    /// Refuses unless the entry is still its owner's, and keeps it so until the transaction ends: who wants to take it over
    /// waits, and then finds what the transaction wrote. The entry itself stays, for the tidying up afterwards.
    pub(crate) async fn hold_in(&self, tx: &mut Tx, hold: &Hold) -> Result<()> {
        let sql = tx
            .sql("UPDATE brightrun_journal SET owner = owner WHERE user_id = $1 AND id = $2 AND owner = $3")
            .arg(self.user.0)
            .arg(hold.entry)
            .arg(hold.owner.as_str());
        match tx.execute(sql).await? {
            0 => Err(overtaken()),
            _ => Ok(()),
        }
    }

    /// Those of the user whose lease has run out, oldest first.
    pub async fn journal_open(&self, now: DateTime<Utc>) -> Result<Vec<JournalEntry>> {
        if !self.additions() {
            return Ok(Vec::new());
        }
        let sql = self
            .sql(
                "SELECT id, kind, what, objects, started, owner, lease_until FROM brightrun_journal \
                 WHERE user_id = $1 AND lease_until < $2 ORDER BY started, id",
            )
            .arg(self.user.0)
            .arg(now);
        let rows: Vec<(Key, String, String, Doc, At, String, At)> = self.fetch(sql).await?;
        Ok(rows
            .into_iter()
            .map(|(id, kind, what, objects, started, owner, lease_until)| JournalEntry {
                id: id.0,
                kind,
                what,
                objects: serde_json::from_value(objects.0).unwrap_or_default(),
                started: started.0,
                owner,
                lease_until: lease_until.0,
            })
            .collect())
    }

    /// Takes an expired one over. False: somebody else did, or it is gone.
    pub async fn journal_claim(
        &self,
        id: Uuid,
        now: DateTime<Utc>,
        owner: &str,
        lease_until: DateTime<Utc>,
    ) -> Result<bool> {
        let sql = self
            .sql(
                "UPDATE brightrun_journal SET owner = $4, lease_until = $5 \
                 WHERE user_id = $1 AND id = $2 AND lease_until < $3",
            )
            .arg(self.user.0)
            .arg(id)
            .arg(now)
            .arg(owner)
            .arg(lease_until);
        Ok(self.execute(sql).await? > 0)
    }
}
