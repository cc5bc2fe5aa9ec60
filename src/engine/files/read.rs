//! Training files: list, show, archive.

use super::FileDetail;
use crate::engine::from_db;
use crate::{Engine, Error, Result};
use domain::conversation::ConversationRow;
use domain::ids::ConversationId;
use domain::training_file::TrainingFileRow;

/// All of them, newest first.
pub async fn list(engine: &Engine, include_archived: bool) -> Result<Vec<TrainingFileRow>> {
    engine.db().training_files(include_archived).await.map_err(from_db("Cannot list the training files"))
}

/// One with its members; `file` is its name or its key.
pub async fn show(engine: &Engine, file: &str) -> Result<FileDetail> {
    let file = find(engine, file).await?;
    let members = engine.db().training_file_members(file.id).await;
    Ok(FileDetail { members: members.map_err(from_db("Cannot read the training file"))?, file })
}

/// The rows of some members, in the order given.
pub async fn members(engine: &Engine, ids: &[ConversationId]) -> Result<Vec<ConversationRow>> {
    engine.db().conversations_by_ids(ids).await.map_err(from_db("Cannot read the members"))
}

/// Puts it away, or back.
pub async fn archive(engine: &Engine, file: &str, archived: bool) -> Result<TrainingFileRow> {
    let found = find(engine, file).await?;
    let done = engine.db().archive_training_file(found.id, archived, engine.now()).await;
    done.map_err(from_db("Cannot archive the training file"))?;
    find(engine, &found.name).await
}

/// The row of a name or key.
pub(crate) async fn find(engine: &Engine, file: &str) -> Result<TrainingFileRow> {
    const WHAT: &str = "Cannot find the training file";
    engine.db().training_file(file.trim()).await.map_err(from_db(WHAT))?.ok_or_else(|| {
        Error::not_found(WHAT, "there is none of this name or key")
            .on(format!("“{file}”"))
            .next("See them with `brightrun files list`")
    })
}
