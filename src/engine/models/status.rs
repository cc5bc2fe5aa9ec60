//! What a model is used for, and its end.

use super::read::find;
use crate::engine::{from_db, from_files};
use crate::{Engine, Error, Result, objects};
use domain::lenient::Word;
use domain::model::{Action, Model, confirm_delete};

/// Changes what a model is used for.
pub async fn set_status(engine: &Engine, model: &str, action: Action) -> Result<Model> {
    const WHAT: &str = "Cannot change the status of the model";
    let mut model = find(engine, model).await?;
    let name = format!("“{}”", model.name);
    let Some(status) = model.status.known() else {
        return Err(Error::refused(WHAT, format!("nobody knows the status {}", model.status)).on(name));
    };
    let status = status.after(action).map_err(|e| Error::refused(WHAT, e.to_string()).on(name))?;
    model.status = Word::Known(status);
    engine.db().save_model(&model, engine.now()).await.map_err(from_db(WHAT))?;
    Ok(model)
}

/// Deletes a model whose exact name was typed. Its row stays, so that its run and dataset still know of it; its files go only
/// when `purge` is asked for.
pub async fn delete(engine: &Engine, model: &str, typed: &str, purge: bool) -> Result<Model> {
    const WHAT: &str = "Cannot delete the model";
    let model = find(engine, model).await?;
    confirm_delete(&model, typed)
        .map_err(|e| Error::refused(WHAT, e.to_string()).on(format!("“{}”", model.name)))?;
    engine.db().delete_model(model.id, engine.now()).await.map_err(from_db(WHAT))?;
    if purge {
        for file in &model.files {
            let key = format!("{}/{}/{}", engine.db().user(), model.lineage.job, file.path);
            engine.files().delete(&objects::model_key(&key)).await.map_err(from_files(WHAT))?;
        }
    }
    Ok(model)
}
