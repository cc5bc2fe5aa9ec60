//! `model_artifacts`, with what brightrun keeps beside them (training-pipeline 2.1, 7 nos. 33–38).

use crate::sql::{Dialect, Tx};
use crate::types::{At, Doc};
use crate::{Db, Result, StoreError};
use chrono::{DateTime, Utc};
use domain::ids::{DatasetId, ModelId};
use domain::model::Model;

type Row = (Doc, Option<At>);
const SELECT: &str = "SELECT a.body, m.deleted_at FROM brightrun_adapters a JOIN model_artifacts m ON m.id = a.model_id \
  WHERE a.user_id = ";

/// A model, and when it was deleted.
pub type StoredModel = (Model, Option<DateTime<Utc>>);

fn stored((body, deleted): Row) -> Option<StoredModel> {
    Some((serde_json::from_value(body.0).ok()?, deleted.map(|at| at.0)))
}

impl Db {
    /// The user's models that brightrun made, newest first, deleted ones too.
    pub async fn models(&self) -> Result<Vec<StoredModel>> {
        self.writable()?;
        let mut sql = self.sql(SELECT);
        sql.bind(self.user.0).push(" ORDER BY m.created_at DESC, m.id");
        Ok(self.fetch::<Row>(sql).await?.into_iter().filter_map(stored).collect())
    }

    /// The highest version of the user's models of a dataset, deleted ones too; `None`: there is none that begins with a number.
    pub async fn newest_version(&self, dataset: DatasetId) -> Result<Option<String>> {
        self.writable()?;
        // The number before the first point, where there is nothing else before it.
        let (number, there) = match self.dialect() {
            Dialect::Sqlite => (
                "CAST(ltrim(version, 'v') AS INTEGER)",
                "ltrim(version, 'v') GLOB '[0-9]*' \
                 AND substr(ltrim(version, 'v'), 1, instr(ltrim(version, 'v') || '.', '.') - 1) NOT GLOB '*[^0-9]*'",
            ),
            Dialect::Postgres => (
                "CAST(substring(version FROM '^v*([0-9]{1,9})') AS bigint)",
                "version ~ '^v*[0-9]{1,9}([.]|$)'",
            ),
        };
        let mut sql = self.sql("SELECT version FROM model_artifacts WHERE user_id = ");
        sql.bind(self.user.0).push(" AND dataset_id = ").bind(dataset.0);
        sql.push(" AND ").push(there).push(" ORDER BY ").push(number).push(" DESC LIMIT 1");
        self.fetch_one::<String>(sql).await
    }

    /// What is new about a model.
    pub async fn save_model(&self, model: &Model, at: DateTime<Utc>) -> Result<()> {
        self.writable()?;
        let mut tx = self.begin().await?;
        let sql = tx
            .sql("UPDATE model_artifacts SET status = $3, name = $4, updated_at = $5 WHERE user_id = $1 AND id = $2")
            .arg(self.user.0)
            .arg(model.id.0)
            .arg(model.status.to_string())
            .arg(model.name.as_str())
            .arg(at);
        if tx.execute(sql).await? == 0 {
            return Err(StoreError::NotFound { what: format!("model {}", model.name) });
        }
        let sql = tx
            .sql("UPDATE brightrun_adapters SET body = $3 WHERE user_id = $1 AND model_id = $2")
            .arg(self.user.0)
            .arg(model.id.0)
            .arg(json(model)?);
        tx.execute(sql).await?;
        tx.commit().await
    }

    /// Deletes it: the row stays, so that its run and dataset still know it.
    pub async fn delete_model(&self, id: ModelId, at: DateTime<Utc>) -> Result<()> {
        let sql = self
            .sql("UPDATE model_artifacts SET deleted_at = $3, updated_at = $3 WHERE user_id = $1 AND id = $2")
            .arg(self.user.0)
            .arg(id.0)
            .arg(at);
        match self.execute(sql).await? {
            0 => Err(StoreError::NotFound { what: format!("model {id}") }),
            _ => Ok(()),
        }
    }

    /// A run has one model: a second one is a conflict.
    pub(crate) async fn insert_model(&self, tx: &mut Tx, model: &Model) -> Result<()> {
        let lineage = &model.lineage;
        let configuration = serde_json::json!({
            "preset_id": lineage.preset_id, "hyperparameters": lineage.hyperparameters, "base_model": lineage.base_model,
        });
        let folder = format!("{}/{}", self.user, lineage.job);
        let sql = tx
            .sql(
                "INSERT INTO model_artifacts (id, user_id, job_id, dataset_id, name, version, description, status, quality_metrics, \
                 training_summary, configuration, artifacts, created_at, updated_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13) ON CONFLICT (job_id) DO NOTHING",
            )
            .arg(model.id.0)
            .arg(self.user.0)
            .arg(lineage.job.0)
            .arg(lineage.dataset.0)
            .arg(model.name.as_str())
            .arg(model.version.as_str())
            .arg(model.description.as_str())
            .arg(model.status.to_string())
            .arg(model.quality.to_row())
            .arg(model.summary.to_row())
            .arg(configuration)
            .arg(model.artifacts(&folder))
            .arg(model.created_at);
        if tx.execute(sql).await? == 0 {
            return Err(StoreError::conflict("this run has a model already; nothing was changed"));
        }
        let sql = tx
            .sql("INSERT INTO brightrun_adapters (model_id, user_id, body) VALUES ($1, $2, $3)")
            .arg(model.id.0)
            .arg(self.user.0)
            .arg(json(model)?);
        tx.execute(sql).await.map(|_| ())
    }
}

fn json(model: &Model) -> Result<serde_json::Value> {
    serde_json::to_value(model).map_err(|error| StoreError::Other(error.to_string()))
}
