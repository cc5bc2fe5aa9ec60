//! Models: list and show.

use super::ModelDetail;
use crate::engine::from_db;
use crate::{Engine, Error, Result};
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

/// The model of a name, a key or the beginning of one. Of several with the same name the newest.
pub(super) async fn find(engine: &Engine, model: &str) -> Result<Model> {
    const WHAT: &str = "Cannot find the model";
    let wanted = model.trim();
    let mut models = list(engine).await?;
    let exact = |model: &Model| model.id.to_string() == wanted || model.name == wanted;
    if let Some(at) = models.iter().position(exact) {
        return Ok(models.swap_remove(at));
    }
    models.retain(|model| wanted.len() >= 4 && model.id.to_string().starts_with(wanted));
    match models.len() {
        1 => Ok(models.swap_remove(0)),
        0 => Err(Error::not_found(WHAT, "there is none of this name or key")
            .on(format!("“{wanted}”"))
            .next("See them with `brightrun models list`")),
        n => Err(Error::usage(WHAT, format!("{n} keys begin like this"))
            .on(format!("“{wanted}”"))
            .next("Write more of it")),
    }
}
