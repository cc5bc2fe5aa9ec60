//! Writing runs.

use super::RunHold;
use crate::sql::{Bind, Tx};
use crate::{Db, Result, StoreError};
use chrono::{DateTime, Utc};
use domain::cost::CostRecord;
use domain::estimate::PastRun;
use domain::job::{Run, Wish};
use domain::model::Model;
use domain::numbers::count;
use uuid::Uuid;

/// What is written together with the end of a run, or with the end of one attempt.
#[derive(Debug, Clone, Default)]
pub struct Ending {
    /// What it cost, under its new key.
    pub cost: Option<(Uuid, CostRecord)>,
    /// What it taught about time.
    pub lesson: Option<PastRun>,
    /// What it made.
    pub model: Option<Model>,
    /// The wish that led to it is fulfilled.
    pub wish_fulfilled: bool,
}

fn json<T: serde::Serialize>(value: &T) -> Result<serde_json::Value> {
    serde_json::to_value(value).map_err(|error| StoreError::Other(error.to_string()))
}

impl Db {
    /// A new run.
    pub async fn add_run(&self, run: &Run) -> Result<()> {
        self.writable()?;
        let mut tx = self.begin().await?;
        let job = &run.job;
        let mut sql = tx.sql(
            "INSERT INTO training_jobs (id, user_id, dataset_id, preset_id, hyperparameters, gpu_config, total_epochs, queued_at, \
             created_at, estimated_total_cost, updated_at",
        );
        for (column, _) in mirrored(run) {
            sql.push(", ").push(column);
        }
        sql.push(") VALUES (").bind(job.id.0).push(", ").bind(self.user.0).push(", ").bind(job.dataset.0);
        let epochs = run.configuration.hyperparameters.epochs.min(i32::MAX.unsigned_abs());
        let upper = job.estimated_cost.map_or(0.0, |range| range.high.as_float());
        let values: [Bind; 8] = [
            job.preset_id.as_str().into(),
            run.configuration.hyperparameters.to_row().into(),
            job.gpu.to_row().into(),
            epochs.into(),
            job.queued_at.into(),
            job.queued_at.into(),
            upper.into(),
            job.queued_at.into(),
        ];
        for value in values.into_iter().chain(mirrored(run).into_iter().map(|(_, value)| value)) {
            sql.push(", ").bind(value);
        }
        sql.push(")");
        tx.execute(sql).await?;
        let sql = tx
            .sql("INSERT INTO brightrun_runs (job_id, user_id, body) VALUES ($1, $2, $3)")
            .arg(job.id.0)
            .arg(self.user.0)
            .arg(json(run)?);
        tx.execute(sql).await?;
        tx.end().await
    }

    /// What is new about a run, with what goes with an end, in one transaction; the lease is held for longer where `until` says so. What
    /// somebody wishes of the run, unless that is fulfilled now. A conflict: the lease is somebody else's, or the run has a model
    /// already; nothing is changed then.
    pub async fn save_run(
        &self,
        run: &Run,
        hold: &RunHold,
        ending: &Ending,
        at: DateTime<Utc>,
        until: Option<DateTime<Utc>>,
    ) -> Result<Option<Wish>> {
        self.writable()?;
        let mut tx = self.begin().await?;
        let wish = self.hold_run(&mut tx, hold, until).await?;
        if let Some(model) = &ending.model {
            self.insert_model(&mut tx, model).await?;
        }
        let mut sql = tx.sql("UPDATE training_jobs SET updated_at = ");
        sql.bind(at);
        for (column, value) in mirrored(run) {
            sql.push(", ").push(column).push(" = ").bind(value);
        }
        sql.push(" WHERE user_id = ").bind(self.user.0).push(" AND id = ").bind(run.job.id.0);
        tx.execute(sql).await?;
        let mut sql = tx.sql("UPDATE brightrun_runs SET body = ");
        sql.bind(json(run)?);
        if let Some(lesson) = &ending.lesson {
            sql.push(", lesson = ").bind(json(lesson)?);
        }
        if ending.wish_fulfilled {
            sql.push(", wish = NULL");
        }
        sql.push(" WHERE user_id = ").bind(self.user.0).push(" AND job_id = ").bind(run.job.id.0);
        tx.execute(sql).await?;
        if let Some((id, cost)) = &ending.cost {
            self.insert_cost(&mut tx, *id, cost).await?;
        }
        tx.end().await?;
        Ok(wish.filter(|_| !ending.wish_fulfilled))
    }

    /// A cost of no run, under a key that is made of what it is for. `false`: it stands there already.
    pub async fn add_cost(&self, id: Uuid, cost: &CostRecord) -> Result<bool> {
        self.writable()?;
        let mut tx = self.begin().await?;
        let sql = tx.sql("SELECT id FROM cost_records WHERE id = $1").arg(id);
        if !tx.fetch::<(crate::types::Key,)>(sql).await?.is_empty() {
            return Ok(false);
        }
        self.insert_cost(&mut tx, id, cost).await?;
        tx.end().await?;
        Ok(true)
    }

    pub(crate) async fn insert_cost(&self, tx: &mut Tx, id: Uuid, cost: &CostRecord) -> Result<()> {
        let day = match tx.dialect() {
            crate::sql::Dialect::Sqlite => "$7",
            crate::sql::Dialect::Postgres => "CAST($7 AS date)",
        };
        let sql = tx
            .sql(&format!(
                "INSERT INTO cost_records (id, user_id, job_id, cost_type, amount, details, billing_period, recorded_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, {day}, $8)"
            ))
            .arg(id)
            .arg(self.user.0)
            .arg(cost.job.map(|job| job.0))
            .arg(cost.kind.word())
            .arg(cost.amount.as_float())
            .arg(cost.details.clone())
            .arg(cost.billing_period.to_string())
            .arg(cost.recorded_at);
        tx.execute(sql).await.map(|_| ())
    }
}

/// The platform's columns that change while a run goes on.
fn mirrored(run: &Run) -> [(&'static str, Bind); 14] {
    let job = &run.job;
    let small =
        |n: u64| Bind::Int(Some(i64::try_from(n.min(u64::from(i32::MAX.unsigned_abs()))).unwrap_or(0)));
    let percent = job.progress.percent;
    let percent = if percent.is_finite() { percent.clamp(0.0, 100.0) } else { 0.0 };
    [
        ("status", job.status.to_string().into()),
        ("current_stage", job.stage.to_string().into()),
        ("progress", Bind::Real(Some(percent))),
        ("current_epoch", small(count(job.progress.epoch.max(0.0)))),
        ("current_step", small(job.progress.step)),
        ("total_steps", job.progress.total_steps.map_or(Bind::Int(None), small)),
        ("started_at", Bind::At(job.started_at)),
        ("completed_at", Bind::At(job.completed_at)),
        ("current_cost", Bind::Real(Some(job.current_cost.as_float()))),
        ("final_cost", Bind::Real(job.final_cost.map(domain::money::Usd::as_float))),
        ("error_message", Bind::Text(job.failure.as_ref().map(|failure| failure.cause.clone()))),
        ("retry_count", Bind::Int(Some(i64::from(job.attempts)))),
        ("external_job_id", Bind::Text(job.external_id.clone())),
        ("artifact_id", Bind::Key(job.model.map(|model| model.0))),
    ]
}
