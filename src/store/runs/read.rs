//! Reading runs, what they taught, and what was spent.

use crate::types::{At, Doc, Key};
use crate::{Db, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::estimate::PastRun;
use domain::ids::JobId;
use domain::job::{Run, Wish};
use domain::money::Usd;

/// A run, who follows it, and what somebody wishes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRun {
    /// The run.
    pub run: Run,
    /// Which process follows it.
    pub owner: Option<String>,
    /// Until when nobody else does.
    pub lease_until: Option<DateTime<Utc>>,
    /// What somebody wishes of it.
    pub wish: Option<Wish>,
}

type Row = (Doc, Option<String>, Option<At>, Option<Doc>);
const SELECT: &str = "SELECT r.body, r.lease_owner, r.lease_until, r.wish FROM brightrun_runs r \
  JOIN training_jobs j ON j.id = r.job_id WHERE r.user_id = ";

fn stored((body, owner, until, wish): Row) -> Option<StoredRun> {
    Some(StoredRun {
        run: serde_json::from_value(body.0).ok()?,
        owner,
        lease_until: until.map(|at| at.0),
        wish: wish.and_then(|doc| serde_json::from_value(doc.0).ok()),
    })
}

impl Db {
    /// The user's runs that brightrun started, newest first.
    pub async fn runs(&self) -> Result<Vec<StoredRun>> {
        self.writable()?;
        let mut sql = self.sql(SELECT);
        sql.bind(self.user.0).push(" ORDER BY j.created_at DESC, j.id");
        Ok(self.fetch::<Row>(sql).await?.into_iter().filter_map(stored).collect())
    }

    /// Those that have not ended, newest first.
    pub async fn open_runs(&self) -> Result<Vec<StoredRun>> {
        self.writable()?;
        let mut sql = self.sql(SELECT);
        sql.bind(self.user.0).push(
            " AND j.status NOT IN ('completed', 'failed', 'cancelled') ORDER BY j.created_at DESC, j.id",
        );
        Ok(self.fetch::<Row>(sql).await?.into_iter().filter_map(stored).collect())
    }

    /// One of them.
    pub async fn run(&self, id: JobId) -> Result<Option<StoredRun>> {
        self.writable()?;
        let mut sql = self.sql(SELECT);
        sql.bind(self.user.0).push(" AND r.job_id = ").bind(id.0);
        Ok(self.fetch::<Row>(sql).await?.into_iter().find_map(stored))
    }

    /// What finished runs taught about time.
    pub async fn lessons(&self) -> Result<Vec<PastRun>> {
        self.writable()?;
        let sql = self
            .sql(
                "SELECT lesson FROM brightrun_runs WHERE user_id = $1 AND lesson IS NOT NULL ORDER BY job_id",
            )
            .arg(self.user.0);
        let rows: Vec<(Doc,)> = self.fetch(sql).await?;
        Ok(rows.into_iter().filter_map(|(doc,)| serde_json::from_value(doc.0).ok()).collect())
    }

    /// The sum of the user's costs from one day to another, both included. Records of ours say every digit in their details.
    pub async fn spent(&self, from: NaiveDate, to: NaiveDate) -> Result<Usd> {
        self.writable()?;
        let sql = self
            .sql(
                "SELECT id, CAST(amount AS DOUBLE PRECISION), details, CAST(billing_period AS TEXT) FROM cost_records \
                 WHERE user_id = $1 ORDER BY id",
            )
            .arg(self.user.0);
        let rows: Vec<(Key, f64, Option<Doc>, String)> = self.fetch(sql).await?;
        let inside = |day: &str| day.parse::<NaiveDate>().is_ok_and(|day| (from..=to).contains(&day));
        let amount = |(_, cents, details, _): &(Key, f64, Option<Doc>, String)| {
            let exact = details.as_ref().and_then(|doc| doc.0.get("exact")?.as_str()?.parse().ok());
            exact.or_else(|| Usd::from_float(*cents)).unwrap_or_default()
        };
        Ok(rows.iter().filter(|row| inside(&row.3)).map(amount).sum())
    }

    /// Costs of one run: records and their sum.
    pub async fn costs_of(&self, id: JobId) -> Result<Vec<serde_json::Value>> {
        self.writable()?;
        let sql = self
            .sql("SELECT id, details FROM cost_records WHERE user_id = $1 AND job_id = $2 ORDER BY recorded_at, id")
            .arg(self.user.0)
            .arg(id.0);
        let rows: Vec<(Key, Option<Doc>)> = self.fetch(sql).await?;
        Ok(rows.into_iter().filter_map(|(_, details)| details.map(|doc| doc.0)).collect())
    }
}
