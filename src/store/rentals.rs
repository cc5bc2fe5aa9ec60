//! What is rented for runs. Columns say where each stands; the document says the rest.

use crate::types::Doc;
use crate::{Db, Result, RunHold, StoreError};
use chrono::{DateTime, Utc};
use domain::cost::CostRecord;
use domain::ids::JobId;
use domain::lenient::Word;
use domain::rental::{Rental, RentalState};
use uuid::Uuid;

type Row = (Doc, String, Option<String>, i64);
const SELECT: &str = "SELECT body, state, external_id, turn FROM brightrun_rentals WHERE user_id = ";

/// A rental and the number of its last change: whoever changes it names the one that he read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRental {
    /// The rental.
    pub rental: Rental,
    /// Grows with each change.
    pub turn: i64,
}

fn stored((body, state, external_id, turn): Row) -> Option<StoredRental> {
    let mut rental: Rental = serde_json::from_value(body.0).ok()?;
    rental.state = Word::read(&state);
    rental.external_id = external_id;
    Some(StoredRental { rental, turn })
}

fn json(rental: &Rental) -> Result<serde_json::Value> {
    serde_json::to_value(rental).map_err(|error| StoreError::Other(error.to_string()))
}

impl Db {
    /// Writes down what is about to be rented. A conflict: the lease is somebody else's, or something is rented for the run
    /// already; nothing may be rented then.
    pub async fn claim_rental(&self, hold: &RunHold, rental: &Rental) -> Result<StoredRental> {
        self.claim(Some(hold), rental).await
    }

    /// The same for something that no run holds: a base model that is fetched. A conflict: somebody fetches it already.
    pub async fn claim_fetch(&self, rental: &Rental) -> Result<StoredRental> {
        self.claim(None, rental).await
    }

    async fn claim(&self, hold: Option<&RunHold>, rental: &Rental) -> Result<StoredRental> {
        self.writable()?;
        let mut tx = self.begin().await?;
        if let Some(hold) = hold {
            self.hold_run(&mut tx, hold, None).await?;
        }
        let sql = tx
            .sql(
                "INSERT INTO brightrun_rentals (id, user_id, job_id, state, external_id, body) VALUES ($1, $2, $3, $4, $5, $6) \
                 ON CONFLICT DO NOTHING",
            )
            .arg(rental.id)
            .arg(self.user.0)
            .arg(rental.job.0)
            .arg(rental.state.to_string())
            .arg(rental.external_id.clone())
            .arg(json(rental)?);
        if tx.execute(sql).await? == 0 {
            return Err(StoreError::conflict("something is rented for this run already"));
        }
        tx.end().await?;
        Ok(StoredRental { rental: rental.clone(), turn: 0 })
    }

    /// Writes the provider's id down, whoever holds the lease by now: an id that is known must never be lost. `false`: it
    /// was given up meanwhile, or has another id, and what was rented must be ended at once.
    pub async fn found_rental(&self, id: Uuid, external_id: &str) -> Result<bool> {
        self.writable()?;
        let sql = self
            .sql(
                "UPDATE brightrun_rentals SET external_id = $3, state = 'held', turn = turn + 1 \
                 WHERE user_id = $1 AND id = $2 AND (state = 'claimed' OR (state = 'held' AND external_id = $3))",
            )
            .arg(self.user.0)
            .arg(id)
            .arg(external_id);
        Ok(self.execute(sql).await? > 0)
    }

    /// What is new about it, with the cost of its end, in one transaction. A conflict: somebody else changed it, or follows
    /// the run.
    pub async fn save_rental(
        &self,
        hold: Option<&RunHold>,
        stored: &StoredRental,
        cost: Option<(Uuid, CostRecord)>,
    ) -> Result<StoredRental> {
        self.writable()?;
        let mut tx = self.begin().await?;
        if let Some(hold) = hold {
            self.hold_run(&mut tx, hold, None).await?;
        }
        let rental = &stored.rental;
        let sql = tx
            .sql(
                "UPDATE brightrun_rentals SET body = $4, state = $5, external_id = $6, turn = turn + 1 \
                 WHERE user_id = $1 AND id = $2 AND turn = $3",
            )
            .arg(self.user.0)
            .arg(rental.id)
            .arg(stored.turn)
            .arg(json(rental)?)
            .arg(rental.state.to_string())
            .arg(rental.external_id.clone());
        if tx.execute(sql).await? == 0 {
            return Err(StoreError::conflict("what is rented for this run has changed meanwhile"));
        }
        if let Some((id, cost)) = &cost {
            self.insert_cost(&mut tx, *id, cost).await?;
        }
        tx.end().await?;
        Ok(StoredRental { rental: rental.clone(), turn: stored.turn + 1 })
    }

    /// One of them.
    pub async fn rental(&self, id: Uuid) -> Result<Option<StoredRental>> {
        let mut sql = self.sql(SELECT);
        sql.bind(self.user.0).push(" AND id = ").bind(id);
        Ok(self.fetch::<Row>(sql).await?.into_iter().find_map(stored))
    }

    /// Those of a run, in the order in which they were claimed.
    pub async fn rentals_of(&self, run: JobId) -> Result<Vec<StoredRental>> {
        let mut sql = self.sql(SELECT);
        sql.bind(self.user.0).push(" AND job_id = ").bind(run.0);
        self.rentals_by(sql).await
    }

    /// Whether anything was ever rented.
    pub async fn has_rentals(&self) -> Result<bool> {
        let sql = self
            .sql("SELECT CAST(1 AS BIGINT) FROM brightrun_rentals WHERE user_id = $1 LIMIT 1")
            .arg(self.user.0);
        Ok(!self.fetch::<(i64,)>(sql).await?.is_empty())
    }

    /// All ids that providers gave.
    pub async fn rental_ids(&self) -> Result<std::collections::BTreeSet<String>> {
        let sql = self
            .sql("SELECT external_id FROM brightrun_rentals WHERE user_id = $1 AND external_id IS NOT NULL")
            .arg(self.user.0);
        Ok(self.fetch::<(String,)>(sql).await?.into_iter().map(|(id,)| id).collect())
    }

    /// All that may cost money.
    pub async fn open_rentals(&self) -> Result<Vec<StoredRental>> {
        let mut sql = self.sql(SELECT);
        sql.bind(self.user.0).push(" AND state IN ('claimed', 'held')");
        self.rentals_by(sql).await
    }

    /// Those that ended after a time, for the bill.
    pub async fn rentals_since(&self, from: DateTime<Utc>) -> Result<Vec<StoredRental>> {
        let mut sql = self.sql(SELECT);
        sql.bind(self.user.0).push(" AND state = ").bind(RentalState::Ended.word());
        let mut all = self.rentals_by(sql).await?;
        all.retain(|stored| stored.rental.ended_at.is_some_and(|at| at >= from));
        Ok(all)
    }

    async fn rentals_by(&self, sql: crate::sql::Sql) -> Result<Vec<StoredRental>> {
        let mut all: Vec<StoredRental> =
            self.fetch::<Row>(sql).await?.into_iter().filter_map(stored).collect();
        all.sort_by_key(|stored| (stored.rental.claimed_at, stored.rental.id));
        Ok(all)
    }
}
