//! `training_files` and `training_file_conversations` (formats 2.3, 6).

use crate::{Db, Result};
use domain::ids::{ConversationId, TrainingFileId};
use domain::training_file::TrainingFileRow;
use uuid::Uuid;

/// A new training file, or a new version of one.
#[derive(Debug, Clone, PartialEq)]
pub struct CommitFile {
    /// The row as it shall be.
    pub row: TrainingFileRow,
    /// Conversations that were not members before, in the order of the file.
    pub new_members: Vec<ConversationId>,
    /// `json_path` and `jsonl_path` that the row must still have. `None`: the file is new.
    pub expected: Option<(String, String)>,
    /// The journal entry that ends with it.
    pub journal: Option<Uuid>,
}

impl Db {
    /// The user's training files, newest first.
    pub async fn training_files(&self, include_archived: bool) -> Result<Vec<TrainingFileRow>> {
        let _ = include_archived;
        todo!()
    }

    /// One, by name or by key.
    pub async fn training_file(&self, name_or_id: &str) -> Result<Option<TrainingFileRow>> {
        let _ = name_or_id;
        todo!()
    }

    /// What is in it, in the order of the file.
    pub async fn training_file_members(&self, id: TrainingFileId) -> Result<Vec<ConversationId>> {
        let _ = id;
        todo!()
    }

    /// The user's training files that hold the conversation, with their names, oldest first.
    pub async fn member_of(&self, id: &ConversationId) -> Result<Vec<(TrainingFileId, String)>> {
        let _ = id;
        todo!()
    }

    /// Row, members and their order in one transaction. A conflict when the name is taken or when the file was changed
    /// since `expected` was read; nothing is changed then.
    pub async fn commit_training_file(&self, commit: &CommitFile) -> Result<()> {
        let _ = commit;
        todo!()
    }

    /// Puts it away, or takes it out again.
    pub async fn archive_training_file(&self, id: TrainingFileId, archived: bool) -> Result<()> {
        let _ = (id, archived);
        todo!()
    }

    /// Every object path that a training file of the user names: what must not be cleaned up.
    pub async fn training_file_paths(&self) -> Result<Vec<String>> {
        todo!()
    }
}
