//! Models: list and show.

use super::ModelDetail;
use crate::engine::from_db;
use crate::named::{self, Called};
use crate::{Engine, Result};
use domain::model::Model;

/// All that were not deleted, newest first.
pub async fn list(engine: &Engine) -> Result<Vec<Model>> {
    let models = engine.db().models().await.map_err(from_db("Cannot list the models"))?;
    Ok(models.into_iter().filter(|(_, deleted)| deleted.is_none()).map(|(model, _)| model).collect())
}

/// One with its lineage; `model` is its name, its key or the beginning of it.
pub async fn show(engine: &Engine, model: &str) -> Result<ModelDetail> {
    let found = find(engine, model).await?;
    let dataset = engine.db().dataset(&found.lineage.dataset.to_string()).await;
    let dataset = dataset.map_err(from_db("Cannot read the model"))?;
    let others = list(engine).await?;
    let versions = others
        .into_iter()
        .filter(|other| other.lineage.dataset == found.lineage.dataset && other.id != found.id)
        .map(|other| (other.id, other.name, other.version))
        .collect();
    Ok(ModelDetail {
        bytes: found.bytes(),
        dataset_is_there: dataset.is_some_and(|row| row.archived.is_none()),
        versions,
        model: found,
    })
}

/// The model of a key, a name or the beginning of a key. Wrong usage where several have the name; they are told then.
pub(super) async fn find(engine: &Engine, model: &str) -> Result<Model> {
    let what = ("Cannot find the model", "models list");
    named::one(list(engine).await?, model, called, what)
}

fn called(model: &Model) -> Called<'_> {
    let made = model.created_at.format("%Y-%m-%d %H:%M UTC");
    Called {
        key: model.id.to_string(),
        name: &model.name,
        about: format!("{} of {}, {}, made {made}", model.version, model.lineage.dataset_name, model.status),
    }
}
