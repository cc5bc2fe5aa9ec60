//! Reading runs, what they taught, and what was spent.

use crate::sql::{Dialect, Sql};
use crate::types::{At, Doc, Key};
use crate::{Db, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::estimate::PastRun;
use domain::ids::{DatasetId, JobId};
use domain::job::{Run, Wish};
use domain::money::Usd;
use serde_json::value::RawValue;
use sqlx::types::Json;

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

/// The document is read when it is known for what.
type Row = (Json<Box<RawValue>>, Option<String>, Option<At>, Option<Doc>);
const SELECT: &str = "SELECT r.body, r.lease_owner, r.lease_until, r.wish FROM brightrun_runs r \
  JOIN training_jobs j ON j.id = r.job_id WHERE r.user_id = ";

/// A cost in millionths, as its index says it.
const EXACT_SQLITE: &str = "CAST(round(1000000 * CASE WHEN json_extract(details, '$.exact') GLOB '*[0-9]*' AND \
  json_extract(details, '$.exact') NOT GLOB '*[^-0-9.]*' THEN CAST(json_extract(details, '$.exact') AS REAL) ELSE amount END) AS INTEGER)";

/// As the index says it.
fn are_open(sql: &mut Sql) {
    sql.push(" AND j.status NOT IN ('completed', 'failed', 'cancelled')");
}

fn stored((body, owner, until, wish): Row) -> Option<StoredRun> {
    Some(StoredRun {
        run: serde_json::from_str(body.0.get()).ok()?,
        owner,
        lease_until: until.map(|at| at.0),
        wish: wish.and_then(|doc| serde_json::from_value(doc.0).ok()),
    })
}

impl Db {
    /// The user's runs that brightrun started, newest first.
    pub async fn runs(&self) -> Result<Vec<StoredRun>> {
        self.runs_where(|_| {}).await
    }

    /// Those that have not ended, newest first. Costs no more where thousands have.
    pub async fn open_runs(&self) -> Result<Vec<StoredRun>> {
        self.runs_where(are_open).await
    }

    /// These, newest first; those that are not there are left out.
    pub async fn runs_of(&self, ids: &[JobId]) -> Result<Vec<StoredRun>> {
        let mut all = Vec::with_capacity(ids.len());
        for id in ids {
            all.extend(self.run(*id).await?);
        }
        all.sort_by_key(|stored| std::cmp::Reverse(stored.run.job.queued_at));
        Ok(all)
    }

    /// Those over a dataset, newest first.
    pub async fn runs_over(&self, dataset: DatasetId) -> Result<Vec<StoredRun>> {
        self.runs_where(|sql| {
            sql.push(" AND j.dataset_id = ").bind(dataset.0);
        })
        .await
    }

    /// One of them.
    pub async fn run(&self, id: JobId) -> Result<Option<StoredRun>> {
        let found = self.runs_where(|sql| {
            sql.push(" AND r.job_id = ").bind(id.0);
        });
        Ok(found.await?.into_iter().next())
    }

    /// The keys of all, in no order.
    pub async fn run_ids(&self) -> Result<Vec<JobId>> {
        self.writable()?;
        let sql = self.sql("SELECT job_id FROM brightrun_runs WHERE user_id = $1").arg(self.user.0);
        Ok(self.fetch::<(Key,)>(sql).await?.into_iter().map(|(id,)| JobId(id.0)).collect())
    }

    /// Whether one has this name.
    pub async fn is_run_named(&self, name: &str) -> Result<bool> {
        self.writable()?;
        let of = match self.dialect() {
            Dialect::Sqlite => "json_extract(body, '$.job.name')",
            Dialect::Postgres => "CAST(body AS jsonb)->'job'->>'name'",
        };
        let sql =
            format!("SELECT CAST(1 AS BIGINT) FROM brightrun_runs WHERE user_id = $1 AND {of} = $2 LIMIT 1");
        let sql = self.sql(&sql).arg(self.user.0).arg(name);
        Ok(self.fetch_one::<i64>(sql).await?.is_some())
    }

    /// How many there are.
    pub async fn count_runs(&self) -> Result<u64> {
        self.writable()?;
        let sql = self
            .sql("SELECT CAST(count(*) AS BIGINT) FROM brightrun_runs WHERE user_id = $1")
            .arg(self.user.0);
        Ok(self.fetch_one::<i64>(sql).await?.unwrap_or(0).unsigned_abs())
    }

    async fn runs_where(&self, which: impl FnOnce(&mut Sql)) -> Result<Vec<StoredRun>> {
        self.writable()?;
        let sql = self.select("", which);
        Ok(self.fetch::<Row>(sql).await?.into_iter().filter_map(stored).collect())
    }

    fn select(&self, before: &str, which: impl FnOnce(&mut Sql)) -> Sql {
        let mut sql = self.sql(before);
        sql.push(SELECT).bind(self.user.0).push(" AND j.user_id = ").bind(self.user.0);
        which(&mut sql);
        sql.push(" ORDER BY j.created_at DESC, j.id");
        sql
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
        // In millionths, as whole numbers: a sum of floats would lose some.
        let (amount, days) = match self.dialect() {
            Dialect::Sqlite => (EXACT_SQLITE, "$2 AND $3"),
            Dialect::Postgres => (
                "round(1000000 * CASE WHEN details->>'exact' ~ '^-?[0-9]+([.][0-9]*)?$' \
                 THEN CAST(details->>'exact' AS numeric) ELSE amount END)",
                "CAST($2 AS date) AND CAST($3 AS date)",
            ),
        };
        let sql = format!(
            "SELECT CAST(COALESCE(sum({amount}), 0) AS BIGINT) FROM cost_records WHERE user_id = $1 AND billing_period BETWEEN {days}"
        );
        let sql = self.sql(&sql).arg(self.user.0).arg(from.to_string()).arg(to.to_string());
        Ok(Usd::micros(self.fetch_one::<i64>(sql).await?.unwrap_or(0)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{OpenOptions, StoreUrl};

    async fn steps(db: &Db, sql: Sql) -> Vec<String> {
        let steps: Vec<(i64, i64, i64, String)> = db.fetch(sql).await.unwrap();
        steps.into_iter().map(|step| step.3).collect()
    }

    /// A look of the runner reads no run that is over, and no record of a cost.
    #[tokio::test]
    async fn looks_are_answered_by_indexes() {
        let dir = tempfile::tempdir().unwrap();
        let url: StoreUrl = format!("sqlite:{}", dir.path().join("rows.db").display()).parse().unwrap();
        let db = Db::open(&url, OpenOptions::default()).await.unwrap();
        for (what, index) in [
            (
                format!(
                    "sum({EXACT_SQLITE}) FROM cost_records WHERE user_id = 'a' AND billing_period BETWEEN 'b' AND 'c'"
                ),
                "COVERING INDEX brightrun_cost_records_period",
            ),
            ("count(*) FROM brightrun_runs WHERE user_id = 'a'".to_owned(), "COVERING INDEX brightrun_runs_"),
            (
                "lesson FROM brightrun_runs WHERE user_id = 'a' AND lesson IS NOT NULL ORDER BY job_id"
                    .to_owned(),
                "INDEX brightrun_runs_lessons",
            ),
        ] {
            let steps = steps(&db, db.sql(&format!("EXPLAIN QUERY PLAN SELECT {what}"))).await;
            assert!(steps.len() == 1 && steps[0].contains(index), "{what}: {steps:#?}");
        }
        let steps = steps(&db, db.select("EXPLAIN QUERY PLAN ", are_open)).await;
        assert!(steps[0].contains("brightrun_training_jobs_open"), "{steps:#?}");
        assert!(steps.iter().all(|step| !step.starts_with("SCAN")), "{steps:#?}");
    }
}
