//! Who follows a run. Whoever writes names the turn that he took: one whose lease ran out while he slept writes nothing.

use crate::sql::{Bind, Tx};
use crate::types::Doc;
use crate::{Db, Result, StoreError};
use chrono::{DateTime, Utc};
use domain::ids::JobId;
use domain::job::Wish;

/// A lease that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunHold {
    /// Of which run.
    pub run: JobId,
    /// By which process.
    pub owner: String,
    /// The how-manieth time that it changed hands.
    pub turn: i64,
}

pub(super) fn overtaken() -> StoreError {
    StoreError::conflict(
        "another process follows this run now, because this one was not heard of for too long",
    )
}

impl Db {
    /// Takes the lease of a run when it is free, has run out, or is held by a process that is known to be `dead`.
    /// `None`: somebody holds it, perhaps another task of the same process, or there is no such run.
    pub async fn claim_run(
        &self,
        id: JobId,
        me: &str,
        dead: Option<&str>,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<RunHold>> {
        self.writable()?;
        let mut tx = self.begin().await?;
        let sql = tx
            .sql(
                "UPDATE brightrun_runs SET lease_owner = $3, lease_until = $6, lease_turn = lease_turn + 1 \
                 WHERE user_id = $1 AND job_id = $2 \
                 AND (lease_owner IS NULL OR lease_owner = $4 OR lease_until < $5) RETURNING lease_turn",
            )
            .arg(self.user.0)
            .arg(id.0)
            .arg(me)
            .arg(dead.map(str::to_owned))
            .arg(now)
            .arg(until);
        let Some(turn) = tx.fetch_one::<i64>(sql).await? else { return Ok(None) };
        tx.end().await?;
        Ok(Some(RunHold { run: id, owner: me.to_owned(), turn }))
    }

    /// The processes that hold a lease of a run, of every user, which has not run out.
    pub async fn run_owners(&self, now: DateTime<Utc>) -> Result<Vec<String>> {
        self.writable()?;
        let sql = self
            .sql("SELECT DISTINCT lease_owner FROM brightrun_runs WHERE lease_owner IS NOT NULL AND lease_until >= $1")
            .arg(now);
        Ok(self.fetch::<(String,)>(sql).await?.into_iter().map(|(owner,)| owner).collect())
    }

    /// Holds it for longer, and reads what somebody wishes of it. A conflict: it is somebody else's.
    pub async fn renew_run(&self, hold: &RunHold, until: DateTime<Utc>) -> Result<Option<Wish>> {
        self.writable()?;
        let mut tx = self.begin().await?;
        let wish = self.hold_run(&mut tx, hold, Some(until)).await?;
        tx.end().await?;
        Ok(wish)
    }

    /// Gives it back; nothing happens when it is somebody else's by now.
    pub async fn release_run(&self, hold: &RunHold) -> Result<()> {
        let sql = self
            .sql(
                "UPDATE brightrun_runs SET lease_owner = NULL, lease_until = NULL \
                 WHERE user_id = $1 AND job_id = $2 AND lease_owner = $3 AND lease_turn = $4",
            )
            .arg(self.user.0)
            .arg(hold.run.0)
            .arg(hold.owner.as_str())
            .arg(hold.turn);
        self.execute(sql).await.map(|_| ())
    }

    /// Leaves a wish for whoever follows the run.
    pub async fn wish_run(&self, id: JobId, wish: &Wish) -> Result<()> {
        let doc = serde_json::to_value(wish).map_err(|error| StoreError::Other(error.to_string()))?;
        let sql = self
            .sql("UPDATE brightrun_runs SET wish = $3 WHERE user_id = $1 AND job_id = $2")
            .arg(self.user.0)
            .arg(id.0)
            .arg(doc);
        match self.execute(sql).await? {
            0 => Err(StoreError::NotFound { what: format!("run {id}") }),
            _ => Ok(()),
        }
    }

    /// Refuses unless the lease is still his, and keeps it so until the transaction ends. What somebody wishes of the run.
    pub(crate) async fn hold_run(
        &self,
        tx: &mut Tx,
        hold: &RunHold,
        until: Option<DateTime<Utc>>,
    ) -> Result<Option<Wish>> {
        let mut sql = tx.sql("UPDATE brightrun_runs SET lease_until = COALESCE(");
        sql.bind(Bind::At(until)).push(", lease_until) WHERE user_id = ").bind(self.user.0);
        sql.push(" AND job_id = ").bind(hold.run.0);
        sql.push(" AND lease_owner = ").bind(hold.owner.as_str()).push(" AND lease_turn = ").bind(hold.turn);
        sql.push(" RETURNING wish");
        let found = tx.fetch::<(Option<Doc>,)>(sql).await?.into_iter().next();
        let (wish,) = found.ok_or_else(overtaken)?;
        Ok(wish.and_then(|doc| serde_json::from_value(doc.0).ok()))
    }
}
